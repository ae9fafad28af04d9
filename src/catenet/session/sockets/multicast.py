"""A datagram socket's multicast memberships and sending options (RFC 1112, RFC 3493 5.2).

Neither IGMP nor MLD is implemented: joining sets the host's own filter, and switches flood.  A host receives its own
packets to a group that it has joined; multicast loopback cannot be disabled.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING

from catenet.network.addresses import is_multicast
from catenet.session.sockets.socket_base import fail

if TYPE_CHECKING:
    from catenet.network.interface import Interface
    from catenet.network.stack import IpStack

MOST_HOPS = 255


class Groups:
    """``hop_limit`` applies to packets to a group, 0 for the default, which is 1; ``interface`` is the outgoing one."""

    def __init__(self, ip: IpStack) -> None:
        self.hop_limit: int = 0
        self.interface: Interface | None = None
        self._ip = ip
        self._joined: list[tuple[Interface, int, int]] = []

    def get(self, level: int, name: int) -> int | bytes | None:
        """The value of an option; None if it is no multicast option."""
        match level, name:
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS):
                return self.hop_limit or 1
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP):
                return 1
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_IF):
                own = self.interface.ipv4 if self.interface is not None else []
                return (own[0][0] if own else 0).to_bytes(4, "big")
            case (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF):
                return 0 if self.interface is None else self._ip.interfaces.index(self.interface) + 1
        return None

    def set(self, level: int, name: int, value: int | bytes) -> bool:
        """Set an option; False if it is no multicast option, or not supported."""
        match level, name:
            case (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP):
                self._join(*self._membership4(value))
            case (socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP):
                self._leave(*self._membership4(value))
            case (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP):
                self._join(*self._membership6(value))
            case (socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP):
                self._leave(*self._membership6(value))
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS):
                self.hop_limit = _hops(value)
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP):
                return _small(value) == 1
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_IF):
                self.interface = self._by_address(value) if isinstance(value, bytes) else fail(errno.EINVAL)
            case (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF):
                self.interface = self._by_index(_small(value))
            case _:
                return False
        return True

    def leave_all(self) -> None:
        """Leave all groups, when the socket is closed."""
        for interface, version, group in self._joined:
            interface.leave(version, group)
        self._joined.clear()

    def _join(self, version: int, group: int, interface: Interface | None) -> None:
        if not is_multicast(version, group):
            fail(errno.EINVAL)
        if interface is None:
            family = self._ip.family4 if version == 4 else self._ip.family6
            interface = family.group_interface(group) or fail(errno.ENODEV)
        if (interface, version, group) in self._joined:
            fail(errno.EADDRINUSE)
        interface.join(version, group)
        self._joined.append((interface, version, group))

    def _leave(self, version: int, group: int, interface: Interface | None) -> None:
        for joined in self._joined:
            if joined[1:] == (version, group) and interface in (None, joined[0]):
                self._joined.remove(joined)
                joined[0].leave(version, group)
                return
        fail(errno.EADDRNOTAVAIL)

    def _membership4(self, value: int | bytes) -> tuple[int, int, Interface | None]:
        """``struct ip_mreq`` or ``ip_mreqn``: group, own address, index of the interface."""
        if isinstance(value, int) or len(value) < 8:
            fail(errno.EINVAL)
        return 4, int.from_bytes(value[:4], "big"), self._by_address(value[4:])

    def _membership6(self, value: int | bytes) -> tuple[int, int, Interface | None]:
        """``struct ipv6_mreq``: group, index of the interface."""
        if isinstance(value, int) or len(value) < 20:
            fail(errno.EINVAL)
        return 6, int.from_bytes(value[:16], "big"), self._by_index(struct.unpack_from("i", value, 16)[0])

    def _by_address(self, octets: bytes) -> Interface | None:
        """By an own address, or by an index after it, as in ``struct ip_mreqn``; None for any."""
        if len(octets) >= 8 and (index := struct.unpack_from("i", octets, 4)[0]):
            return self._by_index(index)
        address = int.from_bytes(octets[:4], "big")
        if address == 0:
            return None
        for interface in self._ip.interfaces:
            if any(own == address for own, _ in interface.ipv4):
                return interface
        return fail(errno.ENODEV)

    def _by_index(self, index: int) -> Interface | None:
        if not 0 <= index <= len(self._ip.interfaces):
            fail(errno.ENODEV)
        return self._ip.interfaces[index - 1] if index else None


def _small(value: int | bytes) -> int:
    """A number; Linux accepts a C char as well as an int for these options."""
    if isinstance(value, int):
        return value
    return int.from_bytes(value[:4], "little", signed=True) if value else fail(errno.EINVAL)


def _hops(value: int | bytes) -> int:
    hops = _small(value)
    if hops == -1:
        return 0
    return hops if 0 < hops <= MOST_HOPS else fail(errno.EINVAL)
