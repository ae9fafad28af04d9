"""What ``catenet signal adc`` measures: a sampled sine, its spectrum, and a datasheet's figures."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.converters.adc import Adc, Dither
from catenet.physical.signals.converters.figures import coherent_frequency_hz, figures, jitter_snr_db, spectrum_of

SAMPLES: Final = 16_384


class Sampled(NamedTuple):
    """What a picture shows: the first samples, and the power in each bin over that of a full-scale sine."""

    time_s: Reals
    voltage_v: Reals
    frequency_hz: Reals
    power_dbfs: Reals


def measure(
    bits: int, sample_rate_hz: float, frequency_hz: float, *, jitter_s: float, noise_v: float, dither: Dither, seed: int
) -> tuple[dict[str, Any], Sampled]:
    """A full-scale sine of ±1 V, sampled coherently at the frequency nearest to the one asked for."""
    rng = np.random.default_rng(seed)
    adc = Adc(bits, sample_rate_hz, rng, jitter_s=jitter_s, noise_v=noise_v, dither=dither)
    coherent_hz = coherent_frequency_hz(frequency_hz, sample_rate_hz, SAMPLES)
    voltages = adc.sample(lambda time_s: np.asarray(np.sin(2.0 * np.pi * coherent_hz * time_s), np.float64), SAMPLES)
    found = figures(voltages)
    power = spectrum_of(voltages)
    report = {
        "bits": bits,
        "sample_rate_hz": sample_rate_hz,
        "frequency_hz": coherent_hz,
        "samples": SAMPLES,
        "snr_db": found.snr_db,
        "sinad_db": found.sinad_db,
        "enob_bits": found.enob_bits,
        "sfdr_db": found.sfdr_db,
        "thd_db": found.thd_db if math.isfinite(found.thd_db) else None,
        "ideal_snr_db": 6.02 * bits + 1.76,
        "jitter_limit_db": jitter_snr_db(coherent_hz, jitter_s) if jitter_s else None,
    }
    shown = max(16, min(SAMPLES, round(3 * sample_rate_hz / coherent_hz)))
    shown = min(shown, 200)
    return report, Sampled(
        np.arange(shown) / sample_rate_hz,
        voltages[:shown],
        np.asarray(np.fft.rfftfreq(SAMPLES, 1.0 / sample_rate_hz), np.float64),
        np.asarray(10.0 * np.log10(np.maximum(power / 0.5, 1e-16)), np.float64),
    )
