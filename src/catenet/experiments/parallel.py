"""Many runs in parallel processes, with results in the order of the cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(measure: Callable[[A], B], cases: Sequence[A], jobs: int | None = None) -> Iterator[B]:
    """The results of ``measure`` for each case; ``jobs`` at a time, by default the number of processors."""
    at_a_time = min(len(cases), jobs or os.cpu_count() or 1)
    if at_a_time <= 1:
        yield from map(measure, cases)
        return
    with ProcessPoolExecutor(at_a_time, mp_context=get_context("spawn")) as pool:
        yield from pool.map(measure, cases)
