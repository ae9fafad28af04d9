"""Bit-error rates: the published figures, the sum over all pairs of levels, and what is measured over noise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.decibels import decibels_of, ratio_of
from catenet.physical.signals.error_rate import ErrorRate, count_errors
from catenet.physical.signals.modulation import bit_error_rates as theory
from catenet.physical.signals.modulation.dpsk import Dpsk
from catenet.physical.signals.modulation.fsk import Fsk
from catenet.physical.signals.modulation.modulation import Modulation
from catenet.physical.signals.modulation.pam import Bpsk, Ook, Pam
from catenet.physical.signals.modulation.qam import Qam, Qpsk

PUBLISHED: list[tuple[Callable[[float], float], dict[float, float]]] = [
    (theory.bpsk, {0: 7.865e-2, 4: 1.250e-2, 8: 1.909e-4, 10: 3.872e-6, 12: 9.006e-9}),
    (theory.qpsk, {0: 7.865e-2, 12: 9.006e-9}),
    (lambda ratio: theory.qam(16, ratio), {8: 9.247e-3, 10: 1.754e-3, 12: 1.387e-4, 14: 2.763e-6}),
    (lambda ratio: theory.pam(4, ratio), {8: 9.247e-3, 10: 1.754e-3, 12: 1.387e-4, 14: 2.763e-6}),
    (lambda ratio: theory.qam(64, ratio), {10: 2.653e-2, 14: 2.154e-3, 18: 6.351e-6}),
    (lambda ratio: theory.qam(256, ratio), {16: 1.240e-2, 20: 5.053e-4}),
    (theory.dpsk, {10: 2.270e-5}),
    (theory.noncoherent_fsk, {10: 3.369e-3}),
    (theory.coherent_fsk, {10: 7.827e-4}),
    (theory.ook, {10: 7.827e-4}),
]


@pytest.mark.parametrize("number", range(len(PUBLISHED)))
def test_the_published_rates(number: int) -> None:
    formula, rates = PUBLISHED[number]
    for eb_n0_db, rate in rates.items():
        assert formula(ratio_of(eb_n0_db)) == pytest.approx(rate, rel=5e-4)


def test_published_q_factors_and_limits() -> None:
    for rate, q_factor in ((1e-9, 5.998), (1e-12, 7.034), (1e-15, 7.941)):
        assert theory.inverse_q_function(rate) == pytest.approx(q_factor, abs=5e-4)
        assert theory.from_q_factor(theory.inverse_q_function(rate)) == pytest.approx(rate, rel=1e-9)
    assert decibels_of(theory.shannon_limit(0.0)) == pytest.approx(-1.5917, abs=5e-5)
    assert theory.shannon_limit(1e-9) == pytest.approx(theory.shannon_limit(0.0))
    assert theory.shannon_limit(2.0) == pytest.approx(1.5)
    assert theory.capacity_bit_s(1e6, ratio_of(30)) == pytest.approx(9.967e6, rel=1e-4)
    assert decibels_of(0.0) == -math.inf
    for call in (lambda: decibels_of(-1.0), lambda: theory.shannon_limit(-0.1)):
        with pytest.raises(ValueError, match="must not be negative"):
            call()


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32])
@pytest.mark.parametrize("eb_n0_db", [0.0, 6.0, 12.0])
def test_the_formula_of_pam_is_the_sum_over_all_pairs_of_levels(size: int, eb_n0_db: float) -> None:
    """What is sent, what is decided, and in how many bits they differ."""
    width, scale = size.bit_length() - 1, math.sqrt(6 * math.log2(size) * ratio_of(eb_n0_db) / (size**2 - 1))
    total = 0.0
    for sent in range(size):
        for decided in range(size):
            low = -math.inf if decided == 0 else (2 * (decided - sent) - 1) * scale
            high = math.inf if decided == size - 1 else (2 * (decided - sent) + 1) * scale
            chance = theory.q_function(low) - theory.q_function(high)
            total += chance * ((sent ^ sent >> 1) ^ (decided ^ decided >> 1)).bit_count()
    assert theory.pam(size, ratio_of(eb_n0_db)) == pytest.approx(total / (size * width), rel=1e-9)


def test_a_size_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="power of 2, not 3"):
        theory.pam(3, 1.0)
    with pytest.raises(ValueError, match="not 8"):
        theory.qam(8, 1.0)


MEASURED: list[tuple[str, Modulation, Callable[[float], float], float]] = [
    ("bpsk", Bpsk(), theory.bpsk, 4),
    ("bpsk, little noise", Bpsk(), theory.bpsk, 7),
    ("qpsk", Qpsk(), theory.qpsk, 4),
    ("ook", Ook(), theory.ook, 6),
    ("dpsk", Dpsk(), theory.dpsk, 6),
    ("4-pam", Pam(4), lambda ratio: theory.pam(4, ratio), 8),
    ("8-pam", Pam(8), lambda ratio: theory.pam(8, ratio), 10),
    ("16-qam", Qam(16), lambda ratio: theory.qam(16, ratio), 8),
    ("64-qam", Qam(64), lambda ratio: theory.qam(64, ratio), 10),
    ("256-qam", Qam(256), lambda ratio: theory.qam(256, ratio), 12),
    ("coherent fsk", Fsk(coherent=True), theory.coherent_fsk, 6),
    ("non-coherent fsk", Fsk(coherent=False), theory.noncoherent_fsk, 6),
]


@pytest.mark.parametrize(("name", "modulation", "formula", "eb_n0_db"), MEASURED, ids=[each[0] for each in MEASURED])
def test_the_rate_is_measured_where_the_formula_says(
    name: str, modulation: Modulation, formula: Callable[[float], float], eb_n0_db: float
) -> None:
    rng = np.random.default_rng([MEASURED.index((name, modulation, formula, eb_n0_db)), 5])
    channel = Awgn(modulation.noise_density(ratio_of(eb_n0_db)), rng)

    def batch() -> tuple[int, int]:
        sent = rng.integers(0, 2, 24_000, dtype=np.uint8)
        received = modulation.demodulate(channel.transmit(modulation.modulate(sent)))
        return int(np.count_nonzero(received != sent)), sent.size

    measured = count_errors(batch, errors=400)
    low, high = measured.interval(0.999)
    assert measured.errors >= 400
    assert low <= formula(ratio_of(eb_n0_db)) <= high
    wrong = formula(ratio_of(eb_n0_db + 1.0))
    assert not low <= wrong <= high, "the interval tells a decibel apart"


def test_rayleigh_fading_in_closed_form_is_the_mean_over_the_exponential_distribution() -> None:
    ratios = np.linspace(0, 400, 40_001)
    rates = np.array([0.5 * math.erfc(math.sqrt(ratio)) for ratio in ratios])
    mean = np.trapezoid(rates * np.exp(-ratios / 10.0) / 10.0, ratios)
    assert theory.rayleigh_bpsk(10.0) == pytest.approx(float(mean), rel=1e-3)


def test_the_interval_of_clopper_and_pearson() -> None:
    """Of 10 trials with 3 errors, 95 %: 0.0667 to 0.6525; of 10 with none: 0 to 0.3085 (published tables)."""
    assert ErrorRate(3, 10).interval(0.95) == pytest.approx((0.0667, 0.6525), abs=1e-4)
    assert ErrorRate(0, 10).interval(0.95) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert ErrorRate(10, 10).interval(0.95) == pytest.approx((0.6915, 1.0), abs=1e-4)
    assert ErrorRate(3, 10).rate == 0.3
    assert ErrorRate(0, 0).rate == 0.0
    assert count_errors(lambda: (0, 10), max_trials=50) == ErrorRate(0, 50)
