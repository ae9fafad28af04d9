"""Integral and differential nonlinearity of a converter (IEEE Std 1241-2010, sections 4.5 and 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals


class Linearity(NamedTuple):
    """In LSB: ``dnl`` of each step between two thresholds; ``inl`` of each threshold, relative to the end-point line.

    A DNL of −1 is a missing code.
    """

    dnl: Reals
    inl: Reals


def linearity(thresholds: ArrayLike) -> Linearity:
    """The nonlinearity from at least two thresholds (of a DAC: levels), in any unit; the first and last must differ."""
    given = np.asarray(thresholds, np.float64)
    if given.ndim != 1 or given.size < 2 or given[0] == given[-1]:
        raise ValueError("nonlinearity needs at least two thresholds, of which the first and the last differ")
    lsb = (given[-1] - given[0]) / (given.size - 1)
    line = given[0] + lsb * np.arange(given.size)
    return Linearity(np.asarray(np.diff(given) / lsb - 1.0, np.float64), np.asarray((given - line) / lsb, np.float64))


def thresholds_from_sine(codes: ArrayLike, bits: int, *, amplitude: float = 1.0, offset: float = 0.0) -> Reals:
    """The thresholds from the code histogram of a sampled sine that overdrives the converter (section 4.7.4).

    T[k] = C − A cos(π H[k] / N), where H[k] of the N samples have codes below k.
    """
    given = np.asarray(codes, np.int64)
    if given.size == 0 or given.min() < 0 or given.max() >> bits:
        raise ValueError(f"at least one code is needed, and every code must be from 0 to {(1 << bits) - 1}")
    below = np.cumsum(np.bincount(given, minlength=1 << bits))[:-1]
    return np.asarray(offset - amplitude * np.cos(np.pi * below / given.size), np.float64)
