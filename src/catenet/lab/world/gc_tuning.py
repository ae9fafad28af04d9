"""Python's cycle collector, when millions of objects live and hardly any die."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

MIN_NEW_OBJECTS: Final = 200_000
"""New objects before the collector looks at anything: some 30 MB.  With Python's own 700 a large internet, while it is
built or learns its routes, is walked through more often than anything else is done."""


@contextmanager
def sparing_collector() -> Iterator[None]:
    """Let the collector run only when the number of objects has doubled.

    Reference counts free nearly all objects at once, as ever.  What is left to the collector, cycles, takes at most as
    much memory as what lives.  Each object is so looked at a few times in all: the cost of collecting grows linearly
    with the size of an internet.
    """
    before = gc.get_threshold()
    if not 0 < before[0] < MIN_NEW_OBJECTS:  # nested, or set by the user
        yield
        return
    gc.set_threshold(MIN_NEW_OBJECTS, 1, 1)
    gc.callbacks.append(_wait_for_doubling)
    try:
        yield
    finally:
        gc.callbacks.remove(_wait_for_doubling)
        gc.set_threshold(*before)


def _wait_for_doubling(phase: str, _: Mapping[str, int]) -> None:
    """After a collection, let as many objects be made as live now."""
    if phase == "stop":
        gc.set_threshold(max(MIN_NEW_OBJECTS, len(gc.get_objects())), 1, 1)
