"""An error rate that is measured: how many of how many, and between which bounds the true rate lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from scipy.special import betaincinv

LEAST_ERRORS: Final = 100
"""With so many errors counted, the relative standard error is a tenth."""


class Interval(NamedTuple):
    """Both ends included."""

    low: float
    high: float


class ErrorRate(NamedTuple):
    """``errors`` of ``trials`` independent ones."""

    errors: int
    trials: int

    @property
    def rate(self) -> float:
        """The share of errors; 0 of nothing."""
        return self.errors / self.trials if self.trials else 0.0

    def interval(self, confidence: float = 0.99) -> Interval:
        """Clopper and Pearson's interval (Biometrika 26, 1934): it holds the true rate at least so often."""
        tail, good = (1.0 - confidence) / 2.0, self.trials - self.errors
        low = float(betaincinv(self.errors, good + 1, tail)) if self.errors else 0.0
        high = float(betaincinv(self.errors + 1, good, 1.0 - tail)) if good else 1.0
        return Interval(low, high)


def count_errors(
    batch: Callable[[], tuple[int, int]], *, errors: int = LEAST_ERRORS, trials_most: int = 1 << 40
) -> ErrorRate:
    """Add up batches of (errors, trials) until there are ``errors`` errors, or ``trials_most`` trials."""
    found = total = 0
    while found < errors and total < trials_most:
        wrong, sent = batch()
        found += wrong
        total += sent
    return ErrorRate(found, total)
