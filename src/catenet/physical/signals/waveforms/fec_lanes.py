"""The four lanes of 100GBASE-R with RS-FEC: alignment markers, and deskew (IEEE 802.3 clauses 82.2.7 and 91.5).

A code word's symbols go to the lanes in turn (clause 91.5.2.8).  A word that begins with the markers of all twenty PCS
lanes tells the receiver where words begin on each lane, and which lane it is (clauses 91.5.2.6 and 91.5.3.1).  Marker 0
comes first on every lane; then come markers 4 to 7, one on each.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from catenet.physical.phys.fec import SYMBOL_BITS, WORD_SYMBOLS
from catenet.physical.signals.bits import Bits, bits_of
from catenet.physical.signals.waveforms.transcoding import GROUP_BITS

LANES: Final = 4
LANE_WORD_BITS: Final = WORD_SYMBOLS // LANES * SYMBOL_BITS
MARKER_GROUPS: Final = 5
"""The markers take the place of so many groups of 257 bits."""
MARKER_BITS: Final = 64
WRONG_MAX: Final = 12
"""Of the 48 known bits of a marker.  In random bits, about 24 are wrong."""
_MARKERS: Final = bytes.fromhex(
    "c16821 9d718e 594be8 4d957b f50709 dd14c2 9a4a26 7b4566 a02476 68c9fb"
    "fd6c99 b99155 5cb9b2 1af8bd 83c7ca 3536cd c4314c add6b7 5f662a c0f0e5"
)
"""M0, M1 and M2 of each PCS lane (Table 82-2); M4, M5 and M6 are their complements."""
_PAD: Final = np.array([0, 0, 1, 0, 1], np.uint8)
_KNOWN: Final = np.r_[0:24, 32:56]


def marker(lane: int) -> Bits:
    """The 64 bits of a PCS lane's marker; its two parity octets, which only count errors, are 0 and 255."""
    octets = _MARKERS[3 * lane : 3 * lane + 3] + b"\x00"
    return bits_of(octets + bytes(255 - octet for octet in octets))


def mapped_markers() -> Bits:
    """The 1285 bits at the beginning of a code word; markers 0 and 16 are sent on all lanes (clause 91.5.2.6)."""
    rows = [[0, 4 + lane, 8 + lane, 12 + lane, 16] for lane in range(LANES)]
    lanes = [np.concatenate([marker(number) for number in row]).reshape(-1, SYMBOL_BITS) for row in rows]
    return np.concatenate((np.stack(lanes, axis=1).reshape(-1), _PAD))


assert mapped_markers().size == MARKER_GROUPS * GROUP_BITS


def distributed(bits: Bits) -> NDArray[np.uint8]:
    """The bits of code words, on four lanes, a row each."""
    symbols = bits.reshape(-1, LANES, SYMBOL_BITS)
    return np.ascontiguousarray(symbols.transpose(1, 0, 2)).reshape(LANES, -1)


def collected(lanes: NDArray[np.uint8]) -> Bits:
    """The inverse of :func:`distributed`."""
    symbols = lanes.reshape(LANES, -1, SYMBOL_BITS)
    return np.ascontiguousarray(symbols.transpose(1, 0, 2)).reshape(-1)


def deskewed(lanes: NDArray[np.uint8], searched: int) -> NDArray[np.uint8] | None:
    """Lanes in their order, from the word after that with the markers on; whole words, equally many.

    A lane's markers begin within its first ``searched`` bits.  None if a lane has none, or two lanes are the same.
    """
    found: dict[int, Bits] = {}
    for bits in lanes:
        start = _marked(bits, marker(0), searched)
        if start is None:
            return None
        numbers = [
            int((bits[start + MARKER_BITS :][_KNOWN] != marker(4 + lane)[_KNOWN]).sum()) for lane in range(LANES)
        ]
        found[int(np.argmin(numbers))] = bits[start + LANE_WORD_BITS :]
    if len(found) < LANES:
        return None
    size = min(bits.size for bits in found.values()) // LANE_WORD_BITS * LANE_WORD_BITS
    return np.stack([found[lane][:size] for lane in range(LANES)])


def _marked(bits: Bits, wanted: Bits, searched: int) -> int | None:
    """Where a marker begins: where the fewest of its known bits are wrong."""
    if bits.size < searched + LANE_WORD_BITS:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(bits[: searched + MARKER_BITS - 1], MARKER_BITS)
    wrong = (windows[:, _KNOWN] != wanted[_KNOWN]).sum(axis=1)
    start = int(np.argmin(wrong))
    return start if wrong[start] <= WRONG_MAX else None
