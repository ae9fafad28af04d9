"""Decimation for oversampling: an anti-alias filter, then one of ``ratio`` samples."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals

_TAPS_PER_RATIO: Final = 64


class Decimator:
    """A windowed sinc (Kaiser, β = 8: about 80 dB) with its cut-off at 0.9 of the new Nyquist frequency.

    Source: Oppenheim and Schafer, 7.5.  The power of white noise decreases by slightly more than ``ratio``; signals
    below the cut-off pass unchanged.
    """

    def __init__(self, ratio: int) -> None:
        if ratio < 1:
            raise ValueError(f"the oversampling ratio must be at least 1, not {ratio}")
        self.ratio: Final = ratio
        half = _TAPS_PER_RATIO * ratio // 2
        taps = np.sinc(0.9 * np.arange(-half, half + 1) / ratio) * np.kaiser(2 * half + 1, 8.0)
        self._taps: Final[Reals] = np.asarray(taps / taps.sum(), np.float64) if ratio > 1 else np.ones(1)

    @property
    def noise_gain(self) -> float:
        """The share of the power of white noise that passes: the sum of the squared taps."""
        return float(np.sum(self._taps**2))

    @property
    def settling_samples(self) -> int:
        """Additional input samples, beyond ``ratio`` per output sample, that the filter needs."""
        return self._taps.size - 1

    def decimate(self, samples: ArrayLike) -> Reals:
        """The filtered samples at the lower rate; the first one follows when the filter is full."""
        given = np.asarray(samples, np.float64)
        if given.size < self._taps.size:
            return np.zeros(0)
        count = (given.size - self._taps.size) // self.ratio + 1
        starts = np.arange(count)[:, None] * self.ratio
        if self.ratio == 1:
            return given.copy()
        return np.asarray(_windows(given, self._taps.size)[starts[:, 0]] @ self._taps, np.float64)


def _windows(samples: Reals, width: int) -> Reals:
    return np.lib.stride_tricks.sliding_window_view(samples, width)
