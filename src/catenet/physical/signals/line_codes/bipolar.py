"""Alternate mark inversion (AMI), and the functions that HDB3 and B8ZS share with it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Indices, Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode
from catenet.physical.signals.runs import last_nonzero_before

TERNARY: Final = (-1, 0, 1)


def alternate(pulses: NDArray[Any], last_polarity: int) -> Levels:
    """Pulses of alternating polarity where ``pulses`` is not 0; the pulse before them had ``last_polarity``."""
    odd = np.cumsum(pulses != 0, dtype=np.int64) & 1
    polarity = np.where(odd == 1, -last_polarity, last_polarity)
    return np.where(pulses != 0, polarity, 0).astype(np.int8)


def bipolar_violations(line: Levels, last_polarity: int) -> Indices:
    """Pulses of the same polarity as the pulse before them."""
    return np.flatnonzero((line != 0) & (line == last_nonzero_before(line, last_polarity)))


def checked_polarity(polarity: int) -> int:
    """The polarity, unchanged.  Raises ValueError if it is neither −1 nor 1."""
    if polarity not in (-1, 1):
        raise ValueError(f"the last polarity must be -1 or 1, not {polarity}")
    return polarity


class Ami(LineCode):
    """AMI: 0 is no pulse, 1 is a pulse of the opposite polarity to the last (ITU-T G.703; Bellamy, section 4.2.3).

    ``last_polarity`` is the polarity of the pulse before the first bit.  A violation is a pulse of the same polarity as
    the one before.
    """

    def __init__(self, *, last_polarity: int = -1) -> None:
        self._last: Final = checked_polarity(last_polarity)

    def encode(self, bits: ArrayLike) -> Levels:
        return alternate(checked_bits(bits), self._last)

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, TERNARY)
        return Decoded((line != 0).astype(np.uint8), bipolar_violations(line, self._last))
