"""Radio: free-space path loss, receiver noise, and fading (Goldsmith, Wireless Communications, chapters 2 and 3).

A fading channel multiplies each sample, or each block of samples, by a complex gain whose mean power is 1.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes
from catenet.physical.signals.channels.fibre import LIGHT_M_S
from catenet.physical.signals.channels.photodetector import BOLTZMANN_J_K
from catenet.physical.signals.decibels import decibels_of, ratio_of


class FreeSpace:
    """Friis path loss between two antennas; ``gains_db`` is the sum of their gains in dBi (ITU-R P.525)."""

    def __init__(self, distance_m: float, frequency_hz: float, *, gains_db: float = 0.0) -> None:
        if not (distance_m > 0 and frequency_hz > 0):
            raise ValueError(f"distance and frequency must be positive, not {distance_m} m and {frequency_hz} Hz")
        self.loss_db: Final = 20.0 * math.log10(4.0 * math.pi * distance_m * frequency_hz / LIGHT_M_S) - gains_db

    def transmit(self, samples: ArrayLike) -> Complexes:
        """The received samples, attenuated by the path loss."""
        return np.asarray(np.asarray(samples, np.complex128) * math.sqrt(ratio_of(-self.loss_db)), np.complex128)


def noise_power_dbm(bandwidth_hz: float, *, noise_figure_db: float = 0.0, temperature_k: float = 290.0) -> float:
    """The receiver's noise kTB plus its noise figure, in dBm: −174 dBm in 1 Hz at 290 K."""
    return decibels_of(BOLTZMANN_J_K * temperature_k * bandwidth_hz * 1e3) + noise_figure_db


class Rician:
    """Fading with a line of sight: K is its power divided by that of the scattered paths; 0 is Rayleigh fading.

    Gains of different blocks of ``block_samples`` samples are independent (3.2.2 and 3.2.3).
    """

    def __init__(self, k_factor: float, rng: Generator, *, block_samples: int = 1) -> None:
        if not (k_factor >= 0 and math.isfinite(k_factor)):
            raise ValueError(f"the K factor must be finite and not negative, not {k_factor}")
        if block_samples < 1:
            raise ValueError(f"a block must have at least one sample, not {block_samples}")
        self._direct: Final = math.sqrt(k_factor / (k_factor + 1.0))
        self._scattered: Final = math.sqrt(0.5 / (k_factor + 1.0))
        self._rng: Final = rng
        self._block_samples: Final = block_samples

    def gains(self, count: int) -> Complexes:
        """The gain of each of ``count`` samples."""
        blocks = -(-count // self._block_samples)
        normal = self._rng.standard_normal((2, blocks))
        gains = self._direct + self._scattered * (normal[0] + 1j * normal[1])
        return np.asarray(np.repeat(gains, self._block_samples)[:count], np.complex128)

    def transmit(self, samples: ArrayLike) -> tuple[Complexes, Complexes]:
        """The received samples, without noise, and the gains, which a receiver estimates from pilots."""
        sent = np.asarray(samples, np.complex128)
        gains = self.gains(sent.size)
        return sent * gains, gains


class Rayleigh(Rician):
    """Fading without a line of sight: the power is exponentially distributed."""

    def __init__(self, rng: Generator, *, block_samples: int = 1) -> None:
        super().__init__(0.0, rng, block_samples=block_samples)
