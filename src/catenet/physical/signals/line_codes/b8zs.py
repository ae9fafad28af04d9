"""Bipolar with eight-zero substitution (ANSI T1.102; ITU-T G.703, Annex A.2)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Indices, Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.bipolar import TERNARY, alternate, bipolar_violations, checked_polarity
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode
from catenet.physical.signals.runs import last_nonzero_before, zero_groups, zeros_since_nonzero

_GROUP: Final = 8
_PATTERN: Final = np.array([0, 0, 0, 1, -1, 0, -1, 1], np.int8)
"""000VB0VB after a positive pulse."""


class B8zs(LineCode):
    """Eight consecutive zeros are sent as 000VB0VB: V has the polarity of the pulse before it, B the opposite one.

    ``last_polarity`` is the polarity of the pulse before the first bit.  Violations are a pulse of the same polarity as
    the one before that is not part of such a group, and an eighth zero in a row.
    """

    def __init__(self, *, last_polarity: int = -1) -> None:
        self._last: Final = checked_polarity(last_polarity)

    def encode(self, bits: ArrayLike) -> Levels:
        sent = checked_bits(bits)
        line = alternate(sent, self._last)
        starts = zero_groups(sent, _GROUP)
        before = last_nonzero_before(line, self._last)[starts]
        for offset, sign in enumerate(_PATTERN):
            line[starts + offset] = sign * before
        return line

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, TERNARY)
        starts = self._groups(line)
        bits = (line != 0).astype(np.uint8)
        for offset in range(_GROUP):
            bits[starts + offset] = 0
        stray = np.setdiff1d(bipolar_violations(line, self._last), np.concatenate((starts + 3, starts + 6)))
        long_runs = np.flatnonzero(zeros_since_nonzero(line) >= _GROUP)
        return Decoded(bits, np.unique(np.concatenate((stray, long_runs))))

    def _groups(self, line: Levels) -> Indices:
        if line.size < _GROUP:
            return np.zeros(0, np.intp)
        before = last_nonzero_before(line, self._last)[: line.size - _GROUP + 1]
        return np.flatnonzero((sliding_window_view(line, _GROUP) == before[:, None] * _PATTERN).all(axis=1))
