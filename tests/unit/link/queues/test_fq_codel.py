"""FQ-CoDel: turns of new and old flows, the longest queue's losses, and CoDel for each flow (RFC 8290)."""

from __future__ import annotations

from collections import Counter

import pytest

from catenet.link.drop_reasons import CODEL, OVERLIMIT
from catenet.link.queues.control.codel import CodelParameters
from catenet.link.queues.fq_codel import FqCodel
from tests.unit.link.queues.one_way import MBIT, MS, OneWay, flow_and_number, installed, packet

FRAME_NS = 1538 * 800


def order(line: OneWay) -> list[int]:
    return [flow_and_number(frame)[0] for frame in line.arrivals.frames]


def test_a_new_flow_goes_before_old_ones() -> None:
    line = OneWay(FqCodel(CodelParameters()))
    line.every(0, 10, lambda number: packet(flow=1, number=number))
    line.at(3 * FRAME_NS + 1, packet(200, flow=2))
    line.kernel.run()
    assert order(line) == [1, 1, 1, 1, 2, *[1] * 6]


@pytest.mark.slow
def test_a_flow_that_was_just_new_waits_its_turn() -> None:
    """Section 4.2: else a flow that sends one packet at a time would starve the old ones."""
    line = OneWay(FqCodel(CodelParameters(target_ns=10**9)))
    line.every(0, 300, lambda number: packet(flow=1, number=number))
    line.every(100 * 800, 3000, lambda number: packet(76, flow=2, number=number))
    line.kernel.run(until_ns=3000 * 100 * 800)
    got = Counter[int]()
    for frame in line.arrivals.frames:
        got[flow_and_number(frame)[0]] += frame.octets - 4
    assert 0.48 < got[1] / sum(got.values()) < 0.52


def test_flows_share_by_octets_not_by_frames() -> None:
    line = OneWay(FqCodel(CodelParameters(target_ns=10**9)))
    line.every(0, 300, lambda number: packet(1514, 1, number=number))
    line.every(0, 1500, lambda number: packet(300, 2, number=number))
    line.kernel.run(until_ns=200 * FRAME_NS)
    octets = Counter[int]()
    for frame in line.arrivals.frames:
        octets[flow_and_number(frame)[0]] += frame.octets - 4
    assert abs(octets[1] - octets[2]) <= 2 * 1514 + 300


def test_beyond_the_limit_the_longest_queue_loses_half_from_its_head() -> None:
    queue = installed(FqCodel(CodelParameters(), limit=20))
    line = OneWay(queue)
    line.every(0, 20, lambda number: packet(flow=1, number=number))
    line.at(0, packet(flow=2))
    line.at(0, packet(flow=2))
    line.kernel.run(until_ns=1)
    assert line.drops() == [(0, OVERLIMIT)] * 10, "of 19 frames that wait, the half of the octets"
    line.kernel.run()
    assert order(line).count(2) == 2
    assert [flow_and_number(frame)[1] for frame in line.arrivals.frames if flow_and_number(frame)[0] == 1] == [
        0, *range(11, 20)
    ]  # fmt: skip


def test_a_batch_bounds_what_is_lost_at_once() -> None:
    line = OneWay(FqCodel(CodelParameters(), limit=20, drop_batch=3))
    line.every(0, 22, lambda number: packet(flow=1, number=number))
    line.kernel.run(until_ns=1)
    assert line.drops() == [(0, OVERLIMIT)] * 3


def test_memory_is_bounded_too() -> None:
    line = OneWay(FqCodel(CodelParameters(), memory_limit_octets=15_140))
    line.every(0, 11, lambda number: packet(number=number))
    line.kernel.run(until_ns=1)
    assert line.drops() == []
    line.near.send(packet())
    assert len(line.drops()) == 6


@pytest.mark.slow
def test_only_the_flow_that_builds_a_queue_is_dropped() -> None:
    line = OneWay(FqCodel(CodelParameters()))
    line.every(FRAME_NS // 2, 3000, lambda number: packet(flow=1, number=number))
    line.every(10 * FRAME_NS, 150, lambda number: packet(200, flow=2, number=number))
    line.kernel.run()
    assert order(line).count(2) == 150
    assert {reason for _, reason in line.drops()} == {CODEL}


@pytest.mark.slow
def test_a_sparse_flow_waits_for_a_frame_or_two_of_the_others() -> None:
    line = OneWay(FqCodel(CodelParameters()))
    for flow in range(1, 6):
        line.every(FRAME_NS, 1000, lambda number, flow=flow: packet(flow=flow, number=number))  # type: ignore[misc]
    sent = [20 * MS * place for place in range(1, 41)]
    for place, time_ns in enumerate(sent):
        line.at(time_ns, packet(200, flow=99, number=place))
    line.kernel.run()
    came = [time_ns for time_ns, frame in zip(line.arrivals.times_ns, line.arrivals.frames, strict=True)
            if flow_and_number(frame)[0] == 99]  # fmt: skip
    assert max(b - a for a, b in zip(sent, came, strict=True)) <= 2 * FRAME_NS


def test_one_queue_for_all_is_codel() -> None:
    line = OneWay(FqCodel(CodelParameters(), flows=1), rate_bit_s=10 * MBIT)
    line.every(0, 4, lambda number: packet(flow=1, number=number))
    line.every(0, 4, lambda number: packet(200, flow=2, number=number))
    line.kernel.run()
    assert order(line) == [1, 1, 1, 1, 2, 2, 2, 2]
