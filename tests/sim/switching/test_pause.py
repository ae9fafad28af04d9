"""Pause frames in an internet: a LAN that loses nothing under overload, and what a pause does to a port."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.kernel.pdu import Octets
from catenet.lab.options.switching.pause_frames import parse_pause
from catenet.link import Frame, Port
from catenet.link.flow_control.pause_frame import pause_frame
from catenet.link.flow_control.tracing import ROW_PAUSED, ROW_SENT
from catenet.scenario import load

FRAMES = 1000


def network(pause: Any, ports: Any = None, queue: Any = "150KB", **options: Any) -> Internet:
    """Hosts a, b and c at one switch; only the queue to c is short."""
    net = Internet(**options)
    net.switch("sw", pause=pause, ports=ports)
    for name in "ab":
        net.host(name, at="sw", delay="1us", queue=10 * FRAMES)
    net.host("c", at="sw", delay="1us", queue=queue)
    net.run(until="20s")
    return net


def port(net: Internet, node: str) -> Port:
    return net.links[f"{node}-sw"].a.port


def overload(net: Internet, senders: str = "ab") -> int:
    """Each sends as fast as its link to c, which has the same rate; returns how many frames come there."""
    receiver = port(net, "c")
    before = int(receiver.in_frames)
    for name in senders:
        sender = port(net, name)
        for _ in range(FRAMES):
            sender.send(Frame(receiver.mac, sender.mac, 0x88B5, Octets(bytes(1500))))
    net.run(until=f"{int(net._world.kernel.now_ns) / 1e9 + 0.5}s")
    return int(receiver.in_frames) - before


def rows(net: Internet, kind: int, subject: str) -> list[int]:
    trace = net.trace
    return [row.a for row in trace.rows() if row.kind == kind and trace.names[row.subject] == subject]


def test_a_lan_that_loses_nothing_under_overload() -> None:
    lossy, lossless = network(False), network(True)
    assert overload(lossy) < 2 * FRAMES
    assert lossy.links["c-sw"].b.port.counters()["dropped_queue_full"] > FRAMES // 2
    assert overload(lossless) == 2 * FRAMES
    assert all(end.port.dropped_queue_full == 0 for link in lossless.links.values() for end in link.ends)
    asked, obeyed = rows(lossless, ROW_SENT, "sw.0"), rows(lossless, ROW_PAUSED, "a.eth0")
    assert asked == obeyed
    assert set(asked) == {0, 65_535}
    assert asked[-1] == 0, "it ends with leave to go on"


@pytest.mark.parametrize("queue", [100, "150KB"])
def test_limits_in_frames_and_octets_and_both_fidelities(queue: Any) -> None:
    for fidelity in ("objects", "bytes"):
        assert overload(network(True, queue=queue, fidelity=fidelity)) == 2 * FRAMES


def test_who_fills_no_queue_is_not_paused() -> None:
    net = network(True)
    assert overload(net, "a") == FRAMES
    assert rows(net, ROW_SENT, "sw.0") == rows(net, ROW_SENT, "sw.1") == []
    assert overload(net) == 2 * FRAMES
    assert rows(net, ROW_SENT, "sw.2") == [], "c only receives"


def test_a_pause_lasts_its_quanta_and_the_frame_on_the_wire_is_finished() -> None:
    net = network(False, {"a": {"pause": True}})
    sender, switch_port = port(net, "a"), net.links["a-sw"].b.port
    start_ns = int(net._world.kernel.now_ns)
    before = switch_port.in_frames
    for _ in range(5):
        sender.send(Frame(port(net, "c").mac, sender.mac, 0x88B5, Octets(bytes(1500))))
    switch_port.send_control(pause_frame(int(switch_port.mac), 1000))
    net._world.kernel.run(start_ns + 500_000)
    assert switch_port.in_frames - before == 1, "the pause came while the first was being sent"
    net._world.kernel.run(start_ns + 1_672 + 512_000 + 12_304 + 900)
    assert switch_port.in_frames - before == 1
    net._world.kernel.run(start_ns + 1_672 + 512_000 + 12_304 + 1_100)
    assert switch_port.in_frames - before == 2
    switch_port.send_control(pause_frame(int(switch_port.mac), 65_535))
    switch_port.send_control(pause_frame(int(switch_port.mac), 0))
    net._world.kernel.run(start_ns + 2_000_000)
    assert switch_port.in_frames - before == 5


def test_a_long_pause_is_repeated() -> None:
    net = network({"quanta": 100})
    net.links["c-sw"].set(rate="10Mbit/s")
    assert overload(net) < 2 * FRAMES
    asked = rows(net, ROW_SENT, "sw.0")
    assert asked.count(100) > 10
    assert net.links["c-sw"].b.port.dropped_queue_full == 0


def test_a_pause_goes_from_switch_to_switch() -> None:
    net = Internet()
    net.switch("one", pause=True)
    net.switch("two", pause=True)
    net.link("one", "two", delay="1us", queue="150KB")
    for name in "ab":
        net.host(name, at="one", delay="1us", queue=10 * FRAMES)
    net.host("c", at="two", delay="1us", rate="100Mbit/s", queue="150KB")
    net.run(until="20s")
    receiver = net.links["c-two"].a.port
    before = receiver.in_frames
    for name in "ab":
        sender = net.links[f"{name}-one"].a.port
        for _ in range(FRAMES):
            sender.send(Frame(receiver.mac, sender.mac, 0x88B5, Octets(bytes(1500))))
    net.run(until="21s")
    assert receiver.in_frames - before == 2 * FRAMES
    assert rows(net, ROW_PAUSED, "one.0")
    assert rows(net, ROW_PAUSED, "a.eth0")


def test_a_cut_ends_a_pause() -> None:
    net = network(True)
    switch_port, sender = net.links["a-sw"].b.port, port(net, "a")
    switch_port.send_control(pause_frame(int(switch_port.mac), 65_535))
    net.run(until="20.001s")
    net.links["a-sw"].cut()
    net.links["a-sw"].heal()
    before = switch_port.in_frames
    sender.send(Frame(port(net, "c").mac, sender.mac, 0x88B5, Octets(bytes(46))))
    net.run(until="20.002s")
    assert switch_port.in_frames > before


def test_a_file_says_the_same(tmp_path: Path) -> None:
    hosts = "".join(f'[hosts.{name}]\nat = "sw"\ndelay = "1us"\nqueue = 10000\n' for name in "ab")
    text = f'[switches.sw]\npause = {{ xoff = "40%", xon = "20%" }}\n{hosts}'
    path = tmp_path / "scenario.toml"
    path.write_text(f'{text}[hosts.c]\nat = "sw"\ndelay = "1us"\nqueue = "150KB"\n')
    net = load(path).build()
    net.run(until="20s")
    assert overload(net) == 2 * FRAMES


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("on", 'pause is true, false or a table like {"xoff": "50%"}, not \'on\''),
        ({"xof": "50%"}, "there is no option 'xof'; did you mean 'xoff'"),
        ({"xoff": "20%", "xon": "30%"}, r"xon \(30%\) must be below xoff \(20%\)"),
        ({"xoff": "100%"}, "xoff below 100%"),
        ({"quanta": 0}, "quanta"),
        ({"quanta": 65_536}, "quanta"),
        ({"xoff": "much"}, "xoff"),
    ],
)
def test_mistakes(given: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        parse_pause(given, "switch sw")
    with pytest.raises(LabError, match=message):
        Internet().switch("sw", ports={"a": {"pause": given}})


def test_a_segment_knows_no_pause_frames() -> None:
    net = Internet()
    net.switch("sw", pause=True)
    net.segment("coax")
    with pytest.raises(LabError, match="a segment is half duplex and knows no pause frames"):
        net.link("sw", "coax")
