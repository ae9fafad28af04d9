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


class FastFilter:
    """Filters real signals by ``response``, a function of frequencies in Hz, in single precision.

    A signal is given as levels, each of which is held for ``held`` samples (which divides 256); the filter makes the
    samples.  It has one phase for each of them, as an interpolator (Oppenheim and Schafer, 4.7.3): the levels'
    transform is computed once.  A signal begins after silence, and the result is as long as it.
    """

    def __init__(self, response: Callable[[Reals], Complexes], sample_rate_hz: float, held: int = 1) -> None:
        size = 4 * BLOCK_SAMPLES
        impulse = fft.irfft(response(np.asarray(fft.rfftfreq(size, 1.0 / sample_rate_hz), np.float64)), size)
        taps = np.convolve(np.concatenate((impulse[-BEFORE:], impulse[: AFTER - held + 1])), np.ones(held))
        phases = taps.reshape(-1, held).T
        self._held: Final = held
        self._block: Final = BLOCK_SAMPLES // held
        self._overlap: Final = phases.shape[1] - 1
        self._responses: Final = np.asarray(fft.rfft(phases, self._block), np.complex64)

    def transmit(self, levels: NDArray[Any]) -> NDArray[np.float32]:
        """The filtered samples: ``held`` for each level."""
        overlap, hop, before = self._overlap, self._block - self._overlap, BEFORE // self._held
        count = -(-(levels.size + before) // hop)
        padded = np.zeros(overlap + count * hop, np.float32)
        padded[overlap : overlap + levels.size] = levels
        spectra = fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, self._block)[::hop])
        samples = np.empty((count, hop, self._held), np.float32)
        for phase, response in enumerate(self._responses):
            samples[:, :, phase] = fft.irfft(spectra * response, self._block)[:, overlap:]
        return samples.reshape(-1)[BEFORE : BEFORE + levels.size * self._held]
