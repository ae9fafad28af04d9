"""Under load, this process keeps what it has, and no more.  ``bench/endurance.py`` is the ten minutes."""

from __future__ import annotations

import pytest

from catenet.bench.soak import endure
from catenet.tap import missing

MAX_GROWN_OCTETS = 8_000_000


def check(seconds: float) -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    found = endure(seconds)
    assert found["in_octets"] > 1_000_000
    assert found["out_octets"] > 1_000_000
    assert found["visits"] > 10
    assert found["grown_octets"] <= MAX_GROWN_OCTETS, found
    assert found["leaked_descriptors"] <= 0, found
    assert found["more_events"] <= 10_000, found  # frames on their way
    assert found["more_connections"] <= 20, found


@pytest.mark.slow
def test_twenty_seconds_under_load() -> None:
    check(21)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_minutes_under_load() -> None:
    check(600)
