"""Multi-level transmit with three levels: the line code of 100BASE-TX (ANSI X3.263, clause 7.1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.bipolar import TERNARY
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode
from catenet.physical.signals.runs import last_nonzero_before

_CYCLE: Final = np.array([0, 1, 0, -1], np.int8)


class Mlt3(LineCode):
    """A 1 goes to the next level of 0, +1, 0, −1; a 0 stays.  The line starts at 0, and +1 comes first.

    A violation is a step between +1 and −1, or a return from 0 to the level that was left.
    """

    def encode(self, bits: ArrayLike) -> Levels:
        return _CYCLE.take(np.cumsum(checked_bits(bits), dtype=np.int64) & 3)

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, TERNARY)
        before = np.concatenate((np.zeros(1, np.int8), line))[:-1]
        changed = line != before
        returned = changed & (line != 0) & (line == last_nonzero_before(line, -1))
        skipped = np.abs(line - before) == 2
        return Decoded(changed.astype(np.uint8), np.flatnonzero(returned | skipped))
