"""Something to measure against: what the same machine needs, at the same moment, for a known piece of work.

Wall times from a busy machine mean little by themselves.  A bench reports its cost beside this one's, and
the ratio of the two is what can be compared from one day to the next.
"""

from __future__ import annotations

import heapq
import time
from typing import Final

ENTRIES: Final = 1_000
OPERATIONS: Final = 100_000
REPEATS: Final = 3


def us_per_heapq_push_pop() -> float:
    """Microseconds for one push and pop of the standard library's heap, 1,000 tuples deep; best of three."""
    best_s = float("inf")
    for _ in range(REPEATS):
        heap = [(entry * 7919 % ENTRIES, entry) for entry in range(ENTRIES)]
        heapq.heapify(heap)
        start = time.perf_counter()
        for step in range(OPERATIONS):
            due, entry = heapq.heappop(heap)
            heapq.heappush(heap, (due + step * 7919 % ENTRIES, entry))
        best_s = min(best_s, time.perf_counter() - start)
    return best_s / OPERATIONS * 1e6
