"""CSMA/CD, attempt by attempt (IEEE 802.3-2018, clauses 4.2.3.2 and 4.2.8), at 10 Mbit/s unless told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link import DropTail, local_mac
from catenet.link.drop_reasons import EXCESSIVE_COLLISIONS, ROW_DROP
from catenet.link.half_duplex.timing import Timing
from catenet.link.queues.prio import Prio
from catenet.physical.channel import ROW_CUT
from catenet.physical.loss_reasons import LOST_COLLISION, LOST_CUT, LOST_LATE_COLLISION
from tests.unit.link.half_duplex.shared_bus import BIT_NS, MBIT, Bus, Watcher

GAP_NS = 96 * BIT_NS
SLOT_NS = 512 * BIT_NS
MIN_NS = 72 * 8 * BIT_NS
"""A frame of 64 octets with its preamble."""


def test_a_frame_reaches_all_others_after_the_way_there() -> None:
    bus = Bus([0, 1000, 25_000])
    bus.send(0, 0)
    bus.run()
    assert [book.frames for book in bus.books] == [
        [],
        [(MIN_NS + 1000, local_mac(0))],
        [(MIN_NS + 25_000, local_mac(0))],
    ]


def test_around_a_repeater_the_way_is_that_of_both_cables() -> None:
    bus = Bus([300, 500], star=True)
    bus.send(0, 0)
    bus.run()
    assert bus.books[1].frames == [(MIN_NS + 800, local_mac(0))]


@pytest.mark.parametrize("rate_bit_s", [10 * MBIT, 100 * MBIT])
def test_one_station_sends_minimum_frames_with_a_gap_of_96_bits(rate_bit_s: int) -> None:
    bus = Bus([0, 0], rate_bit_s=rate_bit_s)
    for _ in range(10):
        bus.send(0, 0)
    bus.run()
    times = [time_ns for time_ns, _ in bus.books[1].frames]
    assert {after - before for before, after in pairwise(times)} == {672 * 10**9 // rate_bit_s}
    assert bus.wires[0].sending.counters()["deferred_transmissions"] == 0


def test_one_gigabit_is_refused() -> None:
    with pytest.raises(ValueError, match="10 and 100 Mbit/s, not for 1000000000"):
        Timing(1000 * MBIT)


def test_a_station_that_hears_a_carrier_defers_until_the_gap_after_it() -> None:
    bus = Bus([0, 1000])
    bus.send(0, 0)
    bus.send(1, 1001)
    bus.run()
    start_ns = MIN_NS + 1000 + GAP_NS
    assert bus.books[0].frames == [(start_ns + MIN_NS + 1000, local_mac(1))]
    assert bus.wires[1].sending.counters()["deferred_transmissions"] == 1
    assert bus.collisions() == []


def test_both_detect_the_collision_when_the_other_signal_arrives() -> None:
    bus = Bus([0, 1000])
    bus.send(0, 0)
    bus.send(1, 500)
    bus.run()
    assert bus.collisions()[:2] == [(1000, "s1", 1, 0), (1500, "s0", 1, 0)]
    assert {src for _, src in bus.books[0].frames + bus.books[1].frames} == {local_mac(0), local_mac(1)}


def test_a_collision_in_the_preamble_lets_it_end_and_then_jams() -> None:
    bus = Bus([0, 1000])
    bus.send(0, 0)
    bus.send(1, 500)
    bus.kernel.run(until_ns=20_000)
    ends = [int(signal.end_ns) for signal in bus.medium.signals]
    assert ends[:2] == [96 * BIT_NS, 500 + 96 * BIT_NS]


def test_a_collision_after_the_preamble_jams_at_once() -> None:
    bus = Bus([0, 10_000])
    bus.send(0, 0, 500)
    bus.send(1, 9_900)
    bus.kernel.run(until_ns=30_000)
    assert int(bus.medium.signals[0].end_ns) == 19_900 + 32 * BIT_NS


def test_a_third_station_hears_one_fragment_of_a_collision() -> None:
    bus = Bus([0, 1000, 500])
    bus.send(0, 0)
    bus.send(1, 500)
    bus.run()
    collisions = len(bus.collisions()) // 2
    assert collisions >= 1
    assert bus.wires[2].hearing.counters()["fragments"] == collisions
    assert len(bus.books[2].frames) == 2
    assert int(bus.ports[2].fcs_errors) == 0


@pytest.mark.parametrize(("at_bit", "collides"), [(60, False), (70, True)])
def test_a_carrier_in_the_second_part_of_the_gap_is_ignored(at_bit: int, collides: bool) -> None:
    """Station 1 waits for the end of station 0's frame; station 2's arrives in the gap after it."""
    bus = Bus([0, 0, 0])
    bus.send(0, 0)
    bus.send(1, 1000)
    signal_ns = MIN_NS + at_bit * BIT_NS
    bus.kernel.call_at(signal_ns, lambda: bus.medium.begin(bus.wires[2].sending.station, signal_ns, signal_ns + MIN_NS))
    bus.kernel.run(until_ns=signal_ns + MIN_NS + GAP_NS)
    assert [collision[:2] for collision in bus.collisions()] == ([(MIN_NS + GAP_NS, "s1")] if collides else [])


def test_stations_that_wait_for_the_same_frame_collide_after_it() -> None:
    bus = Bus([0, 0, 0])
    bus.send(0, 0, 1000)
    bus.send(1, 100)
    bus.send(2, 200)
    bus.run()
    end_ns = 1008 * 8 * BIT_NS
    assert bus.collisions()[:2] == [(end_ns + GAP_NS, "s1", 1, 0), (end_ns + GAP_NS, "s2", 1, 0)]


def test_who_defers_to_a_frame_that_collides_need_not_wait_for_its_whole_length() -> None:
    bus = Bus([0, 1000, 0])
    watcher = Watcher()
    bus.wires[2].add_tap(watcher)
    bus.send(0, 0, 1518)
    bus.send(1, 500, 1518)
    bus.send(2, 2000)
    bus.run()
    assert watcher.sent[0].start_ns == 500 + 96 * BIT_NS + 1000 + GAP_NS


def test_the_sixteenth_collision_drops_the_frame() -> None:
    """Two stations draw the same numbers, so all their attempts collide."""
    bus = Bus([0, 0], name="twin")
    watchers = [Watcher(), Watcher()]
    for wire, watcher in zip(bus.wires, watchers, strict=True):
        wire.add_tap(watcher)
    bus.send(0, 0)
    bus.send(1, 0)
    bus.run()
    assert [attempt for attempt, _ in bus.backoffs()[::2]] == list(range(1, 16))
    for wire, port, watcher in zip(bus.wires, bus.ports, watchers, strict=True):
        counters = wire.sending.counters()
        assert (counters["collisions"], counters["excessive_collisions"]) == (16, 1)
        assert port.counters()["dropped_excessive_collisions"] == 1
        assert [int(attempt.loss_reason()) for attempt in watcher.sent] == [LOST_COLLISION] * 16
        assert watcher.drops == ["excessive collisions"]
        assert wire.sending.on_the_way() == 0
    assert [row.a for row in bus.rows(ROW_DROP)] == [EXCESSIVE_COLLISIONS] * 2


def test_the_backoff_counts_from_the_end_of_the_jam_in_slots() -> None:
    bus = Bus([0, 0], name="twin")
    bus.send(0, 0)
    bus.send(1, 0)
    bus.run()
    times = [time_ns for time_ns, *_ in bus.collisions()[::2]]
    slots = [slots for _, slots in bus.backoffs()[::2]]
    jammed = [time_ns + 96 * BIT_NS for time_ns in times]
    waited = [after - before for before, after in zip(jammed, times[1:], strict=False)]
    assert waited == [max(number * SLOT_NS, GAP_NS) for number in slots]


def test_a_frame_after_one_collision_and_after_more_is_counted() -> None:
    bus = Bus([0, 1000, 2000])
    for number in range(3):
        for _ in range(20):
            bus.send(number, 0)
    bus.run()
    tables = [wire.sending.mac for wire in bus.wires]
    assert sum(sum(table.frames_by_collisions) for table in tables) == 60
    assert sum(table.frames_by_collisions[1] for table in tables) == sum(int(t.single_collision_frames) for t in tables)
    assert sum(sum(table.frames_by_collisions[2:]) for table in tables) == sum(
        int(t.multiple_collision_frames) for t in tables
    )
    assert sum(int(table.multiple_collision_frames) for table in tables) > 0


def test_a_collision_after_the_slot_time_is_late_and_the_frame_is_sent_again() -> None:
    bus = Bus([0, 60_000, 30_000])
    watcher = Watcher()
    bus.wires[0].add_tap(watcher)
    bus.send(0, 0, 1518)
    bus.send(1, 55_000)
    bus.run()
    assert bus.collisions()[:2] == [(60_000, "s1", 1, 0), (115_000, "s0", 1, 1)]
    assert int(watcher.sent[0].loss_reason()) == LOST_LATE_COLLISION
    late = [collision for collision in bus.collisions() if collision[3]]
    assert bus.wires[0].sending.counters()["late_collisions"] == len(late)
    assert int(bus.ports[2].fcs_errors) == len(late), "a fragment of 64 octets or more is a frame with a wrong FCS"
    assert {src for _, src in bus.books[2].frames} == {local_mac(0), local_mac(1)}


def test_a_collision_that_the_sender_hears_too_late_loses_the_frame() -> None:
    """The last bit has left after 57.6 us, and the other station's signal arrives after 119 us."""
    bus = Bus([0, 60_000])
    bus.send(0, 0)
    bus.send(1, 59_000)
    bus.run()
    assert bus.wires[0].sending.counters()["collisions"] == 0
    assert int(bus.ports[1].fcs_errors) == 1
    assert bus.books[1].frames == []
    assert [src for _, src in bus.books[0].frames] == [local_mac(1)]


def test_a_station_that_is_unplugged_breaks_off_and_loses_what_waits() -> None:
    bus = Bus([0, 1000])
    watcher = Watcher()
    bus.wires[0].add_tap(watcher)
    for _ in range(3):
        bus.send(0, 0, 1518)
    bus.kernel.call_at(100_000, bus.wires[0].cut)
    bus.send(1, 50_000)
    bus.run()
    assert [int(attempt.loss_reason()) for attempt in watcher.sent] == [LOST_CUT]
    assert watcher.drops == ["link cut", "link cut"]
    assert next((row.a, row.b) for row in bus.rows(ROW_CUT)) == (1, 2)
    assert bus.wires[0].sending.counters()["lost_cut"] == 3
    assert bus.wires[1].sending.counters()["frames"] == 1
    assert bus.books[0].frames == [], "it is unplugged"


def test_a_station_that_is_plugged_in_again_sends_and_hears() -> None:
    bus = Bus([0, 1000])
    bus.send(0, 0, 1518)
    bus.kernel.call_at(100_000, bus.wires[0].cut)
    bus.kernel.call_at(200_000, bus.wires[0].heal)
    bus.send(0, 300_000)
    bus.send(1, 500_000)
    bus.run()
    assert [book.frames for book in bus.books] == [
        [(500_000 + MIN_NS + 1000, local_mac(1))],
        [(300_000 + MIN_NS + 1000, local_mac(0))],
    ]


def test_a_drop_tail_queue_counts_frames_that_wait_for_the_medium() -> None:
    bus = Bus([0, 0])
    bus.ports[0].queue = DropTail(2)
    for _ in range(5):
        bus.send(0, 0)
    bus.run()
    assert len(bus.books[1].frames) == 3
    assert int(bus.ports[0].dropped_queue_full) == 2


def test_a_discipline_chooses_the_next_frame_when_the_medium_is_free() -> None:
    bus = Bus([0, 0, 0])
    bus.ports[0].queue = Prio(limit=10)
    bus.send(1, 0, 1518)
    for _ in range(4):
        bus.send(0, 100)
    bus.run()
    assert [src for _, src in bus.books[2].frames] == [local_mac(1)] + [local_mac(0)] * 4
    assert bus.ports[0].out_frames == 4
    assert bus.kernel.scheduled() == []


def test_busy_time_is_that_of_all_attempts() -> None:
    bus = Bus([0, 0], name="twin")
    bus.send(0, 0)
    bus.send(1, 0)
    bus.run()
    assert bus.wires[0].sending.busy_ns() == 16 * 96 * BIT_NS


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400_000), st.integers(64, 400)), max_size=12),
    st.integers(0, 1 << 20),
)
def test_every_frame_arrives_at_all_others_or_is_dropped(sends: list[tuple[int, int, int]], seed: int) -> None:
    """On a medium that is as short as the rules want it."""
    bus = Bus([0, 3_000, 11_000, 24_000], seed)
    for number, at_ns, octets in sends:
        bus.send(number, at_ns, octets)
    bus.run()
    dropped = [int(wire.sending.mac.excessive_collisions) for wire in bus.wires]
    for number, book in enumerate(bus.books):
        for sender in range(4):
            came = sum(1 for _, src in book.frames if src == local_mac(sender))
            sent = sum(1 for who, *_ in sends if who == sender)
            assert came == (0 if sender == number else sent - dropped[sender])
    assert sum(int(port.fcs_errors) for port in bus.ports) == 0
    assert all(wire.sending.on_the_way() == 0 for wire in bus.wires)
    assert sum(int(wire.sending.mac.late_collisions) for wire in bus.wires) == 0
