"""A filter for many signals: one response, and blocks that fit a cache (overlap-save; Oppenheim and Schafer, 8.7.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from catenet.physical.signals.bits import Complexes, Reals

BLOCK_SAMPLES: Final = 8192
BEFORE: Final = 256
AFTER: Final = 768
"""The impulse response is cut off so many samples before and after its origin."""
_OVERLAP: Final = BEFORE + AFTER - 1
_HOP: Final = BLOCK_SAMPLES - _OVERLAP


class FastFilter:
    """Filters real signals by ``response``, a function of frequencies in Hz, in single precision.

    A signal begins after silence, and the result is as long as it.
    """

    def __init__(self, response: Callable[[Reals], Complexes], sample_rate_hz: float) -> None:
        size = 4 * BLOCK_SAMPLES
        impulse = fft.irfft(response(np.asarray(fft.rfftfreq(size, 1.0 / sample_rate_hz), np.float64)), size)
        taps = np.concatenate((impulse[-BEFORE:], impulse[:AFTER]))
        self._response: Final = np.asarray(fft.rfft(taps, BLOCK_SAMPLES), np.complex64)

    def transmit(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        """The filtered samples."""
        count = -(-(samples.size + BEFORE) // _HOP)
        padded = np.zeros(_OVERLAP + count * _HOP, np.float32)
        padded[_OVERLAP : _OVERLAP + samples.size] = samples
        spectra = fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, BLOCK_SAMPLES)[::_HOP])
        spectra *= self._response
        filtered = fft.irfft(spectra, BLOCK_SAMPLES)[:, _OVERLAP:].reshape(-1)
        return np.asarray(filtered[BEFORE : BEFORE + samples.size], np.float32)
