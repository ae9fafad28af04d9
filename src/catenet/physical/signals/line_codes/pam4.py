"""Pulse-amplitude modulation with four levels, Gray-coded (IEEE 802.3 clause 120.5.7.1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode

_LEVELS: Final = np.array([-3, -1, 3, 1], np.int8)
"""Level of each pair of bits: 00, 01, 10, 11."""
_PAIRS: Final = np.array([[0, 0], [0, 1], [1, 1], [1, 0]], np.uint8)
"""Pair of bits of each level, from the lowest."""


class Pam4(LineCode):
    """Two bits per level: 00 is −3, 01 −1, 11 +1, 10 +3, so adjacent levels differ in one bit.

    The number of bits must be even.  Every sequence of levels is valid: there are no violations.
    """

    def encode(self, bits: ArrayLike) -> Levels:
        pairs = checked_bits(bits, multiple_of=2).reshape(-1, 2)
        return _LEVELS.take(2 * pairs[:, 0] + pairs[:, 1])

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, (-3, -1, 1, 3))
        return Decoded(_PAIRS[(line.astype(np.intp) + 3) >> 1].reshape(-1), np.zeros(0, np.intp))
