"""DRR, WFQ and strict priority: turns, deficits, virtual finish times, and shares by weight."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.lab.options.link import parse_queue
from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.queues.classes import Classifier, ClassRule, Prefix
from catenet.link.queues.control.gps_clock import GpsClock
from catenet.link.queues.drr import Drr
from catenet.link.queues.ip_fields import IpFields
from catenet.link.queues.prio import Prio
from catenet.link.queues.wfq import Wfq
from tests.unit.link.queues.one_way import AROUND, MBIT, OneWay, flow_and_number, installed, packet


def by_port(*weights: int) -> Classifier:
    """A class for source ports 1, 2 ..., the last takes all that is left."""
    rules = [ClassRule(weight, src_port=place) for place, weight in enumerate(weights[:-1], 1)]
    return Classifier([*rules, ClassRule(weights[-1])], 1)


def shares(line: OneWay, lengths: dict[int, int], until_ns: int) -> dict[int, float]:
    """Keep every flow backlogged; the octets that each got."""
    frame_ns = min(lengths.values()) * 8 * 1000 // 10
    line.every(frame_ns, until_ns // frame_ns, lambda number: packet(lengths[1], 1))
    for flow, octets in list(lengths.items())[1:]:
        line.every(frame_ns, until_ns // frame_ns, lambda number, flow=flow, octets=octets: packet(octets, flow))  # type: ignore[misc]
    line.kernel.run(until_ns=until_ns)
    got: dict[int, float] = defaultdict(float)
    for frame in line.arrivals.frames:
        got[flow_and_number(frame)[0]] += frame.octets - 4
    return got


@pytest.mark.slow
def test_drr_shares_by_quantum_whatever_the_length_of_frames() -> None:
    line = OneWay(Drr(by_port(3000, 1000, 2000), limit=100))
    got = shares(line, {1: 1514, 2: 300, 3: 700}, 10 * 10**9)
    total = sum(got.values())
    assert {flow: octets / total for flow, octets in got.items()} == pytest.approx(
        {1: 1 / 2, 2: 1 / 6, 3: 1 / 3}, rel=0.01
    )


@pytest.mark.slow
def test_wfq_shares_by_weight_whatever_the_length_of_frames() -> None:
    """Of the wire's time: preamble, check sequence and gap included."""
    line = OneWay(Wfq(by_port(3, 1, 2), limit=100))
    lengths = {1: 1514, 2: 300, 3: 700}
    got = shares(line, lengths, 10 * 10**9)
    wire = {flow: octets * (lengths[flow] + 4 + AROUND) / lengths[flow] for flow, octets in got.items()}
    total = sum(wire.values())
    assert {flow: octets / total for flow, octets in wire.items()} == pytest.approx(
        {1: 1 / 2, 2: 1 / 6, 3: 1 / 3}, rel=0.01
    )


@pytest.mark.slow
@pytest.mark.parametrize("written", ["drr", "wfq", "fq_codel"])
def test_without_classes_flows_share_evenly(written: str) -> None:
    line = OneWay(parse_queue(written).make())
    got = shares(line, {1: 1514, 2: 300, 3: 700}, 10 * 10**9)
    assert max(got.values()) / min(got.values()) < (1.1 if written == "wfq" else 1.01)


def test_drr_saves_what_it_could_not_use() -> None:
    """The paper's way: a quantum of 500 each; the deficit of a class carries over, that of an empty one does not."""
    queue = installed(Drr(by_port(500, 500), limit=10))
    for flow, octets in ((1, 200), (1, 750), (1, 120), (2, 500), (2, 500), (2, 300)):
        queue.enqueue(packet(octets, flow), 0)
    order = []
    while (waiting := queue.dequeue(0)) is not None:
        order.append((flow_and_number(waiting.frame)[0], int(waiting.octets)))
    assert order == [(1, 200), (2, 500), (1, 750), (2, 500), (1, 120), (2, 300)]


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(60, 1514)), max_size=60),
    st.lists(st.integers(64, 3000), min_size=3, max_size=3),
)
def test_drr_serves_backlogged_classes_within_a_quantum_and_a_frame(
    sent: list[tuple[int, int]], quanta: list[int]
) -> None:
    """Shreedhar and Varghese, lemma 2: while a class is backlogged, m turns give it m quanta, less or more a frame."""
    queue = installed(Drr(by_port(*quanta), limit=1000))
    left: dict[int, int] = defaultdict(int)
    for flow, octets in sent:
        queue.enqueue(packet(octets, flow), 0)
        left[flow] += 1
    got: dict[int, int] = defaultdict(int)
    while all(left[flow] for flow in (1, 2, 3)):
        waiting = queue.dequeue(0)
        assert waiting is not None
        flow = flow_and_number(waiting.frame)[0]
        left[flow] -= 1
        got[flow] += int(waiting.octets)
        turns = [got[each] / quanta[each - 1] for each in (1, 2, 3)]
        slack = [1 + 1514 / quanta[each - 1] for each in (1, 2, 3)]
        for one in range(3):
            for other in range(3):
                assert turns[one] - turns[other] <= slack[one] + slack[other]


class Fluid:
    """Generalised processor sharing in small steps: each backlogged class gets its share of every step."""

    def __init__(self, weights: dict[int, int], rate_bit_s: int) -> None:
        self.weights, self.octets_a_ns = weights, rate_bit_s / 8e9
        self.waiting: dict[int, list[list[float]]] = {flow: [] for flow in weights}
        self.done_ns: dict[int, float] = {}
        self.now_ns = 0.0

    def run(self, until_ns: float) -> None:
        while self.now_ns < until_ns:
            busy = [flow for flow, frames in self.waiting.items() if frames]
            if not busy:
                self.now_ns = until_ns
                return
            total = sum(self.weights[flow] for flow in busy)
            speed = {flow: self.octets_a_ns * self.weights[flow] / total for flow in busy}
            step = min(until_ns - self.now_ns, *(self.waiting[flow][0][1] / speed[flow] for flow in busy))
            self.now_ns += step
            for flow in busy:
                self.waiting[flow][0][1] -= speed[flow] * step
                if self.waiting[flow][0][1] <= 1e-6:
                    self.done_ns[int(self.waiting[flow].pop(0)[0])] = self.now_ns


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(1, 3), st.integers(60, 1514)), min_size=1, max_size=40),
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_wfq_is_never_more_than_a_frame_behind_the_fluid_server(
    sent: list[tuple[int, int, int]], weights: list[int]
) -> None:
    """Parekh and Gallager, theorem 1: a packet is finished at most L_max / r after GPS has finished it."""
    line = OneWay(Wfq(by_port(*weights), limit=1000))
    fluid = Fluid(dict(enumerate(weights, 1)), 10 * MBIT)
    now_ns = 0
    for number, (gap_ns, flow, octets) in enumerate(sent):
        now_ns += gap_ns
        line.at(now_ns, packet(octets, flow, number=number))
        fluid.run(now_ns)
        fluid.waiting[flow].append([number, octets + 4 + AROUND])
    line.kernel.run()
    fluid.run(1e15)
    longest_ns = max(octets for _, _, octets in sent) * 800 + (4 + AROUND) * 800
    for time_ns, frame in zip(line.arrivals.times_ns, line.arrivals.frames, strict=True):
        assert time_ns <= fluid.done_ns[flow_and_number(frame)[1]] + longest_ns + 1000


def test_virtual_time_runs_faster_the_fewer_are_backlogged() -> None:
    clock = GpsClock()
    assert clock.finish(1, 1.0, 1000.0, 8_000_000, 0) == 1000.0  # 1 octet a microsecond
    assert clock.finish(2, 3.0, 3000.0, 8_000_000, 0) == 1000.0
    clock.advance(8_000_000, 400_000)
    assert clock.virtual == pytest.approx(100.0)
    assert clock.finish(1, 1.0, 500.0, 8_000_000, 400_000) == pytest.approx(1500.0)
    clock.advance(8_000_000, 4_000_000)
    assert clock.virtual == pytest.approx(1000.0)
    clock.advance(8_000_000, 4_200_000)
    assert clock.virtual == pytest.approx(1200.0), "class 2 is done"
    clock.advance(8_000_000, 9_000_000)
    assert clock.virtual == pytest.approx(1500.0), "all are done"
    assert clock.finish(2, 3.0, 30.0, 8_000_000, 9_000_000) == pytest.approx(1510.0)


# -- strict priority


@pytest.mark.parametrize(
    ("traffic_class", "band"),
    [
        (0x00, 1), (0x02, 1), (0x04, 1), (0x06, 1), (0x08, 2), (0x0A, 2), (0x0C, 2), (0x0E, 2),
        (0x10, 0), (0x12, 0), (0x14, 0), (0x16, 0), (0x18, 1), (0x1A, 1), (0x1C, 1), (0x1E, 1),
        (0xE0, 1), (0xB8, 1), (0xF0, 0),
    ],
)  # fmt: skip
def test_the_band_of_a_type_of_service(traffic_class: int, band: int) -> None:
    """The table of tc-prio(8); precedence and the last bit do not count."""
    for low in (0, 1):
        frame = packet(dscp=traffic_class >> 2, ecn=traffic_class & 3 | low)
        assert Prio().band(frame) == band


def test_a_band_is_served_while_those_before_it_are_empty() -> None:
    line = OneWay(Prio())
    for number, dscp in enumerate((2, 0, 4, 2, 0, 4)):
        line.at(0, packet(100, dscp=dscp, number=number))
    line.kernel.run()
    assert [flow_and_number(frame)[1] for frame in line.arrivals.frames] == [0, 2, 5, 1, 4, 3]


def test_bands_and_their_map() -> None:
    queue = Prio(4, [3] * 16)
    assert queue.band(packet()) == 3
    line = OneWay(Prio(limit=2))
    for number in range(5):
        line.at(0, packet(number=number))
    line.kernel.run()
    assert line.drops() == [(0, OVERLIMIT)] * 2


# -- classes


@pytest.mark.parametrize(
    ("rule", "hit", "miss"),
    [
        (ClassRule(1, dscp=46), {"traffic_class": 46 << 2 | 1}, {"traffic_class": 45 << 2}),
        (ClassRule(1, protocol=17), {}, {"protocol": 6}),
        (ClassRule(1, src_port=5), {}, {"ports": 6 << 16 | 7}),
        (ClassRule(1, dst_port=7), {}, {"ports": 5 << 16 | 8}),
        (ClassRule(1, src=Prefix(4, 0x0A000000, 8)), {}, {"src": 0x0B000001}),
        (ClassRule(1, src=Prefix(4, 0x0A000000, 8)), {}, {"version": 6}),
        (ClassRule(1, dst=Prefix(4, 0x0A000002, 32)), {}, {"dst": 0x0A000003}),
        (ClassRule(1, src=Prefix(4, 0, 0)), {}, {"version": 6}),
        (ClassRule(1, dst=Prefix(6, 0xFD << 120, 8)), {"version": 6, "dst": 0xFD << 120 | 9}, {}),
        (ClassRule(1, protocol=17, dst_port=7), {}, {"protocol": 6}),
    ],
)
def test_what_a_class_matches(rule: ClassRule, hit: dict[str, int], miss: dict[str, int]) -> None:
    fields = {
        "version": 4, "traffic_class": 0, "protocol": 17, "src": 0x0A000001, "dst": 0x0A000002, "ports": 5 << 16 | 7,
    }  # fmt: skip
    assert rule.matches(IpFields(**{**fields, **hit}))
    assert not rule.matches(IpFields(**{**fields, **miss}))
    assert not rule.takes_all()


def test_a_port_is_not_that_of_a_fragment() -> None:
    assert not ClassRule(1, src_port=0, dst_port=0).matches(IpFields(4, 0, 17, 1, 2, 0))


def test_the_first_class_that_matches_has_it() -> None:
    classifier = Classifier([ClassRule(5, dst_port=9), ClassRule(6, src_port=1), ClassRule(7)], 1)
    assert classifier.place(packet(flow=1), 0) == 0
    classifier = Classifier([ClassRule(5, dst_port=8), ClassRule(6, src_port=1), ClassRule(7)], 1)
    assert [classifier.place(packet(flow=flow), 0) for flow in (1, 2)] == [1, 2]
    assert [classifier.weight(place, 9) for place in range(3)] == [5, 6, 7]
    assert Classifier([], 4).weight(3, 9) == 9
