"""What all line codes share: bits become levels, and levels bits again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Indices, Levels


class Decoded(NamedTuple):
    """``violations`` are the places, in the decoder's input, of symbols that break the code's rules."""

    bits: Bits
    violations: Indices


class LineCode(ABC):
    """A code from bits to levels of a line.  A call codes one transmission, from the code's initial state."""

    @abstractmethod
    def encode(self, bits: ArrayLike) -> Levels:
        """The levels that carry ``bits``.  Raises ValueError for what is no bit."""

    @abstractmethod
    def decode(self, levels: ArrayLike) -> Decoded:
        """The bits that ``levels`` carry, and where the code is violated.  ValueError for a level not of this code."""
