"""1000BASE-X: 8b/10b on two levels of light (IEEE 802.3 clauses 36 and 38); ``optical-ook`` is the same, over more."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.signals.bits import Bits
from catenet.physical.signals.line_codes.block_8b10b import K28_5, Code8b10b
from catenet.physical.signals.waveforms.optical_signal import OpticalSignal
from catenet.physical.signals.waveforms.signal_phy import PREAMBLE, SFD, Samples, below, held, started

START: Final = 27 | 7 << 5
"""K27.7, sent instead of the first octet of the preamble."""
END: Final = 29 | 7 << 5
EXTEND: Final = 23 | 7 << 5
IDLE_2: Final = 16 | 2 << 5
"""D16.2: with K28.5 before it, an idle ordered set that leaves the disparity negative (clause 36.2.4.12)."""
IDLE_SETS: Final = 8
_COMMAS: Final = (np.array([0, 0, 1, 1, 1, 1, 1], np.uint8), np.array([1, 1, 0, 0, 0, 0, 0], np.uint8))


class ThousandBaseX(OpticalSignal):
    """The receiver aligns groups of ten bits to the commas in the idle before a frame."""

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """A part of an idle ordered set, whole sets, /S/, preamble and frame, /T/ /R/, idle."""
        idle = [K28_5, IDLE_2] * (IDLE_SETS + 1)
        values = idle + [START, *PREAMBLE[1:], *octets, END, EXTEND] + [K28_5, IDLE_2] * 2
        control = np.zeros(len(values), np.bool_)
        control[: len(idle) : 2] = True
        control[len(idle)] = True
        control[[-6, -5, -4, -2]] = True
        bits = Code8b10b().encode(values, control)[below(rng, 20) :]
        return started(held(2.0 * bits - 1.0, self.samples_per_symbol), self.samples_per_symbol, rng)

    def receive(self, samples: Samples) -> bytes | None:
        bits = self.bits_of(samples)
        alignment = alignment_of(bits[: 20 * IDLE_SETS])
        whole = bits[alignment:][: (bits.size - alignment) // 10 * 10]
        # a real receiver tracks the disparity from link-up on; it is negative at the beginning of each idle set
        first = alignment_to_sets(whole)
        found = Code8b10b().decode(whole[first:])
        starts = np.flatnonzero(found.control & (found.octets == START))
        if not starts.size:
            return None
        after = slice(int(starts[0]) + 1, None)
        ends = np.flatnonzero(found.control[after] & (found.octets[after] == END))
        if not ends.size:
            return None
        octets = found.octets[after][: ends[0]].tobytes()
        place = octets.find(SFD, 0, len(PREAMBLE))
        return octets[place + 1 :] if place >= 0 else None


def alignment_of(bits: Bits) -> int:
    """The offset of the first group, from 0 to 9: the one with the most commas (clause 36.2.4.9)."""
    windows = np.lib.stride_tricks.sliding_window_view(bits, _COMMAS[0].size)
    commas = (windows == _COMMAS[0]).all(axis=1) | (windows == _COMMAS[1]).all(axis=1)
    counts = np.bincount(np.flatnonzero(commas) % 10, minlength=10)
    return int(np.argmax(counts))


def alignment_to_sets(bits: Bits) -> int:
    """For aligned bits, the offset of the first idle set: 0 if the first group is a comma, else 10."""
    rows = bits[: 20 * (IDLE_SETS - 1)].reshape(-1, 2, 10)[:, :, : _COMMAS[0].size]
    counts = [int((rows[:, which] == _COMMAS[0]).all(axis=1).sum()) for which in range(2)]
    return 0 if counts[0] >= counts[1] else 10
