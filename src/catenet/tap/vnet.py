"""The virtio-net header, and what comes behind it from Linux.

====== ====== =================================================================
offset octets field (virtio 1.2, 5.1.6; in the machine's byte order)
====== ====== =================================================================
0      1      flags: 1 the checksum is still to be computed
1      1      segmentation: 0 none, 1 TCP over IPv4, 4 TCP over IPv6
2      2      length of all headers
4      2      data octets of a segment
6      2      where the checksummed part starts, from the frame's start
8      2      where the checksum is, from there
====== ====== =================================================================

Linux hands over TCP data of up to 64 KiB as one packet.  A simulated internet carries packets that fit
its links, so :func:`segments` takes it apart as a network card would: the same segments, one by one.  They
become objects at once.  Nobody has computed their checksums, and nobody has to.
"""

from __future__ import annotations

import struct
from typing import Final

from librt.strings import read_i32_be
from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.kernel.pdu import Octets, Pdu
from catenet.network.ip.ipv4 import FLAG_DONT_FRAGMENT, Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.transport.tcp.segment.options import parse_options
from catenet.transport.tcp.segment.segment import FIN, PROTOCOL, PSH, SYN, TcpSegment

HEADER_OCTETS: Final[i64] = 10
NEEDS_CHECKSUM: Final[i64] = 1
NO_SEGMENTATION: Final[i64] = 0
TCP_OVER_IPV4: Final[i64] = 1
TCP_OVER_IPV6: Final[i64] = 4

CHECKSUM_AT: Final[i64] = 16
"""Where a TCP header has its checksum."""
CWR: Final[i64] = 0x80

_HEADER: Final = struct.Struct("=BBHHHH")
_PLAIN: Final = _HEADER.pack(0, 0, 0, 0, 0, 0)
_TCP: Final = struct.Struct("!HHIIBBHHH")


class Hints:
    """What a virtio-net header says.  Lengths in octets; ``checksum_start`` from the start of the frame."""

    def __init__(
        self, flags: i64, segmentation: i64, segment_octets: i64, checksum_start: i64, checksum_at: i64
    ) -> None:
        self.needs_checksum: Final = flags & NEEDS_CHECKSUM != 0
        self.segmentation: Final = segmentation
        self.segment_octets: Final = segment_octets
        self.checksum_start: Final = checksum_start
        self.checksum_at: Final = checksum_at


def parse(data: bytes) -> Hints | None:
    """The header at the start of what was read; None if it is cut short."""
    if len(data) < HEADER_OCTETS:
        return None
    flags, segmentation, _headers, segment_octets, start, at = _HEADER.unpack_from(data)
    return Hints(flags, segmentation, segment_octets, start, at)


def plain_header() -> bytes:
    """The header of a packet that is complete."""
    return _PLAIN


def tcp_header(version: i64, header_octets: i64, checksum_start: i64, segment_octets: i64, several: bool) -> bytes:
    """The header of TCP data without a checksum, of one segment or of ``several``."""
    segmentation = NO_SEGMENTATION
    if several:
        segmentation = TCP_OVER_IPV4 if version == 4 else TCP_OVER_IPV6
    return _HEADER.pack(
        NEEDS_CHECKSUM, segmentation, header_octets, segment_octets if several else 0, checksum_start, CHECKSUM_AT
    )


def completed(packet: bytes, start: i64, at: i64) -> bytes | None:
    """The packet with the checksum that Linux left out: it covers all from ``start``; None if that lies outside.

    The field holds the sum of the pseudo header already.
    """
    place = start + at
    if start < 0 or place + 2 > len(packet):
        return None
    # RFC 768: a computed zero is sent as all ones; for TCP either is right
    checksum = internet_checksum(packet[start:]) or 0xFFFF
    return b"".join((packet[:place], int(checksum).to_bytes(2, "big"), packet[place + 2 :]))


def segments(packet: bytes, start: i64, segment_octets: i64) -> list[Pdu] | None:
    """The IP packets of one large TCP packet; ``start`` is where its TCP header is.

    The data is cut into ``segment_octets`` each; identification and sequence number count on, FIN and PSH are
    the last one's and CWR the first one's (RFC 3168 6.1.2).  None if the packet is not TCP over IP.
    """
    size: i64 = len(packet)
    version: i64 = packet[0] >> 4 if size > 0 else 0
    least: i64 = 20 if version == 4 else 40
    if version not in (4, 6) or start < least or start + 20 > size or segment_octets <= 0:
        return None
    data_at = start + (packet[start + 12] >> 4) * 4
    if data_at < start + 20 or data_at >= size:
        return None
    return _cut(packet, version, start, data_at, segment_octets)


def _cut(packet: bytes, version: i64, start: i64, data_at: i64, segment_octets: i64) -> list[Pdu]:
    whole = _segment(packet, start, data_at)
    as_objects = start == (20 if version == 4 else 40) and _says_all(whole, packet, start, data_at)
    pieces: list[Pdu] = []
    size: i64 = len(packet)
    at = data_at
    while at < size:
        end = at + segment_octets
        if end > size:
            end = size
        flags = whole.flags
        if end < size:
            flags &= ~(FIN | PSH)
        if at > data_at:
            flags &= ~CWR
        segment = TcpSegment(
            whole.src_port, whole.dst_port, (whole.seq + at - data_at) & 0xFFFF_FFFF, whole.ack, flags,
            whole.window, packet[at:end], whole.has_timestamps, whole.ts_value, whole.ts_echo, whole.sack_blocks,
        )  # fmt: skip
        if not as_objects:
            pieces.append(Octets(_patched(packet, version, start, data_at, segment, len(pieces))))
        elif version == 4:
            pieces.append(_ipv4(packet, segment, len(pieces)))
        else:
            pieces.append(_ipv6(packet, segment))
        at = end
    return pieces


def _segment(packet: bytes, start: i64, data_at: i64) -> TcpSegment:
    """The TCP header as an object, without data."""
    src_port, dst_port, seq, ack, _offset, flags, window, _checksum, urgent = _TCP.unpack_from(packet, start)
    options = parse_options(packet[start + 20 : data_at])
    return TcpSegment(
        src_port, dst_port, seq, ack, flags, window, b"",
        options.timestamps, options.ts_value, options.ts_echo, options.sack_blocks, None, urgent,
    )  # fmt: skip


def _says_all(segment: TcpSegment, packet: bytes, start: i64, data_at: i64) -> bool:
    """Whether the object would be emitted as the octets that it was made of: no option lost, none moved."""
    if segment.flags & SYN or segment.urgent or segment.header_length() != data_at - start:
        return False
    octets = segment.emit_header(0)
    return octets[:CHECKSUM_AT] == packet[start : start + 16] and octets[18:] == packet[start + 18 : data_at]


def _ipv4(packet: bytes, segment: TcpSegment, number: i64) -> Pdu:
    identification: i64 = packet[4] << 8 | packet[5]
    flags: i64 = packet[6] << 8
    return Ipv4Packet(
        i64(read_i32_be(packet, 12)) & 0xFFFF_FFFF,
        i64(read_i32_be(packet, 16)) & 0xFFFF_FFFF,
        PROTOCOL,
        segment,
        packet[8],
        packet[1],
        (identification + number) & 0xFFFF,
        flags & FLAG_DONT_FRAGMENT != 0,
    )


def _ipv6(packet: bytes, segment: TcpSegment) -> Pdu:
    first = i64(read_i32_be(packet, 0)) & 0xFFFF_FFFF
    src = int.from_bytes(packet[8:24], "big")
    dst = int.from_bytes(packet[24:40], "big")
    return Ipv6Packet(src, dst, PROTOCOL, segment, packet[7], first >> 20 & 0xFF, first & 0xF_FFFF)


def _patched(packet: bytes, version: i64, start: i64, data_at: i64, segment: TcpSegment, number: i64) -> bytes:
    """One segment's octets with the headers as they came, but for what must differ."""
    tcp = packet[start:data_at]
    tcp = b"".join((tcp[:4], int(segment.seq).to_bytes(4, "big"), tcp[8:13], bytes((segment.flags,)), tcp[14:16]))
    tcp += b"\0\0" + packet[start + 18 : data_at] + segment.payload
    header = packet[:start]
    octets = start + len(tcp)
    if version == 4:
        identification = ((header[4] << 8 | header[5]) + number) & 0xFFFF
        first = struct.pack("!BBHH", header[0], header[1], octets, identification)
        header = first + header[6:10] + b"\0\0" + header[12:]
        checksum = internet_checksum(header)
        header = header[:10] + int(checksum).to_bytes(2, "big") + header[12:]
        src, dst = int.from_bytes(header[12:16], "big"), int.from_bytes(header[16:20], "big")
    else:
        header = header[:4] + int(octets - 40).to_bytes(2, "big") + header[6:]
        src, dst = int.from_bytes(header[8:24], "big"), int.from_bytes(header[24:40], "big")
    checksum = internet_checksum(tcp, pseudo_header_sum(version, src, dst, PROTOCOL, len(tcp)))
    return b"".join((header, tcp[:16], int(checksum).to_bytes(2, "big"), tcp[18:]))
