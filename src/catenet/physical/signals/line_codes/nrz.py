"""Non-return-to-zero: one level per bit (Forouzan, Data Communications and Networking, section 4.1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Indices, Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode

POLAR: Final = (-1, 1)


def _nothing() -> Indices:
    return np.zeros(0, np.intp)


class NrzL(LineCode):
    """NRZ-level: 0 is +1 and 1 is −1, as on a serial line (ITU-T V.28); ``inverted`` swaps them.

    Every sequence of levels is valid: there are no violations.
    """

    def __init__(self, *, inverted: bool = False) -> None:
        self._one: Final = 1 if inverted else -1

    def encode(self, bits: ArrayLike) -> Levels:
        return np.where(checked_bits(bits) == 1, self._one, -self._one).astype(np.int8)

    def decode(self, levels: ArrayLike) -> Decoded:
        return Decoded((checked_levels(levels, POLAR) == self._one).astype(np.uint8), _nothing())


class Nrzi(LineCode):
    """NRZ-inverted: 1 changes the level, 0 does not (FDDI, ISO 9314-3; 100BASE-FX).


    With ``on_zero``, 0 changes the level instead (USB 2.0, section 7.1.8).  ``initial_level`` is the level before the
    first bit.  Every sequence of levels is valid: there are no violations.
    """

    def __init__(self, *, on_zero: bool = False, initial_level: int = -1) -> None:
        if initial_level not in POLAR:
            raise ValueError(f"the initial level must be -1 or 1, not {initial_level}")
        self._on_zero: Final = on_zero
        self._initial: Final = initial_level

    def encode(self, bits: ArrayLike) -> Levels:
        changes = checked_bits(bits) ^ np.uint8(self._on_zero)
        flipped = np.cumsum(changes, dtype=np.int64) & 1
        return np.where(flipped == 1, -self._initial, self._initial).astype(np.int8)

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, POLAR)
        before = np.concatenate((np.array([self._initial], np.int8), line))[:-1]
        return Decoded((line != before).astype(np.uint8) ^ np.uint8(self._on_zero), _nothing())
