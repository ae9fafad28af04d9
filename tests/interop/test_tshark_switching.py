"""Wireshark reads our BPDUs, tags and LLDP, from captures of runs, and has nothing to complain of."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.kernel.pdu import Octets
from catenet.link import Frame

COMPLAINTS = "_ws.malformed or (_ws.expert and _ws.expert.severity != 0x00100000)"
"""Our comments are expert information too, of the least severity."""
TREES = {"stp": "0x00", "rstp": "0x02"}


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    columns = [word for field in fields for word in ("-e", field)]
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", *columns]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def switched(protocol: Any, folder: Path) -> Path:
    """The capture of a trunk in a ring, on which a host pings another in VLAN 10, and one link is cut."""
    net = Internet(seed=1)
    names = ("sw1", "sw2", "sw3")
    for name in names:
        ports: Any = {other: {"trunk": [10, 20], "native": 20} for other in names if other != name}
        net.switch(
            name, stp=protocol, priority=4096 if name == "sw1" else None, ports=ports | {f"h{name}": {"access": 10}}
        )
    for pair in (("sw1", "sw2"), ("sw2", "sw3"), ("sw3", "sw1")):
        net.link(*pair)
    for name in ("sw1", "sw2", "sw3"):
        net.host(f"h{name}", at=name)
    net.capture("sw1-sw2")
    net.at("60s").cut("sw3", "sw1")
    net.run(until="50s")
    net.ping("hsw1", "hsw2")
    net.run(until="120s").report(folder)
    (capture,) = folder.rglob("*.pcapng")
    return capture


@pytest.mark.parametrize("protocol", TREES)
def test_bpdus_and_tags(protocol: str, tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    capture = switched(protocol, tmp_path)
    assert tshark(capture, "_ws.malformed or _ws.expert.severity == error", "frame.number") == []
    bpdus = tshark(
        capture, "stp", "stp.type", "stp.root.prio", "stp.root.hw", "stp.hello", "stp.max_age", "stp.forward"
    )
    own = [row for row in bpdus if row[0] == TREES[protocol]]
    assert own
    assert own[-1] == [TREES[protocol], "4096", "02:00:00:00:00:01", "2", "20", "15"]
    echoes = tshark(capture, "icmp or icmpv6.type in {128, 129}", "vlan.id")
    assert len(echoes) == 8
    assert {row[0] for row in echoes} == {"10"}
    changes = tshark(capture, "stp.flags.tc == 1 or stp.type == 0x80", "frame.time_relative")
    assert any(float(time) > 60 for (time,) in changes)


def captured(net: Internet, link: str, until: str, folder: Path) -> Path:
    """The capture of one link of a run."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    net.capture(link)
    net.run(until=until).report(folder)
    (capture,) = folder.rglob("*.pcapng")
    assert tshark(capture, COMPLAINTS, "frame.number", "_ws.expert.message") == []
    return capture


def test_lldp(tmp_path: Path) -> None:
    net = Internet()
    net.switch("sw", lldp=True, vlans={10: {}}, ports={"r": {"access": 10}})
    net.router("r", lldp=True)
    net.link("sw", "r", name="uplink")
    capture = captured(net, "uplink", "40s", tmp_path)
    names = ("chassis.id.mac", "port.id", "time_to_live", "port.desc", "tlv.system.name", "ieee.802_1.port_vlan.id")
    said = tshark(capture, "lldp", *[f"lldp.{name}" for name in names])
    assert said[0][:5] == ["02:00:00:00:00:01", "sw.0", "121", "uplink", "sw"]
    assert {row[5].split()[0] for row in said if row[5]} == {"10"}
    (addresses,) = {row[0] for row in tshark(capture, "lldp.tlv.system.name == r", "lldp.mgn.addr.ip4")}
    assert addresses.split(",") == [str(ip) for ip in net._world.registry.node("r").addresses if ip.version == 4]


def test_lacp(tmp_path: Path) -> None:
    net = Internet()
    for name, other in (("sw1", "sw2"), ("sw2", "sw1")):
        net.switch(name, aggregates={"bond": {"ports": [other], "timeout": "short"}})
    net.link("sw1", "sw2")
    net.link("sw1", "sw2")
    capture = captured(net, "sw1-sw2", "10s", tmp_path)
    said = tshark(capture, "lacp", "lacp.actor.sysid", "lacp.actor.key", "lacp.actor.port", "lacp.actor.state")
    assert said[0][:3] == ["02:00:00:00:00:01", "1", "1"]
    assert int(said[-1][3], 16) == 0x3F


def test_pause_frames(tmp_path: Path) -> None:
    net = Internet()
    net.switch("sw", pause={"quanta": 4096})
    for name in "ab":
        net.host(name, at="sw", delay="1us", queue=1000)
    net.host("c", at="sw", delay="1us", queue="60KB")
    net.run(until="10s")
    receiver = net.links["c-sw"].a.port

    def send() -> None:
        for name in "ab":
            sender = net.links[f"{name}-sw"].a.port
            for _ in range(100):
                sender.send(Frame(receiver.mac, sender.mac, 0x88B5, Octets(bytes(1500))))

    net.at("10s").call(send)
    capture = captured(net, "a-sw", "11s", tmp_path)
    said = tshark(capture, "macc", "macc.opcode", "macc.pause_time", "eth.dst")
    assert said[0] == ["0x0001", "4096", "01:80:c2:00:00:01"]
    assert said[-1] == ["0x0001", "0", "01:80:c2:00:00:01"]
