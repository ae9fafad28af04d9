"""Fragmentation: one packet into several that fit (RFC 791 3.2, RFC 8200 4.5)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.pdu import Octets
from catenet.network.ip.ipv4 import HEADER_OCTETS as IPV4_HEADER_OCTETS
from catenet.network.ip.ipv4 import Ipv4Packet, copied_options
from catenet.network.ip.ipv6 import FRAGMENT, FRAGMENT_HEADER_OCTETS, Ipv6Packet, fragment_header
from catenet.network.ip.ipv6 import HEADER_OCTETS as IPV6_HEADER_OCTETS
from catenet.network.packet import IpPacket


def fragments(packet: IpPacket, mtu: i64, identification: i64) -> list[IpPacket]:
    """Fragments of at most ``mtu`` octets each, in order; none if not even 8 octets of data would fit.

    ``identification`` is used for IPv6; an IPv4 packet has its own.  An IPv4 fragment may be fragmented again.
    """
    if isinstance(packet, Ipv4Packet):
        return _fragments4(packet, mtu)
    if isinstance(packet, Ipv6Packet):
        return _fragments6(packet, mtu, identification)
    return []


def _fragments4(packet: Ipv4Packet, mtu: i64) -> list[IpPacket]:
    data = packet.emit_payload()
    later_options = copied_options(packet.options)
    size: i64 = len(data)
    at: i64 = 0
    cut: list[IpPacket] = []
    while at < size:
        options = packet.options if at == 0 else later_options
        room = (mtu - IPV4_HEADER_OCTETS - len(options)) & ~7
        if room < 8:
            return []
        piece = packet.with_payload(Octets(data[at : at + room]))
        piece.options = options
        piece.fragment_offset_octets = packet.fragment_offset_octets + at
        at += room
        piece.more_fragments = packet.more_fragments or at < size
        cut.append(piece)
    return cut


def _fragments6(packet: Ipv6Packet, mtu: i64, identification: i64) -> list[IpPacket]:
    """All extension headers are in the fragmentable part: this host sends none that routers process."""
    data = packet.extensions + packet.emit_payload()
    size: i64 = len(data)
    room = (mtu - IPV6_HEADER_OCTETS - FRAGMENT_HEADER_OCTETS) & ~7
    if room < 8:
        return []
    at: i64 = 0
    cut: list[IpPacket] = []
    while at < size:
        piece = packet.with_payload(Octets(data[at : at + room]))
        piece.protocol = packet.next_header
        piece.next_header = FRAGMENT
        piece.extensions = fragment_header(packet.next_header, at, at + room < size, identification)
        piece.fragment_at = 0
        at += room
        cut.append(piece)
    return cut
