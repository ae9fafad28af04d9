"""The checksum of an LSA (RFC 2328 12.1.7): Fletcher's, of ISO 8473, as RFC 905 annex B works it out.

Two sums modulo 255 are kept: of the octets, and of the first sum after each octet.  The two check octets, which
stand in the middle, are chosen so that both sums end at 0.  Neither is ever 0: the field 0 would mean that there is
no checksum, which OSPF does not allow.

Since nothing overflows 63 bits before the data is longer than any LSA, one division at the end is enough.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from mypy_extensions import i64

COMPILED: Final = not __file__.endswith(".py")
MODULUS: Final = 255


def fletcher_checksum(data: bytes, place: int) -> int:
    """The check octets, as one number of 16 bits, for ``data`` whose octets at ``place`` and ``place + 1`` are 0."""
    low, high = _sums(data)
    first = ((len(data) - place - 1) * low - high) % MODULUS
    if first == 0:
        first = MODULUS
    second = (-low - first) % MODULUS
    if second == 0:
        second = MODULUS
    return first << 8 | second


def is_sound(data: bytes) -> bool:
    """Whether ``data``, its check octets included, sums up to 0 twice."""
    low, high = _sums(data)
    return low == 0 and high == 0


def _sums(data: bytes) -> tuple[int, int]:
    if COMPILED:
        return _sums_by_octets(data)
    return sum(data) % MODULUS, sum(accumulate(data)) % MODULUS


def _sums_by_octets(data: bytes) -> tuple[int, int]:
    size: i64 = len(data)
    low: i64 = 0
    high: i64 = 0
    at: i64 = 0
    while at < size:
        octet: i64 = data[at]
        low += octet
        high += low
        at += 1
    return low % MODULUS, high % MODULUS
