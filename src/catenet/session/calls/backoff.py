"""The delays between attempts to connect: exponential back-off with full jitter.

Each delay is uniform between 0 and a bound that doubles with each failure, so that the clients of a server that returns
do not all come at once (Brooker, "Exponential Backoff And Jitter", 2015).
"""

from __future__ import annotations

import random
from typing import Final

DOUBLINGS_MAX: Final = 32


class Backoff:
    """The delays of one client, from the random numbers of its host."""

    def __init__(self, min_s: float, max_s: float) -> None:
        self._min_s: Final = min_s
        self._max_s: Final = max_s
        self._failures = 0

    def bound_s(self) -> float:
        """The bound of the next delay; 0 before the first failure."""
        if self._failures == 0:
            return 0.0
        return min(self._max_s, self._min_s * (1 << min(self._failures - 1, DOUBLINGS_MAX)))

    def delay_s(self) -> float:
        """The next delay, in seconds."""
        return random.uniform(0.0, self.bound_s())

    def failed(self) -> None:
        """An attempt has failed."""
        self._failures += 1

    def succeeded(self) -> None:
        """An attempt has succeeded."""
        self._failures = 0
