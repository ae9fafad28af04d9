"""Decibels: ratios of powers as logarithms."""

from __future__ import annotations

import math


def ratio_of(decibels: float) -> float:
    """The ratio of two powers: 10^(dB/10)."""
    return float(10.0 ** (decibels / 10.0))


def decibels_of(ratio: float) -> float:
    """10 log₁₀ of a ratio of powers; minus infinity for 0.  ValueError for a negative one."""
    if ratio < 0:
        raise ValueError(f"a ratio of powers is not negative: {ratio}")
    return 10.0 * math.log10(ratio) if ratio else -math.inf
