"""Wireshark reads our IGMP and MLD, reports and queries, and finds nothing malformed."""

from __future__ import annotations

import asyncio
import shutil
import socket
import struct
import subprocess
from pathlib import Path

import pytest

from catenet import Internet

GROUPS = {4: "239.1.2.3", 6: "ff05::123"}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
JOIN, LEAVE, JOIN_SOURCE = 42, 45, 46


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    columns = [word for field in fields for word in ("-e", field)]
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", *columns]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def stored(version: int, address: str) -> bytes:
    packed = socket.inet_pton(FAMILIES[version], address)
    return (struct.pack("=HH", FAMILIES[version], 0) + (bytes(4) if version == 6 else b"") + packed).ljust(128, b"\0")


async def joins() -> None:
    """Join and leave a group, and sources of another."""
    for version, source in ((4, "10.0.0.77"), (6, "2001:db8::77")):
        with socket.socket(FAMILIES[version], socket.SOCK_DGRAM) as sock:
            group = struct.pack("=II", 0, 0) + stored(version, GROUPS[version])
            sock.setsockopt(LEVELS[version], JOIN, group)
            await asyncio.sleep(20)
            sock.setsockopt(LEVELS[version], LEAVE, group)
            sock.setsockopt(LEVELS[version], JOIN_SOURCE, group + stored(version, source))
            await asyncio.sleep(20)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    net = Internet(seed=1)
    net.switch("sw", subnets=["10.0.0.0/24", "2001:db8::/64"], snooping={"querier": "10.0.0.200"})
    net.host("member", at="sw").run(joins)
    net.host("other", at="sw")
    net.capture("member-sw")
    net.run(until="100s").report(tmp_path)
    (made,) = tmp_path.rglob("*.pcapng")
    return made


def test_no_complaint(capture: Path) -> None:
    complaints = "_ws.malformed or _ws.expert.severity >= warning or ip.checksum.status == 0"
    assert tshark(capture, f"(igmp or icmpv6) and ({complaints})", "frame.number", "_ws.expert.message") == []
    for checked in ("igmp.checksum.status", "icmpv6.checksum.status"):
        assert {row[0] for row in tshark(capture, f"{checked} >= 0", checked)} == {"1"}


def test_what_igmp_says(capture: Path) -> None:
    fields = ("ip.dst", "ip.ttl", "ip.opt.ra", "igmp.record_type", "igmp.maddr", "igmp.saddr")
    reports = [row for row in tshark(capture, "igmp.type == 0x22", *fields) if GROUPS[4] in row[4]]
    assert {tuple(row[:3]) for row in reports} == {("224.0.0.22", "1", "0")}
    told = {(kind, source) for *_, kind, _, source in reports}
    assert ("4", "") in told
    assert any("10.0.0.77" in source for _, source in told)
    queries = tshark(capture, "igmp.type == 0x11", "ip.src", "ip.dst", "igmp.max_resp", "igmp.qqic", "igmp.qrv")
    assert ["10.0.0.200", "224.0.0.1", "100", "125", "2"] in queries
    assert any(row[1] == GROUPS[4] and row[2] == "10" for row in queries)


def test_what_mld_says(capture: Path) -> None:
    reports = tshark(capture, "icmpv6.type == 143", "ipv6.dst", "ipv6.hlim", "icmpv6.mldr.mar.multicast_address")
    assert {tuple(row[:2]) for row in reports} == {("ff02::16", "1")}
    groups = {group for row in reports for group in row[2].split(",")}
    assert GROUPS[6] in groups
    assert any(group.startswith("ff02::1:ff") for group in groups)
    queries = tshark(capture, "icmpv6.type == 130", "ipv6.dst", "ipv6.hlim", "icmpv6.mld.flag.qrv")
    assert ["ff02::1", "1", "2"] in queries
