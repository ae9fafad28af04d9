"""The interface of line codes: bits to levels, and levels to bits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Indices, Levels


class Decoded(NamedTuple):
    """Decoded bits; ``violations`` are the positions, in the decoder's input, of symbols that violate the code."""

    bits: Bits
    violations: Indices


class LineCode(ABC):
    """A line code.  Each call encodes or decodes one transmission, from the code's initial state."""

    @abstractmethod
    def encode(self, bits: ArrayLike) -> Levels:
        """The levels that carry ``bits``.  Raises ValueError if a value is not 0 or 1."""

    @abstractmethod
    def decode(self, levels: ArrayLike) -> Decoded:
        """The bits that ``levels`` carry, and the violations.  Raises ValueError for a level outside the code."""
