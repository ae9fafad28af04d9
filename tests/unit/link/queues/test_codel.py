"""CoDel against RFC 8289's pseudo-code, written down again here, and against its control law."""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.drop_reasons import CE_THRESHOLD, CODEL, OVERLIMIT
from catenet.link.queues.codel import CodelQueue
from catenet.link.queues.control.codel import CodelParameters
from tests.unit.link.queues.one_way import MBIT, MS, OneWay, flow_and_number, installed, packet, traffic_class

TARGET, INTERVAL = 5 * MS, 100 * MS


class Reference:
    """The pseudo-code of RFC 8289, section 5, with its names; ``dropped`` are numbers of packets."""

    def __init__(self) -> None:
        self.queue: deque[tuple[int, int, int]] = deque()
        self.octets = self.maxpacket = 0
        self.first_above_time = self.drop_next = self.count = self.lastcount = 0
        self.dropping = False
        self.dropped: list[int] = []

    def enqueue(self, number: int, octets: int, now: int) -> None:
        self.queue.append((number, octets, now))
        self.octets += octets
        self.maxpacket = max(self.maxpacket, octets)

    def dodequeue(self, now: int) -> tuple[int | None, bool]:
        if not self.queue:
            self.first_above_time = 0
            return None, False
        number, octets, entered = self.queue.popleft()
        self.octets -= octets
        ok_to_drop = False
        if now - entered < TARGET or self.octets <= self.maxpacket:
            self.first_above_time = 0
        elif self.first_above_time == 0:
            self.first_above_time = now + INTERVAL
        elif now >= self.first_above_time:
            ok_to_drop = True
        return number, ok_to_drop

    def control_law(self, time: int) -> int:
        return time + int(INTERVAL / math.sqrt(self.count))

    def dequeue(self, now: int) -> int | None:
        number, ok_to_drop = self.dodequeue(now)
        if self.dropping:
            if not ok_to_drop:
                self.dropping = False
            while now >= self.drop_next and self.dropping:
                assert number is not None
                self.dropped.append(number)
                self.count += 1
                number, ok_to_drop = self.dodequeue(now)
                if not ok_to_drop:
                    self.dropping = False
                else:
                    self.drop_next = self.control_law(self.drop_next)
        elif ok_to_drop:
            assert number is not None
            self.dropped.append(number)
            number, ok_to_drop = self.dodequeue(now)
            self.dropping = True
            delta = self.count - self.lastcount
            self.count = 1
            if delta > 1 and now - self.drop_next < 16 * INTERVAL:
                self.count = delta
            self.drop_next = self.control_law(now)
            self.lastcount = self.count
        return number


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 3, 10, 40]), st.sampled_from([60, 700, 1514]), st.integers(1, 4)), max_size=40
    )
)
def test_it_drops_what_the_pseudo_code_drops(phases: list[tuple[int, int, int]]) -> None:
    """Phases of arrivals: so many in each of 20 ms, of one size, while so many leave."""
    queue, reference = installed(CodelQueue(CodelParameters(), limit=1 << 40)), Reference()
    now_ns, number = 0, 0
    for arrivals, octets, departures in phases:
        for _ in range(20):
            for _ in range(arrivals // 2):
                assert queue.enqueue(packet(octets, number=number), now_ns) == 0
                reference.enqueue(number, octets, now_ns)
                number += 1
            for _ in range(departures):
                waiting = queue.dequeue(now_ns)
                chosen = None if waiting is None else flow_and_number(waiting.frame)[1]
                assert chosen == reference.dequeue(now_ns)
            now_ns += MS
            assert (queue.frames, queue.octets) == (len(reference.queue), reference.octets)
    assert (queue.codel.count, queue.codel.dropping) == (reference.count, reference.dropping)  # type: ignore[attr-defined]


def overloaded(parameters: CodelParameters, ecn: int = 0, seconds: int = 3) -> OneWay:
    """Twice as much as the link carries, for ever."""
    line = OneWay(CodelQueue(parameters, limit=100_000))
    frame_ns = 1538 * 800
    line.every(frame_ns // 2, seconds * 10**9 * 2 // frame_ns, lambda number: packet(ecn=ecn, number=number))
    line.kernel.run(until_ns=seconds * 10**9)
    return line


@pytest.mark.slow
def test_the_time_between_drops_shrinks_with_the_root_of_their_number() -> None:
    line = overloaded(CodelParameters())
    times = [time_ns for time_ns, reason in line.drops() if reason == CODEL]
    frame_ns = 1538 * 800
    first = times[0]
    assert TARGET + INTERVAL <= first <= TARGET * 2 + INTERVAL + 2 * frame_ns + MS
    assert len(times) > 100
    due_ns = first
    for count, time_ns in enumerate(times[1:], 1):
        due_ns += int(INTERVAL / math.sqrt(count))
        assert due_ns <= time_ns <= due_ns + frame_ns, f"drop {count}"


def test_below_the_target_nothing_is_dropped() -> None:
    line = OneWay(CodelQueue(CodelParameters()))
    frame_ns = 1538 * 800
    for burst in range(100):
        for number in range(4):
            line.at(burst * 4 * frame_ns, packet(number=number))
    line.kernel.run()
    assert line.drops() == []


def test_a_long_queue_of_less_than_an_interval_is_forgiven() -> None:
    line = OneWay(CodelQueue(CodelParameters()))
    line.every(0, 80, lambda number: packet(number=number))  # 80 frames last 98 ms
    line.kernel.run()
    assert line.drops() == []


def test_the_last_packet_is_never_dropped() -> None:
    """A queue of one full frame or less is no queue: the link would run dry."""
    line = OneWay(CodelQueue(CodelParameters(target_ns=1, interval_ns=2)), rate_bit_s=MBIT // 10)
    line.every(100 * MS, 100, lambda number: packet(number=number))
    line.kernel.run()
    assert len(line.arrivals.frames) + len(line.drops()) == 100
    assert all(later - sooner == 1538 * 80_000 for sooner, later in pairwise(line.arrivals.times_ns))


@pytest.mark.slow
def test_marks_come_where_drops_would() -> None:
    dropped, marked = overloaded(CodelParameters(), ecn=1), overloaded(CodelParameters(ecn=True), ecn=1)
    times = [time_ns for time_ns, _ in dropped.drops()]
    marks = [time_ns for time_ns, reason in marked.marks() if reason == CODEL]
    assert marked.drops() == []
    assert marks[:20] == pytest.approx(times[:20], abs=1538 * 800 * 2)
    assert sum(traffic_class(frame) == 3 for frame in marked.arrivals.frames) == len(marks)


@pytest.mark.slow
def test_packets_of_ends_without_ecn_are_dropped_all_the_same() -> None:
    line = overloaded(CodelParameters(ecn=True), ecn=0)
    assert line.marks() == []
    assert line.near.counters()["dropped_codel"] == len(line.drops()) > 100


def test_the_threshold_marks_all_that_waited_longer() -> None:
    line = OneWay(CodelQueue(CodelParameters(ce_threshold_ns=4 * MS)))
    line.every(0, 10, lambda number: packet(ecn=2, number=number))
    line.kernel.run()
    frame_ns = 1538 * 800
    waited = [frame_ns * place for place in range(10)]
    assert [traffic_class(frame) for frame in line.arrivals.frames] == [3 if each > 4 * MS else 2 for each in waited]
    assert line.near.counters()["marked_ce_threshold"] == len(line.marks()) == 6
    assert {reason for _, reason in line.marks()} == {CE_THRESHOLD}


def test_the_limit() -> None:
    line = OneWay(CodelQueue(CodelParameters(), limit=3))
    line.every(0, 6, lambda number: packet(number=number))
    line.kernel.run()
    assert line.drops() == [(0, OVERLIMIT)] * 2
    assert line.near.counters()["dropped_overlimit"] == 2
