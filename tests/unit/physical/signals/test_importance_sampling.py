"""Importance sampling: weights of mean 1, and a rare rate that is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catenet.physical.signals.importance_sampling import ScaledNormal, weighted_rate


@pytest.mark.parametrize("scale", [1.0, 2.0, 4.0])
def test_the_weights_have_mean_one_and_restore_the_variance(scale: float) -> None:
    drawn = ScaledNormal(scale, np.random.default_rng(1)).draw(200_000)
    assert drawn.weights.mean() == pytest.approx(1.0, rel=0.02)
    assert np.mean(drawn.weights * drawn.values**2) == pytest.approx(1.0, rel=0.02)
    assert drawn.values.std() == pytest.approx(scale, rel=0.01)


@pytest.mark.parametrize("place", [3.0, 5.0, 7.0])
def test_the_tail_of_the_normal_distribution(place: float) -> None:
    drawn = ScaledNormal(place / 1.5, np.random.default_rng(2)).draw(100_000)
    beyond = drawn.values > place
    found = weighted_rate(beyond * drawn.weights, int(beyond.sum()))
    low, high = found.interval()
    exact = 0.5 * math.erfc(place / math.sqrt(2))
    assert found.errors > 1_000
    assert low <= exact <= high
    assert high / low < 1.4


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="the scale must be at least 1, not 0.5"):
        ScaledNormal(0.5, np.random.default_rng(1))
    with pytest.raises(ValueError, match="a standard error needs at least two scores"):
        weighted_rate([1.0], 1)
