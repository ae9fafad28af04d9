"""Clock recovery: a loop that finds and tracks the positions of symbols (Rice, Digital Communications, chapter 8)."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals
from catenet.physical.signals.synchronization.timing_detectors import TimingDetector


class Recovered(NamedTuple):
    """The symbols, and the position of each, in samples from the first."""

    symbols: Complexes
    positions: Reals


class TimingRecovery:
    """A second-order loop: the detector's error adjusts the next sampling instant and, by its integral, the period.

    ``loop_bandwidth`` is Bn·T, the noise bandwidth divided by the symbol rate; ``damping`` is ζ.  Values between
    samples are interpolated by a cubic through four neighbours.  The signal must have a power of 1 (see
    :mod:`~catenet.physical.signals.synchronization.gain`).  Each symbol depends on the one before, so this is a loop in
    Python.
    """

    def __init__(
        self,
        detector: TimingDetector,
        samples_per_symbol: float,
        *,
        loop_bandwidth: float = 0.01,
        damping: float = 1.0 / math.sqrt(2.0),
    ) -> None:
        if not samples_per_symbol >= 2:
            raise ValueError(f"clock recovery needs at least two samples per symbol, not {samples_per_symbol}")
        if not (0 < loop_bandwidth <= 0.1 and damping > 0):
            raise ValueError(
                f"the loop bandwidth must be above 0 and up to 0.1 of the symbol rate, and the damping positive, not"
                f" {loop_bandwidth} and {damping}"
            )
        self._detector: Final = detector
        self._period: Final = float(samples_per_symbol)
        theta = loop_bandwidth / (damping + 1.0 / (4.0 * damping))
        below = 1.0 + 2.0 * damping * theta + theta * theta
        self._proportional: Final = 4.0 * damping * theta / below / _DETECTOR_GAIN
        self._integral: Final = 4.0 * theta * theta / below / _DETECTOR_GAIN

    def recover(self, samples: ArrayLike, *, start: float | None = None) -> Recovered:
        """The symbols in samples.  The search begins at ``start``, by default about a period after the first sample."""
        given = np.asarray(samples, np.complex128)
        position = self._period + 2.0 if start is None else start
        drift, previous, found, places = 0.0, 0j, [], []
        margin = self._period + 3.0
        while position - self._period / 2.0 >= 2.0 and position + margin < given.size:
            around = [_interpolated(given, position + offset * self._period) for offset in self._detector.offsets]
            error = self._detector.error(around, previous)
            previous = around[self._detector.offsets.index(0.0)]
            found.append(previous)
            places.append(position)
            drift = min(max(drift + self._integral * error, -_DRIFT_MAX), _DRIFT_MAX)
            position += self._period * (1.0 + drift + self._proportional * error)
        return Recovered(np.array(found, np.complex128), np.array(places, np.float64))


_DETECTOR_GAIN: Final = 2.0
"""Approximate slope of the error near 0, per symbol of offset, for both detectors at unit power and common pulses."""
_DRIFT_MAX: Final = 0.01
"""The period is corrected by at most a hundredth."""


def _interpolated(samples: Complexes, position: float) -> complex:
    """The value at ``position`` by the cubic through four neighbours (Lagrange)."""
    base = math.floor(position)
    at = position - base
    before, here, after, beyond = samples[base - 1 : base + 3].tolist()
    value: complex = (
        -before * at * (at - 1.0) * (at - 2.0) / 6.0
        + here * (at + 1.0) * (at - 1.0) * (at - 2.0) / 2.0
        - after * (at + 1.0) * at * (at - 2.0) / 2.0
        + beyond * (at + 1.0) * at * (at - 1.0) / 6.0
    )
    return value
