"""The checksum of an LSA (RFC 2328 12.1.7): the Fletcher checksum of ISO 8473, computed as in RFC 905 annex B.

There are two sums modulo 255: of the octets, and of the first sum after each octet.  The two check octets, which are in
the middle, are chosen so that both sums end at 0.  Neither octet is ever 0: a field of 0 would mean that there is no
checksum, which OSPF does not permit.

For data of the length of an LSA the sums do not overflow 63 bits, so one division at the end is enough.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from mypy_extensions import i64

COMPILED: Final = not __file__.endswith(".py")
MODULUS: Final = 255


def fletcher_checksum(data: bytes, place: int) -> int:
    """The 16-bit checksum of ``data`` whose octets at ``place`` and ``place + 1`` are 0."""
    low, high = _sums(data)
    first = ((len(data) - place - 1) * low - high) % MODULUS
    if first == 0:
        first = MODULUS
    second = (-low - first) % MODULUS
    if second == 0:
        second = MODULUS
    return first << 8 | second


def is_sound(data: bytes) -> bool:
    """Whether both sums of ``data``, with its check octets, are 0."""
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
