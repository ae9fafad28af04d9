"""Frames as rows of eight octets, as on the XGMII (IEEE 802.3 clause 46.3)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from catenet.physical.signals.line_codes.formats_64b66b import IDLE, START, TERMINATE
from catenet.physical.signals.waveforms.signal_phy import PREAMBLE, SFD

LANES: Final = 8


class Rows(NamedTuple):
    """Octets, eight per row, and their control flags."""

    octets: NDArray[np.uint8]
    control: NDArray[np.bool_]


def rows_of(octets: bytes, *, idle_before: int, idle_after: int) -> Rows:
    """Rows of idle, a frame with its preamble that starts in lane 0, and rows of idle."""
    frame = bytes([START]) + PREAMBLE[1:] + octets + bytes([TERMINATE])
    padding = -len(frame) % LANES
    whole = bytes([IDLE]) * (LANES * idle_before) + frame + bytes([IDLE]) * (padding + LANES * idle_after)
    control = np.ones(len(whole), np.bool_)
    start = LANES * idle_before
    control[start + 1 : start + len(frame) - 1] = False
    return Rows(np.frombuffer(whole, np.uint8).reshape(-1, LANES), control.reshape(-1, LANES))


def frame_of(rows: Rows) -> bytes | None:
    """The frame that begins in lane 0 of a row; None if there is no start, no delimiter, or no end."""
    octets, control = rows.octets.reshape(-1), rows.control.reshape(-1)
    starts = np.flatnonzero((rows.octets[:, 0] == START) & rows.control[:, 0])
    if not starts.size:
        return None
    start = LANES * int(starts[0])
    if octets[start + LANES - 1] != SFD or control[start + LANES - 1]:
        return None
    ends = np.flatnonzero((octets[start:] == TERMINATE) & control[start:])
    return octets[start + LANES : start + int(ends[0])].tobytes() if ends.size else None
