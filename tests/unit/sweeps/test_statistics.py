"""Estimates against what SciPy computes, and how often an interval holds what it is to hold."""

from __future__ import annotations

import math
from random import Random

import pytest
import scipy.stats

from catenet.sweeps.statistics import bootstrap, enough, estimate, quantile, wilson


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (3, 10), (50, 50), (0, 50), (499, 1000)])
def test_wilsons_interval_is_scipys(successes: int, trials: int) -> None:
    theirs = scipy.stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_quantiles_are_numpys() -> None:
    import numpy as np

    values = sorted(Random(1).gauss(0, 1) for _ in range(37))
    for share in (0, 0.05, 0.5, 0.95, 1):
        assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)))


def test_the_bootstrap_agrees_with_scipys() -> None:
    values = sorted(Random(2).expovariate(1) for _ in range(60))
    theirs = scipy.stats.bootstrap((values,), lambda x, axis: x.mean(axis=axis), method="percentile", rng=3)
    low, high = bootstrap(values)
    assert low == pytest.approx(theirs.confidence_interval.low, abs=0.03)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=0.03)
    assert bootstrap(values) == (low, high), "the same values give the same interval"


@pytest.mark.slow
def test_nineteen_intervals_of_twenty_hold_the_mean() -> None:
    random = Random(4)
    held = 0
    for _ in range(200):
        low, high = bootstrap([random.gauss(5, 2) for _ in range(40)])
        held += low <= 5 <= high
    least, most = scipy.stats.binom.interval(0.999, 200, 0.93)  # the percentile bootstrap is a little narrow at n = 40
    assert least <= held <= most


def test_what_is_true_or_false_is_a_proportion_and_one_value_bounds_nothing() -> None:
    found = estimate([True, True, False, True])
    assert (found.mean, found.low, found.high) == (0.75, *wilson(3, 4))
    assert estimate([1.0, 1.0, 0.0, 1.0]).low != found.low
    assert estimate([2.0])[:4] == (1, 2.0, -math.inf, math.inf)
    assert estimate([3, 3, 3])[1:4] == (3.0, 3.0, 3.0)
    assert estimate([]).runs == 0


def test_enough_is_said_of_narrow_intervals_only() -> None:
    narrow, wide = [100.0 + number % 3 for number in range(20)], [float(number % 2) for number in range(20)]
    assert enough(narrow, 0.05, 10)
    assert not enough(narrow, 0.05, 21)
    assert not enough(narrow, 0.0001, 10)
    assert not enough(wide, 0.05, 10)
    assert not enough([0.0, 0.0, 0.0, -1.0, 1.0], 0.5, 2), "a mean of 0 has no relative width"
    assert enough([0.0] * 5, 0.05, 2)
