"""Truncated binary exponential backoff (IEEE 802.3-2018, clause 4.2.3.2.5)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.streams import Stream
from catenet.link.half_duplex.timing import BACKOFF_LIMIT


def backoff_slots(attempts: i64, stream: Stream) -> i64:
    """The slots to wait before the next attempt, after so many: uniform on [0, 2^k), k = min(attempts, 10)."""
    return stream.below(1 << min(attempts, BACKOFF_LIMIT))
