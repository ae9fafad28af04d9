"""RED's average queue: an exponentially weighted moving average that also ages while the queue is empty.

Floyd and Jacobson, "Random Early Detection gateways for congestion avoidance", IEEE/ACM Transactions on Networking
1(4), 1993, section 4.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64


class RedAverage:
    """The average, ``octets``; ``weight`` is that of a new value, ``frame_ns`` the transmission time of a frame."""

    def __init__(self, weight: float, frame_ns: int) -> None:
        self.weight: Final = weight
        self.frame_ns: Final[i64] = max(1, frame_ns)
        self.octets: float = 0.0
        self._idle_since_ns: i64 = 0
        self._idle = True

    def at(self, now_ns: i64) -> float:
        """The average at a time: idle time counts as arrivals of small frames at an empty queue."""
        if not self._idle:
            return self.octets
        frames: float = float(now_ns - self._idle_since_ns) / float(self.frame_ns)
        return self.octets * float((1.0 - self.weight) ** frames)

    def arrived(self, waiting_octets: i64, now_ns: i64) -> float:
        """Update the average at an arrival that finds ``waiting_octets``; returns it."""
        if self._idle:
            self.octets = self.at(now_ns)
            self._idle = False
        else:
            self.octets += self.weight * (float(waiting_octets) - self.octets)
        return self.octets

    def emptied(self, now_ns: i64) -> None:
        """The queue has become empty."""
        self._idle = True
        self._idle_since_ns = now_ns


def weight_for(burst_frames: int, min_octets: int, frame_octets: int) -> float:
    """The largest power of two with which a burst into an empty queue keeps the average below the lower threshold.

    The paper's section 4.1: with ``L`` frames, ``L + 1 + ((1 - w) ** (L + 1) - 1) / w < min``.  Like ``tc-red(8)`` it
    uses ``L`` = ``burst`` and looks for the first ``w`` = 1/2, 1/4 ... that satisfies
    ``burst + 1 - min / avpkt <= (1 - (1 - w) ** burst) / w``.  Raises ValueError if none does.
    """
    if min_octets <= frame_octets:
        raise ValueError(f"min, {min_octets} bytes, must be above avpkt, {frame_octets} bytes")
    needed = burst_frames + 1 - min_octets / frame_octets
    if needed < 1.0:
        raise ValueError(
            f"burst is {burst_frames} frames of {frame_octets} bytes, less than min, {min_octets} bytes; "
            f"make it at least {-(-min_octets // frame_octets)}"
        )
    for exponent in range(1, 32):
        weight = 0.5**exponent
        if needed <= (1.0 - (1.0 - weight) ** burst_frames) / weight:
            return weight
    raise ValueError(f"no weight lets a burst of {burst_frames} frames through; make it shorter")
