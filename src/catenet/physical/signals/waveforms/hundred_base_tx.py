"""100BASE-TX: 4B/5B, a side-stream scrambler and MLT-3 (IEEE 802.3 clauses 24 and 25; ANSI X3.263)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.bits import Bits, Levels, Reals
from catenet.physical.signals.line_codes.block_4b5b import END_R, END_T, IDLE, START_J, START_K, Code4b5b
from catenet.physical.signals.line_codes.mlt3 import Mlt3
from catenet.physical.signals.waveforms.copper_signal import CopperSignal
from catenet.physical.signals.waveforms.signal_phy import PREAMBLE, SFD, Samples, below, find, held, started

IDLE_MIN_SYMBOLS: Final = 6
IDLE_MAX_BITS: Final = 40
PERIOD: Final = 2047
PHASE_SYMBOLS: Final = 400


def scrambling_sequence() -> Bits:
    """One period of the sequence of 1 + x^9 + x^11 (X3.263 clause 7.3)."""
    register, sequence = [1] * 11, np.zeros(PERIOD, np.uint8)
    for place in range(PERIOD):
        bit = register[8] ^ register[10]
        sequence[place] = bit
        register = [bit, *register[:10]]
    return sequence


class HundredBaseTx(CopperSignal):
    """The receiver's descrambler is synchronized: it counts bits as the sender does.  It searches for J and K.

    The pair on which the receiver's own side sends, here scrambled idle, is heard on the one that it listens to.
    """

    span_symbols = 24

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        self._groups: Final = Code4b5b()
        self._line: Final = Mlt3()
        self._sequence: Final = scrambling_sequence()
        self._start: Final = self._groups.encode([START_J, START_K])

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """Idle; J and K instead of the first octet of the preamble; data; T and R; idle (clause 24.2.2.1)."""
        data = np.frombuffer((PREAMBLE + octets)[1:], np.uint8)
        nibbles = np.stack((data & 15, data >> 4), axis=1).reshape(-1)
        symbols = np.concatenate((np.full(IDLE_MIN_SYMBOLS, IDLE), [START_J, START_K], nibbles, [END_T, END_R]))
        idle = np.ones(below(rng, IDLE_MAX_BITS), np.uint8)
        clear = np.concatenate((idle, self._groups.encode(symbols), np.ones(20, np.uint8)))
        levels = self._line.encode(clear ^ self._keys(clear.size))
        return started(held(levels, self.samples_per_symbol), self.samples_per_symbol, rng)

    def decided(self, values: Reals) -> Levels:
        """The thresholds lie half-way between the three levels."""
        return (values > 0.5).astype(np.int8) - (values < -0.5)

    def noisy(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        """Noise, and near-end crosstalk of the other pair, whose symbols have another phase."""
        noisy = super().noisy(samples, snr_db, rng)
        if self.pair.length_m:
            symbols = samples.size // self.samples_per_symbol + 2
            own = held(self._line.encode(rng.integers(0, 2, symbols, np.uint8)), self.samples_per_symbol)
            phase = below(rng, self.samples_per_symbol)
            noisy += self.crosstalk(own[phase:][: samples.size])
        return noisy

    def receive(self, samples: Samples) -> bytes | None:
        levels = self.decided(self.equaliser.equalise(samples, self._phase(samples)))
        clear = self._line.decode(levels).bits ^ self._keys(levels.size)
        start = find(clear, self._start, 0, IDLE_MAX_BITS + 5 * IDLE_MIN_SYMBOLS + 10)
        if start is None:
            return None
        after = clear[start + 10 :]
        symbols = self._groups.decode(after[: after.size // 5 * 5]).symbols
        return octets_of_nibbles(symbols)

    def _phase(self, samples: Samples) -> int:
        """Clock recovery: the samples before the first symbol; with them, values are nearest to the three levels."""
        some, errors = samples[: PHASE_SYMBOLS * self.samples_per_symbol], []
        for phase in range(self.samples_per_symbol):
            values = self.equaliser.equalise(some, phase)
            errors.append(float(np.mean((values - self.decided(values)) ** 2)) if values.size else 0.0)
        return int(np.argmin(errors))

    def _keys(self, count: int) -> Bits:
        return np.resize(self._sequence, count)


def octets_of_nibbles(symbols: NDArray[np.uint8]) -> bytes | None:
    """The frame in the symbols after J and K: from the delimiter to T and R.  An invalid symbol becomes 0 (an error).

    None if there is no end, or no delimiter within the preamble.
    """
    ends = np.flatnonzero((symbols[:-1] == END_T) & (symbols[1:] == END_R))
    if not ends.size:
        return None
    data = symbols[: ends[0]]
    nibbles = np.where(data > 15, 0, data)[: data.size // 2 * 2].reshape(-1, 2)
    octets = bytes((nibbles[:, 0] | nibbles[:, 1] << 4).astype(np.uint8))
    place = octets.find(SFD, 0, len(PREAMBLE))
    return octets[place + 1 :] if place >= 0 else None
