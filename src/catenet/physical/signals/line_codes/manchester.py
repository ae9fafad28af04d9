"""Manchester codes: every bit has a transition in its middle, from which the receiver recovers the clock."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Levels, checked_bits, checked_levels
from catenet.physical.signals.line_codes.line_code import Decoded, LineCode
from catenet.physical.signals.line_codes.nrz import POLAR

Convention = Literal["802.3", "thomas"]


class Manchester(LineCode):
    """Two levels per bit.

    ``"802.3"`` (IEEE 802.3 clause 7.3.1.1): 1 is −1 +1, low to high.  ``"thomas"`` (G. E. Thomas, 1949): 1 is +1 −1.
    A violation is a bit without a transition in its middle; its first half determines the decoded bit.
    """

    def __init__(self, convention: Convention = "802.3") -> None:
        if convention not in ("802.3", "thomas"):
            raise ValueError(f"the convention must be '802.3' or 'thomas', not {convention!r}")
        self._first_of_one: Final = -1 if convention == "802.3" else 1

    def encode(self, bits: ArrayLike) -> Levels:
        first = np.where(checked_bits(bits) == 1, self._first_of_one, -self._first_of_one).astype(np.int8)
        return np.stack((first, -first), axis=1).reshape(-1)

    def decode(self, levels: ArrayLike) -> Decoded:
        halves = checked_levels(levels, POLAR, multiple_of=2).reshape(-1, 2)
        bits = (halves[:, 0] == self._first_of_one).astype(np.uint8)
        return Decoded(bits, 2 * np.flatnonzero(halves[:, 0] == halves[:, 1]))


class DifferentialManchester(LineCode):
    """Two levels per bit: a transition in the middle of each, and one at the start of a 0 (IEEE 802.5, section 5.1).

    Decoding does not depend on the line's polarity.  ``initial_level`` is the level before the first bit.  A violation
    is a bit without a transition in its middle, such as the J and K symbols in the delimiters of a token ring.
    """

    def __init__(self, *, initial_level: int = -1) -> None:
        if initial_level not in POLAR:
            raise ValueError(f"the initial level must be -1 or 1, not {initial_level}")
        self._initial: Final = initial_level

    def encode(self, bits: ArrayLike) -> Levels:
        """A bit's second half is the inverse of its first, so a 0 keeps the phase of the bit before, a 1 inverts it."""
        turned = np.cumsum(checked_bits(bits), dtype=np.int64) & 1
        first = np.where(turned == 1, self._initial, -self._initial).astype(np.int8)
        return np.stack((first, -first), axis=1).reshape(-1)

    def decode(self, levels: ArrayLike) -> Decoded:
        line = checked_levels(levels, POLAR, multiple_of=2)
        halves = line.reshape(-1, 2)
        before = np.concatenate((np.array([self._initial], np.int8), halves[:, 1]))[:-1]
        bits = (halves[:, 0] == before).astype(np.uint8)
        return Decoded(bits, 2 * np.flatnonzero(halves[:, 0] == halves[:, 1]))
