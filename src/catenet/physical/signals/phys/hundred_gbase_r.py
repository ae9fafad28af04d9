"""100GBASE-R with RS-FEC: 64b/66b, transcoded, in code words of RS(528,514) (IEEE 802.3 clauses 82 and 91).

The lanes of a real link are not modelled: the noise is the same on all of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.phys.fec import SYMBOL_BITS, WORD_BLOCKS, WORD_SYMBOLS
from catenet.physical.phys.phy import Phy
from catenet.physical.signals.bits import bits_of_numbers, numbers_of
from catenet.physical.signals.fec.reed_solomon import rs_528_514
from catenet.physical.signals.line_codes.block_64b66b import Code64b66b
from catenet.physical.signals.line_codes.scrambler import Descrambler, Scrambler
from catenet.physical.signals.phys.optical_signal import OpticalSignal
from catenet.physical.signals.phys.signal_phy import Samples, averaged, held
from catenet.physical.signals.phys.transcoding import transcode, untranscode
from catenet.physical.signals.phys.xgmii import Rows, frame_of, rows_of

WORD_BITS: Final = WORD_SYMBOLS * SYMBOL_BITS


class HundredGBaseR(OpticalSignal):
    """The receiver is synchronized to the code words, as by alignment markers.

    All blocks of an uncorrectable word are marked as errors (clause 91.5.3.3), so its frame is lost.
    """

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        self._code: Final = rs_528_514()

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """Code words from the first block of the frame on, filled up with idle."""
        rows = rows_of(octets, idle_before=0, idle_after=0)
        words = -(-rows.octets.shape[0] // WORD_BLOCKS)
        rows = rows_of(octets, idle_before=0, idle_after=words * WORD_BLOCKS - rows.octets.shape[0])
        clear = transcode(Code64b66b(scrambled=False).encode(rows.octets, rows.control))
        scrambled = Scrambler().scramble(clear)
        messages = numbers_of(scrambled, SYMBOL_BITS).reshape(words, -1)
        bits = bits_of_numbers(np.asarray(self._code.encode(messages)).reshape(-1), SYMBOL_BITS)
        return held(2.0 * bits - 1.0, self.samples_per_symbol)

    def receive(self, samples: Samples) -> bytes | None:
        bits = (averaged(samples, self.samples_per_symbol) > 0).astype(np.uint8)
        words = numbers_of(bits[: bits.size // WORD_BITS * WORD_BITS], SYMBOL_BITS).reshape(-1, WORD_SYMBOLS)
        corrected = self._code.decode(words)
        if not words.size or corrected.uncorrectable.size:
            return None
        clear = Descrambler().descramble(bits_of_numbers(corrected.messages.reshape(-1), SYMBOL_BITS))
        vectors = Code64b66b(scrambled=False).decode(untranscode(clear))
        return frame_of(Rows(vectors.octets, vectors.control))
