"""Differential phase-shift keying: bits are phase changes, so no phase reference is needed (Proakis, section 4.5-5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Complexes, checked_bits
from catenet.physical.signals.modulation.modulation import Modulation


class Dpsk(Modulation):
    """Binary DPSK: 1 changes the phase by π, 0 keeps it.  One more symbol than bits: the first is the reference."""

    bits_per_symbol = 1

    def modulate(self, bits: ArrayLike) -> Complexes:
        turns = np.concatenate((np.zeros(1, np.uint8), checked_bits(bits)))
        return (1.0 - 2.0 * (np.cumsum(turns, dtype=np.int64) & 1)).astype(np.complex128)

    def demodulate(self, samples: ArrayLike) -> Bits:
        received = np.asarray(samples, np.complex128)
        return (np.real(received[1:] * np.conj(received[:-1])) < 0).astype(np.uint8)
