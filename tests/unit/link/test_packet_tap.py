"""Taps on a port, and what a port hands up while somebody wants every frame."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel import Kernel
from catenet.kernel.pdu import Octets
from catenet.link import BROADCAST, Frame, Port, Station
from catenet.link.flow_control.pause_frame import pause_frame
from catenet.link.packet_tap import (
    PACKET_BROADCAST,
    PACKET_HOST,
    PACKET_MULTICAST,
    PACKET_OTHERHOST,
    PACKET_OUTGOING,
    PacketListener,
    PacketTap,
)
from catenet.physical.wire import Wire

A, B, OTHER, GROUP = 0x02_00_00_00_00_01, 0x02_00_00_00_00_02, 0x02_00_00_00_00_09, 0x01_00_5E_07_07_01


class Kept(Station):
    """Keeps what its port hands up."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.frames.append(frame)


class Heard(PacketListener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def heard(self, frame: Frame, packet_type: i64) -> None:
        self.told.append((int(frame.dst), int(packet_type)))


class Two:
    """Two ports on a wire, of which ``b`` is a host's."""

    def __init__(self) -> None:
        self.kernel = Kernel(seed=1)
        self.station = Kept()
        self.a, self.b = Port(self.kernel, "a", A, Kept()), Port(self.kernel, "b", B, self.station)
        self.b.all_groups = False
        self.wire = Wire(self.kernel, "a", "b", self.a, self.b, 1_000_000_000, 1000)

    def attach(self) -> None:
        self.a.attach(self.wire.forward)
        self.b.attach(self.wire.backward)

    def say(self, *destinations: int) -> None:
        for dst in destinations:
            self.a.send(Frame(dst, A, 0x88B5, Octets(bytes(46))))
        self.kernel.run()


def two() -> Two:
    made = Two()
    made.attach()
    return made


def test_whom_a_frame_is_for() -> None:
    pair, heard = two(), Heard()
    pair.b.change_promiscuity(1)
    PacketTap(pair.b, heard)
    pair.say(B, BROADCAST, GROUP, OTHER)
    types = [PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST]
    assert heard.told == list(zip([B, BROADCAST, GROUP, OTHER], map(int, types), strict=True))
    assert len(pair.station.frames) == 4


def test_a_tap_hears_what_the_port_hands_up() -> None:
    pair, heard = two(), Heard()
    PacketTap(pair.b, heard)
    pair.say(B, BROADCAST, GROUP, OTHER)
    assert [dst for dst, _ in heard.told] == [B, BROADCAST]


def test_what_is_sent() -> None:
    pair, heard = two(), Heard()
    PacketTap(pair.a, heard)
    pair.say(OTHER, B)
    assert heard.told == [(OTHER, int(PACKET_OUTGOING)), (B, int(PACKET_OUTGOING))]


def test_a_tap_that_was_there_before_the_link() -> None:
    pair, heard = Two(), Heard()
    PacketTap(pair.a, heard)
    pair.attach()
    pair.say(B)
    assert heard.told == [(B, int(PACKET_OUTGOING))]


def test_without_a_tap_all_is_as_before() -> None:
    pair, heard = two(), Heard()
    tap = PacketTap(pair.b, heard)
    assert pair.b.station is tap
    assert pair.wire.backward.tap is not None
    tap.remove()
    assert pair.b.station is pair.station
    assert pair.wire.backward.tap is None
    pair.say(B)
    assert (heard.told, len(pair.station.frames)) == ([], 1)


def test_a_tap_below_another_is_silent_once_removed() -> None:
    pair, first, second = two(), Heard(), Heard()
    lower = PacketTap(pair.b, first)
    upper = PacketTap(pair.b, second)
    lower.remove()
    pair.say(B)
    assert (len(first.told), len(second.told), len(pair.station.frames)) == (0, 1, 1)
    assert pair.b.station is upper


def test_pause_frames_end_in_the_mac() -> None:
    pair, heard, sent = two(), Heard(), Heard()
    pair.b.change_promiscuity(1)
    PacketTap(pair.b, heard)
    PacketTap(pair.a, sent)
    pair.a.send(pause_frame(A, 100))
    pair.kernel.run()
    assert (heard.told, sent.told) == ([], [])
    assert len(pair.station.frames) == 1


def test_promiscuity_is_counted() -> None:
    pair = two()
    for step, reach in ((1, 1), (1, 1), (-1, 1), (-1, 0)):
        pair.b.change_promiscuity(step)
        pair.station.frames.clear()
        pair.say(OTHER)
        assert len(pair.station.frames) == reach
    for step, reach in ((1, 1), (1, 1), (-1, 1), (-1, 0)):
        pair.b.change_all_groups(step)
        pair.station.frames.clear()
        pair.say(GROUP, OTHER)
        assert len(pair.station.frames) == reach
