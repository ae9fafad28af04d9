"""Return-to-zero: a pulse in the first half of the bit, nothing in the second (Forouzan, section 4.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode


class Rz(LineCode):
    """Polar RZ: two levels per bit, +1 0 for 1 and −1 0 for 0.

    Violations are a second half that is not 0 and a first half that is 0; the bit is then 1 if their sum is positive.
    """

    def encode(self, bits: ArrayLike) -> Levels:
        pulses = checked_bits(bits).astype(np.int8) * 2 - 1
        return np.stack((pulses, np.zeros_like(pulses)), axis=1).reshape(-1)

    def decode(self, levels: ArrayLike) -> Decoded:
        halves = checked_levels(levels, (-1, 0, 1), multiple_of=2).reshape(-1, 2)
        wrong = np.flatnonzero((halves[:, 0] == 0) | (halves[:, 1] != 0))
        bits = (halves.sum(axis=1) > 0).astype(np.uint8)
        return Decoded(bits, 2 * wrong)
