"""The signal-to-noise ratio of a converter with a jittered clock: −20 log₁₀(2πfσ)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from catenet.experiments.comparison import Comparison
from catenet.experiments.signals.measure import STANDARD_ERRORS, decibel_comparison
from catenet.physical.signals.converters.adc import Adc
from catenet.physical.signals.converters.figures import coherent_frequency_hz, figures, jitter_snr_db

RATE_HZ: Final = 250e6
SAMPLES: Final = 1 << 13
RUNS: Final = 32
BITS: Final = 20
"""Enough bits that quantisation noise is negligible."""
CASES: Final = ((1e-12, 100e6), (1e-12, 10e6), (10e-12, 100e6))


def jitter(seed: int) -> Iterator[Comparison]:
    """The SNR of a full-scale sine, read from its spectrum, for three clocks."""
    for number, (jitter_s, frequency_hz) in enumerate(CASES):
        rng = np.random.default_rng([seed, number])
        exact_hz = coherent_frequency_hz(frequency_hz, RATE_HZ, SAMPLES)
        adc = Adc(BITS, RATE_HZ, rng, jitter_s=jitter_s)
        runs = [_snr_db(adc, exact_hz, 2.0 * math.pi * rng.random()) for _ in range(RUNS)]
        slack = STANDARD_ERRORS * float(np.std(runs, ddof=1)) / math.sqrt(RUNS)
        what = f"clock jitter {jitter_s * 1e12:g} ps, sine of {frequency_hz / 1e6:g} MHz: signal to noise"
        yield decibel_comparison(what, jitter_snr_db(exact_hz, jitter_s), float(np.mean(runs)), slack)


def _snr_db(adc: Adc, frequency_hz: float, phase: float) -> float:
    samples = adc.sample(lambda time_s: 0.999 * np.sin(2.0 * np.pi * frequency_hz * time_s + phase), SAMPLES)
    return figures(samples).snr_db
