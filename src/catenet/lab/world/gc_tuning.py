"""Python's cycle collector, when millions of objects live and hardly any die."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLDS: Final = (50_000, 10, 30)
"""New objects after which the collector looks at them, how often before it looks at the older ones too, and how often
that before it looks at all.  Python's (700, 10, 10) means that a large internet, while it is built or learns its
routes, is walked through more often than anything else is done."""


@contextmanager
def sparing_collector() -> Iterator[None]:
    """Let the collector come seldom.  What reference counts free, which is nearly all, is freed as ever."""
    before = gc.get_threshold()
    if 0 < before[0] < THRESHOLDS[0]:
        gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
