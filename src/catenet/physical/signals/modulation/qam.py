"""Quadrature amplitude modulation: PAM on two axes; QPSK is the case of four points (Proakis, section 3.2-3)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Complexes, Reals, bits_of_numbers, checked_bits
from catenet.physical.signals.modulation.modulation import Modulation
from catenet.physical.signals.modulation.pam import Pam


class Qam(Modulation):
    """Square M-QAM, M = 4, 16, 64, 256, 1024 or 4096.

    The first half of a symbol's bits is in phase, the rest in quadrature, each Gray-coded (IEEE 802.11 clause
    17.3.5.8).
    """

    def __init__(self, size: int) -> None:
        side = math.isqrt(size)
        if side * side != size or not 4 <= size <= 4096 or side & (side - 1):
            raise ValueError(f"a square constellation must have 4, 16, 64, 256, 1024 or 4096 points, not {size}")
        self.size: Final = size
        self._axis: Final = Pam(side)
        self.bits_per_symbol = 2 * self._axis.bits_per_symbol

    def modulate(self, bits: ArrayLike) -> Complexes:
        rows = checked_bits(bits, multiple_of=self.bits_per_symbol).reshape(-1, 2, self._axis.bits_per_symbol)
        real, imaginary = (self._axis.levels(rows[:, axis].reshape(-1)) for axis in (0, 1))
        return np.asarray((real + 1j * imaginary) / math.sqrt(2.0), np.complex128)

    def demodulate(self, samples: ArrayLike) -> Bits:
        received = np.asarray(samples, np.complex128) * math.sqrt(2.0)
        axes = [self._axis.decided(values).reshape(-1, self._axis.bits_per_symbol) for values in _axes(received)]
        return np.concatenate(axes, axis=1).reshape(-1)

    def points(self) -> Complexes:
        """The constellation: the point of each number, most significant bit first."""
        return self.modulate(bits_of_numbers(np.arange(self.size), self.bits_per_symbol))

    def log_likelihood_ratios(self, samples: ArrayLike, noise_density: float) -> Reals:
        """Log P(0) / P(1) of each bit for a soft decoder, from the nearest point with either value (max-log)."""
        received, points = np.asarray(samples, np.complex128), self.points()
        distances = np.abs(received[:, None] - points) ** 2
        numbers, found = np.arange(self.size), np.zeros((received.size, self.bits_per_symbol))
        for bit in range(self.bits_per_symbol):
            one = (numbers >> (self.bits_per_symbol - 1 - bit)) & 1 == 1
            found[:, bit] = distances[:, one].min(axis=1) - distances[:, ~one].min(axis=1)
        return found.reshape(-1) / noise_density


class Qpsk(Qam):
    """Quadrature phase-shift keying: four phases, two bits per symbol."""

    def __init__(self) -> None:
        super().__init__(4)


def _axes(samples: Complexes) -> tuple[Reals, Reals]:
    return np.real(samples), np.imag(samples)
