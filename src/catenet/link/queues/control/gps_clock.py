"""The virtual time of Generalised Processor Sharing (GPS): the progress of an ideal fluid server.

GPS serves all backlogged classes simultaneously, in proportion to their weights.  Virtual time advances at the link's
rate divided by the sum of the backlogged weights, so it is piecewise linear (Parekh and Gallager, "A generalized
processor sharing approach to flow control in integrated services networks", IEEE/ACM Transactions on Networking 1(3),
1993, section III).
"""

from __future__ import annotations

import heapq
from typing import Final

from mypy_extensions import i64

BIT_NS: Final = 8e9


class GpsClock:
    """Virtual time in octets per weight.  Classes are identified by number."""

    def __init__(self) -> None:
        self.virtual: float = 0.0
        self._weights: float = 0.0
        self._told_ns: i64 = 0
        self._ends: Final[dict[int, float]] = {}
        self._departures: Final[list[tuple[float, int]]] = []
        self._weight_of: Final[dict[int, float]] = {}

    def finish(self, place: int, weight: float, octets: float, rate_bit_s: int, now_ns: int) -> float:
        """A frame of a class arrives: the virtual time at which GPS has sent it."""
        self.advance(rate_bit_s, now_ns)
        start = self._ends.get(place, -1.0)
        if start < 0.0:
            self._weights += weight
            self._weight_of[place] = weight
            start = self.virtual
            heapq.heappush(self._departures, (start + octets / weight, place))
        end = start + octets / weight
        self._ends[place] = end
        return end

    def advance(self, rate_bit_s: int, now_ns: int) -> None:
        """Let GPS serve at this rate up to now."""
        left: float = float(now_ns - self._told_ns) * rate_bit_s / BIT_NS
        self._told_ns = now_ns
        while self._departures:
            end, place = self._departures[0]
            if end < self._ends[place]:
                heapq.heapreplace(self._departures, (self._ends[place], place))
                continue
            needed = (end - self.virtual) * self._weights
            if needed > left:
                self.virtual += left / self._weights
                return
            left -= max(0.0, needed)
            self.virtual = end
            heapq.heappop(self._departures)
            del self._ends[place]
            self._weights -= self._weight_of.pop(place)
        self._weights = 0.0
