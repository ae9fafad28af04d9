"""Wireshark reads our BPDUs and tags, from a capture of a run, and finds nothing malformed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet

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
