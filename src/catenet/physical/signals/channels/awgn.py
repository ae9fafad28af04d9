"""Additive white Gaussian noise (Proakis, section 2.9)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals


class Awgn:
    """Noise of density ``noise_density`` N0: a complex sample's variance; on each axis N0/2."""

    def __init__(self, noise_density: float, rng: Generator) -> None:
        if not (noise_density >= 0 and math.isfinite(noise_density)):
            raise ValueError(f"the noise density must be finite and not negative, not {noise_density}")
        self.noise_density: Final = noise_density
        self._deviation: Final = math.sqrt(noise_density / 2.0)
        self._rng: Final = rng

    def transmit(self, samples: ArrayLike) -> Complexes:
        """Complex samples with noise on both axes."""
        sent = np.asarray(samples, np.complex128)
        noise = self._rng.standard_normal((2, *sent.shape)) * self._deviation
        return np.asarray(sent + noise[0] + 1j * noise[1], np.complex128)

    def transmit_real(self, samples: ArrayLike) -> Reals:
        """Real samples with noise of variance N0/2."""
        sent = np.asarray(samples, np.float64)
        return sent + self._rng.standard_normal(sent.shape) * self._deviation
