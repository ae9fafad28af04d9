"""10GBASE-R: 64b/66b on two levels of light (IEEE 802.3 clauses 49 and 52)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.signals.bits import Bits
from catenet.physical.signals.line_codes.block_64b66b import BLOCK_BITS, Code64b66b
from catenet.physical.signals.waveforms.optical_signal import OpticalSignal
from catenet.physical.signals.waveforms.signal_phy import Samples, below, held, started
from catenet.physical.signals.waveforms.xgmii import Rows, frame_of, rows_of

IDLE_BLOCKS: Final = 16


class TenGBaseR(OpticalSignal):
    """The receiver aligns blocks by the two bits of their headers, which always differ (clause 49.2.9)."""

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        rows = rows_of(octets, idle_before=IDLE_BLOCKS + 1, idle_after=1)
        state = below(rng, 1 << 58, (1 << 57) + 12345)
        bits = Code64b66b(state=state).encode(rows.octets, rows.control)[below(rng, BLOCK_BITS) :]
        return started(held(2.0 * bits - 1.0, self.samples_per_symbol), self.samples_per_symbol, rng)

    def receive(self, samples: Samples) -> bytes | None:
        bits = self.bits_of(samples)
        start = block_alignment(bits[: BLOCK_BITS * IDLE_BLOCKS])
        whole = bits[start:][: (bits.size - start) // BLOCK_BITS * BLOCK_BITS]
        vectors = Code64b66b().decode(whole)
        return frame_of(Rows(vectors.octets, vectors.control))


def block_alignment(bits: Bits) -> int:
    """The offset of the first block, from 0 to 65: the one at which most headers have two different bits."""
    differs = bits[:-1] != bits[1:]
    counts = [int(differs[start::BLOCK_BITS].sum()) for start in range(BLOCK_BITS)]
    sizes = [differs[start::BLOCK_BITS].size for start in range(BLOCK_BITS)]
    return int(np.argmax(np.array(counts) / np.array(sizes)))
