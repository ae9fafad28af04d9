"""Estimates from independent runs: mean, quantiles, and confidence intervals.

A figure that is true or false in each run is a proportion: its interval is Wilson's score interval.  For all others the
interval is of the mean, by the percentile bootstrap; its draws come from a generator of a fixed seed, so that the same
runs always give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from statistics import NormalDist
from typing import Final, NamedTuple

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 1000
_Z: Final = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


class Estimate(NamedTuple):
    """Of so many ``runs``: the mean, its confidence interval from ``low`` to ``high``, and quantiles of the runs.

    Without runs all are NaN.
    """

    runs: int
    mean: float
    low: float
    high: float
    p5: float
    p50: float
    p95: float

    @property
    def half_width(self) -> float:
        """Of the interval, as a part of the mean; infinite if the mean is 0 and the interval is not a point."""
        half = (self.high - self.low) / 2
        if half == 0.0:
            return 0.0
        return half / abs(self.mean) if self.mean else math.inf


def estimate(values: Sequence[float]) -> Estimate:
    """The estimate of a figure from its values in several runs."""
    if not values:
        return Estimate(0, *[math.nan] * 6)
    ordered = sorted(float(value) for value in values)
    mean = math.fsum(ordered) / len(ordered)
    proportion = all(isinstance(value, bool) for value in values)
    low, high = wilson(sum(map(bool, values)), len(values)) if proportion else bootstrap(ordered)
    return Estimate(
        len(ordered), mean, low, high, quantile(ordered, 0.05), quantile(ordered, 0.5), quantile(ordered, 0.95)
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """A quantile of values in ascending order, with linear interpolation (Hyndman and Fan, 1996, type 7)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The score interval of a proportion (Wilson, 1927)."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} successes of {trials} trials")
    share, z2 = successes / trials, _Z * _Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == trials else middle + half
    return low, high


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """The interval of the mean by the percentile bootstrap (Efron and Tibshirani, 1993, chapter 13).

    From one value nothing can be drawn: its interval is unbounded.
    """
    count = len(values)
    if count < 2:
        return -math.inf, math.inf
    if values[0] == values[-1] and len(set(values)) == 1:
        return values[0], values[0]
    generator = Random(count)
    means = sorted(math.fsum(_drawn(generator, values)) / count for _ in range(RESAMPLES))
    tail = (1 - CONFIDENCE) / 2
    return quantile(means, tail), quantile(means, 1 - tail)


def _drawn(generator: Random, values: Sequence[float]) -> list[float]:
    """As many values, drawn with replacement by ``random()``, which repeats in every version of Python."""
    unit, count = generator.random, len(values)
    return [values[int(unit() * count)] for _ in range(count)]


def enough(values: Sequence[float], share: float, least: int) -> bool:
    """Whether the interval is at most ``share`` of the mean to either side, from ``least`` values on."""
    return len(values) >= least and not _far_from(values, share) and estimate(values).half_width <= share


def _far_from(values: Sequence[float], share: float) -> bool:
    """Whether the standard error alone shows that the interval is much too wide: that costs less than a bootstrap."""
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return _Z * math.sqrt(variance / len(values)) > 1.5 * share * abs(mean)
