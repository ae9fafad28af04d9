"""The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.

Since 2**16 is 1 modulo 65,535, that sum is also the remainder of the whole octet string, read as one
number, by 65,535.  So words of any width may be added.  Compiled, a loop over 64-bit words is quickest;
interpreted, one division of a long integer is.  Both give the same.
"""

from __future__ import annotations

from typing import Final

from librt.strings import read_i64_be
from mypy_extensions import i64

COMPILED: Final = not __file__.endswith(".py")


def internet_checksum(data: bytes, start_sum: i64 = 0) -> i64:
    """The checksum of ``data`` (padded with a zero octet if odd) and of words whose sum is ``start_sum``.

    Over data that includes a right checksum field it gives 0.
    """
    if COMPILED:
        return 0xFFFF - _fold(_sum_by_words(data) + start_sum)
    return 0xFFFF - _sum_by_division(data, start_sum)


def pseudo_header_sum(version: i64, src: int, dst: int, protocol: i64, length: i64) -> i64:
    """The sum of the pseudo header's words (RFC 9293 3.1, RFC 8200 8.1), to start a checksum with.

    ``length`` is that of the upper-layer packet in octets.  Never zero.
    """
    addresses: i64
    if version == 4:
        addresses = (src >> 16) + (src & 0xFFFF) + (dst >> 16) + (dst & 0xFFFF)
    else:
        addresses = src % 0xFFFF + dst % 0xFFFF
    return addresses + protocol + (length >> 16) + (length & 0xFFFF)


def _fold(total: i64) -> i64:
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return total


def _sum_by_words(data: bytes) -> i64:
    size: i64 = len(data)
    total: i64 = 0
    at: i64 = 0
    while at + 8 <= size:
        word: i64 = read_i64_be(data, at)
        total += ((word >> 32) & 0xFFFFFFFF) + (word & 0xFFFFFFFF)
        at += 8
    shift: i64 = 8
    while at < size:
        octet: i64 = data[at]
        total += octet << shift
        shift = 8 - shift
        at += 1
    return total


def _sum_by_division(data: bytes, start_sum: i64) -> i64:
    number = int.from_bytes(data, "big")
    if len(data) & 1:
        number <<= 8
    number += int(start_sum)
    remainder = number % 0xFFFF
    if remainder == 0 and number:
        return 0xFFFF
    return remainder
