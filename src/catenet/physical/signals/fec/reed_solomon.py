"""Reed–Solomon codes: encoder and decoder, for arrays of words.

Lin and Costello, chapter 7.  IEEE 802.3 clauses 91.5.2.7 and 134.5.2.7: RS(528,514) and RS(544,514) over GF(2^10).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Indices
from catenet.physical.signals.fec.berlekamp_massey import corrections
from catenet.physical.signals.fec.galois_field import GaloisField, Symbols

FIELD_802_3: Final = 0x409
"""x^10 + x^3 + 1, the primitive polynomial of clause 91.5.2.7."""


class Corrected(NamedTuple):
    """One row per word: the message, and the number of corrected symbols; ``uncorrectable`` lists the failed words.

    The message of an uncorrectable word is left as received.
    """

    messages: Symbols
    corrected: NDArray[np.int64]
    uncorrectable: Indices


class ReedSolomon:
    """RS(n, k): ``length`` n symbols, of which ``dimension`` k are the message; corrects t = (n − k) / 2 symbols.

    The generator is the product of x − α^j for j from ``first_root`` to ``first_root`` + n − k − 1.  The code is
    systematic: the message comes first, with the highest coefficient first.  n may be below 2^m − 1 (shortened code).
    """

    def __init__(self, length: int, dimension: int, field: GaloisField, *, first_root: int = 0) -> None:
        if not 0 < dimension < length <= field.order:
            raise ValueError(
                f"RS({length},{dimension}) does not fit: 0 < dimension < length <= {field.order}, the field's order"
            )
        self.length: Final = length
        self.dimension: Final = dimension
        self.field: Final = field
        self.first_root: Final = first_root
        self.correctable: Final = (length - dimension) // 2
        self.generator: Final = self._generator()

    def _generator(self) -> Symbols:
        """Coefficients from the highest, which is 1."""
        product = np.ones(1, np.int64)
        for root in self._roots():
            shifted = np.concatenate((product, [0]))
            shifted[1:] ^= self.field.multiply(product, root)
            product = shifted
        return product

    def _roots(self) -> Symbols:
        return self.field.power(self.first_root + np.arange(self.length - self.dimension))

    def encode(self, messages: ArrayLike) -> Symbols:
        """Words of n symbols for messages of k symbols: one per row, or a single message of one dimension."""
        rows = self._rows(messages, self.dimension)
        parity = np.zeros((rows.shape[0], self.length - self.dimension), np.int64)
        for column in range(self.dimension):
            feedback = rows[:, column] ^ parity[:, 0]
            parity = np.concatenate((parity[:, 1:], np.zeros((rows.shape[0], 1), np.int64)), axis=1)
            parity ^= self.field.multiply(feedback[:, None], self.generator[1:])
        words = np.concatenate((rows, parity), axis=1)
        return words[0] if np.ndim(messages) == 1 else words

    def syndromes(self, words: ArrayLike) -> Symbols:
        """One row per word: its polynomial at each root of the generator; all 0 for a code word."""
        rows = self._rows(words, self.length)
        roots = self._roots()
        found = np.zeros((rows.shape[0], roots.size), np.int64)
        for column in range(self.length):
            found = self.field.multiply(found, roots) ^ rows[:, column, None]
        return found

    def decode(self, words: ArrayLike) -> Corrected:
        """The messages of received words, with up to t wrong symbols corrected in each.

        A word with more errors is nearly always detected as uncorrectable; with a probability of about 1/t! it is
        decoded to another code word.
        """
        rows = self._rows(words, self.length).copy()
        found = self.syndromes(rows)
        counts, given_up = np.zeros(rows.shape[0], np.int64), []
        for row in np.flatnonzero(found.any(axis=1)):
            errors = corrections(self.field, found[row], self.first_root, self.length)
            if errors is None:
                given_up.append(row)
                continue
            rows[row, self.length - 1 - errors.exponents] ^= errors.values
            counts[row] = errors.exponents.size
        return Corrected(rows[:, : self.dimension], counts, np.array(given_up, np.intp))

    def _rows(self, symbols: ArrayLike, width: int) -> Symbols:
        rows = np.atleast_2d(np.asarray(symbols, np.int64))
        if rows.ndim != 2 or rows.shape[1] != width:
            raise ValueError(f"a row must have {width} symbols, not {rows.shape[-1]}")
        if rows.size and (rows.min() < 0 or rows.max() > self.field.order):
            raise ValueError(f"symbols must be from 0 to {self.field.order}")
        return rows


def rs_528_514() -> ReedSolomon:
    """The RS-FEC of 100GBASE-R over NRZ lanes (clause 91): corrects 7 symbols of 10 bits."""
    return ReedSolomon(528, 514, GaloisField(FIELD_802_3))


def rs_544_514() -> ReedSolomon:
    """The RS-FEC of PAM4 lanes (clauses 91 and 134): corrects 15 symbols of 10 bits."""
    return ReedSolomon(544, 514, GaloisField(FIELD_802_3))
