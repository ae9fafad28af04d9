"""The interface of modulations: bits to samples, and received samples to bits."""

from __future__ import annotations

from abc import ABC, abstractmethod

from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Complexes


class Modulation(ABC):
    """A modulation at complex baseband.  The mean energy of a symbol, over all its samples, is 1.

    So at a ratio Eb/N0 the noise density is N0 = 1 / (bits_per_symbol · Eb/N0), the variance of a complex sample.
    """

    bits_per_symbol: int

    @abstractmethod
    def modulate(self, bits: ArrayLike) -> Complexes:
        """The samples that carry ``bits``.  Raises ValueError for values other than 0 and 1, and partial symbols."""

    @abstractmethod
    def demodulate(self, samples: ArrayLike) -> Bits:
        """The most likely bits for received samples."""

    def noise_density(self, eb_n0: float) -> float:
        """N0 for this modulation at a ratio (not in decibels) of Eb/N0."""
        if not eb_n0 > 0:
            raise ValueError(f"Eb/N0 must be a positive ratio, not {eb_n0}")
        return 1.0 / (self.bits_per_symbol * eb_n0)
