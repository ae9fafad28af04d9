"""The IPv6 packet on the wire and its extension headers (RFC 8200).

The chain of extension headers is stored as the received octets, which a router forwards unchanged.  The walk over it
stops at the upper layer, at a fragment header (the rest belongs to the reassembled packet), or at a header it cannot
step over.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import pseudo_header_sum
from catenet.kernel.pdu import Octets, Pdu
from catenet.network.packet import IpPacket, IpPayload

HEADER_OCTETS: Final[i64] = 40
MIN_MTU_OCTETS: Final[i64] = 1280
MAX_PAYLOAD_OCTETS: Final[i64] = 65_535
MAX_OCTETS: Final[i64] = HEADER_OCTETS + MAX_PAYLOAD_OCTETS
FRAGMENT_HEADER_OCTETS: Final[i64] = 8

HOP_BY_HOP: Final = 0
ROUTING: Final = 43
FRAGMENT: Final = 44
DESTINATION_OPTIONS: Final = 60

MAX_EXTENSIONS: Final[i64] = 16
"""A packet with a longer chain counts as malformed, since it may be an attack (RFC 8504 5.3)."""

_HEADER: Final = struct.Struct("!IHBB16s16s")
_FRAGMENT: Final = struct.Struct("!BBHI")


class Ipv6Packet(IpPacket):
    """An IPv6 packet or fragment.

    ``next_header`` is the fixed header's field; ``extensions`` are the octets of all extension headers before the
    header ``protocol``.  ``fragment_at`` is the offset of the fragment header among them, or -1.
    """

    def __init__(
        self,
        src: int,
        dst: int,
        protocol: i64,
        payload: Pdu,
        hop_limit: i64 = 64,
        traffic_class: i64 = 0,
        flow_label: i64 = 0,
    ) -> None:
        super().__init__(6, src, dst, protocol, hop_limit, traffic_class, payload)
        self.flow_label: i64 = flow_label
        self.next_header: i64 = protocol
        self.extensions = b""
        self.fragment_at: i64 = -1

    def is_fragment(self) -> bool:
        return self.fragment_at >= 0

    def is_plain(self) -> bool:
        return len(self.extensions) == 0

    @property
    def fragment_offset_octets(self) -> i64:
        """The offset of the fragment's data, a multiple of 8.  There must be a fragment header."""
        at = self.fragment_at
        offset: i64 = self.extensions[at + 2] << 8 | self.extensions[at + 3] & 0xF8
        return offset

    @property
    def more_fragments(self) -> bool:
        """The M flag.  There must be a fragment header."""
        return self.extensions[self.fragment_at + 3] & 1 != 0

    @property
    def identification(self) -> i64:
        """The fragment header's identification.  There must be one."""
        at = self.fragment_at
        return i64(int.from_bytes(self.extensions[at + 4 : at + 8], "big"))

    def wire_length(self) -> i64:
        return HEADER_OCTETS + len(self.extensions) + self.payload.wire_length()

    def clone(self) -> Pdu:
        copy = self.with_payload(self.payload.clone())
        copy.next_header = self.next_header
        copy.extensions = self.extensions
        copy.fragment_at = self.fragment_at
        return copy

    def with_payload(self, payload: Pdu) -> Ipv6Packet:
        """A packet with the same fixed header, without extension headers, and with another payload."""
        return Ipv6Packet(
            self.src, self.dst, self.protocol, payload, self.hop_limit, self.traffic_class, self.flow_label
        )

    def emit(self) -> bytes:
        payload = self.emit_payload()
        header = _HEADER.pack(
            6 << 28 | self.traffic_class << 20 | self.flow_label,
            len(self.extensions) + len(payload),
            self.next_header,
            self.hop_limit,
            self.src.to_bytes(16, "big"),
            self.dst.to_bytes(16, "big"),
        )
        return header + self.extensions + payload

    def emit_payload(self) -> bytes:
        """The payload's octets, checksummed over this packet's addresses."""
        payload = self.payload
        if isinstance(payload, IpPayload):
            length = payload.wire_length()
            return payload.emit_over(pseudo_header_sum(6, self.src, self.dst, self.protocol, length))
        return payload.emit()


class Walk:
    """The result of a walk over a chain of extension headers from ``next_header``.

    ``protocol`` is the header at ``end``, ``fragment_at`` as in :class:`Ipv6Packet`; ``bad`` if a header reaches
    beyond the data or there are too many.
    """

    def __init__(self, next_header: i64) -> None:
        self.protocol: i64 = next_header
        self.end: i64 = 0
        self.fragment_at: i64 = -1
        self.bad = False


def walk(next_header: i64, data: bytes) -> Walk:
    """Follow extension headers (RFC 8200 section 4).  A hop-by-hop header counts only in first place."""
    state = Walk(next_header)
    size: i64 = len(data)
    count: i64 = 0
    while is_extension(state.protocol, count == 0):
        at = state.end
        count += 1
        if at + 8 > size or count > MAX_EXTENSIONS:
            state.bad = True
            return state
        following: i64 = data[at]
        if state.protocol == FRAGMENT:
            state.fragment_at = at
            state.end = at + FRAGMENT_HEADER_OCTETS
            state.protocol = following
            return state
        state.end = at + 8 + data[at + 1] * 8
        state.protocol = following
        if state.end > size:
            state.bad = True
            return state
    return state


def is_extension(header: i64, first: bool) -> bool:
    """True for a header that the walk can step over."""
    if header == HOP_BY_HOP:
        return first
    return header in (ROUTING, FRAGMENT, DESTINATION_OPTIONS)


def parse(data: bytes) -> Ipv6Packet | None:
    """Parse a packet, ignoring octets after its payload length (Ethernet padding).

    None if it is truncated, a header of the chain reaches beyond it, or a fragment is one that RFC 8200
    4.5 forbids (a length that is no multiple of 8 with more to come, an end beyond 65,535).
    """
    if len(data) < HEADER_OCTETS or data[0] >> 4 != 6:
        return None
    first, length, next_header, hop_limit, src, dst = _HEADER.unpack_from(data)
    if HEADER_OCTETS + length > len(data):
        return None
    body = data[HEADER_OCTETS : HEADER_OCTETS + length]
    walked = walk(next_header, body)
    if walked.bad:
        return None
    packet = Ipv6Packet(
        int.from_bytes(src, "big"),
        int.from_bytes(dst, "big"),
        walked.protocol,
        Octets(body[walked.end :]),
        hop_limit,
        (first >> 20) & 0xFF,
        first & 0xFFFFF,
    )
    packet.next_header = next_header
    packet.extensions = body[: walked.end]
    packet.fragment_at = walked.fragment_at
    if packet.fragment_at >= 0 and not _fits(packet, length - walked.end):
        return None
    return packet


def _fits(packet: Ipv6Packet, octets: i64) -> bool:
    if packet.more_fragments and octets & 7:
        return False
    return packet.fragment_offset_octets + octets + packet.fragment_at <= MAX_PAYLOAD_OCTETS


def fragment_header(next_header: i64, offset_octets: i64, more: bool, identification: i64) -> bytes:
    """The octets of a fragment header (RFC 8200 4.5)."""
    return _FRAGMENT.pack(next_header, 0, offset_octets | (1 if more else 0), identification)


def reassembled(first: Ipv6Packet, data: bytes) -> Ipv6Packet | None:
    """The whole packet, from its first fragment and the data of all (RFC 8200 4.5).

    None if the extension headers in it are malformed, or if there is another fragment header.
    """
    at = first.fragment_at
    following = first.extensions[at]
    before = first.extensions[:at]
    next_header = first.next_header
    if at == 0:
        next_header = following
    else:
        last = last_header_at(before)
        before = before[:last] + bytes([following]) + before[last + 1 :]
    body = before + data
    walked = walk(next_header, body)
    if walked.bad or walked.fragment_at >= 0 or len(body) > MAX_PAYLOAD_OCTETS:
        return None
    whole = first.with_payload(Octets(body[walked.end :]))
    whole.protocol = walked.protocol
    whole.next_header = next_header
    whole.extensions = body[: walked.end]
    return whole


def last_header_at(extensions: bytes) -> i64:
    """The offset of the last header in a chain without a fragment header."""
    at: i64 = 0
    while True:
        following = at + 8 + extensions[at + 1] * 8
        if following >= len(extensions):
            return at
        at = following
