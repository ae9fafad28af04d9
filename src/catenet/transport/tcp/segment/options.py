"""TCP options on the wire: sizes, ``emit`` and ``parse`` (RFC 9293 section 3.2, 7323, 2018).

Unknown options are skipped, as RFC 9293 (MUST-6) requires.  Parsing ends at a malformed option, and the options before
it are valid.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

END: Final = 0
NOP: Final = 1
MSS: Final = 2
WINDOW_SCALE: Final = 3
SACK_PERMITTED: Final = 4
SACK: Final = 5
TIMESTAMPS: Final = 8

TIMESTAMPS_LENGTH: Final[i64] = 12
"""Octets that the timestamps option takes, with the two NOPs that align it (RFC 7323 appendix A)."""

LARGEST_WINDOW_SHIFT: Final[i64] = 14


class SynOptions:
    """The options that only a SYN may carry."""

    def __init__(self, mss: i64 = 0, window_shift: i64 = -1, sack_permitted: bool = False) -> None:
        self.mss: Final = mss
        """Maximum segment size in octets; 0 if the option is absent."""
        self.window_shift: Final = window_shift
        """Window scale shift count; -1 if the option is absent."""
        self.sack_permitted: Final = sack_permitted


def syn_options_length(options: SynOptions, timestamps: bool) -> i64:
    """Octets that a SYN's options take, padding included."""
    length: i64 = 0
    if options.mss > 0:
        length += 4
    if timestamps:
        length += TIMESTAMPS_LENGTH
    elif options.sack_permitted:
        length += 4
    if options.window_shift >= 0:
        length += 4
    return length


def emit_syn_options(options: SynOptions, timestamps: bytes) -> bytes:
    """A SYN's options, each aligned to four octets.  ``timestamps`` is the option's ten octets, or empty."""
    parts: list[bytes] = []
    if options.mss > 0:
        parts.append(struct.pack("!BBH", MSS, 4, options.mss))
    if timestamps:
        parts.append(bytes((SACK_PERMITTED, 2)) if options.sack_permitted else bytes((NOP, NOP)))
        parts.append(timestamps)
    elif options.sack_permitted:
        parts.append(bytes((NOP, NOP, SACK_PERMITTED, 2)))
    if options.window_shift >= 0:
        parts.append(bytes((NOP, WINDOW_SCALE, 3, options.window_shift)))
    return b"".join(parts)


def emit_timestamps(value: int, echo: int) -> bytes:
    """The timestamps option, ten octets."""
    return struct.pack("!BBII", TIMESTAMPS, 10, value, echo)


def emit_sack(blocks: list[int]) -> bytes:
    """The SACK option with the two NOPs that align it; ``blocks`` is left, right, left, right ..."""
    return struct.pack(f"!BBBB{len(blocks)}I", NOP, NOP, SACK, 2 + 4 * len(blocks), *blocks)


class ParsedOptions:
    """The parsed options of a header."""

    def __init__(self) -> None:
        self.mss: i64 = 0
        self.window_shift: i64 = -1
        self.sack_permitted = False
        self.timestamps = False
        self.ts_value: i64 = 0
        self.ts_echo: i64 = 0
        self.sack_blocks: list[int] | None = None


def parse_options(data: bytes) -> ParsedOptions:
    """Parse the octets between the fixed header and the payload."""
    parsed = ParsedOptions()
    at = 0
    while at < len(data):
        kind = data[at]
        if kind == END:
            break
        if kind == NOP:
            at += 1
            continue
        if at + 1 >= len(data):
            break
        length = data[at + 1]
        if length < 2 or at + length > len(data):
            break
        _take(parsed, kind, data[at + 2 : at + length])
        at += length
    return parsed


def _take(parsed: ParsedOptions, kind: int, body: bytes) -> None:
    size = len(body)
    if kind == MSS and size == 2:
        parsed.mss = int.from_bytes(body, "big")
    elif kind == WINDOW_SCALE and size == 1:
        parsed.window_shift = min(body[0], LARGEST_WINDOW_SHIFT)
    elif kind == SACK_PERMITTED and size == 0:
        parsed.sack_permitted = True
    elif kind == TIMESTAMPS and size == 8:
        parsed.timestamps = True
        parsed.ts_value = int.from_bytes(body[:4], "big")
        parsed.ts_echo = int.from_bytes(body[4:], "big")
    elif kind == SACK and size > 0 and size % 8 == 0:
        parsed.sack_blocks = [int.from_bytes(body[i : i + 4], "big") for i in range(0, size, 4)]
