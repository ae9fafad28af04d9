"""What Ethernet's CRC-32 misses, by complete search (Koopman, "32-Bit Cyclic Redundancy Codes for Internet
Applications", DSN 2002, Table 1), and its check values (IEEE 802.3 clause 3.2.9).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catenet.experiments.comparison import Comparison
from catenet.kernel.pdu import Octets
from catenet.link.ethernet import IPV4, Frame
from catenet.physical.signals.bits import Indices

POLYNOMIAL: Final = 0xEDB88320
"""x^32 + x^26 + … + 1, its bits reversed, as the register is shifted."""
CRC_BITS: Final = 32
FRAME_BITS: Final = 12_112
"""1,514 octets: the longest frame without its check sequence."""
BURSTS: Final = 20_000
_LOW_BITS: Final = 20
_SEARCHED: Final = {3: 92_000, 4: 3_100}
"""Bits, check sequence included, up to which each search goes: past where it is to find something."""


def crc(seed: int) -> Iterator[Comparison]:
    """The check values, the shortest frames with an undetected error, and the undetected errors of a long frame."""
    yield _exact("CRC-32 of 123456789", 0xCBF43926, zlib.crc32(b"123456789"), "0xCBF43926 = 3,421,780,262")
    yield _residue(seed)
    for weight, expected in ((3, 91_607), (4, 2_974)):
        what = f"longest data of which no {weight}-bit error is missed"
        yield _exact(what, expected, longest_detected(weight), f"{expected:,} bits", "bits")
    patterns = missed_patterns(FRAME_BITS + CRC_BITS)
    yield _exact(f"4-bit errors missed in {FRAME_BITS:,} bits of data", 223_059, patterns[:, 3].sum(), "223,059")
    yield _accepted(patterns, np.random.default_rng([seed, 1]))
    yield _bursts(np.random.default_rng([seed, 2]))


def syndromes(count: int) -> NDArray[np.uint32]:
    """The syndromes of single errors in the bit ``k`` before the end of a frame, 0 the last: x^k modulo G."""
    found, register = np.zeros(count, np.uint32), 1 << (CRC_BITS - 1)
    for place in range(count):
        found[place] = register
        register = (register >> 1) ^ (POLYNOMIAL if register & 1 else 0)
    return found


def longest_detected(weight: int) -> int:
    """The most data bits for which every error of 3, or 4, bits is detected, within the searched range."""
    bits = _SEARCHED[weight]
    table = syndromes(bits)
    if weight == 3:
        places = _Places(table).of(table[0] ^ table)
        spans = np.maximum(places, np.arange(bits))[places > 0]
    else:
        spans = missed_patterns(bits)[:, 2]
    return (int(spans.min()) if spans.size else bits) - CRC_BITS


def missed_patterns(bits: int) -> NDArray[np.int64]:
    """Undetected errors of 4 bits within so many bits: places a < b < c beside place 0, and their numbers.

    A pattern that is undetected at one place is undetected at all: it fits ``bits`` − c times.
    """
    table = syndromes(bits)
    places = _Places(table)
    known = np.zeros(1 << _LOW_BITS, np.bool_)
    known[table & ((1 << _LOW_BITS) - 1)] = True
    found = []
    for middle in range(2, bits):
        wanted = table[0] ^ table[middle] ^ table[middle + 1 :]
        likely = np.flatnonzero(known[wanted & ((1 << _LOW_BITS) - 1)])
        firsts = places.of(wanted[likely])
        fitting = (firsts > 0) & (firsts < middle)
        for first, last in zip(firsts[fitting], likely[fitting] + middle + 1, strict=True):
            found.append((first, middle, last, bits - last))
    return np.array(found, np.int64).reshape(-1, 4)


class _Places:
    """The index of each syndrome in a table of distinct ones."""

    def __init__(self, table: NDArray[np.uint32]) -> None:
        self._order: Final = np.argsort(table)
        self._sorted: Final = table[self._order]

    def of(self, wanted: NDArray[np.uint32]) -> Indices:
        """The index of each; −1 for an unknown one."""
        at = np.minimum(np.searchsorted(self._sorted, wanted), self._sorted.size - 1)
        return np.where(self._sorted[at] == wanted, self._order[at], -1)


def _residue(seed: int) -> Comparison:
    payload = np.random.default_rng([seed, 0]).bytes(200)
    measured = zlib.crc32(_frame(payload))
    return _exact("CRC-32 of a frame with its check sequence", 0x2144DF1C, measured, "0x2144DF1C = 558,161,692")


def _accepted(patterns: NDArray[np.int64], rng: np.random.Generator) -> Comparison:
    """Some of the undetected errors, applied to a real frame of 1,514 octets, which its receiver accepts."""
    frame = _frame(rng.bytes(FRAME_BITS // 8 - 14))
    chosen = patterns[rng.integers(len(patterns), size=200)]
    taken = 0
    for first, middle, last, fits in chosen.tolist():
        shift = int(rng.integers(fits))
        taken += _is_taken(frame, [shift, shift + first, shift + middle, shift + last])
    return _exact("    of 200 of these, accepted by a receiver of Ethernet", 200, taken, "200: silent corruption")


def _bursts(rng: np.random.Generator) -> Comparison:
    """Bursts of up to 32 bits, which any CRC of 32 bits detects (Peterson and Brown, Proc. IRE 49(1), 1961)."""
    frame = _frame(rng.bytes(100))
    missed = 0
    for length in rng.integers(2, CRC_BITS + 1, BURSTS).tolist():
        start = int(rng.integers(len(frame) * 8 - length))
        inside = np.flatnonzero(rng.integers(0, 2, length - 2)) + 1
        missed += _is_taken(frame, [start, *(start + inside).tolist(), start + length - 1])
    return _exact(f"of {BURSTS:,} bursts of up to 32 bits, missed", 0, missed, "none")


def _frame(payload: bytes) -> bytes:
    return Frame(0x020000000001, 0x020000000002, IPV4, Octets(payload)).emit()


def _is_taken(frame: bytes, places: list[int]) -> bool:
    """Whether a frame is accepted with flipped bits, counted from the end; the lowest bit of an octet is sent first."""
    damaged = bytearray(frame)
    for place in places:
        damaged[len(frame) - 1 - (place >> 3)] ^= 0x80 >> (place & 7)
    return Frame.parse(bytes(damaged)) is not None


def _exact(what: str, expected: int, measured: int, told: str, unit: str = "") -> Comparison:
    return Comparison(what, told, expected, expected, float(measured), unit)
