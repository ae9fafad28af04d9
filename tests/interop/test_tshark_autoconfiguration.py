"""Wireshark reads our router advertisements, DHCP and redirects, and finds nothing malformed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from catenet import Internet


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    columns = [word for field in fields for word in ("-e", field)]
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", *columns]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    net = Internet(seed=1)
    lan = net.switch("lan", subnets=["10.0.0.0/24", "2001:db8:5::/64"])
    advertised = {"interval": "30s", "mtu": 1400, "dns": ["2001:db8:ff::53"], "search": ["lab.example", "example"]}
    first = net.router("first", advertise={**advertised, "preference": "high", "routes": ["2001:db8:a::/48"]})  # type: ignore[typeddict-item]
    second = net.router("second", advertise=advertised)  # type: ignore[arg-type]
    for router in (first, second):
        net.link(router, lan)
    far = net.host("far", at=second)
    net.dhcp(
        first,
        dns=["10.0.0.53"],
        domain="lab.example",
        search=["lab.example"],
        mtu=1400,
        lease="1min",
        subnets={"10.0.0.0/24": {"routes": {"10.99.0.0/16": "10.0.0.1", "0.0.0.0/0": "10.0.0.1"}}},
    )
    host = net.host("host", at=lan, dhcp=True, ipv6="slaac")
    net.capture("host-lan")
    net.run(until="20s")
    for version in (4, 6):
        net.ping(host, far, count=3, version=version)  # type: ignore[arg-type]
    net.at("60s").call(first.stop_advertising)
    configuration = net._world.autoconfiguration.hosts["host"]
    net.at("80s").call(configuration.dhcp["eth0"].release)
    run = net.run(until="90s")
    folder = tmp_path_factory.mktemp("run")
    run.report(folder)
    (made,) = folder.rglob("*.pcapng")
    return made


def test_no_complaint(capture: Path) -> None:
    complaints = "_ws.malformed or _ws.expert.severity >= warning"
    assert (
        tshark(capture, f"(dhcp or icmpv6 or icmp or arp) and ({complaints})", "frame.number", "_ws.expert.message")
        == []
    )
    for checked in ("udp.checksum.status", "icmpv6.checksum.status", "icmp.checksum.status"):
        assert {row[0].split(",")[0] for row in tshark(capture, f"{checked} >= 0", checked)} <= {"1", "2"}


def test_what_advertisements_say(capture: Path) -> None:
    rows = tshark(
        capture,
        "icmpv6.type == 134",
        "icmpv6.nd.ra.router_lifetime",
        "icmpv6.nd.ra.flag.prf",
        "icmpv6.opt.mtu",
        "icmpv6.opt.prefix",
        "icmpv6.opt.rdnss",
        "icmpv6.opt.dnssl",
        "ipv6.hlim",
    )
    assert ["90", "1", "1400", "2001:db8:5::,2001:db8:a::", "2001:db8:ff::53", "lab.example,example", "255"] in rows
    assert ["90", "0", "1400", "2001:db8:5::", "2001:db8:ff::53", "lab.example,example", "255"] in rows
    assert [row[0] for row in rows].count("0") == 3
    (solicited, *_) = tshark(capture, "icmpv6.type == 133", "ipv6.dst", "ipv6.hlim")
    assert solicited == ["ff02::2", "255"]


def test_what_dhcp_says(capture: Path) -> None:
    rows = tshark(capture, "dhcp", "dhcp.option.dhcp", "ip.src", "ip.dst", "udp.dstport")
    assert rows[0] == ["1", "0.0.0.0", "255.255.255.255", "67"]
    kinds = [row[0] for row in rows]
    assert kinds[:4] == ["1", "2", "3", "5"]
    assert kinds[4:6] == ["3", "5"]
    assert kinds[-1] == "7"
    fields = ("dhcp.option.ip_address_lease_time", "dhcp.option.subnet_mask", "dhcp.option.domain_name_server")
    more = ("dhcp.option.domain_name", "dhcp.option.interface_mtu", "dhcp.option.renewal_time_value")
    ack = tshark(capture, "dhcp.option.dhcp == 5", *fields, *more)[0]
    assert ack == ["60", "255.255.255.0", "10.0.0.53", "lab.example", "1400", "30"]


def test_the_address_is_probed_before_it_is_used(capture: Path) -> None:
    (bound,) = {row[0] for row in tshark(capture, "dhcp.option.dhcp == 5", "dhcp.ip.your") if row[0] != "0.0.0.0"}
    probes = tshark(capture, f"arp.dst.proto_ipv4 == {bound} and arp.src.proto_ipv4 == 0.0.0.0", "frame.time_relative")
    first_use = tshark(capture, f"ip.src == {bound}", "frame.time_relative")
    assert float(probes[0][0]) < float(first_use[0][0])
    assert float(probes[1][0]) - float(probes[0][0]) == pytest.approx(0.5)


def test_what_redirects_say(capture: Path) -> None:
    (four,) = tshark(capture, "icmp.type == 5", "icmp.code", "icmp.redir_gw")
    assert four == ["1,0", "10.0.0.2"], "the code, and that of the quoted echo request"
    (six,) = tshark(capture, "icmpv6.type == 137", "ipv6.hlim", "icmpv6.nd.rd.target_address")
    assert six[0] == "255,64", "the packet's, and that of the quoted one"
    assert six[1].startswith("fe80::")
