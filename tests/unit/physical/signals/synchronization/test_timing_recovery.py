"""Clock recovery: both detectors find the instants from any phase, and follow a clock that is off."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.synchronization.pulse import RaisedCosine
from catenet.physical.signals.synchronization.timing_detectors import EarlyLate, Gardner, TimingDetector
from catenet.physical.signals.synchronization.timing_recovery import TimingRecovery

SAMPLES = 8
PULSE = RaisedCosine(SAMPLES, rolloff=0.5)


def received(symbols: np.ndarray, offset: float, clock_ppm: float) -> np.ndarray:
    """The waveform sampled by a clock that starts ``offset`` symbols late and is off by ``clock_ppm``."""
    wave = PULSE.shape(symbols)[: -PULSE.delay_samples - 2 * SAMPLES]  # up to the last symbol
    places = (offset * SAMPLES + np.arange(wave.size + SAMPLES)) * (1 + clock_ppm * 1e-6)
    places = places[places < wave.size - 1]
    grid = np.arange(wave.size)
    return np.interp(places, grid, wave.real) + 1j * np.interp(places, grid, wave.imag)


def instants(count: int, offset: float, clock_ppm: float) -> np.ndarray:
    return (PULSE.delay_samples + SAMPLES * np.arange(count)) / (1 + clock_ppm * 1e-6) - offset * SAMPLES


@pytest.mark.slow
@pytest.mark.parametrize("detector", [EarlyLate(), Gardner()], ids=["early-late", "gardner"])
@pytest.mark.parametrize("offset", [0.0, 0.2, 0.45, 0.7, 0.9])
def test_the_instants_are_found_from_any_phase(detector: TimingDetector, offset: float) -> None:
    rng = np.random.default_rng(1)
    symbols = rng.choice([-1.0, 1.0], 1_500).astype(complex)
    found = TimingRecovery(detector, SAMPLES).recover(received(symbols, offset, 0.0))
    late = found.positions[-300:]
    nearest = (late - instants(1, offset, 0.0)[0]) / SAMPLES
    assert np.abs(nearest - np.rint(nearest)).max() < 0.1
    decided = np.sign(found.symbols[-300:].real)
    places = np.rint(nearest).astype(int)
    assert (decided == symbols[places].real).all()


@pytest.mark.slow
@pytest.mark.parametrize("detector", [EarlyLate(), Gardner()], ids=["early-late", "gardner"])
@pytest.mark.parametrize("clock_ppm", [-300.0, 300.0])
def test_a_clock_that_is_off_is_followed(detector: TimingDetector, clock_ppm: float) -> None:
    """Over 4,000 symbols 300 ppm are 1.2 symbols: without the loop's integral part some would be lost."""
    rng = np.random.default_rng(2)
    symbols = rng.choice([-1.0, 1.0], 4_000).astype(complex)
    noisy = Awgn(0.02, rng).transmit(received(symbols, 0.3, clock_ppm))
    found = TimingRecovery(detector, SAMPLES).recover(noisy)
    true = instants(4_000, 0.3, clock_ppm)
    places = np.searchsorted(true, found.positions[-1_000:] - SAMPLES / 2)
    assert np.diff(places).tolist() == [1] * 999
    assert np.abs(found.positions[-1_000:] - true[places]).max() < 0.15 * SAMPLES
    assert (np.sign(found.symbols[-1_000:].real) == symbols[places].real).all()


def test_gardners_detector_does_not_mind_the_carriers_phase() -> None:
    symbols = np.random.default_rng(3).choice([-1.0, 1.0], 1_000).astype(complex)
    wave = received(symbols, 0.3, 0.0)
    plain = TimingRecovery(Gardner(), SAMPLES).recover(wave)
    turned = TimingRecovery(Gardner(), SAMPLES).recover(wave * np.exp(1.1j))
    assert np.allclose(plain.positions, turned.positions)


def test_what_there_is_not_is_refused() -> None:
    for call, message in (
        (lambda: EarlyLate(spacing_symbols=0.6), "the spacing must be above 0 and up to half a symbol, not 0.6"),
        (lambda: TimingRecovery(Gardner(), 1.0), "clock recovery needs at least two samples per symbol, not 1.0"),
        (
            lambda: TimingRecovery(Gardner(), 4, loop_bandwidth=0.5),
            "the loop bandwidth must be above 0 and up to 0.1",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert TimingRecovery(Gardner(), 4).recover(np.zeros(3)).symbols.size == 0
