"""Binary frequency-shift keying with orthogonal tones (Proakis, sections 3.2-4 and 4.5-3)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Complexes, checked_bits
from catenet.physical.signals.modulation.modulation import Modulation


class Fsk(Modulation):
    """Two tones whose spacing is the symbol rate: 0 is below the carrier, 1 above.

    A ``coherent`` receiver knows the phase and correlates; otherwise it compares the envelopes of the tones.
    """

    bits_per_symbol = 1

    def __init__(self, *, coherent: bool, samples_per_symbol: int = 8) -> None:
        if samples_per_symbol < 2:
            raise ValueError(f"FSK needs at least 2 samples per symbol, not {samples_per_symbol}")
        self.coherent: Final = coherent
        self.samples_per_symbol: Final = samples_per_symbol
        cycles = (np.arange(samples_per_symbol) + 0.5) / samples_per_symbol - 0.5
        tones = np.exp(2j * np.pi * np.array([[-0.5], [0.5]]) * cycles) / np.sqrt(samples_per_symbol)
        self._tones: Final[Complexes] = tones

    def modulate(self, bits: ArrayLike) -> Complexes:
        return self._tones[checked_bits(bits).astype(np.intp)].reshape(-1)

    def demodulate(self, samples: ArrayLike) -> Bits:
        received = np.asarray(samples, np.complex128)
        if received.size % self.samples_per_symbol:
            raise ValueError(
                f"the number of samples must be a multiple of {self.samples_per_symbol} (a symbol), not {received.size}"
            )
        outputs = received.reshape(-1, self.samples_per_symbol) @ np.conj(self._tones).T
        strengths = np.real(outputs) if self.coherent else np.abs(outputs)
        return (strengths[:, 1] > strengths[:, 0]).astype(np.uint8)
