"""Importance sampling of rare errors: noise is drawn with a larger variance, and each error has a weight.

Jeruchim, "Techniques for Estimating the Bit Error Rate in the Simulation of Digital Communication Systems", IEEE JSAC
2(1), 1984, section IV-B.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.error_rate import Interval


class Drawn(NamedTuple):
    """Values, and for each the ratio of its true density to the density that it was drawn from."""

    values: Reals
    weights: Reals


class ScaledNormal:
    """Standard normal values, drawn with the deviation ``scale`` ≥ 1, so that large values are frequent."""

    def __init__(self, scale: float, rng: Generator) -> None:
        if not scale >= 1:
            raise ValueError(f"the scale must be at least 1, not {scale}")
        self.scale: Final = scale
        self._rng: Final = rng

    def draw(self, count: int) -> Drawn:
        """``count`` independent values: w(x) = s exp(−x²/2 · (1 − 1/s²))."""
        values = self._rng.standard_normal(count) * self.scale
        weights = self.scale * np.exp(-0.5 * values**2 * (1.0 - 1.0 / self.scale**2))
        return Drawn(values, np.asarray(weights, np.float64))


class WeightedRate(NamedTuple):
    """A rate estimated from weighted errors; ``errors`` is their number."""

    rate: float
    standard_error: float
    errors: int

    def interval(self, standard_errors: float = 4.0) -> Interval:
        """The rate plus and minus a number of standard errors."""
        slack = standard_errors * self.standard_error
        return Interval(max(0.0, self.rate - slack), self.rate + slack)


def weighted_rate(scores: ArrayLike, errors: int) -> WeightedRate:
    """The mean of independent scores; a score is 0 without an error, else its weight (or its share of several bits)."""
    given = np.asarray(scores, np.float64)
    if given.size < 2:
        raise ValueError("a standard error needs at least two scores")
    return WeightedRate(float(given.mean()), float(given.std(ddof=1)) / math.sqrt(given.size), errors)
