"""Decibels: ratios of powers as logarithms."""

from __future__ import annotations

import math


def ratio_of(decibels: float) -> float:
    """The ratio of two powers: 10^(dB/10)."""
    return float(10.0 ** (decibels / 10.0))


def decibels_of(ratio: float) -> float:
    """10 log₁₀ of a power ratio; minus infinity for 0.  Raises ValueError for a negative ratio."""
    if ratio < 0:
        raise ValueError(f"a power ratio must not be negative, not {ratio}")
    return 10.0 * math.log10(ratio) if ratio else -math.inf
