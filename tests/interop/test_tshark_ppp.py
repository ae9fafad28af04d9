"""Wireshark reads captures of links without Ethernet, LCP and its network protocols among them, without a complaint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from catenet import Internet
from catenet.lab.options.types import FramingKind

WRONG = "_ws.malformed or _ws.expert.severity >= 0x600000"


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    columns = [word for field in fields for word in ("-e", field)]
    command = ["tshark", "-r", str(capture), "-o", "ip.check_checksum:TRUE", "-Y", wanted, "-T", "fields", *columns]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def captured(framing: FramingKind, folder: Path) -> Path:
    """A serial line that carried pings in both versions of IP, and was cut once."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    net = Internet(seed=1)
    net.hosts("a", "b")
    link = net.link("a", "b", phy="serial-115200", framing=framing)
    net.capture()
    net.at("10s").cut(link)
    net.at("11s").heal(link)
    net.run(until="5s")
    for version in (4, 6):
        assert net.ping("a", "b", version=version, count=2).received == 2
    net.run(until="20s").report(folder)
    (capture,) = folder.rglob("*.pcapng")
    return capture


@pytest.mark.parametrize("framing", ["ppp", "hdlc", "slip", "cobs"])
def test_every_framing_is_read(framing: FramingKind, tmp_path: Path) -> None:
    capture = captured(framing, tmp_path)
    assert tshark(capture, WRONG, "frame.number") == []
    assert len(tshark(capture, "icmp", "frame.number")) == 4
    assert len(tshark(capture, "icmpv6.type in {128, 129}", "frame.number")) == 4


def test_lcp_and_the_network_protocols(tmp_path: Path) -> None:
    capture = captured("ppp", tmp_path)
    assert len(tshark(capture, "lcp && ppp.code == 1", "frame.number")) == 4
    assert len(tshark(capture, "lcp && ppp.code == 2", "frame.number")) == 4
    (options, *_) = tshark(capture, "lcp && ppp.code == 1", "lcp.opt.type")
    assert options == ["2,5,7,8"]
    asked = tshark(capture, "ipcp && ppp.code == 1", "ipcp.opt.ip_address")
    assert len({address for (address,) in asked}) == 2
    identifiers = tshark(capture, "ipv6cp && ppp.code == 2", "ipv6cp.opt.interface_identifier")
    assert len({identifier for (identifier,) in identifiers}) == 2
