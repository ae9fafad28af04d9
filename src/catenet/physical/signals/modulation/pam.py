"""Pulse-amplitude modulation: M levels on one axis; BPSK and on-off keying are its binary cases."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Complexes, Reals, bits_of_numbers, numbers_of
from catenet.physical.signals.modulation.gray_code import gray_code, gray_places
from catenet.physical.signals.modulation.modulation import Modulation


class Pam(Modulation):
    """M-PAM, Gray-coded: levels −(M−1) … M−1 in steps of 2, scaled to unit energy (Proakis, section 3.2-1).


    For M = 4 the numbers are 00, 01, 11, 10 from the lowest level.
    """

    def __init__(self, size: int) -> None:
        if not 2 <= size <= 1024 or size & (size - 1):
            raise ValueError(f"the number of levels must be a power of 2 from 2 to 1024, not {size}")
        self.size: Final = size
        self.bits_per_symbol = size.bit_length() - 1
        self.step: Final = 2.0 * np.sqrt(3.0 / (size * size - 1))
        self._codes: Final = gray_code(self.bits_per_symbol)
        self._places: Final = gray_places(self.bits_per_symbol)

    def modulate(self, bits: ArrayLike) -> Complexes:
        return self.levels(bits).astype(np.complex128)

    def demodulate(self, samples: ArrayLike) -> Bits:
        return self.decided(np.real(np.asarray(samples)))

    def levels(self, bits: ArrayLike) -> Reals:
        """The samples as real numbers."""
        places = self._places[numbers_of(bits, self.bits_per_symbol)]
        return np.asarray((places - (self.size - 1) / 2.0) * self.step, np.float64)

    def decided(self, values: Reals) -> Bits:
        """The bits of the level nearest to each real value."""
        places = np.rint(values / self.step + (self.size - 1) / 2.0).astype(np.int64)
        return bits_of_numbers(self._codes[np.clip(places, 0, self.size - 1)], self.bits_per_symbol)


class Bpsk(Modulation):
    """Binary phase-shift keying: 0 is +1, 1 is −1 (Proakis, section 3.2-2)."""

    bits_per_symbol = 1

    def modulate(self, bits: ArrayLike) -> Complexes:
        return np.asarray(1.0 - 2.0 * numbers_of(bits, 1), np.complex128)

    def demodulate(self, samples: ArrayLike) -> Bits:
        return np.asarray(np.real(samples) < 0, np.uint8)


class Ook(Modulation):
    """On-off keying: 0 is 0 and 1 is √2, so the mean energy is 1.  Coherent reception, threshold half-way."""

    bits_per_symbol = 1

    def modulate(self, bits: ArrayLike) -> Complexes:
        return np.asarray(np.sqrt(2.0) * numbers_of(bits, 1), np.complex128)

    def demodulate(self, samples: ArrayLike) -> Bits:
        return np.asarray(np.real(samples) > np.sqrt(0.5), np.uint8)
