"""The mapping of the wall clock to simulated time, and the lag."""

from __future__ import annotations

import time
from typing import Final

LATE_NS: Final = 1_000_000
"""The lag from which on an event is counted as late."""
_MILLION: Final = 1_000_000


class RealtimeClock:
    """A linear mapping of the wall clock to simulated time.

    ``time_scale`` is simulated seconds in a real one: 1 is real time, 0.1 ten times slower.  Raises
    ValueError if it is not above 0.
    """

    def __init__(self, from_ns: int, time_scale: float = 1.0) -> None:
        self._scale_ppm: Final = round(time_scale * _MILLION)
        if self._scale_ppm <= 0:
            raise ValueError(f"the time scale must be above 0, not {time_scale}")
        self._simulated_ns: Final = from_ns
        self._wall_ns: Final = time.monotonic_ns()

    def now_ns(self) -> int:
        """The target of simulated time now."""
        return self._simulated_ns + (time.monotonic_ns() - self._wall_ns) * self._scale_ppm // _MILLION

    def wait_s(self, simulated_ns: int) -> float:
        """Real seconds until simulated time should be there; 0 if it is past."""
        ahead_ns = simulated_ns - self.now_ns()
        return ahead_ns * _MILLION / self._scale_ppm / 1e9 if ahead_ns > 0 else 0.0


class Lag:
    """How late events were, in simulated time.

    ``now_ms`` is how late the last one was, ``max_ms`` the latest of all; ``late`` counts how often it was
    :data:`LATE_NS` or more, of ``turns``.
    """

    def __init__(self) -> None:
        self.now_ms: float = 0.0
        self.max_ms: float = 0.0
        self.late: int = 0
        self.turns: int = 0

    def record(self, late_ns: int) -> None:
        """Record the lag of an event."""
        self.turns += 1
        self.now_ms = late_ns / 1e6
        self.max_ms = max(self.max_ms, self.now_ms)
        if late_ns >= LATE_NS:
            self.late += 1

    def __str__(self) -> str:
        return f"{self.now_ms:.1f} ms late now, {self.max_ms:.1f} ms at most, {self.late} of {self.turns} turns late"
