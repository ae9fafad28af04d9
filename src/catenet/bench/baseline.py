"""The reference of the benchmarks: a known piece of work, measured on the same machine at the same time.

Wall times on a busy machine mean little alone.  A benchmark reports its cost and that of the reference; their ratio
can be compared between days and machines.
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
    """Microseconds for one push and pop of ``heapq`` with 1,000 tuples on the heap; the best of three runs.

    ``clock`` is the clock of the benchmark that uses the reference.
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
