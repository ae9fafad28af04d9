"""A datagram socket's multicast options: groups, sources, and sending (RFC 1112, RFC 3493 5.2, RFC 3678, ip(7)).

A host receives its own packets to a group that it has joined; multicast loopback cannot be disabled.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import Final

from catenet.network.interface import Interface
from catenet.network.stack import IpStack
from catenet.session.sockets.memberships import Memberships
from catenet.session.sockets.socket_base import fail
from catenet.transport.udp import UdpSocket

MAX_HOPS: Final = 255

IP_UNBLOCK_SOURCE: Final = 37
IP_BLOCK_SOURCE: Final = 38
IP_ADD_SOURCE_MEMBERSHIP: Final = 39
IP_DROP_SOURCE_MEMBERSHIP: Final = 40
IP_MSFILTER: Final = 41
MCAST_JOIN_GROUP: Final = 42
MCAST_BLOCK_SOURCE: Final = 43
MCAST_UNBLOCK_SOURCE: Final = 44
MCAST_LEAVE_GROUP: Final = 45
MCAST_JOIN_SOURCE_GROUP: Final = 46
MCAST_LEAVE_SOURCE_GROUP: Final = 47
MCAST_MSFILTER: Final = 48
IP_MULTICAST_ALL: Final = 49
IPV6_MULTICAST_ALL: Final = 29
"""Linux's numbers; Python has no name for most of them before 3.12."""

ALL_GROUPS_OPTIONS: Final = ((socket.IPPROTO_IP, IP_MULTICAST_ALL), (socket.IPPROTO_IPV6, IPV6_MULTICAST_ALL))
IP_SOURCE_OPTIONS: Final = {
    IP_UNBLOCK_SOURCE: MCAST_UNBLOCK_SOURCE,
    IP_BLOCK_SOURCE: MCAST_BLOCK_SOURCE,
    IP_ADD_SOURCE_MEMBERSHIP: MCAST_JOIN_SOURCE_GROUP,
    IP_DROP_SOURCE_MEMBERSHIP: MCAST_LEAVE_SOURCE_GROUP,
}
"""Those of IPv4 only, and what does the same for both versions."""
VERSIONS: Final = {int(socket.IPPROTO_IP): 4, int(socket.IPPROTO_IPV6): 6}
STORAGE_OCTETS: Final = 128
"""``struct sockaddr_storage``."""
MODE_EXCLUDE: Final = 0
MODE_INCLUDE: Final = 1


class Groups:
    """``hop_limit`` applies to packets to a group, 0 for the default, which is 1; ``interface`` is the outgoing one."""

    def __init__(self, ip: IpStack, udp: UdpSocket) -> None:
        self.hop_limit: int = 0
        self.interface: Interface | None = None
        self.joined: Final = Memberships(udp)
        self._udp: UdpSocket = udp
        self._ip = ip

    def move(self, udp: UdpSocket) -> None:
        """The endpoint has another socket of the transport layer."""
        self.joined.move(udp)
        self._udp = udp

    def get(self, level: int, name: int) -> int | bytes | None:
        """The value of an option; None if it is no multicast option."""
        if (level, name) in ALL_GROUPS_OPTIONS:
            return int(self._udp.all_groups)
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
                self.joined.join(*self._membership4(value))
            case (socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP):
                self.joined.leave(*self._membership4(value))
            case (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP):
                self.joined.join(*self._membership6(value))
            case (socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP):
                self.joined.leave(*self._membership6(value))
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS):
                self.hop_limit = _hops(value)
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP) | (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP):
                return _small(value) == 1
            case (socket.IPPROTO_IP, socket.IP_MULTICAST_IF):
                self.interface = self._by_address(value) if isinstance(value, bytes) else fail(errno.EINVAL)
            case (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF):
                self.interface = self._by_index(_small(value))
            case _:
                return self._set_sources(level, name, value)
        return True

    def _set_sources(self, level: int, name: int, value: int | bytes) -> bool:
        """The options of RFC 3678."""
        if level not in VERSIONS:
            return False
        if (level, name) in ALL_GROUPS_OPTIONS:
            self._udp.all_groups = _flag(value)
            return True
        version = VERSIONS[level]
        if version == 4 and name in IP_SOURCE_OPTIONS:
            self._change_source(IP_SOURCE_OPTIONS[name], *self._source4(value))
        elif version == 4 and name == IP_MSFILTER:
            self._set_filter4(_octets(value, 16))
        elif name in (MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP):
            request = _octets(value, 8 + STORAGE_OCTETS)
            change = self.joined.join if name == MCAST_JOIN_GROUP else self.joined.leave
            change(version, _stored(version, request, 8), self._requested(request))
        elif name in IP_SOURCE_OPTIONS.values():
            request = _octets(value, 8 + 2 * STORAGE_OCTETS)
            source = _stored(version, request, 8 + STORAGE_OCTETS)
            self._change_source(name, version, _stored(version, request, 8), self._requested(request), source)
        elif name == MCAST_MSFILTER:
            self._set_filter(version, _octets(value, 16 + STORAGE_OCTETS))
        else:
            return False
        return True

    def _change_source(self, name: int, version: int, group: int, interface: Interface | None, source: int) -> None:
        changes = {
            MCAST_JOIN_SOURCE_GROUP: self.joined.join_source,
            MCAST_LEAVE_SOURCE_GROUP: self.joined.leave_source,
            MCAST_BLOCK_SOURCE: self.joined.block_source,
            MCAST_UNBLOCK_SOURCE: self.joined.unblock_source,
        }
        changes[name](version, group, interface, source)

    def _set_filter4(self, value: bytes) -> None:
        """``struct ip_msfilter``: group, own address, mode, number of sources, sources."""
        group = int.from_bytes(value[:4], "big")
        mode, count = struct.unpack_from("=II", value, 8)
        sources = _octets(value, 16 + 4 * count)[16 : 16 + 4 * count]
        addresses = [int.from_bytes(sources[at : at + 4], "big") for at in range(0, len(sources), 4)]
        self.joined.set_filter(4, group, self._by_address(value[4:8]), _excludes(mode), addresses)

    def _set_filter(self, version: int, value: bytes) -> None:
        """``struct group_filter``: index, group, mode, number of sources, sources."""
        mode, count = struct.unpack_from("=II", value, 8 + STORAGE_OCTETS)
        begin = 16 + STORAGE_OCTETS
        value = _octets(value, begin + STORAGE_OCTETS * count)
        sources = [_stored(version, value, begin + STORAGE_OCTETS * each) for each in range(count)]
        self.joined.set_filter(version, _stored(version, value, 8), self._requested(value), _excludes(mode), sources)

    def _source4(self, value: int | bytes) -> tuple[int, int, Interface | None, int]:
        """``struct ip_mreq_source``: group, own address, source."""
        request = _octets(value, 12)
        group, source = int.from_bytes(request[:4], "big"), int.from_bytes(request[8:12], "big")
        return 4, group, self._by_address(request[4:8]), source

    def _membership4(self, value: int | bytes) -> tuple[int, int, Interface | None]:
        """``struct ip_mreq`` or ``ip_mreqn``: group, own address, index of the interface."""
        request = _octets(value, 8)
        return 4, int.from_bytes(request[:4], "big"), self._by_address(request[4:])

    def _membership6(self, value: int | bytes) -> tuple[int, int, Interface | None]:
        """``struct ipv6_mreq``: group, index of the interface."""
        request = _octets(value, 20)
        return 6, int.from_bytes(request[:16], "big"), self._by_index(struct.unpack_from("i", request, 16)[0])

    def _requested(self, request: bytes) -> Interface | None:
        """The interface of a ``struct group_req`` and its like, by index."""
        return self._by_index(struct.unpack_from("=I", request, 0)[0])

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


def _octets(value: int | bytes, least: int) -> bytes:
    """A structure of at least so many octets."""
    if isinstance(value, int) or len(value) < least:
        fail(errno.EINVAL)
    return value


def _stored(version: int, request: bytes, at: int) -> int:
    """The address in a ``struct sockaddr_storage``, which must be of the option's family."""
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    if struct.unpack_from("=H", request, at)[0] != family:
        fail(errno.EADDRNOTAVAIL)
    begin, width = (at + 4, 4) if version == 4 else (at + 8, 16)
    return int.from_bytes(request[begin : begin + width], "big")


def _excludes(mode: int) -> bool:
    if mode not in (MODE_EXCLUDE, MODE_INCLUDE):
        fail(errno.EINVAL)
    return mode == MODE_EXCLUDE


def _flag(value: int | bytes) -> bool:
    number = _small(value)
    return bool(number) if number in (0, 1) else fail(errno.EINVAL)


def _small(value: int | bytes) -> int:
    """A number; Linux accepts a C char as well as an int for these options."""
    if isinstance(value, int):
        return value
    return int.from_bytes(value[:4], "little", signed=True) if value else fail(errno.EINVAL)


def _hops(value: int | bytes) -> int:
    hops = _small(value)
    if hops == -1:
        return 0
    return hops if 0 < hops <= MAX_HOPS else fail(errno.EINVAL)
