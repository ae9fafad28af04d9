"""The quantisation noise of a sine, in closed form (Widrow and Kollár, Quantization Noise, 2008)."""

from __future__ import annotations

import math

import numpy as np

from catenet.physical.signals.converters.quantiser import Quantiser
from catenet.physical.signals.decibels import decibels_of


def rule_db(bits: float) -> float:
    """The rule for a full-scale sine: 6.02 N + 1.76 dB, if the error is uniform over a step (Bennett, 1948)."""
    return 20.0 * bits * math.log10(2.0) + decibels_of(1.5)


def sine_snr_db(quantiser: Quantiser, amplitude: float | None = None) -> float:
    """The power of a sine divided by its mean square error, in dB; ``amplitude`` is full scale by default.

    Exact for uniformly distributed phase: the squared error is integrated over the angles within each step.  The
    result is below the rule, because the sine stays long near its peaks, where the error is one-sided.
    """
    peak = quantiser.full_scale if amplitude is None else amplitude
    if not peak > 0:
        raise ValueError(f"the amplitude must be positive, not {peak}")
    edges = np.concatenate(([-1.0], np.clip(quantiser.thresholds / peak, -1.0, 1.0), [1.0]))
    levels = quantiser.values(np.arange(1 << quantiser.bits)) / peak
    angles = np.arcsin(edges)
    # the integral of (v - sin)^2 is v^2 a + 2 v cos a + a/2 - sin 2a / 4
    constant = np.diff(angles) * (levels**2 + 0.5)
    error = constant + 2.0 * levels * np.diff(np.cos(angles)) - np.diff(np.sin(2.0 * angles)) / 4.0
    return decibels_of(0.5 * math.pi / float(error.sum()))
