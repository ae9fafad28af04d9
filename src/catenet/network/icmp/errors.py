"""ICMP errors: which may be sent, their quoted data, and their errnos."""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets
from catenet.network import addresses
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_ICMPV6, IpPacket

UNREACHABLE4: Final = (
    (errno.ENETUNREACH, False),
    (errno.EHOSTUNREACH, False),
    (errno.ENOPROTOOPT, True),
    (errno.ECONNREFUSED, True),
    (errno.EMSGSIZE, False),
    (errno.EOPNOTSUPP, False),
    (errno.ENETUNREACH, True),
    (errno.EHOSTDOWN, True),
    (errno.ENONET, True),
    (errno.ENETUNREACH, True),
    (errno.EHOSTUNREACH, True),
    (errno.ENETUNREACH, False),
    (errno.EHOSTUNREACH, False),
    (errno.EHOSTUNREACH, True),
    (errno.EHOSTUNREACH, True),
    (errno.EHOSTUNREACH, True),
)
"""``(errno, hard)`` by code of destination unreachable, as Linux has it."""
UNREACHABLE6: Final = (
    (errno.ENETUNREACH, False),
    (errno.EACCES, True),
    (errno.EHOSTUNREACH, False),
    (errno.EHOSTUNREACH, False),
    (errno.ECONNREFUSED, True),
    (errno.EACCES, True),
    (errno.EACCES, True),
)


def meaning(version: i64, kind: i64, code: i64) -> tuple[int, bool]:
    """``(errno, hard)`` of an ICMP error, as Linux's sockets report it; errno 0 if sockets ignore it."""
    if version == 4:
        if kind == icmpv4.UNREACHABLE:
            return UNREACHABLE4[code] if code < len(UNREACHABLE4) else (errno.EHOSTUNREACH, False)
        if kind == icmpv4.TIME_EXCEEDED:
            return errno.EHOSTUNREACH, False
        return (errno.EPROTO, True) if kind == icmpv4.PARAMETER_PROBLEM else (0, False)
    if kind == icmpv6.UNREACHABLE:
        return UNREACHABLE6[code] if code < len(UNREACHABLE6) else (errno.EPROTO, False)
    if kind == icmpv6.PACKET_TOO_BIG:
        return errno.EMSGSIZE, False
    if kind == icmpv6.TIME_EXCEEDED:
        return errno.EHOSTUNREACH, False
    return (errno.EPROTO, True) if kind == icmpv6.PARAMETER_PROBLEM else (0, False)


def may_report4(packet: Ipv4Packet) -> bool:
    """True if an error may be sent about a packet (RFC 1122 3.2.2).

    None is sent about an error, a later fragment, or a packet to a group.  The caller has checked that the source is a
    single host, and that the frame was no broadcast.
    """
    if packet.fragment_offset_octets != 0:
        return False
    if addresses.is_multicast(4, packet.dst) or packet.dst == addresses.BROADCAST:
        return False
    return packet.protocol != PROTOCOL_ICMP or not icmpv4.is_error(message_type(packet))


def may_report6(packet: Ipv6Packet, kind: i64, code: i64) -> bool:
    """True if an error may be sent about a packet (RFC 4443 2.4 e)."""
    if addresses.is_multicast(6, packet.dst):
        about_option = kind == icmpv6.PARAMETER_PROBLEM and code == 2
        if kind != icmpv6.PACKET_TOO_BIG and not about_option:
            return False
    if packet.fragment_at >= 0 and packet.fragment_offset_octets != 0:
        return packet.protocol != PROTOCOL_ICMPV6
    if packet.protocol != PROTOCOL_ICMPV6:
        return True
    about = message_type(packet)
    return not icmpv6.is_error(about) and about != icmpv6.REDIRECT


def message_type(packet: IpPacket) -> i64:
    """The type of the ICMP message that a packet carries; an error's if it is too short to tell."""
    payload = packet.payload
    if isinstance(payload, IcmpMessage):
        return payload.kind
    if isinstance(payload, Octets) and len(payload.data) > 0:
        return payload.data[0]
    return icmpv4.UNREACHABLE


def error_about(packet: IpPacket, kind: i64, code: i64, rest: i64) -> IcmpMessage:
    """The error message, quoting as much of the packet as is allowed."""
    version = packet.version
    if version == 4:
        room = icmpv4.MAX_ERROR_OCTETS - ipv4.HEADER_OCTETS - 8
    else:
        room = icmpv6.MAX_ERROR_OCTETS - ipv6.HEADER_OCTETS - 8
    return IcmpMessage(version, kind, code, rest, packet.emit()[:room])


class Quoted:
    """The start of a packet, as an error quotes it.  ``length`` is what its header says, in octets."""

    def __init__(self, src: int, dst: int, protocol: i64, length: i64, head: bytes) -> None:
        self.src: Final = src
        self.dst: Final = dst
        self.protocol: Final[i64] = protocol
        self.length: Final[i64] = length
        self.head: Final = head


def parse_quoted(version: i64, data: bytes) -> Quoted | None:
    """The packet quoted by an error; None without a whole header, or for a later fragment."""
    return _quoted4(data) if version == 4 else _quoted6(data)


def _quoted4(data: bytes) -> Quoted | None:
    if len(data) < ipv4.HEADER_OCTETS or data[0] >> 4 != 4:
        return None
    header_octets: i64 = (data[0] & 0xF) * 4
    if header_octets < ipv4.HEADER_OCTETS or (data[6] & 0x1F) << 8 | data[7]:
        return None
    length: i64 = data[2] << 8 | data[3]
    src = int.from_bytes(data[12:16], "big")
    dst = int.from_bytes(data[16:20], "big")
    return Quoted(src, dst, data[9], length, data[header_octets:])


def _quoted6(data: bytes) -> Quoted | None:
    if len(data) < ipv6.HEADER_OCTETS or data[0] >> 4 != 6:
        return None
    body = data[ipv6.HEADER_OCTETS :]
    walked = ipv6.walk(data[6], body)
    if walked.bad:
        return None
    if walked.fragment_at >= 0 and (body[walked.fragment_at + 2] or body[walked.fragment_at + 3] & 0xF8):
        return None
    src = int.from_bytes(data[8:24], "big")
    dst = int.from_bytes(data[24:40], "big")
    length: i64 = ipv6.HEADER_OCTETS + (data[4] << 8 | data[5])
    return Quoted(src, dst, walked.protocol, length, body[walked.end :])


def next_header_at(packet: IpPacket) -> i64:
    """The offset of the next header field that identifies an IPv6 packet's payload."""
    if not isinstance(packet, Ipv6Packet) or not packet.extensions:
        return 6
    return ipv6.HEADER_OCTETS + ipv6.last_header_at(packet.extensions)
