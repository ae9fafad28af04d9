"""Rewrites addresses and ports of packets, and updates checksums.

A payload object is replaced by a new one, whose checksum is computed when it is emitted.  The checksum of a payload of
octets is updated incrementally (RFC 1624, equation 3), so that a wrong one stays wrong, and unknown options stay
unchanged.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Octets
from catenet.network.icmp import icmpv4
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import HEADER_OCTETS, Ipv4Packet
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, IpPayload

TIMESTAMP: Final[i64] = 13
TIMESTAMP_REPLY: Final[i64] = 14

_TCP_CHECKSUM_AT: Final = 16
_TCP_FLAGS_AT: Final = 13
_UDP_CHECKSUM_AT: Final = 6
_WORD: Final = struct.Struct("!H")
_PORTS: Final = struct.Struct("!HH")
_ADDRESSES: Final = struct.Struct("!II")

NO_PORTS: Final[i64] = -1


def is_query(kind: i64) -> bool:
    """True for an ICMP query with an identifier."""
    return kind == icmpv4.ECHO or kind == TIMESTAMP


def is_reply(kind: i64) -> bool:
    """True for an ICMP message that answers a query."""
    return kind == icmpv4.ECHO_REPLY or kind == TIMESTAMP_REPLY


def ports_of(packet: Ipv4Packet) -> i64:
    """Source port << 16 | destination port of a whole TCP or UDP packet; :data:`NO_PORTS` if it is too short."""
    payload = packet.payload
    if isinstance(payload, IpPayload):
        return payload.flow_ports()
    if not isinstance(payload, Octets):
        return NO_PORTS
    data = payload.data
    if len(data) < (20 if packet.protocol == PROTOCOL_TCP else 8):
        return NO_PORTS
    src: i64 = data[0] << 8 | data[1]
    dst: i64 = data[2] << 8 | data[3]
    return src << 16 | dst


def tcp_flags(packet: Ipv4Packet) -> i64:
    """The flags of a TCP packet whose ports are known; 0 for every other protocol."""
    payload = packet.payload
    if isinstance(payload, IpPayload):
        return payload.flow_flags()
    if packet.protocol == PROTOCOL_TCP and isinstance(payload, Octets):
        return payload.data[_TCP_FLAGS_AT]
    return 0


def readdress(packet: Ipv4Packet, src: int, src_port: i64, dst: int, dst_port: i64) -> None:
    """Rewrite the endpoints of a whole TCP or UDP packet."""
    payload = packet.payload
    if isinstance(payload, IpPayload):
        packet.payload = payload.with_flow_ports(src_port << 16 | dst_port)
    elif isinstance(payload, Octets):
        difference = _sum32(src) + _sum32(dst) - _sum32(packet.src) - _sum32(packet.dst)
        packet.payload = Octets(_with_ports(payload.data, packet.protocol, src_port, dst_port, difference))
    packet.src = src
    packet.dst = dst


def with_identifier(message: IcmpMessage, identifier: i64) -> IcmpMessage:
    """A query or reply with another identifier."""
    return IcmpMessage(
        message.version, message.kind, message.code, identifier << 16 | message.rest & 0xFFFF, message.body
    )


class Quote:
    """The packet quoted by an ICMP error, with its endpoints."""

    def __init__(self, body: bytes, protocol: i64, src: int, dst: int, src_port: i64, dst_port: i64) -> None:
        self.body: Final = body
        self.protocol: Final[i64] = protocol
        self.src: Final = src
        self.dst: Final = dst
        self.src_port: Final[i64] = src_port
        self.dst_port: Final[i64] = dst_port

    def readdressed(self, src: int, src_port: i64, dst: int, dst_port: i64) -> bytes:
        """The quoted octets with other endpoints; a transport checksum is changed along if it is quoted."""
        body = self.body
        header_octets: i64 = (body[0] & 0xF) * 4
        difference = _sum32(src) + _sum32(dst) - _sum32(self.src) - _sum32(self.dst)
        bare = body[:10] + bytes(2) + _ADDRESSES.pack(src, dst) + body[HEADER_OCTETS:header_octets]
        header = bare[:10] + _WORD.pack(internet_checksum(bare)) + bare[12:]
        head = body[header_octets:]
        if self.protocol == PROTOCOL_ICMP:
            return header + _with_icmp_identifier(head, src_port)
        return header + _with_ports(head, self.protocol, src_port, dst_port, difference)


def parse_quote(body: bytes) -> Quote | None:
    """Parse a quoted packet; None unless its header checksum is right and the ports (or identifier) are present.

    The transport checksum is not verified (RFC 5508 REQ-3).
    """
    if len(body) < HEADER_OCTETS or body[0] >> 4 != 4:
        return None
    header_octets: i64 = (body[0] & 0xF) * 4
    if header_octets < HEADER_OCTETS or len(body) < header_octets + 8 or internet_checksum(body[:header_octets]) != 0:
        return None
    protocol: i64 = body[9]
    later_fragment = (body[6] & 0x1F) << 8 | body[7]
    if later_fragment:
        return None
    src, dst = _ADDRESSES.unpack_from(body, 12)
    head = body[header_octets : header_octets + 8]
    if protocol == PROTOCOL_ICMP:
        identifier: i64 = head[4] << 8 | head[5]
        return Quote(body, protocol, src, dst, identifier, 0) if is_query(head[0]) else None
    if protocol != PROTOCOL_TCP and protocol != PROTOCOL_UDP:
        return None
    src_port, dst_port = _PORTS.unpack_from(head)
    return Quote(body, protocol, src, dst, src_port, dst_port)


def changed_checksum(checksum: i64, difference: i64) -> i64:
    """The checksum of data whose words' sum has grown by ``difference`` (RFC 1624, equation 3).

    No packet is all zeros, so of the two zeros of one's complement, negative zero applies.
    """
    total: i64 = (checksum ^ 0xFFFF) + difference
    while total <= 0:
        total += 0xFFFF << 8
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return total ^ 0xFFFF


def _sum32(address: int) -> i64:
    number: i64 = address
    return (number >> 16) + (number & 0xFFFF)


def _with_ports(data: bytes, protocol: i64, src_port: i64, dst_port: i64, difference: i64) -> bytes:
    """TCP or UDP octets, or the first of them, with other ports; ``difference`` is that of the pseudo header."""
    old_src, old_dst = _PORTS.unpack_from(data)
    difference += src_port + dst_port - old_src - old_dst
    at = _TCP_CHECKSUM_AT if protocol == PROTOCOL_TCP else _UDP_CHECKSUM_AT
    ports = _PORTS.pack(src_port, dst_port)
    if len(data) < at + 2:
        return ports + data[4:]
    checksum: i64 = data[at] << 8 | data[at + 1]
    if protocol == PROTOCOL_TCP:
        checksum = changed_checksum(checksum, difference)
    elif checksum != 0:
        checksum = changed_checksum(checksum, difference) or 0xFFFF
    return ports + data[4:at] + _WORD.pack(checksum) + data[at + 2 :]


def _with_icmp_identifier(data: bytes, identifier: i64) -> bytes:
    checksum: i64 = data[2] << 8 | data[3]
    old: i64 = data[4] << 8 | data[5]
    changed = changed_checksum(checksum, identifier - old)
    return data[:2] + _WORD.pack(changed) + _WORD.pack(identifier) + data[6:]
