"""The frame check sequences of HDLC: FCS-16 and FCS-32 (RFC 1662, appendix C).

Both are sent with their lowest octet first.  So the register over a frame with its check sequence always ends with the
same value, :data:`GOOD_FCS16` or :data:`GOOD_FCS32`: that is how a receiver checks it.
"""

from __future__ import annotations

import zlib
from typing import Final

from mypy_extensions import i64

INITIAL_FCS16: Final[i64] = 0xFFFF
GOOD_FCS16: Final[i64] = 0xF0B8
GOOD_FCS32: Final[i64] = 0xDEBB20E3

_POLYNOMIAL: Final[i64] = 0x8408
"""x^16 + x^12 + x^5 + 1, its bits in the order in which they are sent."""


def _entry(octet: i64) -> int:
    register = octet
    for _ in range(8):
        register = register >> 1 ^ _POLYNOMIAL if register & 1 else register >> 1
    return register


_TABLE: Final[list[int]] = [_entry(octet) for octet in range(256)]


def fcs16(octets: bytes, register: i64 = INITIAL_FCS16) -> int:
    """The 16-bit register after these octets; :data:`GOOD_FCS16` behind a whole frame."""
    table = _TABLE
    for octet in octets:
        place: i64 = (register ^ octet) & 0xFF
        entry: i64 = table[place]
        register = register >> 8 ^ entry
    return register


def fcs32(octets: bytes) -> int:
    """The 32-bit register after these octets; :data:`GOOD_FCS32` behind a whole frame."""
    return zlib.crc32(octets) ^ 0xFFFF_FFFF


def with_fcs16(content: bytes) -> bytes:
    """The content and its FCS-16."""
    return content + (fcs16(content) ^ 0xFFFF).to_bytes(2, "little")


def with_fcs32(content: bytes) -> bytes:
    """The content and its FCS-32."""
    return content + zlib.crc32(content).to_bytes(4, "little")


def without_fcs16(frame: bytes) -> bytes | None:
    """The content of a frame with FCS-16; None if the check fails."""
    return frame[:-2] if len(frame) > 2 and fcs16(frame) == GOOD_FCS16 else None


def without_fcs32(frame: bytes) -> bytes | None:
    """The content of a frame with FCS-32; None if the check fails."""
    return frame[:-4] if len(frame) > 4 and fcs32(frame) == GOOD_FCS32 else None
