"""10BASE-T: Manchester code at 10 Mbit/s, with silence between frames (IEEE 802.3 clauses 7 and 14)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.phys.phy import Phy
from catenet.physical.signals.bits import Reals, bits_of, octets_of
from catenet.physical.signals.line_codes.manchester import Manchester
from catenet.physical.signals.phys.copper_signal import CopperSignal
from catenet.physical.signals.phys.signal_phy import PREAMBLE, Samples, below, held

IDLE_MOST_BITS: Final = 24
END_BITS: Final = 3
"""Start of idle: after the last bit the line is high for this long, and then silent (clause 14.2.1.1)."""
QUIET_BITS: Final = 16
_MARK_BITS: Final = 64


class TenBaseT(CopperSignal):
    """The receiver correlates with preamble and delimiter, as the pair leaves them.  It reads bits until silence."""

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        self._code: Final = Manchester()
        mark = held(self._code.encode(bits_of(PREAMBLE)), self.samples_per_symbol // 2)
        self._mark: Final = self.conducted(mark).astype(np.float32)

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        half = self.samples_per_symbol // 2
        before = below(rng, IDLE_MOST_BITS * self.samples_per_symbol)
        frame = held(self._code.encode(bits_of(PREAMBLE + octets)), half)
        high = np.ones(END_BITS * self.samples_per_symbol, np.float32)
        quiet = np.zeros(QUIET_BITS * self.samples_per_symbol, np.float32)
        return np.concatenate((np.zeros(before, np.float32), frame, high, quiet))

    def symbols_sent(self, octets: int, values: int) -> int:
        return 8 * (len(PREAMBLE) + octets)

    def receive(self, samples: Samples) -> bytes | None:
        searched = IDLE_MOST_BITS * self.samples_per_symbol + self._mark.size
        likeness = np.correlate(samples[:searched].astype(np.float32), self._mark, "valid")
        if likeness.size == 0:
            return None
        start = int(np.argmax(likeness)) + self._mark.size
        steps = self.equaliser.equalise(samples, start)
        octets = self._octets_before_quiet(steps)
        if octets == 0:
            return None
        return octets_of((steps[: 8 * octets] > 0).astype(np.uint8))

    def _octets_before_quiet(self, steps: Reals) -> int:
        """The most likely number of whole octets before the transitions end."""
        more = np.cumsum(np.abs(steps) - 0.5)[7::8]
        return int(np.argmax(more)) + 1 if more.size and more.max() > 0 else 0
