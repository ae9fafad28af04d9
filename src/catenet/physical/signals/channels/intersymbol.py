"""Inter-symbol interference: a channel as a finite impulse response (Proakis, section 9.3)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes

PROAKIS_B: Final = (0.407, 0.815, 0.407)
"""Proakis's channel (b), Figure 9.4-5: a null at half the symbol rate, where linear equalisers fail."""


class FirChannel:
    """Each output is the sum of the last samples, weighted by ``taps``; the first tap is for the latest sample.

    The state is kept between calls.
    """

    def __init__(self, taps: ArrayLike) -> None:
        self.taps: Final[Complexes] = np.asarray(taps, np.complex128)
        if self.taps.ndim != 1 or self.taps.size == 0:
            raise ValueError("a channel must have at least one tap, in an array of one dimension")
        self._state: Complexes = np.zeros(self.taps.size - 1, np.complex128)

    def transmit(self, samples: ArrayLike) -> Complexes:
        """The received samples, as many as are sent."""
        known = np.concatenate((self._state, np.asarray(samples, np.complex128)))
        if known.size < self.taps.size:
            self._state = known
            return np.zeros(0, np.complex128)
        self._state = known[known.size - self.taps.size + 1 :]
        return np.asarray(np.convolve(known, self.taps, "valid"), np.complex128)
