"""Port mirroring in an internet: which copies come to the destination, and what it can and cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.kernel.pdu import Octets
from catenet.link import BROADCAST, Frame, Port
from catenet.link.vlan_tag import VlanTag
from catenet.physical.channel import Channel, Tap, Transmission
from catenet.scenario import load


class Seen(Tap):
    """Keeps the frames that a switch sends to the destination."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        pdu = transmission.pdu
        assert isinstance(pdu, Frame)
        self.frames.append(pdu)

    def dropped(self, channel: Channel, pdu: Any, text: str) -> None:
        pass


def network(mirror: Any, ports: Any = None, **options: Any) -> tuple[Internet, Seen]:
    net = Internet(**options)
    net.switch("sw", mirror=mirror, ports=ports)
    for name in ("a", "b", "c", "monitor"):
        net.host(name, at="sw")
    net.run(until="10s")
    seen = Seen()
    net.links["monitor-sw"].wire.backward.add_tap(seen)
    return net, seen


def port(net: Internet, node: str) -> Port:
    return net.links[f"{node}-sw"].a.port


def say(net: Internet, sender: str, dst: int) -> None:
    out = port(net, sender)
    out.send(Frame(dst, out.mac, 0x88B5, Octets(bytes(46))))
    net.run(until=f"{int(net._world.kernel.now_ns) / 1e9 + 0.1}s")


def said(seen: Seen) -> list[tuple[int, int]]:
    frames = [(int(frame.src), int(frame.dst)) for frame in seen.frames if frame.ethertype == 0x88B5]
    seen.frames.clear()
    return frames


@pytest.mark.parametrize(("direction", "into", "out_of"), [("in", 1, 0), ("out", 0, 1), ("both", 1, 1)])
def test_directions(direction: str, into: int, out_of: int) -> None:
    net, seen = network({"ports": ["a"], "to": "monitor", "direction": direction})
    a, b = int(port(net, "a").mac), int(port(net, "b").mac)
    say(net, "b", BROADCAST)
    assert said(seen) == [(b, BROADCAST)] * out_of
    say(net, "a", b)
    assert said(seen) == [(a, b)] * into
    say(net, "b", a)
    assert said(seen) == [(b, a)] * out_of
    say(net, "b", int(port(net, "c").mac))
    say(net, "c", b)
    assert (a, b) not in said(seen)


def test_all_ports_are_copied_as_often_as_they_carry_a_frame() -> None:
    net, seen = network({"ports": "all", "to": "monitor"})
    say(net, "b", BROADCAST)
    assert len(said(seen)) == 3


def test_what_goes_on_its_way_does_not_change() -> None:
    net, _ = network({"ports": "all", "to": "monitor"})
    assert net.ping("a", "b").received == 4


def test_the_destination_carries_nothing_else() -> None:
    net, seen = network({"ports": ["a"], "to": "monitor"})
    before = port(net, "b").in_frames
    say(net, "monitor", BROADCAST)
    assert port(net, "b").in_frames == before
    say(net, "b", 0x0200_0000_0777)
    assert len(said(seen)) == 1, "a flood leaves a, and so is copied once; it does not go to the monitor by itself"
    assert net._world.registry.node("monitor").addresses == ()


def test_copies_have_the_tags_of_the_wire() -> None:
    net, seen = network({"ports": ["b"], "to": "monitor"}, {"a": {"access": 10}, "b": {"trunk": [10], "native": 10}})
    say(net, "a", BROADCAST)
    assert len(said(seen)) == 1
    net, seen = network({"ports": ["b"], "to": "monitor"}, {"a": {"access": 10}, "b": {"access": 10}})
    assert net.ping("a", "b").received == 4
    assert not any(isinstance(frame.payload, VlanTag) for frame in seen.frames)


def test_octets_make_the_same_run_and_a_file_says_the_same(tmp_path: Path) -> None:
    counts = []
    for fidelity in ("objects", "bytes"):
        net, seen = network({"ports": ["a"], "to": "monitor"}, fidelity=fidelity)
        net.ping("a", "b")
        counts.append(len(seen.frames))
    assert counts[0] == counts[1] >= 8
    path = tmp_path / "scenario.toml"
    hosts = "".join(f'[hosts.{name}]\nat = "sw"\n' for name in ("a", "b", "monitor"))
    path.write_text(f'[switches.sw]\nmirror = [{{ ports = ["a"], to = "monitor" }}]\n{hosts}')
    net = load(path).build()
    net.run(until="10s")
    assert port(net, "monitor").in_frames > 0


def test_members_of_an_aggregate_are_mirrored_each() -> None:
    net = Internet()
    net.switch("one", aggregates={"bond": {"ports": ["two"], "lacp": "off"}})
    back: Any = {"bond": {"ports": ["one"], "lacp": "off"}}
    net.switch("two", aggregates=back, mirror={"ports": ["one"], "to": "monitor"})
    net.link("one", "two")
    net.link("one", "two")
    net.host("a", at="one")
    net.host("b", at="two")
    net.host("monitor", at="two")
    net.run(until="5s")
    monitor = net.links["monitor-two"].a.port
    before = monitor.in_frames
    assert net.ping("a", "b").received == 4
    assert monitor.in_frames - before >= 8


@pytest.mark.parametrize(
    ("mirror", "message"),
    [
        ("a", 'mirror is a table like {"ports"'),
        ({"ports": ["a"]}, "to is the link or neighbour that gets the copies"),
        ({"ports": "a", "to": "m"}, "ports is a list of links or neighbours like .*, or \"all\", not 'a'"),
        ({"ports": ["a"], "to": "m", "direction": "rx"}, "direction 'rx' is not one of both, in, out"),
        ({"prots": ["a"], "to": "m"}, "there is no option 'prots'; did you mean 'ports'"),
        ({"ports": ["m"], "to": "m"}, "m gets the copies and cannot be mirrored too"),
    ],
)
def test_mistakes(mirror: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        Internet().switch("sw", mirror=mirror)


def test_a_port_that_is_not_there() -> None:
    net = Internet()
    net.switch("sw", mirror={"ports": ["a"], "to": "monitr"})
    net.host("a", at="sw")
    net.host("monitor", at="sw")
    with pytest.raises(LabError, match="no link of sw is called 'monitr' or leads to it; did you mean 'monitor'"):
        net.build()
