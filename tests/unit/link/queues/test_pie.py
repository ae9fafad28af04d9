"""PIE against RFC 8033's formulas and table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.drop_reasons import OVERLIMIT, PIE
from catenet.link.queues.control.pie import PieControl, scale
from catenet.link.queues.pie import Pie
from tests.unit.link.queues.one_way import MS, OneWay, installed, packet

FRAME_NS = 1538 * 800


def control(target_ms: int = 15, update_ms: int = 15) -> PieControl:
    return PieControl(target_ms * MS, update_ms * MS, 0.125, 1.25)


@pytest.mark.parametrize(
    ("probability", "divisor"),
    [
        (0.0, 2048), (9.9e-7, 2048), (1e-6, 512), (9.9e-6, 512), (1e-5, 128), (9.9e-5, 128), (1e-4, 32),
        (9.9e-4, 32), (1e-3, 8), (9.9e-3, 8), (1e-2, 2), (0.099, 2), (0.1, 1), (1.0, 1),
    ],
)  # fmt: skip
def test_the_table_by_which_changes_are_scaled(probability: float, divisor: int) -> None:
    assert scale(probability) == divisor


@pytest.mark.parametrize(
    ("probability", "old_ms", "now_ms", "after"),
    [
        (0.05, 20, 30, 0.05 + (0.125 * 0.015 + 1.25 * 0.010) / 2),
        (0.05, 20, 10, 0.05 + (0.125 * -0.005 + 1.25 * -0.010) / 2),
        (0.005, 15, 25, 0.005 + (0.125 * 0.010 + 1.25 * 0.010) / 8),
        (0.5, 100, 120, 0.52),
        (0.5, 100, 101, 0.5 + 0.125 * 0.086 + 1.25 * 0.001),
        (0.05, 251, 251, 0.05 + 0.02),
        (0.0, 300, 300, 0.02),
        (0.001, 0, 5, 0.001 + (0.125 * -0.010 + 1.25 * 0.005) / 8),
        (0.2, 0, 0, (0.2 - 0.125 * 0.015) * 0.98),
        (0.000001, 5, 0, 0.0),
        (0.999, 100, 200, 1.0),
    ],
)
def test_one_update(probability: float, old_ms: int, now_ms: int, after: float) -> None:
    state = control()
    state.probability, state.old_delay_ns, state.delay_ns = probability, old_ms * MS, now_ms * MS
    state.update()
    assert state.probability == pytest.approx(after, rel=1e-12)
    assert state.old_delay_ns == now_ms * MS


@pytest.mark.slow
@given(
    st.floats(0, 1), st.integers(0, 100), st.integers(0, 100),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), min_size=1, max_size=10),
)  # fmt: skip
def test_updates_on_demand_are_those_of_a_timer(
    probability: float, old_ms: int, now_ms: int, looks: list[tuple[int, int]]
) -> None:
    lazy, ticking = control(), control()
    for state in (lazy, ticking):
        state.probability, state.old_delay_ns, state.delay_ns = probability, old_ms * MS, now_ms * MS
    lazy.advance(0)
    due_ms, time_ms = 15, 0
    for wait_ms, delay_ms in looks:
        time_ms += wait_ms
        while due_ms <= time_ms:
            ticking.update()
            due_ms += 15
        lazy.advance(time_ms * MS)
        assert (lazy.probability, lazy.old_delay_ns) == (ticking.probability, ticking.old_delay_ns)
        assert lazy.burst_left_ns == ticking.burst_left_ns
        lazy.delay_ns = ticking.delay_ns = delay_ms * MS


def test_a_long_rest_costs_nothing() -> None:
    state = control()
    state.probability = 0.5
    state.advance(0)
    state.advance(10**9 * 3600 * 24 * 365)
    assert state.probability == 0.0
    state.delay_ns = 100 * MS
    state.advance(10**9 * 3600 * 24 * 365 + 15 * MS)
    assert state.old_delay_ns == 100 * MS, "the updates go on at their old beat"


def test_the_first_150_ms_of_a_burst_are_let_through() -> None:
    line = OneWay(Pie(control()))
    line.every(FRAME_NS // 3, 1500, lambda number: packet(number=number))
    line.kernel.run()
    assert line.drops()
    assert 150 * MS <= line.drops()[0][0] < 400 * MS
    assert {reason for _, reason in line.drops()} == {PIE}


def test_it_is_work_conserving() -> None:
    """Section 4.1: nothing is dropped while the delay was below half of the target and p below 0.2, or of 2 packets."""
    for old_ms, probability, waiting, picks in ((7, 0.19, 10, False), (7, 0.2, 10, True), (8, 0.19, 10, True),
                                                (50, 1.0, 1, False), (50, 1.0, 2, True)):  # fmt: skip
        state = control()
        queue = installed(Pie(state))
        for _ in range(waiting):
            queue.enqueue(packet(), 0)
        state.burst_left_ns, state.old_delay_ns, state.probability = 0, old_ms * MS, probability
        dropped = sum(queue.enqueue(packet(), 0) == PIE for _ in range(1 if probability == 1.0 else 100))
        assert (dropped > 0) is picks, (old_ms, probability, waiting)


def test_drops_are_neither_in_a_row_nor_far_between() -> None:
    """Section 5.4: with p = 0.1, nothing in the 8 after a drop, and one in 85 at the latest."""
    state = control()
    queue = installed(Pie(state, limit=10_000))
    for _ in range(10):
        queue.enqueue(packet(), 0)
    state.burst_left_ns, state.old_delay_ns, state.probability = 0, 50 * MS, 0.1
    outcomes = [queue.enqueue(packet(), 0) == PIE for _ in range(5000)]
    places = [place for place, dropped in enumerate(outcomes) if dropped]
    gaps = [later - sooner for sooner, later in pairwise(places)]
    assert min(gaps) == 9
    assert max(gaps) <= 85
    assert 5000 / 20 < len(places) < 5000 / 14, "after 8 that cannot be, one in 10"


@pytest.mark.parametrize(("probability", "marked"), [(0.09, True), (0.1, True), (0.11, False)])
def test_above_a_tenth_packets_are_dropped_that_could_be_marked(probability: float, marked: bool) -> None:
    state = control()
    line = OneWay(Pie(state, ecn=True, limit=10_000))
    for _ in range(10):
        line.near.send(packet())
    state.burst_left_ns, state.old_delay_ns, state.probability = 0, 50 * MS, probability
    for _ in range(300):
        line.near.send(packet(ecn=2))
    counters = line.near.counters()
    assert ("marked_pie" in counters, "dropped_pie" in counters) == (marked, not marked)


@pytest.mark.slow
def test_by_bytes_small_packets_are_dropped_less() -> None:
    state = control()
    queue = installed(Pie(state, limit=1 << 40, bytemode=True))
    for _ in range(10):
        queue.enqueue(packet(), 0)
    state.burst_left_ns, state.old_delay_ns, state.probability = 0, 50 * MS, 0.1
    small = sum(queue.enqueue(packet(150), 0) == PIE for _ in range(10_000))
    large = sum(queue.enqueue(packet(1500), 0) == PIE for _ in range(10_000))
    assert small == pytest.approx(large / 10, rel=0.3)


def test_the_limit() -> None:
    line = OneWay(Pie(control(), limit=3))
    line.every(0, 6, lambda number: packet(number=number))
    line.kernel.run()
    assert line.drops() == [(0, OVERLIMIT)] * 2


def test_a_drop_at_the_limit_begins_the_count_of_derandomisation_anew() -> None:
    """RFC 8033's and Linux's accu_prob: 0.8 alone is below 0.85, and never drops."""
    state = control()
    queue = installed(Pie(state, limit=11))
    for _ in range(10):
        queue.enqueue(packet(), 0)
    outcomes = []
    for _ in range(20):
        state.burst_left_ns, state.old_delay_ns, state.probability = 0, 50 * MS, 0.8
        outcomes.append(queue.enqueue(packet(), 0))
        assert queue.enqueue(packet(), 0) == OVERLIMIT
        queue.dequeue(0)
    assert PIE not in outcomes
