"""PIE's drop probability: a proportional-integral controller of the queue's delay (RFC 8033, sections 4.2 and 5)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

NS_PER_S: Final = 1e9
MAX_BURST_NS: Final[i64] = 150_000_000
LONG_DELAY_NS: Final[i64] = 250_000_000
SCALES: Final[tuple[tuple[float, float], ...]] = (
    (0.1, 1.0),
    (0.01, 2.0),
    (0.001, 8.0),
    (0.0001, 32.0),
    (0.00001, 128.0),
    (0.000001, 512.0),
)


class PieControl:
    """The controller; ``probability`` is the drop probability, ``delay_ns`` the waiting time of the last frame.

    ``alpha`` and ``beta`` are in Hz, sixteenths of Linux's numbers.  The updates every ``update_ns`` are computed on
    demand: their inputs change only at arrivals and departures.
    """

    def __init__(self, target_ns: int, update_ns: int, alpha: float, beta: float) -> None:
        self.target_ns: Final[i64] = target_ns
        self.update_ns: Final[i64] = update_ns
        self.alpha: Final = alpha
        self.beta: Final = beta
        self.probability: float = 0.0
        self.delay_ns: i64 = 0
        self.old_delay_ns: i64 = 0
        self.burst_left_ns: i64 = MAX_BURST_NS
        self._next_ns: i64 = -1

    def advance(self, now_ns: i64) -> None:
        """Make the updates that are due."""
        if self._next_ns < 0:
            self._next_ns = now_ns + self.update_ns
        while self._next_ns <= now_ns:
            if self.at_rest():
                self._next_ns += (now_ns - self._next_ns) // self.update_ns * self.update_ns  # nothing more can change
            self.update()
            self._next_ns += self.update_ns

    def at_rest(self) -> bool:
        """Whether the queue is idle: nothing waits, the probability is 0, and bursts are allowed."""
        return self.probability == 0.0 and self.delay_ns == 0 and self.old_delay_ns == 0

    def update(self) -> None:
        """One update (section 4.2)."""
        change = self.change()
        if self.probability >= 0.1 and change > 0.02:
            change = 0.02
        if self.delay_ns > LONG_DELAY_NS:
            change = 0.02
        probability = self.probability + change
        if self.delay_ns == 0 and self.old_delay_ns == 0:
            probability *= 0.98
        self.probability = min(1.0, max(0.0, probability))
        self._allow_bursts()
        self.old_delay_ns = self.delay_ns

    def change(self) -> float:
        """The change of the probability before it is capped, scaled down while the probability is small."""
        late_s: float = float(self.delay_ns - self.target_ns) / NS_PER_S
        growth_s: float = float(self.delay_ns - self.old_delay_ns) / NS_PER_S
        return (self.alpha * late_s + self.beta * growth_s) / scale(self.probability)

    def _allow_bursts(self) -> None:
        """Section 4.4: after a period of low delay, allow a burst of 150 ms."""
        half_ns = self.target_ns // 2
        self.burst_left_ns = max(0, self.burst_left_ns - self.update_ns)
        if self.probability == 0.0 and self.delay_ns < half_ns and self.old_delay_ns < half_ns:
            self.burst_left_ns = MAX_BURST_NS


def scale(probability: float) -> float:
    """The divisor of the change (section 5.5's table)."""
    for least, divisor in SCALES:
        if probability >= least:
            return divisor
    return 2048.0
