"""Python's cycle collector, when millions of objects live and hardly any die."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

YOUNG: Final = 50_000
"""New objects after which the collector looks at them.  Python's 700 means that a large internet, while it is built or
learns its routes, is walked through more often than anything else is done."""


@contextmanager
def sparing_collector() -> Iterator[None]:
    """Let the collector come seldom.  What reference counts free, which is nearly all, is freed as ever."""
    before = gc.get_threshold()
    if 0 < before[0] < YOUNG:
        gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
