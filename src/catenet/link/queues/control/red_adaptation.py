"""Adaptive RED: the maximum probability is adapted so that the average stays midway between the thresholds.

Floyd, Gummadi and Shenker, "Adaptive RED: an algorithm for increasing the robustness of RED's active queue management",
2001, section 4.  Every 0.5 s: additive increase, multiplicative decrease.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.queues.control.red_average import RedAverage

INTERVAL_NS: Final[i64] = 500_000_000
MIN: Final = 0.01
MAX: Final = 0.5
DECREASE: Final = 0.9


class RedAdaptation:
    """Computes on demand what a timer would have done: the average changes only at arrivals, and by ageing."""

    def __init__(self, min_octets: int, max_octets: int) -> None:
        span = max_octets - min_octets
        self.low_octets: Final[float] = min_octets + 0.4 * span
        self.high_octets: Final[float] = min_octets + 0.6 * span
        self._next_ns: i64 = -1

    def adapted(self, probability: float, average: RedAverage, now_ns: i64) -> float:
        """The probability at a time, from that at the previous call."""
        if self._next_ns < 0:
            self._next_ns = now_ns + INTERVAL_NS
        while self._next_ns <= now_ns:
            octets = average.at(self._next_ns)
            if octets < self.low_octets and probability < MIN:
                self._next_ns += (now_ns - self._next_ns) // INTERVAL_NS * INTERVAL_NS  # nothing more can change
            probability = self.step(probability, octets)
            self._next_ns += INTERVAL_NS
        return probability

    def step(self, probability: float, average_octets: float) -> float:
        """One adaptation."""
        if average_octets > self.high_octets and probability <= MAX:
            return probability + min(0.01, probability / 4)
        if average_octets < self.low_octets and probability >= MIN:
            return probability * DECREASE
        return probability
