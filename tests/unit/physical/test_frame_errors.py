"""A PHY's noise on a channel: how often frames are damaged, what is counted, and that a watcher changes nothing."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.physical.channel import Channel, Receiver, Tap
from catenet.physical.frame_errors import FrameErrors, PhyErrors
from catenet.physical.phys.catalogue import PHYS

FRAMES = 20_000


class Sink(Receiver):
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def receive(self, pdu: Pdu) -> None:
        self.received.append(pdu.emit())


class NothingFound(FrameErrors):
    """A receiver that finds no frame."""

    def flips(self, pdu: Pdu) -> list[int] | None:
        return []


def send(errors: FrameErrors | None, frames: int, tap: Tap | None = None, seed: int = 1) -> tuple[Channel, Sink]:
    kernel, sink = Kernel(seed=seed), Sink()
    channel = Channel(kernel, "a-b", sink, 10_000_000_000, 1000)
    if tap is not None:
        channel.add_tap(tap)
    if errors is None:
        phy = PHYS["10gbase-r"]
        errors = PhyErrors(phy.unit_error_rate(11.0), phy.units, channel.impairments.stream("phy"))
    channel.impairments.set_phy(errors)
    for _ in range(frames):
        channel.transmit(Octets(bytes(100)), 120)
    kernel.run(10**12)
    return channel, sink


@pytest.mark.slow
@pytest.mark.parametrize("name", PHYS)
@pytest.mark.parametrize("share", [0.9, 0.3, 0.01])
def test_frames_are_damaged_as_often_as_the_closed_form_says(name: str, share: float) -> None:
    phy = PHYS[name]
    rate = 1.0 - (1.0 - share) ** (1.0 / phy.units(200))
    errors = PhyErrors(rate, phy.units, Stream(3, name))
    damaged = sum(errors.flips(Octets(bytes(200))) is not None for _ in range(FRAMES))
    deviation = (share * (1.0 - share) * FRAMES) ** 0.5
    assert abs(damaged - share * FRAMES) < 4.0 * deviation


def test_a_damaged_frame_arrives_with_one_wrong_bit() -> None:
    channel, sink = send(None, 2000)
    wrong = [frame for frame in sink.received if frame != bytes(100)]
    assert len(sink.received) == 2000
    assert len(wrong) == channel.counters()["corrupted"] > 20
    assert {sum(octet.bit_count() for octet in frame) for frame in wrong} == {1}


def test_who_watches_changes_nothing() -> None:
    """With a tap each frame's outcome is drawn at once, without one it is counted down: the same frames are damaged."""
    assert send(None, 2000)[1].received == send(None, 2000, Tap())[1].received


def test_a_frame_that_is_not_found_is_lost_and_counted() -> None:
    channel, sink = send(NothingFound(), 5)
    assert sink.received == []
    assert channel.counters()["lost_signal"] == 5
    assert channel.counters()["delivered_frames"] == 0
    assert channel.on_the_way() == 0


def test_rates_at_both_ends() -> None:
    units = PHYS["10base-t"].units
    assert PhyErrors(0.0, units, Stream(1, "x")).flips(Octets(bytes(1500))) is None
    assert PhyErrors(1.0, units, Stream(1, "x")).flips(Octets(bytes(60))) is not None
