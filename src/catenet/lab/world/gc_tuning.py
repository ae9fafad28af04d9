"""Tunes Python's cycle collector for millions of long-lived objects."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

MIN_NEW_OBJECTS: Final = 200_000
"""New objects before the first collection: about 30 MB.

With Python's default of 700, collections would dominate the time in which a large internet is built or computes its
routes.
"""


@contextmanager
def sparing_collector() -> Iterator[None]:
    """Let the collector run only when as many objects were made as the interpreter has blocks of memory.

    Reference counting frees nearly all objects at once.  Uncollected cycles take at most as much memory as live
    objects.  Each object is examined a few times in all, so the cost of collection grows linearly with the size of an
    internet.  Blocks are counted by their pools; counting objects would examine each of them once more.
    """
    before = gc.get_threshold()
    if not 0 < before[0] < MIN_NEW_OBJECTS:  # nested, or set by the user
        yield
        return
    gc.set_threshold(MIN_NEW_OBJECTS, 1, 1)
    gc.callbacks.append(_wait_for_growth)
    try:
        yield
    finally:
        gc.callbacks.remove(_wait_for_growth)
        gc.set_threshold(*before)


def _wait_for_growth(phase: str, _: Mapping[str, int]) -> None:
    """After a collection, set the threshold to the number of memory blocks in use."""
    if phase == "stop":
        gc.set_threshold(max(MIN_NEW_OBJECTS, sys.getallocatedblocks()), 1, 1)
