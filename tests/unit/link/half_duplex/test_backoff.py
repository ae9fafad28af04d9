"""Truncated binary exponential backoff: uniform on 2^min(n, 10) slots."""

from __future__ import annotations

import pytest

from catenet.kernel.streams import Streams
from catenet.link.half_duplex.backoff import backoff_slots

DRAWS = 20_000


@pytest.mark.slow
@pytest.mark.parametrize("attempts", range(1, 16))
def test_backoff_is_uniform(attempts: int) -> None:
    """Chi-square with 2^k - 1 degrees of freedom; its mean is that many, its variance twice as many."""
    stream = Streams(8).stream(f"backoff:{attempts}")
    slots = 1 << min(attempts, 10)
    counts = [0] * slots
    for _ in range(DRAWS):
        counts[backoff_slots(attempts, stream)] += 1
    expected = DRAWS / slots
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    assert abs(chi_square - (slots - 1)) < 3.5 * (2 * max(1, slots - 1)) ** 0.5
