"""Ports and their queues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets, Pdu
from catenet.link import BROADCAST, NO_LIMIT, DropTail, Frame, Port, Station, local_mac
from catenet.link.port import BAD_FCS, DROP_TEXT, NO_CARRIER, QUEUE_FULL, TOO_LONG
from catenet.physical import Channel, Tap, Wire

GBIT = 1_000_000_000
GROUP = 0x3333_0000_0001


class Notebook(Station):
    """Writes down what its ports tell it."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.carriers: list[tuple[str, bool]] = []
        self.mtus: list[int] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.frames.append(frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.carriers.append((port.name, up))

    def mtu_changed(self, port: Port) -> None:
        self.mtus.append(port.mtu)


class Pair:
    """Two ports with a wire between them."""

    def __init__(self, rate_bit_s: int = GBIT, delay_ns: int = 0) -> None:
        self.kernel = Kernel(1)
        self.near, self.far = Notebook(), Notebook()
        self.a = Port(self.kernel, "a", local_mac(1), self.near)
        self.b = Port(self.kernel, "b", local_mac(2), self.far)
        self.wire = Wire(self.kernel, "a", "b", self.a, self.b, rate_bit_s, delay_ns)
        self.a.attach(self.wire.forward)
        self.b.attach(self.wire.backward)

    def frame(self, payload: int = 1500, dst: int = local_mac(2)) -> Frame:
        return Frame(dst, self.a.mac, 0x0800, Octets(bytes(payload)))


def test_full_frames_carry_97_53_percent_of_a_gigabit() -> None:
    pair = Pair()
    for _ in range(1000):
        assert pair.a.send(pair.frame())
    pair.kernel.run()
    carried = sum(frame.payload.wire_length() for frame in pair.far.frames) * 8
    assert round(100 * carried / (int(pair.kernel.now_ns) * GBIT / 1e9), 2) == 97.53


def test_least_frames_come_at_1488095_a_second() -> None:
    pair = Pair()
    for _ in range(1000):
        pair.a.send(pair.frame(46))
    pair.kernel.run()
    assert pair.kernel.events_fired == 1000
    assert 1000 * 1_000_000_000 // pair.kernel.now_ns == 1_488_095


@pytest.mark.parametrize("dst", [local_mac(2), BROADCAST, GROUP])
def test_what_is_addressed_here_is_handed_up(dst: int) -> None:
    pair = Pair()
    pair.a.send(pair.frame(dst=dst))
    pair.kernel.run()
    assert len(pair.far.frames) == 1


def test_what_is_not_addressed_here_is_kept_from_the_station() -> None:
    pair = Pair()
    pair.a.send(pair.frame(dst=local_mac(3)))
    pair.kernel.run()
    assert pair.far.frames == []
    assert pair.b.counters()["in_not_addressed"] == 1
    pair.b.promiscuous = True
    pair.a.send(pair.frame(dst=local_mac(3)))
    pair.kernel.run()
    assert len(pair.far.frames) == 1


def test_groups_can_be_joined_and_left() -> None:
    pair = Pair()
    pair.b.all_groups = False

    def heard() -> bool:
        before = len(pair.far.frames)
        pair.a.send(pair.frame(dst=GROUP))
        pair.kernel.run()
        return len(pair.far.frames) > before

    assert not heard()
    pair.b.join(GROUP)
    pair.b.join(GROUP)
    pair.b.leave(GROUP)
    assert heard()
    pair.b.leave(GROUP)
    assert not heard()
    with pytest.raises(KeyError):
        pair.b.leave(GROUP)


def test_a_station_is_told_of_its_carrier() -> None:
    pair = Pair()
    pair.wire.cut()
    assert not pair.a.send(pair.frame())
    assert pair.a.counters()["dropped_no_carrier"] == 1
    pair.wire.heal()
    assert pair.a.send(pair.frame())
    assert pair.near.carriers == [("a", True), ("a", False), ("a", True)]
    assert pair.far.carriers == [("b", True), ("b", False), ("b", True)]


def test_a_port_without_a_wire_has_no_carrier() -> None:
    station = Notebook()
    port = Port(Kernel(), "loose", local_mac(1), station)
    assert not port.send(Frame(1, 2, 0x0800, Octets(b"")))
    assert (port.carrier, station.carriers) == (False, [])


def test_a_frame_longer_than_the_mtu_is_dropped_and_the_station_told_of_the_change() -> None:
    pair = Pair()
    assert pair.a.send(pair.frame(1500))
    assert not pair.a.send(pair.frame(1501))
    pair.a.mtu = 1400
    pair.a.mtu = 1400
    assert not pair.a.send(pair.frame(1401))
    assert pair.a.send(pair.frame(1400))
    assert pair.near.mtus == [1400]
    assert pair.a.counters()["dropped_too_long"] == 2


def test_flipped_bits_are_caught_by_the_check_sequence() -> None:
    pair = Pair()
    pair.wire.set_bit_errors(1e-4)
    for _ in range(200):
        pair.a.send(pair.frame())
    pair.kernel.run()
    bad = pair.b.counters()["fcs_errors"]
    assert bad == pair.wire.forward.impairments.corrupted
    assert 100 < bad < 180
    assert len(pair.far.frames) == 200 - bad


def test_octets_become_a_frame_again() -> None:
    pair = Pair()
    pair.b.bytes_fidelity = True
    sent = pair.frame(10)
    data = sent.emit()
    pair.a.send(sent)
    pair.kernel.run()
    (received,) = pair.far.frames
    assert received is not sent
    assert isinstance(received.payload, Octets)
    assert received.emit() == data


def test_both_ends_count_the_same_octets() -> None:
    pair = Pair()
    for payload in (0, 100, 1500):
        pair.a.send(pair.frame(payload))
    pair.kernel.run()
    assert pair.a.counters()["out_octets"] == pair.b.counters()["in_octets"] == 64 + 118 + 1518


def test_one_frame_more_than_the_queue_holds_is_dropped() -> None:
    pair = Pair()
    pair.a.queue = DropTail(limit_frames=3)
    assert [pair.a.send(pair.frame()) for _ in range(6)] == [True, True, True, True, False, False]
    assert pair.a.counters()["dropped_queue_full"] == 2
    pair.kernel.run()
    assert len(pair.far.frames) == 4


def test_there_is_room_again_as_soon_as_a_frame_begins_to_leave() -> None:
    pair = Pair()
    pair.a.queue = DropTail(limit_frames=1)
    assert [pair.a.send(pair.frame()) for _ in range(3)] == [True, True, False]
    pair.kernel.run(until_ns=12_303)
    assert not pair.a.send(pair.frame())
    pair.kernel.run(until_ns=12_304)
    assert [pair.a.send(pair.frame()) for _ in range(2)] == [True, False]


def test_no_room_at_all_still_sends_what_need_not_wait() -> None:
    pair = Pair()
    pair.a.queue = DropTail(limit_frames=0)
    assert [pair.a.send(pair.frame()), pair.a.send(pair.frame())] == [True, False]
    pair.kernel.run()
    assert pair.a.send(pair.frame())


class Drops(Tap):
    """Keeps the words of what was dropped."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        self.texts.append(f"{channel.name}: {text}")


def test_who_watches_the_wire_is_told_of_drops() -> None:
    pair = Pair()
    pair.a.queue = DropTail(limit_octets=0)
    pair.wire.add_tap(drops := Drops())
    for payload in (1500, 1500, 1501):
        pair.a.send(pair.frame(payload))
    pair.wire.cut()
    pair.a.send(pair.frame())
    assert drops.texts == ["a-b: queue full", "a-b: longer than the MTU", "a-b: link down"]


def test_a_port_tells_why_it_dropped_a_frame() -> None:
    told = [DROP_TEXT[int(reason)] for reason in (QUEUE_FULL, NO_CARRIER, TOO_LONG, BAD_FCS)]
    assert told == ["queue full", "link down", "longer than the MTU", "bad frame check sequence"]


def test_drops_and_carriers_are_in_the_trace() -> None:
    pair = Pair()
    pair.kernel.trace.listen()
    pair.a.queue = DropTail(limit_frames=0)
    pair.a.send(pair.frame())
    pair.a.send(pair.frame())
    pair.wire.forward.cut()
    rows = [(pair.kernel.trace.names[row.subject], row.kind, row.a, row.b) for row in pair.kernel.trace.rows()]
    assert rows == [("a", 0x200, 1, 1518), ("a-b", 0x101, 1, 0), ("b", 0x201, 0, 0)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 1500)),
        st.tuples(st.just("run"), st.integers(0, 40_000)),
        st.tuples(st.just("rate"), st.integers(1, 20)),
    ),
    max_size=80,
)


@pytest.mark.slow
@given(STEPS, st.integers(0, 5), st.one_of(st.just(NO_LIMIT), st.integers(0, 6000)))
def test_a_queue_never_holds_more_than_its_limit(
    steps: list[tuple[str, int]], limit_frames: int, limit_octets: int
) -> None:
    """A list of what waits is the model: what was taken, less what has begun to leave by the channel's own clock."""
    pair = Pair()
    queue = DropTail(limit_frames, limit_octets)
    pair.a.queue = queue
    channel = pair.wire.forward
    for name, value in steps:
        if name == "run":
            pair.kernel.run(until_ns=pair.kernel.now_ns + value)
        elif name == "rate":
            channel.set_rate(value * 100_000_000)
        else:
            free = channel.busy_until_ns <= pair.kernel.now_ns
            frames = queue.waiting_frames(channel)
            octets = channel.waiting_octets - 20 * frames
            frame = pair.frame(value)
            room = frames < limit_frames and octets + frame.octets <= limit_octets
            assert pair.a.send(frame) == (free or room)
        frames = queue.waiting_frames(channel)
        assert frames <= limit_frames
        assert channel.waiting_octets - 20 * frames <= limit_octets
    pair.kernel.run()
    assert queue.waiting_frames(channel) == 0
    assert len(pair.far.frames) == pair.a.counters()["out_frames"]


def test_a_limit_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        DropTail(limit_frames=-1)


def test_frames_and_octets_are_counted_at_both_ends() -> None:
    """Whoever compares the two ends of a link finds what it lost."""
    pair = Pair()
    frame = Frame(local_mac(2), local_mac(1), 0x0800, Octets(bytes(100)))
    for dst in (pair.b.mac, pair.b.mac, 0x02_00_00_00_99_99):
        pair.a.send(Frame(dst, pair.a.mac, 0x0800, Octets(bytes(100))))
    pair.kernel.run()
    out, into = pair.a.counters(), pair.b.counters()
    assert (out["out_frames"], out["out_octets"]) == (3, 3 * frame.octets)
    assert (into["in_frames"], into["in_octets"], into["in_not_addressed"]) == (3, 3 * frame.octets, 1)
    silent = [out[name] for name in out if name not in ("out_frames", "out_octets")]
    silent += [into[name] for name in into if name not in ("in_frames", "in_octets", "in_not_addressed")]
    assert set(silent) == {0}
