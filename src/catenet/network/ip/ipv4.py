"""The IPv4 packet on the wire (RFC 791; ECN and DSCP, RFC 2474 and RFC 3168; identification, RFC 6864)."""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.kernel.pdu import Octets, Pdu
from catenet.network.packet import IpPacket, IpPayload

HEADER_OCTETS: Final[i64] = 20
MAX_OCTETS: Final[i64] = 65_535
MIN_MTU_OCTETS: Final[i64] = 68
"""Every link takes packets of 68 octets (RFC 791 3.2)."""

FLAG_EVIL: Final[i64] = 0x8000
FLAG_DONT_FRAGMENT: Final[i64] = 0x4000
FLAG_MORE_FRAGMENTS: Final[i64] = 0x2000

OPTION_END: Final = 0
OPTION_NOP: Final = 1
OPTION_LOOSE_SOURCE_ROUTE: Final = 131
OPTION_STRICT_SOURCE_ROUTE: Final = 137

_HEADER: Final = struct.Struct("!BBHHHBBHII")


class Ipv4Packet(IpPacket):
    """An IPv4 packet or fragment.  ``fragment_offset_octets`` is a multiple of 8; ``options`` of 4 octets."""

    def __init__(
        self,
        src: int,
        dst: int,
        protocol: i64,
        payload: Pdu,
        hop_limit: i64 = 64,
        traffic_class: i64 = 0,
        identification: i64 = 0,
        dont_fragment: bool = False,
        options: bytes = b"",
    ) -> None:
        super().__init__(4, src, dst, protocol, hop_limit, traffic_class, payload)
        self.identification: i64 = identification
        self.dont_fragment = dont_fragment
        self.more_fragments = False
        self.fragment_offset_octets: i64 = 0
        self.options = options

    def is_fragment(self) -> bool:
        return self.more_fragments or self.fragment_offset_octets != 0

    def is_plain(self) -> bool:
        return not self.more_fragments and self.fragment_offset_octets == 0 and len(self.options) == 0

    def wire_length(self) -> i64:
        return HEADER_OCTETS + len(self.options) + self.payload.wire_length()

    def clone(self) -> Pdu:
        copy = self.with_payload(self.payload.clone())
        copy.more_fragments = self.more_fragments
        copy.fragment_offset_octets = self.fragment_offset_octets
        return copy

    def with_payload(self, payload: Pdu) -> Ipv4Packet:
        """An unfragmented packet with the same header and another payload."""
        return Ipv4Packet(
            self.src,
            self.dst,
            self.protocol,
            payload,
            self.hop_limit,
            self.traffic_class,
            self.identification,
            self.dont_fragment,
            self.options,
        )

    def emit(self) -> bytes:
        payload = self.emit_payload()
        header = self.emit_header(len(payload))
        return header + payload

    def emit_payload(self) -> bytes:
        """The payload's octets, checksummed over this packet's addresses."""
        payload = self.payload
        if isinstance(payload, IpPayload):
            length = payload.wire_length()
            return payload.emit_over(pseudo_header_sum(4, self.src, self.dst, self.protocol, length))
        return payload.emit()

    def emit_header(self, payload_octets: i64) -> bytes:
        """The header's octets, its checksum included."""
        options = self.options
        header_octets: i64 = HEADER_OCTETS + len(options)
        flags: i64 = self.fragment_offset_octets >> 3
        if self.dont_fragment:
            flags |= FLAG_DONT_FRAGMENT
        if self.more_fragments:
            flags |= FLAG_MORE_FRAGMENTS
        bare = (
            _HEADER.pack(
                0x40 | header_octets >> 2,
                self.traffic_class,
                header_octets + payload_octets,
                self.identification,
                flags,
                self.hop_limit,
                self.protocol,
                0,
                self.src,
                self.dst,
            )
            + options
        )
        checksum = int(internet_checksum(bare))
        return bare[:10] + checksum.to_bytes(2, "big") + bare[12:]


def parse(data: bytes) -> Ipv4Packet | None:
    """Parse a packet, ignoring octets after its total length (Ethernet padding).

    None if it is truncated, its lengths disagree, its header checksum is wrong, the reserved flag is set,
    or its options do not fill the header in whole options.
    """
    if len(data) < HEADER_OCTETS or data[0] >> 4 != 4:
        return None
    header_octets: i64 = (data[0] & 0xF) * 4
    if header_octets < HEADER_OCTETS or len(data) < header_octets:
        return None
    header = data[:header_octets]
    _, traffic_class, total, identification, flags, hop_limit, protocol, _, src, dst = _HEADER.unpack_from(header)
    if not header_octets <= total <= len(data) or internet_checksum(header) != 0:
        return None
    options = header[HEADER_OCTETS:]
    if flags & FLAG_EVIL or (options and not well_formed(options)):
        return None
    return _built(
        Ipv4Packet(
            src,
            dst,
            protocol,
            Octets(data[header_octets:total]),
            hop_limit,
            traffic_class,
            identification,
            flags & FLAG_DONT_FRAGMENT != 0,
            options,
        ),
        flags,
        total - header_octets,
    )


def _built(packet: Ipv4Packet, flags: i64, payload_octets: i64) -> Ipv4Packet | None:
    """The packet with its fragment fields; None for a fragment that would end beyond the largest packet."""
    packet.more_fragments = flags & FLAG_MORE_FRAGMENTS != 0
    packet.fragment_offset_octets = (flags & 0x1FFF) << 3
    if packet.fragment_offset_octets + payload_octets > MAX_OCTETS - HEADER_OCTETS:
        return None
    if packet.more_fragments and payload_octets & 7:
        return None
    return packet


def well_formed(options: bytes) -> bool:
    """True if every option ends within the header (RFC 791 3.1)."""
    at: i64 = 0
    size: i64 = len(options)
    while at < size and options[at] != OPTION_END:
        if options[at] == OPTION_NOP:
            at += 1
            continue
        if at + 1 >= size or options[at + 1] < 2:
            return False
        at += options[at + 1]
    return at <= size


def is_source_routed(options: bytes) -> bool:
    """True if a well-formed option list contains a loose or strict source route."""
    at: i64 = 0
    while at < len(options) and options[at] != OPTION_END:
        if options[at] in (OPTION_LOOSE_SOURCE_ROUTE, OPTION_STRICT_SOURCE_ROUTE):
            return True
        at += 1 if options[at] == OPTION_NOP else options[at + 1]
    return False


def copied_options(options: bytes) -> bytes:
    """The options that are copied to every fragment (the copied flag, RFC 791 3.1), padded to 4 octets."""
    kept = b""
    at: i64 = 0
    while at < len(options) and options[at] != OPTION_END:
        length: i64 = 1 if options[at] == OPTION_NOP else options[at + 1]
        if options[at] & 0x80:
            kept += options[at : at + length]
        at += length
    return kept + bytes(-len(kept) % 4)
