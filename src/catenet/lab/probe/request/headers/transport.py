"""Headers of TCP and UDP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from catenet.lab.probe.request.headers.header import HEX16, Field, Format, Header, read_fields, read_header

_FLAG_NAMES: Final = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")


def flags_text(number: int) -> str:
    """The control bits that are set."""
    return ", ".join(name for bit, name in enumerate(_FLAG_NAMES) if number & (1 << bit)) or "none"


_TCP: Final = (
    Format("Source Port", 16, "tcp.srcport"),
    Format("Destination Port", 16, "tcp.dstport"),
    Format("Sequence Number", 32, "tcp.seq_raw"),
    Format("Acknowledgment Number", 32, "tcp.ack_raw"),
    Format("Data Offset", 4, "", lambda number: f"{number} ({4 * number} octets)"),
    Format("Reserved", 4),
    Format("Control Bits", 8, "tcp.flags", lambda number: f"0x{number:02x} ({flags_text(number)})"),
    Format("Window", 16, "tcp.window_size_value"),
    Format("Checksum", 16, "tcp.checksum", HEX16),
    Format("Urgent Pointer", 16, "tcp.urgent_pointer"),
)
_UDP: Final = (
    Format("Source Port", 16, "udp.srcport"),
    Format("Destination Port", 16, "udp.dstport"),
    Format("Length", 16, "udp.length"),
    Format("Checksum", 16, "udp.checksum", HEX16),
)
_END, _NO_OPERATION, _MSS, _WINDOW_SCALE, _SACK_PERMITTED, _SACK, _TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8


def tcp(octets: bytes) -> Header:
    """A TCP header with its options.  Raises ValueError if the octets end before it does."""
    fields = list(read_fields(octets[:20], _TCP))
    length = 4 * (octets[12] >> 4)
    if length < 20 or len(octets) < length:
        raise ValueError(f"a TCP header of {length} octets does not fit")
    fields.extend(_options(octets[:length]))
    return Header("TCP", "RFC 9293", octets[:length], tuple(fields))


def udp(octets: bytes) -> Header:
    """A UDP header."""
    return read_header("UDP", "RFC 768", octets, _UDP)


def _options(octets: bytes) -> Iterator[Field]:
    place = 20
    while place < len(octets):
        kind = octets[place]
        length = 1 if kind in (_END, _NO_OPERATION) else octets[place + 1] if place + 1 < len(octets) else 0
        if length == 0 or place + length > len(octets):
            raise ValueError("a TCP option does not end in its header")
        own = octets[place : place + length]
        yield from _option(kind, 8 * place, own)
        place += length


def _option(kind: int, bit: int, own: bytes) -> Iterator[Field]:
    if kind == _TIMESTAMPS and len(own) == 10:
        value, echo = struct.unpack_from("!II", own, 2)
        yield Field("TSval", bit, 48, value, str(value), "tcp.options.timestamp.tsval")
        yield Field("TSecr", bit + 48, 32, echo, str(echo), "tcp.options.timestamp.tsecr")
    elif kind == _MSS and len(own) == 4:
        size = int.from_bytes(own[2:], "big")
        yield Field("Maximum Segment Size", bit, 32, size, f"{size} octets", "tcp.options.mss_val")
    elif kind == _WINDOW_SCALE and len(own) == 3:
        yield Field("Window Scale", bit, 24, own[2], f"{own[2]} (× {1 << own[2]})", "tcp.options.wscale.shift")
    elif kind == _SACK and len(own) % 8 == 2:
        edges = struct.unpack_from(f"!{(len(own) - 2) // 4}I", own, 2)
        blocks = ", ".join(f"{left}–{right}" for left, right in zip(edges[::2], edges[1::2], strict=True))
        yield Field("SACK", bit, 8 * len(own), None, blocks, "")
    else:
        known = {_END: "End of Options", _NO_OPERATION: "No-Operation", _SACK_PERMITTED: "SACK-Permitted"}
        text = "" if kind in known else own.hex(" ")
        yield Field(known.get(kind, f"Option {kind}"), bit, 8 * len(own), None, text, "")
