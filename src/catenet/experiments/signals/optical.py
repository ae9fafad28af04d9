"""An optical on-off link: the Q factor that an error rate needs, and a pulse that dispersion broadens (Agrawal)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from catenet.experiments.comparison import Comparison
from catenet.experiments.signals.measure import entries_of, rate_comparison
from catenet.physical.signals.channels.fibre import Fibre
from catenet.physical.signals.channels.photodetector import Photodetector
from catenet.physical.signals.importance_sampling import ScaledNormal, weighted_rate
from catenet.physical.signals.modulation.bit_error_rates import from_q_factor, inverse_q_function

RATES: Final = {1e-3: 1.0, 1e-9: 3.0, 1e-12: 3.5, 1e-15: 4.0}
"""By error rate, the scale that the noise is drawn with."""
BITS: Final = 400_000
PULSE_S: Final = 10e-12
LENGTHS_KM: Final = (5, 20)


def optical(seed: int) -> Iterator[Comparison]:
    """Error rates of a photodetector at the power that the closed form tells, and broadened pulses."""
    for number, (rate, scale) in enumerate(RATES.items()):
        yield _detected(rate, scale, np.random.default_rng([seed, number]))
    for length_km in LENGTHS_KM:
        yield _broadened(length_km)


def _detected(rate: float, scale: float, rng: np.random.Generator) -> Comparison:
    """Light of two powers, shot and thermal noise, the best threshold."""
    q_factor = inverse_q_function(rate)
    detector = Photodetector(rng)
    power_w = detector.power_for(q_factor)
    sent = rng.integers(0, 2, BITS)
    noise = ScaledNormal(scale, rng).draw(BITS)
    currents = detector.current_a(sent * power_w) + noise.values * np.sqrt(detector.noise_variance_a2(sent * power_w))
    wrong = (currents > detector.decision(power_w).threshold_a) != sent
    found = weighted_rate(wrong * noise.weights, int(wrong.sum()))
    what = f"Q factor {q_factor:.3f}, {1e6 * power_w:.1f} µW for a 1: bit-error rate"
    return rate_comparison(what, from_q_factor(q_factor), found.rate, found.standard_error, found.errors)


def _broadened(length_km: float) -> Comparison:
    """The root-mean-square width of a Gaussian pulse: √(1 + (z/L_D)²), L_D = T₀²/|β₂|."""
    fibre, step_s = Fibre(length_km), PULSE_S / 40.0
    time_s = (np.arange(1 << 15) - (1 << 14)) * step_s
    received = np.abs(fibre.transmit(np.exp(-(time_s**2) / (2.0 * PULSE_S**2)), 1.0 / step_s)) ** 2
    width_s = math.sqrt(float(np.sum(received * time_s**2) / np.sum(received)))
    measured = width_s / (PULSE_S / math.sqrt(2.0))
    expected = math.hypot(1.0, length_km * 1e3 * abs(fibre.beta2_s2_m) / PULSE_S**2)
    what = f"pulse of {PULSE_S * 1e12:g} ps after {length_km:g} km of fibre: times as wide"
    told = f"{expected:.3f} (±0.1 %; nothing is random)"
    entries = entries_of(what, f"{expected:.3f}", f"{measured:.3f}", "not random")
    return Comparison(what, told, 0.999 * expected, 1.001 * expected, measured, "", entries=entries)
