"""Rare errors, measured: noise is drawn stronger than it is, and each error counts for how much less likely it was.

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
    """Values, and for each the ratio of its true density to the one that it was drawn with."""

    values: Reals
    weights: Reals


class ScaledNormal:
    """Normal values of deviation 1, drawn with the deviation ``scale`` ≥ 1, so that far ones are frequent."""

    def __init__(self, scale: float, rng: Generator) -> None:
        if not scale >= 1:
            raise ValueError(f"rare values are drawn with a scale of 1 or more, not {scale}")
        self.scale: Final = scale
        self._rng: Final = rng

    def draw(self, count: int) -> Drawn:
        """``count`` independent values: w(x) = s exp(−x²/2 · (1 − 1/s²))."""
        values = self._rng.standard_normal(count) * self.scale
        weights = self.scale * np.exp(-0.5 * values**2 * (1.0 - 1.0 / self.scale**2))
        return Drawn(values, np.asarray(weights, np.float64))


class WeightedRate(NamedTuple):
    """A rate whose errors had weights; ``errors`` is how many there were."""

    rate: float
    standard_error: float
    errors: int

    def interval(self, standard_errors: float = 4.0) -> Interval:
        """So many standard errors less or more."""
        slack = standard_errors * self.standard_error
        return Interval(max(0.0, self.rate - slack), self.rate + slack)


def weighted_rate(scores: ArrayLike, errors: int) -> WeightedRate:
    """The mean of independent scores: 0 without an error, else its weight (or, of several bits, the weight's share)."""
    given = np.asarray(scores, np.float64)
    if given.size < 2:
        raise ValueError("a standard error needs two scores or more")
    return WeightedRate(float(given.mean()), float(given.std(ddof=1)) / math.sqrt(given.size), errors)
