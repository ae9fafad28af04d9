"""What a packet socket lets its host's interfaces receive: PACKET_ADD_MEMBERSHIP and its undoing (packet(7))."""

from __future__ import annotations

import errno
import struct
from typing import Final

from catenet.network.interface import Interface
from catenet.session.sockets.packet.address import hardware_address, numbered
from catenet.session.sockets.socket_base import fail

PACKET_MR_MULTICAST: Final = 0
PACKET_MR_PROMISC: Final = 1
PACKET_MR_ALLMULTI: Final = 2
PACKET_MR_UNICAST: Final = 3

Request = tuple[int, int, int, bytes]
"""Index of the interface, type, length and octets of the hardware address."""
_REQUEST: Final = struct.Struct("=iHH8s")
_BEFORE_ADDRESS: Final = 8


class PacketMemberships:
    """Those of one socket.  Equal ones are counted, and undone when the socket is closed."""

    def __init__(self, interfaces: list[Interface]) -> None:
        self._interfaces: Final = interfaces
        self._counts: Final[dict[Request, int]] = {}

    def add(self, value: int | bytes) -> None:
        """Add one.  Raises OSError ENODEV for an unknown interface, EINVAL for what does not fit its addresses."""
        request = _parse(value)
        number, kind, octets, _ = request
        interface = numbered(self._interfaces, number)
        width = len(hardware_address(interface))
        if octets > width or (kind in (PACKET_MR_MULTICAST, PACKET_MR_UNICAST) and octets != width):
            fail(errno.EINVAL)
        if request not in self._counts:
            self._change(request, 1)
        self._counts[request] = self._counts.get(request, 0) + 1

    def drop(self, value: int | bytes) -> None:
        """Undo one :meth:`add`; nothing happens if there was none, as in Linux."""
        request = _parse(value)
        count = self._counts.get(request, 0)
        if count > 1:
            self._counts[request] = count - 1
        elif count == 1:
            del self._counts[request]
            self._change(request, -1)

    def drop_all(self) -> None:
        """Undo all."""
        for request in list(self._counts):
            del self._counts[request]
            self._change(request, -1)

    def _change(self, request: Request, step: int) -> None:
        """A port has no filter for further addresses of stations: it becomes promiscuous, as a network card does."""
        number, kind, octets, address = request
        port = numbered(self._interfaces, number).port
        if kind in (PACKET_MR_PROMISC, PACKET_MR_UNICAST):
            port.change_promiscuity(step)
        elif kind == PACKET_MR_ALLMULTI:
            port.change_all_groups(step)
        elif kind == PACKET_MR_MULTICAST:
            group = int.from_bytes(address[:octets], "big")
            if step > 0:
                port.join(group)
            else:
                port.leave(group)


def _parse(value: int | bytes) -> Request:
    """``struct packet_mreq``: index, type, length of the address, address."""
    if isinstance(value, int) or len(value) < _REQUEST.size:
        fail(errno.EINVAL)
    number, kind, octets, address = _REQUEST.unpack_from(value)
    if _BEFORE_ADDRESS + octets > len(value):
        fail(errno.EINVAL)
    return number, kind, octets, address[:octets]
