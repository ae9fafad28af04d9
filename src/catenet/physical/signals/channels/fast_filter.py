"""A filter for many signals of different lengths: responses are kept for transforms of few sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from catenet.physical.signals.bits import Complexes, Reals

SILENCE_SAMPLES: Final = 1024
"""At least so many follow a signal: what is left of it would wrap around."""


class FastFilter:
    """Filters real signals by ``response``, a function of frequencies in Hz, in single precision.

    A signal begins after silence, and the result is as long as it.
    """

    def __init__(self, response: Callable[[Reals], Complexes], sample_rate_hz: float) -> None:
        self._response: Final = response
        self._sample_rate_hz: Final = sample_rate_hz
        self._known: Final[dict[int, NDArray[np.complex64]]] = {}

    def transmit(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        """The filtered samples."""
        size = 1 << (samples.size + SILENCE_SAMPLES - 1).bit_length()
        if size not in self._known:
            frequency_hz = np.asarray(fft.rfftfreq(size, 1.0 / self._sample_rate_hz), np.float64)
            self._known[size] = self._response(frequency_hz).astype(np.complex64)
        spectrum = fft.rfft(samples.astype(np.float32, copy=False), size)
        spectrum *= self._known[size]
        return np.asarray(fft.irfft(spectrum, size)[: samples.size], np.float32)
