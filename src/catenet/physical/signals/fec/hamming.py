"""Hamming codes, which correct one wrong bit per block (Hamming, BSTJ 29(2), 1950; Lin and Costello, section 4.1)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Indices, checked_bits


class HammingDecoded(NamedTuple):
    """The data bits; the corrected blocks; the blocks that are wrong but uncorrectable, left as received."""

    bits: Bits
    corrected: Indices
    uncorrectable: Indices


class Hamming:
    """Hamming (2^m − 1, 2^m − 1 − m): parity bits at positions 1, 2, 4 …, counted from 1, as in Hamming's paper.

    The syndrome is the position of the wrong bit.  ``extended`` adds a parity bit over the block, which detects two
    wrong bits (SECDED); without it, two wrong bits are mistaken for one at another position.
    """

    def __init__(self, parity_bits: int = 3, *, extended: bool = False) -> None:
        if not 2 <= parity_bits <= 12:
            raise ValueError(f"the number of parity bits must be from 2 to 12, not {parity_bits}")
        self._extended: Final = extended
        self._places: Final = np.arange(1, 1 << parity_bits)
        self._parity: Final = (1 << np.arange(parity_bits)) - 1
        self._data: Final = np.setdiff1d(self._places - 1, self._parity)
        self._checks: Final = ((self._places[:, None] >> np.arange(parity_bits)) & 1).astype(np.int64)
        self.dimension: Final = self._data.size
        self.length: Final = self._places.size + extended

    def encode(self, bits: ArrayLike) -> Bits:
        """Blocks of ``length`` bits for blocks of ``dimension``."""
        data = checked_bits(bits, multiple_of=self.dimension).reshape(-1, self.dimension)
        blocks = np.zeros((data.shape[0], self._places.size), np.uint8)
        blocks[:, self._data] = data
        blocks[:, self._parity] = (blocks @ self._checks) & 1
        if self._extended:
            blocks = np.concatenate((blocks, blocks.sum(axis=1, keepdims=True).astype(np.uint8) & 1), axis=1)
        return blocks.reshape(-1)

    def decode(self, bits: ArrayLike) -> HammingDecoded:
        """The data of received blocks."""
        received = checked_bits(bits, multiple_of=self.length).reshape(-1, self.length)
        blocks = received[:, : self._places.size].copy()
        syndrome = ((blocks @ self._checks) & 1) @ (self._parity + 1)
        wrong = syndrome > 0
        lost = np.zeros_like(wrong)
        if self._extended:
            odd = (received.sum(axis=1, dtype=np.int64) & 1) == 1
            lost = wrong & ~odd
            corrected = odd
            wrong = wrong & odd
        else:
            corrected = wrong
        rows = np.flatnonzero(wrong)
        blocks[rows, syndrome[rows] - 1] ^= 1
        return HammingDecoded(blocks[:, self._data].reshape(-1), np.flatnonzero(corrected), np.flatnonzero(lost))
