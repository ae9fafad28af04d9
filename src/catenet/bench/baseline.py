"""Something to measure against: what the same machine needs, at the same moment, for a known piece of work.

Wall times from a busy machine mean little by themselves.  A bench reports its cost beside this one's, and
the ratio of the two is what can be compared from one day to the next.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from typing import Final

ENTRIES: Final = 1_000
OPERATIONS: Final = 100_000
REPEATS: Final = 3


def us_per_heapq_push_pop(clock: Callable[[], float] = time.perf_counter) -> float:
    """Microseconds for one push and pop of the standard library's heap, 1,000 tuples deep; best of three.

    ``clock`` is that of the bench which compares itself with it.
    """
    best_s = float("inf")
    for _ in range(REPEATS):
        heap = [(entry * 7919 % ENTRIES, entry) for entry in range(ENTRIES)]
        heapq.heapify(heap)
        start = clock()
        for step in range(OPERATIONS):
            due, entry = heapq.heappop(heap)
            heapq.heappush(heap, (due + step * 7919 % ENTRIES, entry))
        best_s = min(best_s, clock() - start)
    return best_s / OPERATIONS * 1e6
