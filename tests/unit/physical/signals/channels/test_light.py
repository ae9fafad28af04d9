"""Fibre and photodetector: loss, the broadening of a pulse, the variances of noise, Q factor and error rate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catenet.physical.signals.channels.fibre import Fibre
from catenet.physical.signals.channels.photodetector import Photodetector
from catenet.physical.signals.error_rate import ErrorRate
from catenet.physical.signals.modulation.bit_error_rates import from_q_factor, inverse_q_function

RATE_HZ = 2e12


def width_s(power: np.ndarray, time_s: np.ndarray) -> float:
    """The root-mean-square width."""
    mean = np.sum(power * time_s) / np.sum(power)
    return math.sqrt(float(np.sum(power * (time_s - mean) ** 2) / np.sum(power)))


def test_the_loss_of_a_span() -> None:
    fibre = Fibre(80)
    assert fibre.attenuation_db == pytest.approx(16.0)
    assert fibre.received_power_w(1e-3) == pytest.approx(1e-3 / 10**1.6)
    field = np.full(64, 0.1)
    assert np.abs(fibre.transmit(field, RATE_HZ)) ** 2 == pytest.approx(fibre.received_power_w(0.01))
    assert Fibre(1).transmit([], RATE_HZ).size == 0


def test_beta_2_of_standard_fibre() -> None:
    """Agrawal, section 2.4: D = 16 ps/(nm km) at 1550 nm is β₂ = −20 ps²/km."""
    assert Fibre(1, dispersion_ps_nm_km=15.68).beta2_s2_m == pytest.approx(-20e-27, rel=1e-3)


@pytest.mark.parametrize("length_km", [0.0, 2.0, 10.0, 50.0])
@pytest.mark.parametrize("dispersion", [17.0, -4.0])
def test_a_gaussian_pulse_broadens_as_the_formula_says(length_km: float, dispersion: float) -> None:
    """T₁ = T₀ √(1 + (z/L_D)²), L_D = T₀²/|β₂| (Agrawal, equation 2.4.17 without chirp)."""
    fibre, initial_s = Fibre(length_km, attenuation_db_km=0.0, dispersion_ps_nm_km=dispersion), 10e-12
    time_s = (np.arange(8192) - 4096) / RATE_HZ
    sent = np.exp(-(time_s**2) / (2 * initial_s**2))
    received = np.abs(fibre.transmit(sent, RATE_HZ)) ** 2
    scale_m = initial_s**2 / abs(fibre.beta2_s2_m)
    expected = math.sqrt(1 + (length_km * 1e3 / scale_m) ** 2)
    assert width_s(received, time_s) / width_s(sent**2, time_s) == pytest.approx(expected, rel=1e-3)
    assert received.sum() == pytest.approx((sent**2).sum())


def test_the_noise_of_a_detector_is_shot_and_thermal() -> None:
    detector = Photodetector(np.random.default_rng(1))
    assert float(detector.noise_variance_a2(0.0)) == pytest.approx(4 * 1.380649e-23 * 300 * 7.5e9 / 50)
    power_w = 2e-3
    shot = 2 * 1.602176634e-19 * 0.8 * power_w * 7.5e9
    cold = Photodetector(np.random.default_rng(1), temperature_k=0.0)
    assert float(cold.noise_variance_a2(power_w)) == pytest.approx(shot)
    currents = cold.detect(np.full(50_000, power_w))
    assert currents.mean() == pytest.approx(0.8 * power_w, rel=1e-3)
    assert currents.var() == pytest.approx(shot, rel=0.03)
    assert detector.detect(np.zeros(50_000)).var() == pytest.approx(detector.thermal_variance_a2, rel=0.03)


@pytest.mark.parametrize("temperature_k", [0.0, 300.0])
def test_the_power_for_a_q_factor(temperature_k: float) -> None:
    detector = Photodetector(np.random.default_rng(1), temperature_k=temperature_k, dark_current_a=2e-9)
    for q_factor in (1.0, 5.998, 7.941):
        assert detector.decision(detector.power_for(q_factor)).q_factor == pytest.approx(q_factor)


@pytest.mark.parametrize("temperature_k", [0.001, 300.0])
def test_the_error_rate_is_that_of_the_q_factor(temperature_k: float) -> None:
    rng = np.random.default_rng(5)
    detector = Photodetector(rng, temperature_k=temperature_k)
    power_w = detector.power_for(inverse_q_function(2e-3))
    decision = detector.decision(power_w)
    sent = rng.integers(0, 2, 200_000)
    received = detector.detect(sent * power_w) > decision.threshold_a
    measured = ErrorRate(int(np.count_nonzero(received != sent)), sent.size)
    assert measured.errors >= 100
    low, high = measured.interval(0.999)
    assert low <= from_q_factor(decision.q_factor) <= high


def test_what_there_is_not_is_refused() -> None:
    rng = np.random.default_rng(1)
    for call, message in (
        (lambda: Fibre(-1), "the length must be finite and not negative, not -1 km"),
        (lambda: Fibre(1, wavelength_nm=10), "from 600 to 2000 nm"),
        (
            lambda: Fibre(1, attenuation_db_km=-0.1),
            "must be from 600 to 2000 nm, not -0.1 dB/km and 1550.0 nm",
        ),
        (lambda: Photodetector(rng, bandwidth_hz=0), "responsivity, bandwidth and load resistance must be positive"),
        (lambda: Photodetector(rng, temperature_k=-1), "temperature and dark current must not be negative"),
        (lambda: Photodetector(rng).detect([-1e-3]), "optical power must not be negative"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
