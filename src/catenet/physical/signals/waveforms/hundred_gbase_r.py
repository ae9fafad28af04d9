"""100GBASE-R with RS-FEC: 64b/66b, transcoded, in code words of RS(528,514) (IEEE 802.3 clauses 82 and 91)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from catenet.physical.phys.fec import SYMBOL_BITS, WORD_BLOCKS, WORD_SYMBOLS
from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.bits import Bits, Reals, bits_of_numbers, numbers_of
from catenet.physical.signals.fec.reed_solomon import rs_528_514
from catenet.physical.signals.line_codes.block_64b66b import Code64b66b
from catenet.physical.signals.line_codes.formats_64b66b import IDLE
from catenet.physical.signals.line_codes.scrambler import Descrambler, Scrambler
from catenet.physical.signals.waveforms.fec_lanes import (
    LANES,
    MARKER_GROUPS,
    collected,
    deskewed,
    distributed,
    mapped_markers,
)
from catenet.physical.signals.waveforms.optical_signal import OpticalSignal
from catenet.physical.signals.waveforms.signal_phy import Samples, below, held, started
from catenet.physical.signals.waveforms.transcoding import GROUP_BLOCKS, transcode, untranscode
from catenet.physical.signals.waveforms.xgmii import LANES as ROW_OCTETS
from catenet.physical.signals.waveforms.xgmii import Rows, frame_of, rows_of

SKEW_MOST_BITS: Final = 200


class HundredGBaseR(OpticalSignal):
    """The samples are those of four lanes, one behind the other; each has a wavelength of its own.

    The lanes arrive in any order, up to 199 bits apart, and each with a phase of its own.  A frame comes behind a word
    with alignment markers, which a link sends once in 4096 words.  All blocks of an uncorrectable word are marked as
    errors (clause 91.5.3.3), so its frame is lost.
    """

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        self._code: Final = rs_528_514()
        self._marked: Final = self._marked_word()

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """A word with markers, then words from the first block of the frame on, filled up with idle."""
        rows = rows_of(octets, idle_before=0, idle_after=0)
        words = -(-rows.octets.shape[0] // WORD_BLOCKS)
        rows = rows_of(octets, idle_before=0, idle_after=words * WORD_BLOCKS - rows.octets.shape[0])
        lanes = distributed(np.concatenate((self._marked, self._words(self._scrambled(rows)))))
        skewed = np.zeros((LANES, lanes.shape[1] + SKEW_MOST_BITS), np.uint8)
        order = range(LANES) if rng is None else rng.permutation(LANES).tolist()
        for place, lane in enumerate(order):
            skew = below(rng, SKEW_MOST_BITS)
            skewed[place, skew : skew + lanes.shape[1]] = lanes[lane]
        levels = 2.0 * skewed - 1.0
        return np.concatenate([self._one(lane, rng) for lane in levels])

    def _one(self, levels: Reals, rng: Generator | None) -> Samples:
        """A lane's waveform; all are equally long, whatever the phase of the clock."""
        samples = held(levels, self.samples_per_symbol)
        return started(samples, self.samples_per_symbol, rng)[: samples.size]

    def _scrambled(self, rows: Rows) -> Bits:
        return Scrambler().scramble(transcode(Code64b66b(scrambled=False).encode(rows.octets, rows.control)))

    def _words(self, bits: Bits) -> Bits:
        messages = numbers_of(bits, SYMBOL_BITS).reshape(-1, self._code.dimension)
        return bits_of_numbers(np.asarray(self._code.encode(messages)).reshape(-1), SYMBOL_BITS)

    def _marked_word(self) -> Bits:
        """Markers, and idle blocks."""
        count = WORD_BLOCKS - MARKER_GROUPS * GROUP_BLOCKS
        idle = Rows(np.full((count, ROW_OCTETS), IDLE, np.uint8), np.ones((count, ROW_OCTETS), np.bool_))
        return self._words(np.concatenate((mapped_markers(), self._scrambled(idle))))

    def _lanes(self, samples: Samples) -> NDArray[np.uint8]:
        """The bits of each lane, a row each: every lane has a clock of its own."""
        each = samples[: samples.size // LANES * LANES].reshape(LANES, -1)
        bits = [self.bits_of(lane) for lane in each]
        least = min(lane.size for lane in bits)
        return np.stack([lane[:least] for lane in bits])

    def receive(self, samples: Samples) -> bytes | None:
        lanes = deskewed(self._lanes(samples), SKEW_MOST_BITS)
        if lanes is None or not lanes.size:
            return None
        corrected = self._code.decode(numbers_of(collected(lanes), SYMBOL_BITS).reshape(-1, WORD_SYMBOLS))
        if corrected.uncorrectable.size:
            return None
        clear = Descrambler().descramble(bits_of_numbers(corrected.messages.reshape(-1), SYMBOL_BITS))
        vectors = Code64b66b(scrambled=False).decode(untranscode(clear))
        return frame_of(Rows(vectors.octets, vectors.control))
