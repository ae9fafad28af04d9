"""4B/5B: four data bits are sent as a group of five (IEEE 802.3 Table 24-1; FDDI, ISO 9314-1)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Bits, Indices, bits_of_numbers, checked_bits, numbers_of

IDLE: Final = 16
START_J: Final = 17
START_K: Final = 18
END_T: Final = 19
END_R: Final = 20
HALT: Final = 21
INVALID: Final = 255
"""The decoded symbol of an invalid group."""
_DATA: Final = "11110 01001 10100 10101 01010 01011 01110 01111 10010 10011 10110 10111 11010 11011 11100 11101"
_CONTROL: Final = "11111 11000 10001 01101 00111 00100"
_GROUPS: Final = np.array([int(group, 2) for group in f"{_DATA} {_CONTROL}".split()], np.int64)
_SYMBOLS: Final = np.full(32, INVALID, np.uint8)
_SYMBOLS[_GROUPS] = np.arange(_GROUPS.size)


class Symbols(NamedTuple):
    """Symbols (0 to 15 are data), and the positions of invalid groups."""

    symbols: NDArray[np.uint8]
    violations: Indices


class Code4b5b:
    """Symbols to bits, five each, in transmission order; NRZI or MLT-3 usually carries them."""

    def encode(self, symbols: ArrayLike) -> Bits:
        """The bits of symbols: 0 to 15 are data, :data:`IDLE` to :data:`HALT` control; others raise ValueError."""
        given = np.asarray(symbols, np.int64)
        if given.size and (given.min() < 0 or given.max() >= _GROUPS.size):
            raise ValueError(f"a symbol of 4B/5B must be from 0 to {_GROUPS.size - 1}")
        return bits_of_numbers(_GROUPS[given], 5)

    def decode(self, bits: ArrayLike) -> Symbols:
        """The symbols of aligned groups of five bits."""
        symbols = _SYMBOLS[numbers_of(bits, 5)]
        return Symbols(symbols, np.flatnonzero(symbols == INVALID))

    def encode_bits(self, bits: ArrayLike) -> Bits:
        """Encode data only: each nibble, most significant bit first, becomes five bits."""
        return self.encode(numbers_of(checked_bits(bits, multiple_of=4), 4))
