"""High-density bipolar of order 3: four zeros are replaced by a pattern that violates AMI (ITU-T G.703, Annex A.1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.bipolar import TERNARY, alternate, bipolar_violations, checked_polarity
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode
from catenet.physical.signals.runs import last_nonzero_before, zero_groups, zeros_since_nonzero

_GROUP: Final = 4


class Hdb3(LineCode):
    """Four consecutive zeros are sent as 000V or B00V: V has the polarity of the pulse before it, which violates AMI.

    B, a regular pulse, is sent if the number of regular pulses since the last V (or since the first bit) is even, so
    successive V pulses alternate and the line has no DC component.  ``last_polarity`` is the polarity of the pulse
    before the first bit.

    Violations are a V that does not end 000V or B00V, a V with the polarity of the V before, and a fourth zero in a
    row.
    """

    def __init__(self, *, last_polarity: int = -1) -> None:
        self._last: Final = checked_polarity(last_polarity)

    def encode(self, bits: ArrayLike) -> Levels:
        sent = checked_bits(bits)
        starts = zero_groups(sent, _GROUP)
        marks = np.concatenate(([0], np.cumsum(sent, dtype=np.int64)))
        since_last = np.diff(marks[starts], prepend=0)
        balancing = starts[since_last % 2 == 0]
        pulses = sent.copy()
        pulses[balancing] = 1
        line = alternate(pulses, self._last)
        line[starts + 3] = last_nonzero_before(line, self._last)[starts + 3]
        return line

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, TERNARY)
        found = bipolar_violations(line, self._last)
        padded = np.concatenate((np.ones(3, np.int8), line))
        clear = (padded[found + 1] == 0) & (padded[found + 2] == 0)
        substitutes = found[clear & (found >= 3)]
        bits = (line != 0).astype(np.uint8)
        for offset in range(_GROUP):
            bits[substitutes - offset] = 0
        polarities = line[substitutes]
        alike = substitutes[1:][polarities[1:] == polarities[:-1]]
        long_runs = np.flatnonzero(zeros_since_nonzero(line) >= _GROUP)
        stray = np.setdiff1d(found, substitutes)
        return Decoded(bits, np.unique(np.concatenate((stray, alike, long_runs))))
