"""Measured error rates with confidence intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from scipy.special import betaincinv

MIN_ERRORS: Final = 100
"""With this many errors, the relative standard error is a tenth."""


_NORMAL_99: Final = 2.576


class Interval(NamedTuple):
    """A closed interval."""

    low: float
    high: float


class ErrorRate(NamedTuple):
    """``errors`` errors in ``trials`` independent trials."""

    errors: int
    trials: int

    @property
    def rate(self) -> float:
        """The share of errors; 0 without trials."""
        return self.errors / self.trials if self.trials else 0.0

    def interval(self, confidence: float = 0.99) -> Interval:
        """The interval of Clopper and Pearson (Biometrika 26, 1934); its coverage is at least ``confidence``."""
        tail, good = (1.0 - confidence) / 2.0, self.trials - self.errors
        low = float(betaincinv(self.errors, good + 1, tail)) if self.errors else 0.0
        high = float(betaincinv(self.errors + 1, good, 1.0 - tail)) if good else 1.0
        return Interval(low, high)


class MeanRate(NamedTuple):
    """The mean error rate of many independent blocks; errors within a block may depend on each other."""

    rate: float
    standard_error: float

    def interval(self) -> Interval:
        """The interval of the normal distribution at 99 %."""
        return Interval(
            max(0.0, self.rate - _NORMAL_99 * self.standard_error), self.rate + _NORMAL_99 * self.standard_error
        )


def count_errors(
    batch: Callable[[], tuple[int, int]], *, errors: int = MIN_ERRORS, max_trials: int = 1 << 40
) -> ErrorRate:
    """Sum batches of (errors, trials) until there are ``errors`` errors or ``max_trials`` trials."""
    found = total = 0
    while found < errors and total < max_trials:
        wrong, sent = batch()
        found += wrong
        total += sent
    return ErrorRate(found, total)
