"""The parameters of the MAC at a rate (IEEE 802.3-2018, clause 4.4.2): 10 and 100 Mbit/s have the same in bit times."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

RATES_BIT_S: Final = (10_000_000, 100_000_000)
"""At 1 Gbit/s half duplex would need carrier extension (clause 4.2.3.4)."""
SLOT_BITS: Final[i64] = 512
GAP_BITS: Final[i64] = 96
GAP_PART1_BITS: Final[i64] = 64
"""While this part of the gap lasts, a new carrier starts the gap anew (clause 4.2.3.2.1: up to two thirds)."""
JAM_BITS: Final[i64] = 32
PREAMBLE_BITS: Final[i64] = 64
"""Preamble and start of frame delimiter, which are sent whole even when they collide."""
ATTEMPT_LIMIT: Final[i64] = 16
BACKOFF_LIMIT: Final[i64] = 10


class Timing:
    """The same in nanoseconds.  Raises ValueError for a rate other than 10 and 100 Mbit/s."""

    def __init__(self, rate_bit_s: int) -> None:
        if rate_bit_s not in RATES_BIT_S:
            raise ValueError(f"CSMA/CD is for 10 and 100 Mbit/s, not for {rate_bit_s} bit/s")
        bit_ns: i64 = 1_000_000_000 // rate_bit_s
        self.rate_bit_s: Final = rate_bit_s
        self.bit_ns: Final[i64] = bit_ns
        self.slot_ns: Final[i64] = SLOT_BITS * bit_ns
        self.gap_ns: Final[i64] = GAP_BITS * bit_ns
        self.gap_part1_ns: Final[i64] = GAP_PART1_BITS * bit_ns
        self.jam_ns: Final[i64] = JAM_BITS * bit_ns
        self.preamble_ns: Final[i64] = PREAMBLE_BITS * bit_ns
