"""What all disciplines share: nothing is lost uncounted, flows keep their order, and a queue may be replaced or cut."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.lab.observe.link_capture import LinkCapture
from catenet.lab.options.link import parse_queue
from catenet.link import DropTail, Frame, local_mac
from catenet.link.drop_reasons import DROP_COUNTERS, DROP_TEXT, MARK_COUNTERS, MARK_TEXT, NO_CARRIER, REASONS
from catenet.link.queues.discipline import Discipline
from tests.unit.link.queues.one_way import AROUND, MBIT, MS, OneWay, Told, flow_and_number, packet

TIGHT = [
    "pfifo limit 5",
    "bfifo limit 6000",
    "red limit 9000 min 1500 max 4500 avpkt 1000 burst 2 probability 0.5",
    "red limit 20000 min 1500 max 4500 avpkt 1000 burst 2 probability 0.5 adaptive gentle ecn",
    "codel limit 8 target 1ms interval 5ms ecn",
    "fq_codel limit 8 flows 4 target 1ms interval 5ms quantum 300 drop_batch 2",
    "fq_codel memory_limit 6000 flows 4",
    "pie limit 8 target 1ms tupdate 1ms alpha 20 beta 32 ecn bytemode",
    "tbf rate 5Mbit/s burst 3000 limit 9000",
    "tbf rate 5Mbit/s burst 1000 latency 10ms peakrate 8Mbit/s mtu 1514",
    "drr quantum 500 limit 3 flows 4",
    "prio limit 3",
    "wfq limit 3 flows 4",
]


@pytest.mark.slow
@pytest.mark.parametrize("written", TIGHT)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * MS), st.integers(60, 1514), st.integers(1, 6), st.integers(0, 3), st.integers(0, 63)
        ),
        max_size=40,
    )
)
def test_what_goes_in_comes_out_or_waits_or_is_counted_and_flows_keep_their_order(
    written: str, sent: list[tuple[int, int, int, int, int]]
) -> None:
    line = OneWay(parse_queue(written).make())
    now_ns = 0
    for number, (gap_ns, octets, flow, ecn, dscp) in enumerate(sent):
        now_ns += gap_ns
        line.at(now_ns, packet(octets, flow, ecn, flow << 3 if written.startswith("prio") else dscp, number))
    line.kernel.run(until_ns=now_ns)
    waiting = line.near.queue.waiting_frames(line.wire.forward)
    counters = line.near.counters()
    dropped = len(line.drops())
    assert counters["out_frames"] + dropped + waiting - int(line.wire.forward.waiting_frames) == len(sent)
    line.kernel.run()
    counters = line.near.counters()
    came = [flow_and_number(frame) for frame in line.arrivals.frames]
    assert len(came) == counters["out_frames"] == len(sent) - len(line.drops())
    assert counters["out_octets"] == sum(frame.octets for frame in line.arrivals.frames)
    assert line.near.queue.waiting_frames(line.wire.forward) == 0
    for flow in range(7):
        numbers = [number for each, number in came if each == flow]
        assert numbers == sorted(numbers)
    by_reason = Counter(reason for _, reason in line.drops())
    assert {DROP_COUNTERS[reason]: count for reason, count in by_reason.items()} == {
        name: counters[name] for name in DROP_COUNTERS.values() if counters.get(name)
    }
    marked = Counter(reason for _, reason in line.marks())
    assert {MARK_COUNTERS[reason]: count for reason, count in marked.items()} == {
        name: counters[name] for name in MARK_COUNTERS.values() if counters.get(name)
    }


@pytest.mark.parametrize("written", ["red", "codel", "fq_codel", "pie", "drr", "prio", "wfq"])
def test_the_wire_is_never_idle_while_frames_wait(written: str) -> None:
    line = OneWay(parse_queue(written).make())
    for number in range(20):
        line.at(0, packet(1000, number % 3, number=number))
    line.kernel.run()
    frame_ns = (1000 + 4 + AROUND) * 800
    assert line.arrivals.times_ns == [frame_ns * place for place in range(1, 21)]


@pytest.mark.parametrize("written", ["red", "codel", "fq_codel", "pie", "drr", "prio", "wfq"])
def test_a_frame_that_finds_the_wire_free_costs_one_event(written: str) -> None:
    line = OneWay(parse_queue(written).make())
    frame_ns = (1000 + 4 + AROUND) * 800
    line.every(frame_ns, 10, lambda number: packet(1000, number=number))
    line.kernel.run()
    assert line.kernel.events_fired == 10 + 10, "the calls that send, and the arrivals"
    line = OneWay(parse_queue(written).make())
    line.every(0, 10, lambda number: packet(1000, number=number))
    line.kernel.run()
    assert line.kernel.events_fired == 10 + 10 + 9, "and one for each frame that waited"


@pytest.mark.parametrize("then", ["codel", "drr", "100 frames"])
@pytest.mark.parametrize(
    "first", ["codel", "fq_codel", "prio", "red", "pie", "wfq", "drr", "tbf rate 1Mbit/s burst 2kB limit 90kB"]
)
def test_a_queue_that_is_replaced_hands_over_what_waits(first: str, then: str) -> None:
    line = OneWay(parse_queue(first).make())
    for number in range(20):
        line.at(0, packet(1000, number % 3, number=number))
    line.kernel.run(until_ns=3 * MS)
    line.near.queue = parse_queue(then).make()
    line.kernel.run()
    assert sorted(flow_and_number(frame)[1] for frame in line.arrivals.frames) == list(range(20))
    assert line.near.counters()["out_frames"] == 20
    frame_ns = (1000 + 4 + AROUND) * 800
    busy_ns = 20 * frame_ns
    assert line.arrivals.times_ns[-1] == busy_ns or first.startswith("tbf")


def test_a_new_queue_refuses_what_it_has_no_room_for() -> None:
    line = OneWay(parse_queue("codel").make())
    told = Told()
    line.wire.forward.add_tap(told)
    for number in range(10):
        line.at(0, packet(1000, number=number))
    line.kernel.run(until_ns=100)
    line.near.queue = DropTail(limit_frames=4)
    line.kernel.run()
    assert line.near.counters()["dropped_queue_full"] == 5
    assert told.texts == ["queue full"] * 5
    assert [flow_and_number(frame)[1] for frame in line.arrivals.frames] == [0, 1, 2, 3, 4]


def test_a_cut_drops_what_waits() -> None:
    line = OneWay(parse_queue("fq_codel").make())
    told = Told()
    line.wire.forward.add_tap(told)
    for number in range(5):
        line.at(0, packet(1000, number=number))
    line.kernel.call_at(MS, line.wire.cut)
    line.kernel.call_at(2 * MS, line.wire.heal)
    line.at(3 * MS, packet(1000, number=9))
    line.kernel.run()
    assert [flow_and_number(frame)[1] for frame in line.arrivals.frames] == [0, 9]
    counters = line.near.counters()
    assert (counters["dropped_no_carrier"], counters["out_frames"]) == (3, 3)
    assert line.drops() == [(MS, int(NO_CARRIER))] * 3
    assert told.texts == ["link down"] * 3
    assert line.wire.forward.counters()["lost_cut"] == 1, "the second was on the wire"


def test_a_rate_that_changes_while_frames_wait() -> None:
    line = OneWay(parse_queue("codel").make(), rate_bit_s=1 * MBIT)
    for number in range(3):
        line.at(0, packet(1000, number=number))

    def faster() -> None:
        line.wire.set_rate(10 * MBIT)
        line.near.queue.resume()

    line.kernel.call_at(MS, faster)
    line.kernel.run()
    slow_ns, fast_ns = 1024 * 8000, 1024 * 800
    assert line.arrivals.times_ns == [slow_ns, slow_ns + fast_ns, slow_ns + 2 * fast_ns]


def test_frames_that_drop_tail_keeps_in_the_channel_go_first() -> None:
    line = OneWay(DropTail(limit_frames=100), rate_bit_s=1 * MBIT)
    for number in range(4):
        line.at(0, packet(1000, number=number))

    def change() -> None:
        line.near.queue = parse_queue("prio").make()
        line.near.send(packet(1000, number=4))
        line.wire.set_rate(10 * MBIT)
        line.near.queue.resume()

    line.kernel.call_at(MS, change)
    line.kernel.run()
    assert [flow_and_number(frame)[1] for frame in line.arrivals.frames] == [0, 1, 2, 3, 4]
    slow_ns, fast_ns = 1024 * 8000, 1024 * 800
    assert line.arrivals.times_ns[-1] == slow_ns + 4 * fast_ns


@pytest.mark.parametrize("written", ["codel", "fq_codel", "drr", "prio", "wfq"])
def test_what_is_no_ip_packet_goes_too(written: str) -> None:
    line = OneWay(parse_queue(written).make())
    for _ in range(3):
        line.at(0, Frame(local_mac(2), local_mac(1), 0x0806, Octets(bytes(46))))
        line.at(0, Frame(local_mac(2), local_mac(1), 0x0800, Octets(bytes(10))))
    line.kernel.run()
    assert len(line.arrivals.frames) == 6


def test_each_port_draws_from_a_stream_of_its_own_that_goes_on() -> None:
    line = OneWay(parse_queue("red").make())
    first, second = line.near.queue, parse_queue("red").make()
    assert isinstance(first, Discipline)
    drawn = [first.stream("red").unit() for _ in range(3)]
    line.near.queue = second
    assert isinstance(second, Discipline)
    assert second.stream("red").unit() not in drawn
    stream = line.kernel.streams.stream("queue:near:red")
    assert [stream.unit() for _ in range(3)] == drawn


def test_a_capture_tells_drops_and_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = OneWay(
        parse_queue("red limit 15000 min 1000 max 6000 avpkt 500 burst 4 probability 0.5 ecn harddrop").make()
    )
    capture = LinkCapture(line.wire, tmp_path / "a.pcapng", ("near", "far"))
    texts: list[str] = []
    write = capture._writer.write

    def spy(place: int, time_ns: int, data: bytes, comment: str) -> None:
        texts.append(comment)
        write(place, time_ns, data, comment)

    monkeypatch.setattr(capture._writer, "write", spy)
    for number in range(30):
        line.at(0, packet(500, ecn=number % 2, number=number))
    line.kernel.run()
    capture.close()
    counters = line.near.counters()
    assert counters["dropped_red_forced"] > 0
    assert texts.count("near -> far; dropped: red forced") == counters["dropped_red_forced"]
    assert texts.count("near -> far; dropped: red early") == counters["dropped_red_early"]
    assert texts.count("near -> far; marked: red early") == counters["marked_red_early"] > 0
    assert len(texts) == 30
    assert capture._marks == {}


def test_every_reason_has_its_words_and_its_counter() -> None:
    assert set(DROP_TEXT) == set(DROP_COUNTERS)
    assert set(MARK_TEXT) == set(MARK_COUNTERS)
    assert set(DROP_TEXT) | set(MARK_TEXT) == set(range(1, REASONS))
    assert len(set(DROP_TEXT.values())) == len(DROP_TEXT)
