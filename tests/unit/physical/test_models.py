"""The models of loss, jitter and bit errors, against their formulas.

Each share is held to 4.5 standard errors of its own statistic: a right model fails one seed in 150,000,
and the seeds are fixed.
"""

from __future__ import annotations

import math
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets, Stream
from catenet.physical import Bernoulli, GilbertElliott, Normal, Pareto, RecordedJitter, RecordedLoss, Uniform
from catenet.physical.bit_errors import BitErrors, flipped

DRAWS = 40_000
BOUND = 4.5


def near(measured: float, expected: float, standard_error: float) -> bool:
    return abs(measured - expected) <= BOUND * standard_error


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5])
def test_bernoulli_loses_its_share(share: float) -> None:
    model, stream = Bernoulli(share), Stream(1, "loss")
    lost = sum(model.lost(stream) for _ in range(DRAWS))
    assert near(lost / DRAWS, share, math.sqrt(share * (1 - share) / DRAWS))


@pytest.mark.parametrize(("to_bad", "to_good"), [(0.02, 0.25), (0.1, 0.5)])
def test_gilbert_loses_in_bursts_of_the_right_length(to_bad: float, to_good: float) -> None:
    model, stream = GilbertElliott(to_bad, to_good), Stream(2, "loss")
    losses = [model.lost(stream) for _ in range(DRAWS)]
    bursts = [len(list(run)) for lost, run in groupby(losses) if lost]
    # a burst is geometric: mean 1/r, variance (1-r)/r^2
    assert near(sum(bursts) / len(bursts), 1 / to_good, math.sqrt((1 - to_good) / to_good**2 / len(bursts)))
    # the chain's autocorrelation at lag k is (1-p-r)^k, which widens the error of the mean
    share, memory = model.mean_loss(), 1 - to_bad - to_good
    assert share == pytest.approx(to_bad / (to_bad + to_good))
    error = math.sqrt(share * (1 - share) / DRAWS * (1 + memory) / (1 - memory))
    assert near(sum(losses) / DRAWS, share, error)


def test_elliott_loses_a_little_in_the_good_state_too() -> None:
    model, stream = GilbertElliott(0.05, 0.2, loss_in_bad=0.6, loss_in_good=0.01), Stream(3, "loss")
    lost = sum(model.lost(stream) for _ in range(DRAWS))
    assert model.mean_loss() == pytest.approx(0.8 * 0.01 + 0.2 * 0.6)
    # variance of a share of a two-state chain: its own, and what the states' memory adds
    spread = (0.6 - 0.01) ** 2 * 0.8 * 0.2 * 2 * 0.75 / 0.25
    variance = model.mean_loss() * (1 - model.mean_loss()) + spread
    assert near(lost / DRAWS, model.mean_loss(), math.sqrt(variance / DRAWS))


def test_a_recorded_series_starts_over() -> None:
    stream = Stream(0, "unused")
    model = RecordedLoss([True, False, False])
    assert [model.lost(stream) for _ in range(7)] == [True, False, False, True, False, False, True]
    assert model.fresh().lost(stream)
    jitter = RecordedJitter([5, -3])
    assert [jitter.draw_ns(stream) for _ in range(5)] == [5, -3, 5, -3, 5]
    assert jitter.fresh().draw_ns(stream) == 5


def test_uniform_jitter_fills_its_width() -> None:
    model, stream = Uniform(1_000_000), Stream(4, "jitter")
    drawn = [model.draw_ns(stream) for _ in range(DRAWS)]
    assert -1_000_000 <= min(drawn) < -990_000
    assert 990_000 < max(drawn) <= 1_000_000
    assert near(sum(drawn) / DRAWS, 0, 1_000_000 / math.sqrt(3 * DRAWS))


def test_normal_jitter_has_its_deviation() -> None:
    model, stream = Normal(1_000_000), Stream(5, "jitter")
    drawn = [model.draw_ns(stream) for _ in range(DRAWS)]
    assert near(sum(drawn) / DRAWS, 0, 1_000_000 / math.sqrt(DRAWS))
    deviation = math.sqrt(sum(one * one for one in drawn) / DRAWS)
    assert near(deviation, 1_000_000, 1_000_000 / math.sqrt(2 * DRAWS))


@pytest.mark.slow
@pytest.mark.parametrize("times", [0.5, 1.0, 4.0])
def test_pareto_jitter_has_its_tail(times: float) -> None:
    model, stream = Pareto(1_000_000, 2.5), Stream(6, "jitter")
    beyond = (1 + times) ** -2.5
    drawn = [model.draw_ns(stream) for _ in range(DRAWS)]
    assert min(drawn) >= 0
    above = sum(int(one) > times * 1_000_000 for one in drawn) / DRAWS
    assert near(above, beyond, math.sqrt(beyond * (1 - beyond) / DRAWS))


def test_pareto_jitter_ends_at_a_minute() -> None:
    model, stream = Pareto(1_000_000_000, 0.1), Stream(7, "jitter")
    assert max(model.draw_ns(stream) for _ in range(1000)) == 60_000_000_000


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-6, 1e-4, 0.01])
def test_bits_flip_at_their_rate_across_frames(rate: float) -> None:
    errors = BitErrors(rate, Stream(8, "bit-errors"))
    frames = 2_000
    flips = sum(len(errors.flips(12_144) or []) for _ in range(frames))
    bits = frames * 12_144
    assert near(flips / bits, rate, math.sqrt(rate * (1 - rate) / bits))


def test_frames_of_a_bit_error_rate_are_spared_as_the_formula_says() -> None:
    errors = BitErrors(1e-4, Stream(9, "bit-errors"))
    clean = sum(errors.flips(12_144) is None for _ in range(DRAWS)) / DRAWS
    expected = (1 - 1e-4) ** 12_144
    assert near(clean, expected, math.sqrt(expected * (1 - expected) / DRAWS))


def test_no_rate_flips_nothing_and_a_rate_of_one_everything() -> None:
    assert BitErrors(0.0, Stream(0, "x")).flips(1 << 40) is None
    assert BitErrors(1.0, Stream(0, "x")).flips(5) == [0, 1, 2, 3, 4]


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=40), st.data())
def test_flipping_changes_just_those_bits(data: bytes, choose: st.DataObject) -> None:
    places = choose.draw(st.lists(st.integers(0, len(data) * 8 - 1), unique=True, max_size=5))
    mask = sum(1 << (len(data) * 8 - 1 - place) for place in places)
    changed = flipped(Octets(data), places).emit()
    assert int.from_bytes(changed, "big") ^ int.from_bytes(data, "big") == mask


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bernoulli(1.5),
        lambda: GilbertElliott(-0.1, 0.5),
        lambda: RecordedLoss([]),
        lambda: RecordedJitter([]),
        lambda: Uniform(-1),
        lambda: Normal(-1),
        lambda: Pareto(1, 0.0),
        lambda: BitErrors(2.0, Stream(0, "x")),
    ],
)
def test_a_model_that_cannot_be_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError):
        make()
