"""Radio and inter-symbol interference: path loss, noise, fading's distribution and error rate, taps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.special import i0e

from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.channels.intersymbol import PROAKIS_B, FirChannel
from catenet.physical.signals.channels.radio import FreeSpace, Rayleigh, Rician, noise_power_dbm
from catenet.physical.signals.error_rate import ErrorRate
from catenet.physical.signals.modulation.bit_error_rates import rayleigh_bpsk
from catenet.physical.signals.modulation.pam import Bpsk


def test_path_loss_in_free_space() -> None:
    """32.45 + 20 log f (MHz) + 20 log d (km), ITU-R P.525."""
    assert FreeSpace(1e3, 2.4e9).loss_db == pytest.approx(32.45 + 20 * math.log10(2400), abs=0.01)
    assert FreeSpace(2e3, 2.4e9).loss_db - FreeSpace(1e3, 2.4e9).loss_db == pytest.approx(6.02, abs=0.01)
    assert FreeSpace(1e3, 2.4e9, gains_db=20).loss_db == pytest.approx(80.05, abs=0.01)
    received = FreeSpace(10, 5e9).transmit([1.0, 1j])
    assert -20 * np.log10(np.abs(received)) == pytest.approx(FreeSpace(10, 5e9).loss_db)


def test_the_noise_of_a_receiver() -> None:
    assert noise_power_dbm(1.0) == pytest.approx(-173.98, abs=0.01)
    assert noise_power_dbm(20e6, noise_figure_db=7) == pytest.approx(-93.97, abs=0.01)


@pytest.mark.parametrize("k_factor", [0.0, 1.0, 10.0])
def test_the_power_of_fading(k_factor: float) -> None:
    """Mean 1, variance (1 + 2K)/(1 + K)²; without a direct path exponentially distributed."""
    power = np.abs(Rician(k_factor, np.random.default_rng(1)).gains(100_000)) ** 2
    assert power.mean() == pytest.approx(1.0, rel=0.02)
    assert power.var() == pytest.approx((1 + 2 * k_factor) / (1 + k_factor) ** 2, rel=0.04)
    if k_factor == 0:
        assert np.mean(power < 0.1) == pytest.approx(1 - math.exp(-0.1), rel=0.05)


def test_a_block_has_one_gain() -> None:
    gains = Rayleigh(np.random.default_rng(1), block_samples=4).gains(10)
    assert gains.size == 10
    assert len(set(gains.tolist())) == 3
    assert len(set(gains[:4].tolist())) == 1


def rician_bpsk(k_factor: float, eb_n0: float) -> float:
    """The mean of Q(√(2γ)) over the Rician distribution of γ, by the trapezoidal rule."""
    power = np.linspace(1e-9, 12, 40_001)
    root = 2 * np.sqrt(k_factor * (1 + k_factor) * power)
    density = (1 + k_factor) * np.exp(root - k_factor - (1 + k_factor) * power) * i0e(root)
    rates = np.array([0.5 * math.erfc(math.sqrt(eb_n0 * each)) for each in power])
    return float(np.trapezoid(density * rates, power))


@pytest.mark.slow
@pytest.mark.parametrize("k_factor", [0.0, 4.0])
def test_the_error_rate_of_bpsk_over_fading(k_factor: float) -> None:
    rng, eb_n0 = np.random.default_rng([7, int(k_factor)]), 10.0
    sent = rng.integers(0, 2, 200_000)
    faded, gains = Rician(k_factor, rng).transmit(Bpsk().modulate(sent))
    received = Awgn(Bpsk().noise_density(eb_n0), rng).transmit(faded) * np.conj(gains)
    measured = ErrorRate(int(np.count_nonzero(Bpsk().demodulate(received) != sent)), sent.size)
    assert measured.errors >= 100
    low, high = measured.interval(0.999)
    assert low <= rician_bpsk(k_factor, eb_n0) <= high
    if k_factor == 0:
        assert rician_bpsk(0.0, eb_n0) == pytest.approx(rayleigh_bpsk(eb_n0), rel=1e-3)


@pytest.mark.slow
@given(st.lists(st.integers(-3, 3), max_size=30), st.integers(0, 30))
def test_taps_convolve_and_remember(sent: list[int], cut: int) -> None:
    channel = FirChannel(PROAKIS_B)
    received = np.concatenate([channel.transmit(sent[:cut]), channel.transmit(sent[cut:])])
    expected = lfilter(PROAKIS_B, [1.0], np.array([*sent, 0.0]))[: len(sent)]
    assert np.allclose(received, expected)


def test_what_there_is_not_is_refused() -> None:
    rng = np.random.default_rng(1)
    for call, message in (
        (lambda: FreeSpace(0, 1e9), "distance and frequency must be positive, not 0 m and 1000000000.0 Hz"),
        (lambda: Rician(-1, rng), "the K factor must be finite and not negative, not -1"),
        (lambda: Rayleigh(rng, block_samples=0), "at least one sample"),
        (lambda: FirChannel([]), "at least one tap"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
