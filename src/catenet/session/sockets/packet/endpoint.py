"""The endpoint behind a packet socket (packet(7))."""

from __future__ import annotations

import errno
import socket
import struct
from collections import deque
from typing import Any, Final

from mypy_extensions import i64

from catenet.link.ethernet import Frame
from catenet.link.vlan_tag import TAG_OCTETS, is_tag, payload_of
from catenet.network.interface import Interface
from catenet.network.ip_interface import IpInterface
from catenet.network.packet_taps import OwnFrame, OwnOctets, PacketUser, TappedLoopback
from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.inet import number
from catenet.session.sockets.packet.address import (
    LinkAddress,
    hardware_address,
    hardware_type,
    parse,
    to_host_order,
)
from catenet.session.sockets.packet.arrival import HEADER, Arrival, arrival_of
from catenet.session.sockets.packet.memberships import PacketMemberships
from catenet.session.sockets.socket_base import Ancillary, Endpoint, Octets, SockAddr, fail
from catenet.session.sockets.udp_socket import MAX_BUFFER_OCTETS, doubled

SOL_PACKET: Final = 263
PACKET_ADD_MEMBERSHIP: Final = 1
PACKET_DROP_MEMBERSHIP: Final = 2
PACKET_STATISTICS: Final = 6
PACKET_AUXDATA: Final = 8
PACKET_IGNORE_OUTGOING: Final = 23
"""Linux's numbers, for which Python has no names."""
MIN_RECEIVE_BUFFER_OCTETS: Final = 2304
MIN_SEND_BUFFER_OCTETS: Final = 4608
SOCKET_FLAGS: Final = (socket.SO_REUSEADDR, socket.SO_REUSEPORT, socket.SO_BROADCAST, socket.SO_KEEPALIVE)


class _User(PacketUser):
    """Hears the host's frames for an endpoint."""

    def __init__(self, end: PacketEndpoint) -> None:
        super().__init__()
        self.end = end

    def frame(self, interface: Interface, frame: Frame, packet_type: i64) -> None:
        self.end.heard(interface, frame, int(packet_type))

    def disabled(self, interface: Interface) -> None:
        self.end.disabled(interface)

    def lose_power(self) -> None:
        self.end.forget()


class PacketEndpoint(Endpoint):
    """A packet socket; ``cooked`` is SOCK_DGRAM.  ``proto`` is its ethertype in network order, 0 to receive nothing."""

    def __init__(self, stack: SocketContext, cooked: bool, proto: int) -> None:
        super().__init__()
        self._stack = stack
        self._cooked = cooked
        self._protocol = to_host_order(proto)
        self._interface: Interface | None = None
        self._memberships = PacketMemberships(stack.ip.interfaces)
        self._queue: deque[Arrival] = deque()
        self._queued_octets = 0
        self._receive_buffer_octets = MAX_BUFFER_OCTETS
        self._send_buffer_octets = MAX_BUFFER_OCTETS
        self._packets = 0
        self._drops = 0
        self._error = 0
        self._flags: dict[int, int] = dict.fromkeys(SOCKET_FLAGS, 0)
        self._auxdata = False
        self._ignores_outgoing = False
        self._last: Arrival | None = None
        self._user = _User(self)
        stack.packets.add(self._user)

    # -- frames

    def heard(self, interface: Interface, frame: Frame, packet_type: int) -> None:
        """A frame of the host: queue it if it is for this socket, and count it if there is no room."""
        if self._interface not in (None, interface):
            return
        if self._ignores_outgoing and packet_type == socket.PACKET_OUTGOING:
            return
        arrival = arrival_of(interface, frame, packet_type, self._protocol, self._cooked) if self._protocol else None
        if arrival is None:
            return
        if self._queued_octets >= self._receive_buffer_octets:
            self._drops += 1
            return
        self._packets += 1
        self._queued_octets += arrival.buffer_octets
        self._queue.append(arrival)
        self.wake_reader()

    def disabled(self, interface: Interface) -> None:
        """An interface was disabled: an error, if the socket is bound to it."""
        if interface is self._interface:
            self._error = errno.ENETDOWN
            self.wake()

    def forget(self) -> None:
        """The host has lost power."""
        self._memberships.drop_all()
        self._queue.clear()

    # -- calls

    def readable(self) -> bool:
        return bool(self._queue) or self._error != 0

    def waits_for(self) -> str:
        return f"a frame on {'any interface' if self._interface is None else self._interface.name}"

    def bind(self, address: Any) -> None:
        interface, protocol, _ = parse(self._interfaces, address, "bind")
        self._interface = interface
        self._protocol = protocol or self._protocol
        if not interface.enabled:
            self._error = errno.ENETDOWN

    def connect(self, address: Any) -> None:
        parse(self._interfaces, address, "connect")
        fail(errno.EOPNOTSUPP)

    def accept(self) -> tuple[Endpoint, SockAddr]:
        fail(errno.EOPNOTSUPP)

    def shutdown(self, how: int) -> None:
        fail(errno.EOPNOTSUPP)

    def recvfrom(self, most: int, peek: bool = False) -> tuple[bytes, SockAddr | None]:
        if self._error:
            fail(self.take_error())
        if not self._queue:
            fail(errno.EAGAIN)
        arrival = self._queue[0] if peek else self._queue.popleft()
        if not peek:
            self._queued_octets -= arrival.buffer_octets
        self.activity += 1
        self._last = arrival
        return arrival.data[:most], arrival.address

    def recv(self, most: int, peek: bool = False) -> bytes:
        return self.recvfrom(most, peek)[0]

    def ancillary(self) -> list[Ancillary]:
        if not self._auxdata or self._last is None:
            return []
        return [(SOL_PACKET, PACKET_AUXDATA, self._last.auxdata())]

    def send(self, data: Octets) -> int:
        if self._interface is None:
            fail(errno.ENXIO)
        return self._send(self._interface, self._protocol, None, bytes(data))

    def sendto(self, data: Octets, address: Any) -> int:
        interface, protocol, destination = parse(self._interfaces, address, "sendto")
        return self._send(interface, protocol, destination, bytes(data))

    def close(self) -> None:
        self._memberships.drop_all()
        self._stack.packets.remove(self._user)
        self._queue.clear()

    def sockname(self) -> LinkAddress:
        interface = self._interface
        if interface is None:
            return "", self._protocol, 0, 0, b""
        return interface.name, self._protocol, 0, hardware_type(interface), hardware_address(interface)

    def peername(self) -> SockAddr:
        fail(errno.EOPNOTSUPP)

    # -- sending

    def _send(self, interface: Interface, protocol: int, destination: bytes | None, data: bytes) -> int:
        """Linux's packet_snd: no error for a frame that has no carrier to leave by."""
        if not interface.enabled:
            fail(errno.ENETDOWN)
        line = interface.port.encoding is not None
        header = 0 if line or self._cooked else HEADER
        if len(data) > interface.mtu + header + int(TAG_OCTETS):
            fail(errno.EMSGSIZE)
        if self._cooked and not line:
            if destination is None and not interface.loopback:
                fail(errno.EINVAL)
            mac = (destination or b"").ljust(6, b"\0")[:6]
            frame = mac + hardware_address(interface) + protocol.to_bytes(2, "big") + data
        else:
            frame = data
        self._check_length(interface, frame, 0 if line else HEADER)
        self.activity += 1
        if line:
            self._send_packet(interface, protocol, frame)
        else:
            self._send_frame(interface, frame)
        return len(data)

    def _check_length(self, interface: Interface, frame: bytes, header: int) -> None:
        if len(frame) < header:
            fail(errno.EINVAL)
        over = len(frame) - header - interface.mtu
        tagged = header and is_tag(int.from_bytes(frame[12:14], "big"))
        if over > (int(TAG_OCTETS) if tagged else 0):
            fail(errno.EMSGSIZE)

    def _send_frame(self, interface: Interface, data: bytes) -> None:
        dst, src = int.from_bytes(data[:6], "big"), int.from_bytes(data[6:12], "big")
        ethertype = int.from_bytes(data[12:14], "big")
        frame = OwnFrame(dst, src, ethertype, payload_of(ethertype, data[HEADER:]), self._user)
        loopback = self._stack.ip.loopback
        if interface.loopback:
            assert isinstance(loopback, TappedLoopback), "this socket listens"
            loopback.put_frame(frame)
        elif not interface.port.send(frame) and interface.port.carrier:
            fail(errno.ENOBUFS)

    def _send_packet(self, interface: Interface, protocol: int, data: bytes) -> None:
        """HDLC's header is the program's own, as MAC addresses are."""
        line = interface.line if isinstance(interface, IpInterface) else None
        assert line is not None, "an interface with an encoding has a line"
        header = 0 if self._cooked else len(line.encoding.header(protocol))
        if header:
            protocol = int.from_bytes(data[header - 2 : header], "big")
        line.send(protocol, OwnOctets(data[header:], self._user))

    # -- options

    @property
    def _interfaces(self) -> list[Interface]:
        return self._stack.ip.interfaces

    def take_error(self) -> int:
        error, self._error = self._error, 0
        return error

    def get_option(self, level: int, name: int) -> int | bytes | None:
        match level, name:
            case (socket.SOL_SOCKET, socket.SO_RCVBUF):
                return self._receive_buffer_octets
            case (socket.SOL_SOCKET, socket.SO_SNDBUF):
                return self._send_buffer_octets
            case (socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return 0
            case (socket.SOL_SOCKET, _):
                return self._flags.get(name)
            case (263, 6):
                return self._statistics()
            case (263, 8):
                return int(self._auxdata)
            case (263, 23):
                return int(self._ignores_outgoing)
        return None

    def _statistics(self) -> bytes:
        """``struct tpacket_stats``: frames for this socket, and how many of them were dropped; then they are 0."""
        told = struct.pack("=II", self._packets + self._drops, self._drops)
        self._packets = self._drops = 0
        return told

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        if level == SOL_PACKET:
            return self._set_packet_option(name, value)
        if level != socket.SOL_SOCKET:
            return False
        if name == socket.SO_RCVBUF:
            self._receive_buffer_octets = doubled(number(value), MIN_RECEIVE_BUFFER_OCTETS)
        elif name == socket.SO_SNDBUF:
            self._send_buffer_octets = doubled(number(value), MIN_SEND_BUFFER_OCTETS)
        elif name == socket.SO_REUSEPORT and number(value):
            fail(errno.EOPNOTSUPP)
        elif name in self._flags:
            self._flags[name] = int(bool(number(value)))
        else:
            return False
        return True

    def _set_packet_option(self, name: int, value: int | bytes) -> bool:
        if name == PACKET_ADD_MEMBERSHIP:
            self._memberships.add(value)
        elif name == PACKET_DROP_MEMBERSHIP:
            self._memberships.drop(value)
        elif name == PACKET_AUXDATA:
            self._auxdata = bool(number(value))
        elif name == PACKET_IGNORE_OUTGOING:
            ignores = number(value)
            self._ignores_outgoing = bool(ignores) if ignores in (0, 1) else fail(errno.EINVAL)
        else:
            return False
        return True
