"""A channel's times, its queue, its changes in mid-run, and its cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets, Pdu
from catenet.physical import (
    Bernoulli,
    Channel,
    Receiver,
    RecordedJitter,
    RecordedLoss,
    Tap,
    Transmission,
    Uniform,
    Wire,
)

MBIT = 1_000_000
GBIT = 1_000_000_000


class Sink(Receiver):
    """Writes down what arrives, and when."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.arrived: list[tuple[int, int]] = []
        self.signals: list[tuple[int, bool]] = []

    def receive(self, pdu: Pdu) -> None:
        self.arrived.append((self.kernel.now_ns, int.from_bytes(pdu.emit()[:4], "big")))

    def signal_changed(self, up: bool) -> None:
        self.signals.append((self.kernel.now_ns, up))

    def times(self) -> list[int]:
        return [time_ns for time_ns, _ in self.arrived]

    def numbers(self) -> list[int]:
        return [number for _, number in self.arrived]


def numbered(number: int) -> Octets:
    return Octets(number.to_bytes(4, "big") + bytes(60))


def channel_of(rate_bit_s: int = 8 * MBIT, delay_ns: int = 1000, seed: int = 1) -> tuple[Kernel, Channel, Sink]:
    """At 8 Mbit/s an octet takes a microsecond."""
    kernel = Kernel(seed)
    sink = Sink(kernel)
    return kernel, Channel(kernel, "here-there", sink, rate_bit_s, delay_ns), sink


def send(channel: Channel, numbers: range, octets: int = 100) -> None:
    for number in numbers:
        channel.transmit(numbered(number), octets)


def test_a_frame_takes_its_bits_and_the_distance() -> None:
    kernel, channel, sink = channel_of()
    kernel.call_at(500, lambda: send(channel, range(3)))
    kernel.run()
    assert sink.times() == [101_500, 201_500, 301_500]
    assert kernel.events_fired == 1 + 3


def test_sending_time_is_rounded_up_so_that_no_channel_beats_its_rate() -> None:
    kernel, channel, sink = channel_of(rate_bit_s=3 * GBIT, delay_ns=0)
    send(channel, range(2), octets=1)
    kernel.run()
    assert sink.times() == [3, 6]


def test_gigabit_carries_1488095_least_frames_a_second() -> None:
    kernel, channel, sink = channel_of(rate_bit_s=GBIT, delay_ns=0)
    send(channel, range(3000), octets=64 + 20)
    kernel.run(until_ns=2_000_000)
    assert {later - earlier for earlier, later in zip(sink.times(), sink.times()[1:], strict=False)} == {672}
    assert len(sink.arrived) == 2_000_000 // 672
    assert GBIT // sink.times()[0] == 1_488_095


def test_waiting_counts_what_has_not_begun_to_leave() -> None:
    kernel, channel, _ = channel_of()
    send(channel, range(4))
    assert (channel.waiting_frames, channel.waiting_octets) == (3, 300)
    kernel.run(until_ns=99_999)
    channel.update_waiting()
    assert channel.waiting_frames == 3
    kernel.run(until_ns=100_000)
    channel.update_waiting()
    assert (channel.waiting_frames, channel.waiting_octets) == (2, 200)
    kernel.run()
    channel.update_waiting()
    assert (channel.waiting_frames, channel.waiting_octets) == (0, 0)


def test_a_new_rate_holds_for_what_waits_and_not_for_what_is_being_sent() -> None:
    kernel, channel, sink = channel_of(delay_ns=0)
    send(channel, range(3))
    kernel.call_at(50_000, lambda: channel.set_rate(80 * MBIT))
    kernel.run()
    assert sink.times() == [100_000, 110_000, 120_000]


def test_a_new_delay_holds_for_what_waits_and_never_makes_one_overtake() -> None:
    kernel, channel, sink = channel_of(delay_ns=1_000_000)
    send(channel, range(3))
    kernel.call_at(150_000, lambda: channel.set_delay(0))
    kernel.run()
    assert sink.numbers() == [0, 1, 2]
    assert sink.times() == [1_100_000, 1_200_000, 1_200_000]


def test_a_longer_delay_is_taken_back_without_a_trace() -> None:
    kernel, channel, sink = channel_of(delay_ns=0)
    send(channel, range(2))
    kernel.call_at(10, lambda: channel.set_delay(5_000_000))
    kernel.call_at(20, lambda: channel.set_delay(0))
    kernel.run()
    assert sink.times() == [100_000, 200_000]


@pytest.mark.slow
@given(
    gaps=st.lists(st.integers(0, 300), min_size=1, max_size=15),
    changes=st.lists(st.tuples(st.integers(0, 2500), st.integers(1, 20), st.integers(0, 500)), max_size=6),
)
def test_changes_agree_with_a_plain_model(gaps: list[int], changes: list[tuple[int, int, int]]) -> None:
    """The model: each frame in turn starts when it can, with the rate and delay that hold at that moment."""
    kernel, channel, sink = channel_of(rate_bit_s=8 * GBIT, delay_ns=100)
    asked = sorted((time_ns, 8 * GBIT // divisor, delay_ns) for time_ns, divisor, delay_ns in changes)
    times = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    for time_ns, rate, delay_ns in asked:
        kernel.call_at(time_ns, partial(channel.set_rate, rate))
        kernel.call_at(time_ns, partial(channel.set_delay, delay_ns))
    for number, time_ns in enumerate(times):
        kernel.call_at(time_ns, partial(channel.transmit, numbered(number), 100))
    kernel.run()

    expected, free_ns, last_ns, busy_ns = [], 0, 0, 0
    for time_ns in times:
        start_ns = max(time_ns, free_ns)
        # A frame that starts at the very moment of a change finds it made if it arrived later or had to wait
        # beyond it; one whose turn comes at that moment has begun by then.
        waited = start_ns > time_ns
        held = [(rate, delay) for at_ns, rate, delay in asked if at_ns < start_ns or (at_ns == start_ns and not waited)]
        rate, delay_ns = held[-1] if held else (8 * GBIT, 100)
        free_ns = start_ns + -(-100 * 8 * GBIT // rate)
        busy_ns += free_ns - start_ns
        last_ns = max(last_ns, free_ns + delay_ns)
        expected.append(last_ns)
    assert sink.times() == expected
    assert channel.busy_ns() == busy_ns
    assert sink.numbers() == list(range(len(gaps)))


def test_a_cut_takes_what_waits_and_what_is_on_the_way_and_heals() -> None:
    kernel, channel, sink = channel_of(delay_ns=250_000)
    send(channel, range(10))
    kernel.run(until_ns=360_000)
    assert sink.numbers() == [0]
    channel.cut()
    assert (channel.lost_cut, channel.waiting_frames, channel.on_the_way()) == (9, 0, 0)
    channel.transmit(numbered(10), 100)
    channel.heal()
    channel.transmit(numbered(11), 100)
    kernel.run()
    assert sink.arrived == [(350_000, 0), (360_000 + 100_000 + 250_000, 11)]
    assert channel.lost_down == 1
    assert sink.signals == [(360_000, False), (360_000, True)]
    assert channel.busy_ns() == 360_000 + 100_000


def test_cutting_twice_and_healing_twice_is_telling_once() -> None:
    _, channel, sink = channel_of()
    channel.cut()
    channel.cut()
    channel.heal()
    channel.heal()
    assert [up for _, up in sink.signals] == [False, True]


def test_a_lost_frame_occupies_the_wire() -> None:
    kernel, channel, sink = channel_of(delay_ns=0)
    channel.impairments.set_loss(RecordedLoss([True, False]))
    send(channel, range(4))
    kernel.run()
    assert sink.arrived == [(200_000, 1), (400_000, 3)]
    assert channel.counters()["lost_random"] == 2


def test_new_loss_strikes_what_waits_and_can_be_taken_back() -> None:
    kernel, channel, sink = channel_of()
    send(channel, range(3))
    channel.impairments.set_loss(Bernoulli(1.0))
    kernel.run(until_ns=150_000)
    channel.impairments.set_loss(None)
    kernel.run()
    assert sink.numbers() == [0, 2]
    assert channel.counters()["lost_random"] == 1


def test_reordering_lets_later_frames_overtake() -> None:
    kernel, channel, sink = channel_of(seed=3)
    channel.impairments.set_reordering(0.2, 250_000)
    send(channel, range(500))
    kernel.run()
    late = channel.impairments.reordered
    assert 60 <= late <= 140
    assert sorted(sink.numbers()) == list(range(500))
    in_order = [number for time_ns, number in sink.arrived if time_ns == (number + 1) * 100_000 + 1000]
    assert in_order == sorted(in_order)
    assert len(in_order) == 500 - late


def test_duplicates_come_right_behind() -> None:
    kernel, channel, sink = channel_of(seed=3)
    channel.impairments.set_duplication(0.5)
    send(channel, range(100))
    kernel.run()
    assert 30 <= channel.impairments.duplicated <= 70
    assert len(sink.arrived) == 100 + channel.impairments.duplicated
    assert sink.numbers() == sorted(sink.numbers())


def test_jitter_moves_frames_and_keeps_their_order() -> None:
    kernel, channel, sink = channel_of(delay_ns=500_000)
    channel.impairments.set_jitter(RecordedJitter([400_000, -400_000, -900_000]))
    send(channel, range(3))
    kernel.run()
    assert sink.arrived == [(1_000_000, 0), (1_000_000, 1), (1_000_000, 2)]
    send(channel, range(1))
    channel.impairments.set_jitter(None)
    kernel.run()
    assert sink.times()[-1] == 1_000_000 + 100_000 + 900_000


def test_no_frame_arrives_before_its_last_bit_has_left() -> None:
    kernel, channel, sink = channel_of(delay_ns=500_000)
    channel.impairments.set_jitter(RecordedJitter([-900_000]))
    send(channel, range(1))
    kernel.run()
    assert sink.times() == [100_000]


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        (lambda channel: channel.impairments.set_jitter(RecordedJitter([7])), None),
        (lambda channel: channel.impairments.set_loss(Bernoulli(1.0)), "lost_random"),
        (lambda channel: channel.impairments.set_reordering(1.0, 7), "reordered"),
        (lambda channel: channel.impairments.set_duplication(1.0), "duplicated"),
        (lambda channel: channel.impairments.set_bit_errors(1.0), "corrupted"),
    ],
)
def test_a_change_strikes_what_waits_and_spares_what_has_begun(
    change: Callable[[Channel], None], counted: str | None
) -> None:
    kernel, channel, sink = channel_of(delay_ns=0)
    send(channel, range(3))
    kernel.run(until_ns=150_000)
    change(channel)
    kernel.run()
    if counted is None:
        assert sink.times() == [100_000, 200_000, 300_007]
    else:
        assert channel.counters()[counted] == 1


def test_bit_errors_flip_bits_of_what_arrives() -> None:
    kernel, channel, sink = channel_of()
    channel.impairments.set_bit_errors(1.0)
    channel.transmit(numbered(0), 100)
    kernel.run()
    assert sink.numbers() == [0xFFFF_FFFF]
    assert (channel.impairments.corrupted, channel.impairments.bits_flipped) == (1, 64 * 8)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 200)),
        st.tuples(st.just("run"), st.integers(0, 400_000)),
        st.tuples(st.just("rate"), st.integers(1, 80)),
        st.tuples(st.just("delay"), st.integers(0, 300_000)),
        st.tuples(st.just("jitter"), st.integers(0, 200_000)),
        st.tuples(st.just("loss"), st.integers(0, 4)),
        st.tuples(st.just("cut"), st.just(0)),
        st.tuples(st.just("heal"), st.just(0)),
    ),
    max_size=60,
)


def apply(kernel: Kernel, channel: Channel, name: str, value: int) -> None:
    if name == "run":
        kernel.run(until_ns=kernel.now_ns + value)
    elif name == "rate":
        channel.set_rate(value * MBIT)
    elif name == "delay":
        channel.set_delay(value)
    elif name == "jitter":
        channel.impairments.set_jitter(Uniform(value))
    elif name == "loss":
        channel.impairments.set_loss(Bernoulli(value / 4) if value else None)
    elif name == "cut":
        channel.cut()
    elif name == "heal":
        channel.heal()


@pytest.mark.slow
@given(OPERATIONS)
def test_whatever_changes_frames_keep_their_order_and_each_is_accounted_for(operations: list[tuple[str, int]]) -> None:
    kernel, channel, sink = channel_of()
    sent = 0
    for name, value in operations:
        if name == "send":
            channel.transmit(numbered(sent), value)
            sent += 1
        else:
            apply(kernel, channel, name, value)
        channel.update_waiting()
        assert channel.waiting_frames >= 0
        assert (channel.waiting_frames == 0) == (channel.waiting_octets == 0)
        assert channel.on_the_way() >= 0
    kernel.run()
    kernel.run(until_ns=max(kernel.now_ns, channel.busy_until_ns))  # what is lost has no event of its own
    channel.update_waiting()
    assert sink.numbers() == sorted(set(sink.numbers()))
    counted = channel.counters()
    assert len(sink.arrived) == counted["delivered_frames"]
    losses = counted["lost_random"] + counted["lost_cut"] + counted["lost_down"]
    assert counted["delivered_frames"] + losses == sent
    assert (channel.waiting_frames, channel.on_the_way()) == (0, 0)
    assert 0 <= channel.busy_ns() <= kernel.now_ns


def test_watching_changes_nothing() -> None:
    def run(tap: Tap | None) -> list[tuple[int, int]]:
        kernel, channel, sink = channel_of(seed=5)
        if tap is not None:
            channel.add_tap(tap)
        send(channel, range(20))
        channel.impairments.set_loss(Bernoulli(0.3))
        kernel.run(until_ns=700_000)
        channel.impairments.set_jitter(Uniform(40_000))
        kernel.run()
        return sink.arrived

    assert run(None) == run(Tap())


class Watcher(Tap):
    """Keeps the transmissions that it is told of."""

    def __init__(self) -> None:
        self.seen: list[Transmission] = []

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        self.seen.append(transmission)


def test_a_fate_is_settled_when_nothing_can_change_it() -> None:
    kernel, channel, _ = channel_of(delay_ns=250_000)
    watcher = Watcher()
    channel.add_tap(watcher)
    channel.impairments.set_loss(RecordedLoss([False, True, False, True, False]))
    send(channel, range(5))
    assert [one.is_final() for one in watcher.seen] == [False] * 5
    kernel.run(until_ns=350_000)
    assert [one.is_final() for one in watcher.seen] == [True, True, False, True, False]
    channel.cut()
    assert [one.is_final() for one in watcher.seen] == [True] * 5
    assert [one.loss_reason() for one in watcher.seen] == [0, 1, 2, 1, 2]
    kernel.run()
    assert [one.loss_reason() for one in watcher.seen] == [0, 1, 2, 1, 2]


def test_each_purpose_and_each_direction_draws_from_a_stream_of_its_own() -> None:
    def arrived(jitter: bool, other: bool) -> list[int]:
        kernel = Kernel(9)
        here, there = Sink(kernel), Sink(kernel)
        wire = Wire(kernel, "here", "there", here, there, 8 * MBIT, 0)
        wire.set_loss(Bernoulli(0.5))
        if jitter:
            wire.set_jitter(Uniform(10))
        if other:
            send(wire.backward, range(50))
        send(wire.forward, range(50))
        kernel.run()
        return there.numbers()

    assert arrived(False, False) == arrived(True, True)


def test_a_wire_is_cut_and_healed_in_both_directions() -> None:
    kernel = Kernel()
    here, there = Sink(kernel), Sink(kernel)
    wire = Wire(kernel, "here", "there", here, there, 8 * MBIT, 0)
    assert (wire.name, wire.backward.name) == ("here-there", "there-here")
    wire.cut()
    assert not wire.up
    wire.heal()
    assert wire.up
    assert here.signals == there.signals == [(0, False), (0, True)]


def test_several_can_watch() -> None:
    kernel, channel, _ = channel_of()
    first, second, third = Watcher(), Watcher(), Watcher()
    for tap in (first, second, third):
        channel.add_tap(tap)
    send(channel, range(1))
    channel.remove_tap(second)
    channel.remove_tap(second)
    send(channel, range(1))
    channel.remove_tap(first)
    send(channel, range(1))
    channel.remove_tap(third)
    send(channel, range(1))
    kernel.run()
    assert [len(watcher.seen) for watcher in (first, second, third)] == [2, 1, 3]
    assert channel.tap is None
