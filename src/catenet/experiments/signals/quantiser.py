"""The noise of an ideal quantiser, against its closed form and the rule 6.02 N + 1.76 dB."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from catenet.experiments.comparison import Comparison
from catenet.experiments.signals.measure import STANDARD_ERRORS, decibel_comparison
from catenet.physical.signals.converters.adc import Adc
from catenet.physical.signals.converters.decimator import Decimator
from catenet.physical.signals.converters.figures import coherent_frequency_hz, figures
from catenet.physical.signals.converters.quantisation_noise import rule_db, sine_snr_db
from catenet.physical.signals.converters.quantiser import Quantiser
from catenet.physical.signals.decibels import decibels_of

BITS: Final = (8, 10, 12)
SAMPLES: Final = 400_000
RUNS: Final = 32
RUN_SAMPLES: Final = 1 << 12
DECIBEL: Final = 10.0 / math.log(10.0)


def quantiser(seed: int) -> Iterator[Comparison]:
    """Signal-to-noise ratios of a full-scale sine, and what oversampling gains."""
    for bits in BITS:
        yield _full_scale(bits, np.random.default_rng([seed, bits]))
    for ratio in (4, 16):
        yield _oversampled(ratio, np.random.default_rng([seed, 100 + ratio]))


def _full_scale(bits: int, rng: np.random.Generator) -> Comparison:
    """Each sample of the sine at a random phase, so that samples are independent."""
    ideal = Quantiser(bits)
    sine = np.sin(2.0 * np.pi * rng.random(SAMPLES))
    squares = (ideal.quantise(sine) - sine) ** 2
    mean = float(squares.mean())
    error_db = DECIBEL * float(squares.std()) / math.sqrt(SAMPLES) / mean
    what = f"{bits} bits, full-scale sine: signal to noise (the rule says {rule_db(bits):.2f} dB)"
    measured_db = DECIBEL * math.log(0.5 / mean)
    return decibel_comparison(what, sine_snr_db(ideal), measured_db, STANDARD_ERRORS * error_db)


def _oversampled(ratio: int, rng: np.random.Generator) -> Comparison:
    """With dither, so that the noise is white: what passes is the sum of the filter's squared taps."""
    gains = np.zeros(RUNS)
    for run in range(RUNS):
        plain, finer = (_snr_db(oversampling, rng) for oversampling in (1, ratio))
        gains[run] = finer - plain
    slack = STANDARD_ERRORS * float(gains.std(ddof=1)) / math.sqrt(RUNS)
    what = f"8 bits with dither, oversampled {ratio} times: gain of signal to noise"
    return decibel_comparison(what, decibels_of(1.0 / Decimator(ratio).noise_gain), float(gains.mean()), slack)


def _snr_db(oversampling: int, rng: np.random.Generator) -> float:
    adc = Adc(8, 1e6, rng, dither="triangular", oversampling=oversampling)
    frequency_hz = coherent_frequency_hz(97e3, 1e6, RUN_SAMPLES)
    phase = 2.0 * np.pi * rng.random()
    samples = adc.sample(lambda time_s: 0.95 * np.sin(2.0 * np.pi * frequency_hz * time_s + phase), RUN_SAMPLES)
    return figures(samples).snr_db
