"""The token bucket: what it lets through in any time, and exactly when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.drop_reasons import ABOVE_BURST, OVERLIMIT
from catenet.link.queues.token_bucket import Bucket, TokenBucket
from tests.unit.link.queues.one_way import MBIT, MS, OneWay, packet

GBIT = 1000 * MBIT


def departures(line: OneWay) -> list[tuple[int, int]]:
    """When each frame's first bit left, and its octets."""
    return [
        (time_ns - (frame.octets + 20) * 8, frame.octets - 4)
        for time_ns, frame in zip(line.arrivals.times_ns, line.arrivals.frames, strict=True)
    ]


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    line = OneWay(TokenBucket(Bucket(8 * MBIT, 3000), 100_000), GBIT)
    line.every(0, 6, lambda number: packet(1000, number=number))
    line.kernel.run()
    wire_ns = 1024 * 8
    assert [time_ns for time_ns, _ in departures(line)] == [0, wire_ns, 2 * wire_ns, MS, 2 * MS, 3 * MS]


def test_tokens_come_back_up_to_the_burst() -> None:
    line = OneWay(TokenBucket(Bucket(8 * MBIT, 2000), 100_000), GBIT)
    line.every(0, 2, lambda number: packet(1000))
    line.every(0, 4, lambda number: packet(1000), start_ns=1000 * MS)
    line.kernel.run()
    assert [time_ns for time_ns, _ in departures(line)][3:] == [1000 * MS + 1024 * 8, 1001 * MS, 1002 * MS]


def test_the_peak_rate_spreads_a_burst() -> None:
    line = OneWay(TokenBucket(Bucket(8 * MBIT, 4000), 100_000, Bucket(16 * MBIT, 1000)), GBIT)
    line.every(0, 8, lambda number: packet(1000, number=number))
    line.kernel.run()
    half = MS // 2
    assert [time_ns for time_ns, _ in departures(line)] == [
        0, half, 2 * half, 3 * half, 4 * half, 5 * half, 6 * half, 4 * MS - 1 * MS + 1 * MS
    ]  # fmt: skip


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 5 * MS), st.integers(60, 1514)), min_size=1, max_size=40),
    st.integers(1, 20), st.integers(1514, 6000),
)  # fmt: skip
def test_in_any_time_no_more_than_the_burst_and_the_rate(sent: list[tuple[int, int]], mbit: int, burst: int) -> None:
    rate = mbit * MBIT
    line = OneWay(TokenBucket(Bucket(rate, burst), 1 << 40), GBIT)
    now_ns = 0
    for gap_ns, octets in sent:
        now_ns += gap_ns
        line.at(now_ns, packet(octets))
    line.kernel.run()
    went = departures(line)
    assert len(went) == len(sent)
    for first in range(len(went)):
        octets = 0
        for time_ns, size in went[first:]:
            octets += size
            assert (octets - burst) * 8 * 10**9 <= (time_ns - went[first][0]) * rate + rate


def test_what_is_longer_than_the_burst_never_goes() -> None:
    line = OneWay(TokenBucket(Bucket(MBIT, 1000), 100_000), GBIT)
    for octets in (1000, 1001, 500):
        line.near.send(packet(octets))
    line.kernel.run()
    assert line.drops() == [(0, ABOVE_BURST)]
    assert line.near.counters()["dropped_above_burst"] == 1
    peak = OneWay(TokenBucket(Bucket(MBIT, 9000), 100_000, Bucket(2 * MBIT, 999)), GBIT)
    for octets in (999, 1000):
        peak.near.send(packet(octets))
    assert peak.drops() == [(0, ABOVE_BURST)]


def test_the_limit_in_octets() -> None:
    line = OneWay(TokenBucket(Bucket(MBIT, 1000), 2500), GBIT)
    line.every(0, 5, lambda number: packet(1000, number=number))
    line.kernel.run()
    assert line.drops() == [(0, OVERLIMIT)] * 2
