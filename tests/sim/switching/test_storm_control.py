"""Storm control in an internet: what passes, what is dropped and how that is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.kernel.pdu import Octets
from catenet.lab.options.switching.storm_control import parse_storm_control
from catenet.lab.report.summary import summarise
from catenet.link import BROADCAST, Frame, Port
from catenet.record.pcapng import PcapngReader
from catenet.scenario import load

GROUP = 0x0100_5E00_0001
UNKNOWN = 0x0200_0000_0999
BPDU = 0x0180_C200_0000
FRAME_BITS = (64 + 20) * 8


def network(storm: Any = None, ports: Any = None, rate: str = "10Mbit/s") -> Internet:
    net = Internet()
    net.switch("sw", storm_control=storm, ports=ports)
    net.host("a", at="sw", rate=rate)
    net.host("b", at="sw", rate=rate)
    net.run(until="10s")
    return net


def port(net: Internet, node: str) -> Port:
    return net.links[f"{node}-sw"].a.port


def flood(net: Internet, dst: int, count: int = 1000, seconds: int = 1) -> int:
    """Send evenly for so long; returns how many frames reached b."""
    sender, receiver = port(net, "a"), port(net, "b")
    before = int(receiver.in_frames)
    start_ns = int(net._world.kernel.now_ns)
    for number in range(count):
        net._world.kernel.run(start_ns + number * seconds * 1_000_000_000 // count)
        sender.send(Frame(dst, sender.mac, 0x88B5, Octets(bytes(46))))
    net._world.kernel.run(start_ns + seconds * 1_000_000_000)
    return int(receiver.in_frames) - before


def dropped(net: Internet) -> dict[str, int]:
    counters = net.links["a-sw"].b.port.counters()
    return {name.removeprefix("dropped_storm_"): count for name, count in counters.items() if "storm" in name}


@pytest.mark.parametrize(
    ("kind", "dst"), [("broadcast", BROADCAST), ("multicast", GROUP), ("unknown_unicast", UNKNOWN)]
)
def test_each_kind_has_a_limit_of_its_own(kind: str, dst: int) -> None:
    net = network({kind: "100pps"})
    assert flood(net, dst) == pytest.approx(100, abs=2)
    assert dropped(net) == {kind: pytest.approx(900, abs=2)}
    others = {"broadcast": BROADCAST, "multicast": GROUP, "unknown_unicast": UNKNOWN}
    del others[kind]
    for other in others.values():
        assert flood(net, other, 300) == 300
    assert list(dropped(net)) == [kind]


@pytest.mark.parametrize(
    ("limit", "frames"),
    [("1%", 100_000 / FRAME_BITS), ("67.2kbit/s", 67_200 / FRAME_BITS), (33_600, 50), ("70 pps", 70)],
)
def test_rates(limit: Any, frames: float) -> None:
    net = network({"broadcast": limit})
    assert flood(net, BROADCAST) == pytest.approx(frames, abs=3)


def test_a_burst_may_come_at_once() -> None:
    for burst, frames in (("10ms", 1), ("100ms", 10), ("1s", 100)):
        net = network({"broadcast": "100pps", "burst": burst})
        sender, receiver = port(net, "a"), port(net, "b")
        before = receiver.in_frames
        for _ in range(200):
            sender.send(Frame(BROADCAST, sender.mac, 0x88B5, Octets(bytes(46))))
        net.run(until="11s")
        assert receiver.in_frames - before == pytest.approx(frames + 1, abs=1)


def test_known_stations_and_bpdus_are_never_limited() -> None:
    net = network({"broadcast": "1pps", "multicast": "1pps", "unknown_unicast": "1pps"})
    other = port(net, "b")
    other.send(Frame(BROADCAST, other.mac, 0x88B5, Octets(bytes(46))))
    net.run(until="11s")
    assert flood(net, int(other.mac), 500) == 500
    assert flood(net, BPDU, 500) == 500
    assert dropped(net) == {}


def test_a_port_has_its_own_limits() -> None:
    net = network({"broadcast": "100pps"}, {"a": {"storm_control": {"broadcast": "200pps"}}})
    assert flood(net, BROADCAST) == pytest.approx(200, abs=3)
    net = network({"broadcast": "100pps"}, {"a": {"storm_control": {}}})
    assert flood(net, BROADCAST) == 1000


def test_an_aggregate_is_limited_as_one_port() -> None:
    net = Internet()
    net.switch("one", aggregates={"bond": {"ports": ["two"], "lacp": "off"}})
    limits: Any = {"bond": {"storm_control": {"broadcast": "100pps"}}}
    net.switch("two", aggregates={"bond": {"ports": ["one"], "lacp": "off"}}, ports=limits)
    net.link("one", "two")
    net.link("one", "two")
    net.host("a", at="one")
    net.host("b", at="two")
    net.run(until="10s")
    sender, receiver = net.links["a-one"].a.port, net.links["b-two"].a.port
    before = receiver.in_frames
    for number in range(1000):
        net._world.kernel.run(10_000_000_000 + number * 1_000_000)
        sender.send(Frame(BROADCAST, sender.mac + number % 7 * 256, 0x88B5, Octets(bytes(46))))
    net.run(until="12s")
    assert receiver.in_frames - before == pytest.approx(100, abs=3)


def test_drops_are_told_in_summary_and_capture(tmp_path: Path) -> None:
    net = Internet()
    net.switch("sw", storm_control={"broadcast": "10pps"})
    net.host("a", at="sw")
    net.host("b", at="sw")
    net.capture("a-sw")
    net.run(until="10s")
    flood(net, BROADCAST, 100)
    run = net.run(until="12s")
    refused = dropped(net)["broadcast"]
    assert refused > 80
    told = summarise(net._world, "finished", [])["link"]["dropped"]
    assert told["storm control: broadcast"] == refused
    run.report(tmp_path)
    (path,) = tmp_path.rglob("a-sw.pcapng")
    with path.open("rb") as stream:
        comments = [frame.comment for frame in PcapngReader(stream)]
    assert comments.count("a -> sw; dropped: storm control: broadcast") == refused


def test_a_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(
        '[switches.sw]\nstorm_control = { broadcast = "100pps" }\n[hosts.a]\nat = "sw"\n[hosts.b]\nat = "sw"\n'
    )
    net = load(path).build()
    net.run(until="10s")
    assert flood(net, BROADCAST) == pytest.approx(100, abs=2)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"brodcast": "1%"}, "there is no option 'brodcast'; did you mean 'broadcast'"),
        ({"broadcast": "fast"}, 'broadcast is a rate like "1%", "10Mbit/s" or "1000pps", not \'fast\''),
        ({"broadcast": "0pps"}, "broadcast is a rate like"),
        ({"broadcast": "-1%"}, "broadcast is a rate like"),
        ({"broadcast": True}, "broadcast is a rate like"),
        ({"burst": "1s"}, "burst alone limits nothing; give broadcast, multicast or unknown_unicast"),
        ({"broadcast": "1%", "burst": "0s"}, "burst must be above 0"),
        ("1%", "'1%' is not a table"),
    ],
)
def test_mistakes(table: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        parse_storm_control(table, "switch sw")
    with pytest.raises(LabError, match=message):
        Internet().switch("sw", ports={"a": {"storm_control": table}})
