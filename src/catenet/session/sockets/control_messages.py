"""Control messages of datagrams: what comes with one, from where one is sent, and the error queue.

RFC 3542 sections 4 and 6 for IPv6, ip(7) for IPv4 and the error queue.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any, Final

from catenet.network.interface import Interface
from catenet.network.protocol import IcmpError
from catenet.network.stack import IpStack
from catenet.session.names.address_selection import V4_MAPPED
from catenet.session.sockets.inet import number
from catenet.session.sockets.socket_base import Ancillary, fail
from catenet.transport.udp import Arrival

IP, IPV6 = int(socket.IPPROTO_IP), int(socket.IPPROTO_IPV6)
IP_PKTINFO, IP_RECVERR, IP_RECVTTL, IP_RECVTOS = 8, 11, 12, 13
IPV6_RECVERR, IPV6_RECVPKTINFO, IPV6_PKTINFO, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT = 25, 49, 50, 51, 52
IPV6_RECVTCLASS, IPV6_TCLASS = 66, 67
"""Linux's numbers, of which ``socket`` lacks some."""
OPTIONS: Final = frozenset(
    [(IP, IP_PKTINFO), (IP, IP_RECVERR), (IP, IP_RECVTTL), (IP, IP_RECVTOS)]
    + [(IPV6, name) for name in (IPV6_RECVERR, IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS)]
)
ORIGIN_LOCAL, ORIGIN_ICMP, ORIGIN_ICMP6 = 1, 2, 3


class ControlMessages:
    """The control messages of one UDP socket of ``version``, and which of them it asked for."""

    def __init__(self, ip: IpStack, version: int) -> None:
        self._ip: Final = ip
        self._version: Final = version
        self._wanted: Final[set[tuple[int, int]]] = set()

    @property
    def queues_errors(self) -> tuple[bool, bool]:
        """Whether errors are queued, of IPv4 and of IPv6."""
        return (IP, IP_RECVERR) in self._wanted, (IPV6, IPV6_RECVERR) in self._wanted

    def get(self, level: int, name: int) -> int | None:
        """An option's value; None if it is not one of these."""
        return int((level, name) in self._wanted) if self._has(level, name) else None

    def set(self, level: int, name: int, value: int | bytes) -> bool:
        """Set an option; False if it is not one of these."""
        if not self._has(level, name):
            return False
        if number(value):
            self._wanted.add((level, name))
        else:
            self._wanted.discard((level, name))
        return True

    def _has(self, level: int, name: int) -> bool:
        return (level, name) in OPTIONS and (self._version == 6 or level == IP)

    def of(self, arrival: Arrival) -> list[Ancillary]:
        """What came with a datagram, in Linux's order."""
        told: list[Ancillary] = []
        where = self._ip.interfaces.index(arrival.interface) + 1
        if (IPV6, IPV6_RECVPKTINFO) in self._wanted:
            told.append((IPV6, IPV6_PKTINFO, struct.pack("=16sI", _octets6(arrival.version, arrival.dst), where)))
        if arrival.version == 4:
            choices: list[tuple[int, int, int, bytes]] = [
                (IP, IP_PKTINFO, IP_PKTINFO, self._pktinfo4(arrival, where)),
                (IP, IP_RECVTTL, int(socket.IP_TTL), struct.pack("=i", arrival.hop_limit)),
                (IP, IP_RECVTOS, int(socket.IP_TOS), bytes([arrival.traffic_class])),
            ]
        else:
            choices = [
                (IPV6, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, struct.pack("=i", arrival.hop_limit)),
                (IPV6, IPV6_RECVTCLASS, IPV6_TCLASS, struct.pack("=i", arrival.traffic_class)),
            ]
        return told + [(level, kind, data) for level, option, kind, data in choices if (level, option) in self._wanted]

    def _pktinfo4(self, arrival: Arrival, where: int) -> bytes:
        """``struct in_pktinfo``: index, the own address to answer from, the destination."""
        local = arrival.dst
        if not self._ip.is_local(4, local):
            local = self._ip.source_address(4, arrival.src)
        return struct.pack("=i4s4s", where, local.to_bytes(4, "big"), arrival.dst.to_bytes(4, "big"))

    def of_error(self, error: IcmpError) -> Ancillary:
        """``struct sock_extended_err``, and the address of the reporter after it."""
        origin = ORIGIN_LOCAL if not error.reporter else ORIGIN_ICMP if error.version == 4 else ORIGIN_ICMP6
        told = struct.pack("=IBBBBII", error.errno, origin, error.type, error.code, 0, error.mtu, 0)
        if self._version == 4:
            reporter = struct.pack("=HH4s8x", socket.AF_INET, 0, error.reporter.to_bytes(4, "big"))
            return IP, IP_RECVERR, told + reporter
        octets = _octets6(int(error.version), error.reporter)
        return IPV6, IPV6_RECVERR, told + struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, octets, 0)

    def source(self, version: int, ancillary: list[Any]) -> tuple[int, Interface | None]:
        """The source address (0: none) and the interface that control messages give for a datagram.

        Raises EINVAL for other messages, and for an address that is not the host's; ENODEV for an unknown interface.
        """
        src, interface = 0, None
        for level, kind, data in ancillary:
            octets = bytes(data)
            if (level, kind) == (IPV6, IPV6_PKTINFO) and self._version == 6 and len(octets) >= 20:
                given, where = struct.unpack_from("=16sI", octets)
                src = _own(version, int.from_bytes(given, "big"))
            elif (level, kind) == (IP, IP_PKTINFO) and version == 4 and len(octets) >= 12:
                where, given = struct.unpack_from("=i4s", octets)
                src = int.from_bytes(given, "big")
            else:
                fail(errno.EINVAL)
            interface = self._interface(where)
            if src and not self._ip.is_local(version, src):
                fail(errno.EINVAL)
        return src, interface

    def _interface(self, where: int) -> Interface | None:
        if not 0 <= where <= len(self._ip.interfaces):
            fail(errno.ENODEV)
        return self._ip.interfaces[where - 1] if where else None


def _octets6(version: int, address: int) -> bytes:
    """An address as IPv6, with IPv4 mapped (RFC 4291 section 2.5.5.2)."""
    return (address if version == 6 or not address else V4_MAPPED | address).to_bytes(16, "big")


def _own(version: int, address: int) -> int:
    """The address of an ``in6_pktinfo`` in the version of the datagram; EINVAL if it is of the other one."""
    mapped = address >> 32 == 0xFFFF
    if address and mapped != (version == 4):
        fail(errno.EINVAL)
    return address & 0xFFFFFFFF if mapped else address
