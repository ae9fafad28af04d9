"""10BASE-T: Manchester code at 10 Mbit/s, with silence between frames (IEEE 802.3 clauses 7 and 14)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.bits import Reals, bits_of
from catenet.physical.signals.line_codes.manchester import Manchester
from catenet.physical.signals.waveforms.copper_signal import CopperSignal
from catenet.physical.signals.waveforms.signal_phy import PREAMBLE, Samples, below, held

IDLE_MAX_BITS: Final = 24
END_BITS: Final = 3
"""Start of idle: after the last bit the line is high for this long, and then silent (clause 14.2.1.1)."""
QUIET_BITS: Final = 16


class TenBaseT(CopperSignal):
    """The receiver correlates with preamble and delimiter, as the pair leaves them.  It reads bits until silence."""

    level_samples = 2

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        every = Manchester().encode(bits_of(bytes(range(256))))
        self._levels: Final = every.reshape(256, 16).astype(np.float32)
        self._mark: Final = self.conducted_levels(self._encoded(PREAMBLE))

    def _encoded(self, octets: bytes) -> NDArray[np.float32]:
        """Two levels per bit."""
        return self._levels[np.frombuffer(octets, np.uint8)].reshape(-1)

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        before = below(rng, IDLE_MAX_BITS * self.samples_per_symbol)
        return np.concatenate((np.zeros(before, np.float32), held(self._burst(octets), self.level_samples)))

    def arriving(self, octets: bytes, rng: Generator) -> Samples:
        before = below(rng, IDLE_MAX_BITS * self.samples_per_symbol)
        levels = -(-before // self.level_samples)
        return self.conducted_levels(self._burst(octets, levels))[levels * self.level_samples - before :]

    def _burst(self, octets: bytes, before: int = 0) -> NDArray[np.float32]:
        """The levels of a frame between silences; that before it has ``before`` levels."""
        quiet, high = np.zeros(before + 2 * QUIET_BITS, np.float32), np.ones(2 * END_BITS, np.float32)
        return np.concatenate((quiet[:before], self._encoded(PREAMBLE + octets), high, quiet[before:]))

    def symbols_sent(self, octets: int, values: int) -> int:
        return 8 * (len(PREAMBLE) + octets)

    def receive(self, samples: Samples) -> bytes | None:
        searched = IDLE_MAX_BITS * self.samples_per_symbol + self._mark.size
        likeness = np.correlate(samples[:searched].astype(np.float32), self._mark, "valid")
        if likeness.size == 0:
            return None
        start = int(np.argmax(likeness)) + self._mark.size
        steps = self.equaliser.equalise(samples, start)
        octets = self._octets_before_quiet(steps)
        if octets == 0:
            return None
        return np.packbits(steps[: 8 * octets] > 0, bitorder="little").tobytes()

    def _octets_before_quiet(self, steps: Reals) -> int:
        """The most likely number of whole octets before the transitions end."""
        more = np.cumsum(np.abs(steps[: steps.size // 8 * 8]).reshape(-1, 8) @ np.ones(8) - 4.0)
        return int(np.argmax(more)) + 1 if more.size and more.max() > 0 else 0
