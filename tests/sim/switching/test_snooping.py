"""A stream to a group on switches that snoop: it reaches those who joined, and nobody else."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError, ScenarioError
from catenet.lab.report.routing import load_routing, snooping
from catenet.scenario import load
from catenet.view.switching import snooping_lines

GROUPS = {4: "239.1.2.3", 6: "ff05::123"}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
PORT = 5000
JOIN, LEAVE, JOIN_SOURCE = 42, 45, 46
VERSIONS = pytest.mark.parametrize("version", [4, 6])

Program = Callable[[], Coroutine[Any, Any, None]]


def stored(version: int, address: str) -> bytes:
    packed = socket.inet_pton(FAMILIES[version], address)
    return (struct.pack("=HH", FAMILIES[version], 0) + (bytes(4) if version == 6 else b"") + packed).ljust(128, b"\0")


def request(version: int, *places: str) -> bytes:
    return struct.pack("=II", 0, 0) + b"".join(stored(version, each) for each in places)


def sender(version: int, seconds: int, group: str = "") -> Program:
    """A datagram every second."""

    async def main() -> None:
        with socket.socket(FAMILIES[version], socket.SOCK_DGRAM) as sock:
            for number in range(seconds):
                sock.sendto(str(number).encode(), (group or GROUPS[version], PORT))
                await asyncio.sleep(1)

    return main


def receiver(
    version: int, got: list[int], join_s: float = 15, leave_s: float = 1000, source: str = "", group: str = ""
) -> Program:
    """Joins a group for some time, and keeps the numbers of the datagrams that came."""
    wanted = request(version, group or GROUPS[version], *([source] if source else []))

    async def main() -> None:
        with socket.socket(FAMILIES[version], socket.SOCK_DGRAM) as sock:
            sock.bind(("", PORT))
            sock.setblocking(False)
            await asyncio.sleep(join_s)
            sock.setsockopt(LEVELS[version], JOIN_SOURCE if source else JOIN, wanted)
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(leave_s - join_s):
                    while True:
                        got.append(int(await loop.sock_recv(sock, 100)))
            except TimeoutError:
                pass

    return main


def node(net: Internet, name: str) -> Any:
    return net._world.registry.node(name)


def machine(net: Internet, name: str) -> Any:
    return node(net, name).machine


def frames(net: Internet, host: str) -> int:
    """How many frames came in at a host's port, addressed to it or not; general queries come at 0, 31.25, 156.25 s …"""
    return int(node(net, host).ends[0].port.counters()["in_frames"])


def one_switch(**options: Any) -> Internet:
    net = Internet(seed=1)
    net.switch("sw", subnets=["10.0.0.0/24", "2001:db8::/64"], snooping={"querier": True, **options})
    for name in ("source", "member", "other"):
        net.host(name, at="sw")
    return net


def frames_between(net: Internet, host: str, begin: str, end: str) -> int:
    """How many frames a host's port gets from one time to another."""
    net.run(until=begin)
    before = frames(net, host)
    net.run(until=end)
    return frames(net, host) - before


@VERSIONS
def test_a_stream_reaches_only_who_joined(version: int) -> None:
    net = one_switch()
    got: list[int] = []
    machine(net, "source").run(sender(version, 100))
    machine(net, "member").run(receiver(version, got))
    assert frames_between(net, "other", "20s", "30s") == 0
    net.run(until="60s")
    assert got == list(range(16, 60)) or got == list(range(15, 60))


@VERSIONS
def test_before_members_had_time_to_report_everybody_gets_it(version: int) -> None:
    net = one_switch()
    machine(net, "source").run(sender(version, 100))
    assert frames_between(net, "other", "5.5s", "8.5s") >= 3
    assert frames_between(net, "other", "15s", "20s") == 0


def test_groups_without_members_are_flooded_if_asked() -> None:
    net = one_switch(flood_unregistered=True)
    machine(net, "source").run(sender(4, 100))
    assert frames_between(net, "other", "15.5s", "20.5s") == 5


def test_the_link_scope_of_ipv4_and_all_nodes_are_always_flooded() -> None:
    for version, group in ((4, "224.0.0.251"), (6, "ff02::1")):
        net = one_switch()
        machine(net, "source").run(sender(version, 100, group))
        assert frames_between(net, "other", "15.5s", "20.5s") == 5


@VERSIONS
def test_after_the_last_member_has_left_nobody_gets_it(version: int) -> None:
    net = one_switch()
    got: list[int] = []
    machine(net, "source").run(sender(version, 200))
    machine(net, "member").run(receiver(version, got, 15, 40))
    assert frames_between(net, "member", "32.5s", "37.5s") == 5
    assert frames_between(net, "member", "43s", "60s") == 0
    assert max(got) in (39, 40)


def test_with_fast_leave_it_stops_at_once() -> None:
    net = one_switch(fast_leave=True)
    machine(net, "source").run(sender(4, 200))
    machine(net, "member").run(receiver(4, [], 15, 40.2))
    assert frames_between(net, "member", "40.3s", "60s") == 0


def test_a_member_that_is_cut_off_is_forgotten_after_its_time() -> None:
    net = one_switch(query_interval="20s")
    machine(net, "source").run(sender(4, 300))
    machine(net, "member").run(receiver(4, []))
    net.run(until="30s")
    device = node(net, "sw").device
    assert [row["link"] for row in groups(net, "sw", "igmp")] == ["member-sw"]
    net.at("31s").crash("member")
    net.run(until="100s")
    assert groups(net, "sw", "igmp") == []
    assert device.counters()["snooped"] > 60


def groups(net: Internet, switch: str, protocol: str, vlan: int = 1) -> list[dict[str, Any]]:
    (told,) = [
        each
        for each in snooping(net._world, switch)[0]["vlans"]
        if (each["protocol"], each["vlan"]) == (protocol, vlan)
    ]
    return [each for each in told["groups"] if each["group"] in GROUPS.values()]


@VERSIONS
def test_the_switch_filters_sources(version: int) -> None:
    net = one_switch()
    got: list[int] = []
    net.host("wanted", at="sw")
    net.build()
    address = next(str(each) for each in machine(net, "wanted").addresses if each.version == version)
    machine(net, "source").run(sender(version, 100))
    machine(net, "wanted").run(sender(version, 25))
    machine(net, "member").run(receiver(version, got, source=address))
    assert frames_between(net, "member", "20.5s", "24.5s") == 4
    (row,) = groups(net, "sw", "igmp" if version == 4 else "mld")
    assert (row["mode"], row["sources"]) == ("include", [address])
    assert frames_between(net, "member", "32.5s", "42.5s") == 0
    assert got[-1] == 24


def two_switches(**of_second: Any) -> Internet:
    net = Internet(seed=2)
    net.switch("sw1", subnets=["10.0.0.0/24"], snooping={"querier": "10.0.0.201"})
    net.switch("sw2", snooping=of_second or True)
    net.link("sw1", "sw2")
    for name, switch in (("s1", "sw1"), ("m1", "sw1"), ("o1", "sw1"), ("s2", "sw2"), ("m2", "sw2"), ("o2", "sw2")):
        net.host(name, at=switch)
    return net


@pytest.mark.parametrize("source", ["s1", "s2"])
def test_two_switches(source: str) -> None:
    net = two_switches()
    got: dict[str, list[int]] = {"m1": [], "m2": []}
    machine(net, source).run(sender(4, 100))
    for member, numbers in got.items():
        machine(net, member).run(receiver(4, numbers))
    assert frames_between(net, "o1", "20s", "30s") == 0
    assert frames_between(net, "o2", "32s", "42s") == 0
    assert all(numbers[-5:] == [37, 38, 39, 40, 41] for numbers in got.values())
    told = snooping(net._world)
    igmp = {each["switch"]: next(vlan for vlan in each["vlans"] if vlan["protocol"] == "igmp") for each in told}
    assert igmp["sw1"]["querier"] == {"address": "10.0.0.201", "port": None}
    assert igmp["sw2"]["querier"] == {"address": "10.0.0.201", "port": "sw1-sw2"}
    assert igmp["sw2"]["routers"] == ["sw1-sw2"]


def test_when_the_querier_dies_another_takes_over() -> None:
    net = two_switches(querier="10.0.0.202")
    got: list[int] = []
    machine(net, "s2").run(sender(4, 1000))
    machine(net, "m2").run(receiver(4, got))

    def querier() -> tuple[str, str | None]:
        (told,) = [vlan for vlan in snooping(net._world, "sw2")[0]["vlans"] if vlan["protocol"] == "igmp"]
        return told["querier"]["address"], told["querier"]["port"]

    net.run(until="30s")
    assert querier() == ("10.0.0.201", "sw1-sw2")
    net.at("31s").cut("sw1", "sw2")
    net.run(until="40s")
    assert querier() == ("10.0.0.202", None)
    assert frames_between(net, "o2", "65s", "150s") == 0
    net.run(until="800s")
    assert got[-100:] == list(range(700, 800))


def test_a_silent_querier_is_replaced_after_its_time() -> None:
    net = two_switches(querier="10.0.0.202", query_interval="20s")
    net.run(until="30s")
    first = node(net, "sw1").device
    first.snooping.stop()
    net.run(until="254s")  # it lasts 2 x 125 s + 10 s / 2 from the query at 0 s

    def querier() -> str:
        (told,) = [vlan for vlan in snooping(net._world, "sw2")[0]["vlans"] if vlan["protocol"] == "igmp"]
        return str(told["querier"]["address"])

    assert querier() == "10.0.0.201"
    net.run(until="256s")
    assert querier() == "10.0.0.202"


def test_two_vlans() -> None:
    net = Internet(seed=3)
    vlans: Any = {10: {"subnets": ["10.0.10.0/24"]}, 20: {"subnets": ["10.0.20.0/24"]}}
    for name, other in (("sw1", "sw2"), ("sw2", "sw1")):
        ports: Any = {other: {"trunk": [10, 20]}}
        for number in (10, 20):
            for kind in ("s", "m", "o"):
                ports[f"{kind}{number}{name}"] = {"access": number}
        net.switch(name, vlans=vlans if name == "sw1" else None, ports=ports, snooping={"querier": name == "sw1"})
    net.link("sw1", "sw2")
    for name in ("sw1", "sw2"):
        for number in (10, 20):
            for kind in ("s", "m", "o"):
                net.host(f"{kind}{number}{name}", at=name)
    got: dict[int, list[int]] = {10: [], 20: []}
    machine(net, "s10sw1").run(sender(4, 100))
    for number in (10, 20):
        machine(net, f"m{number}sw2").run(receiver(4, got[number]))
    net.run(until="33s")
    before = {name: frames(net, name) for name in ("o10sw1", "o10sw2", "m20sw2", "o20sw1")}
    net.run(until="45s")
    assert {name: frames(net, name) for name in before} == before
    assert got[10][-10:] == list(range(35, 45))
    assert got[20] == []
    assert groups(net, "sw2", "igmp", 20) != []


def test_neighbours_find_each_other_where_only_members_get_groups() -> None:
    net = one_switch()
    net.run(until="60s")
    result = net.ping("source", "member")
    assert result.received == result.sent


def test_a_ring_with_a_spanning_tree() -> None:
    net = Internet(seed=4)
    names = ("sw1", "sw2", "sw3")
    for name in names:
        net.switch(name, stp="rstp", snooping={"querier": True}, subnets=["10.0.0.0/24"] if name == "sw1" else ())
    for pair in (("sw1", "sw2"), ("sw2", "sw3"), ("sw3", "sw1")):
        net.link(*pair)
    for name in names:
        net.host(f"h{name}", at=name)
    got: list[int] = []
    machine(net, "hsw1").run(sender(4, 200))
    machine(net, "hsw3").run(receiver(4, got))
    net.at("50s").cut("sw3", "sw1")
    net.run(until="49s")
    assert got[-10:] == list(range(39, 49))
    net.run(until="100s")
    assert got[-30:] == list(range(70, 100))
    assert frames_between(net, "hsw2", "100s", "110s") <= 6  # BPDUs


def test_a_run_keeps_the_groups_and_they_are_shown(tmp_path: Path) -> None:
    net = one_switch()
    machine(net, "member").run(receiver(4, []))
    run = net.run(until="30s")
    run.report(tmp_path)
    assert load_routing(tmp_path, "snooping") == snooping(net._world)
    lines = snooping_lines(snooping(net._world, "sw"))
    assert lines[0] == "sw, VLAN 1: IGMP, querier 169.254.1.2 (this switch)"
    assert any(line.split()[:3] == ["239.1.2.3", "member-sw", "all"] for line in lines)
    with pytest.raises(LabError, match="source does not snoop"):
        snooping(net._world, "source")


def test_a_switch_without_a_querier_floods_and_sends_nothing() -> None:
    net = Internet(seed=1)
    net.switch("sw", subnets=["10.0.0.0/24"], snooping=True)
    for name in ("source", "other"):
        net.host(name, at="sw")
    machine(net, "source").run(sender(4, 100))
    assert frames_between(net, "other", "20.5s", "24.5s") == 4
    lines = snooping_lines(snooping(net._world))
    assert lines[0] == "sw, VLAN 1: IGMP, no querier: groups are flooded"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("yes", "snooping is true, false or a table of options, not 'yes'"),
        ({"querrier": True}, "there is no option 'querrier'; did you mean 'querier'"),
        ({"querier": "239.0.0.1"}, "querier is true, false or an IPv4 address of a host, not '239.0.0.1'"),
        ({"querier": "fe80::1"}, "querier is true, false or an IPv4 address of a host"),
        ({"query_interval": "60s"}, "query_interval: for a querier; give querier = true too"),
        ({"querier": True, "query_interval": "5s"}, "query_interval is a whole number of seconds above"),
        ({"querier": True, "query_interval": "soon"}, "query_interval: "),
        ({"querier": True, "robustness": 8}, "robustness is a whole number from 1 to 7, not 8"),
        ({"querier": True, "response_interval": "10ms"}, "response_interval is a multiple of 100 ms up to"),
        ({"querier": True, "last_member_interval": "30s"}, "last_member_interval is a multiple of 100 ms up to 25 s"),
        ({"fast_leave": 1}, "fast_leave is true or false, not 1"),
    ],
)
def test_mistakes(options: Any, message: str) -> None:
    with pytest.raises(LabError) as caught:
        Internet().switch("sw", snooping=options)
    assert message in str(caught.value)
    assert str(caught.value).startswith("switch sw: snooping")


def test_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "snooping.toml"
    path.write_text(
        '[switches.sw]\nsubnets = ["10.0.0.0/24"]\n[switches.sw.snooping]\nquerier = "10.0.0.250"\n'
        "fast_leave = true\n[switches.sw2]\nsnooping = true\n"
        '[[links]]\nbetween = ["sw", "sw2"]\n[hosts.a]\nat = "sw2"\n'
    )
    net = load(path).build()
    net.run(until="1s")
    told = {each["switch"]: each["vlans"][0]["querier"]["address"] for each in snooping(net._world)}
    assert told == {"sw": "10.0.0.250", "sw2": "10.0.0.250"}
    path.write_text("[switches.sw]\nsnooping = 3\n")
    with pytest.raises(ScenarioError, match=r"snooping.toml:\d+.*snooping is true, false or a table"):
        load(path).build()


def test_an_aggregate_is_one_port() -> None:
    net = Internet(seed=6)
    for name, other in (("sw1", "sw2"), ("sw2", "sw1")):
        net.switch(name, aggregates={"bond": {"ports": [other]}}, snooping={"querier": name == "sw1"})
    net.link("sw1", "sw2")
    net.link("sw1", "sw2")
    for name, switch in (("s", "sw1"), ("m", "sw2"), ("o", "sw2")):
        net.host(name, at=switch)
    got: list[int] = []
    machine(net, "s").run(sender(4, 100))
    machine(net, "m").run(receiver(4, got))
    assert frames_between(net, "o", "20s", "30s") == 0
    assert got[-10:] == list(range(20, 30))
    assert groups(net, "sw1", "igmp")[0]["link"] == "bond"
    assert {each["querier"]["port"] for each in snooping(net._world, "sw2")[0]["vlans"]} == {"bond"}


def test_a_host_that_speaks_older_versions(tmp_path: Path) -> None:
    path = tmp_path / "older.toml"
    path.write_text(
        '[switches.sw]\nsubnets = ["10.0.0.0/24"]\nsnooping = { querier = true }\n'
        '[hosts.member]\nat = "sw"\nmulticast = { igmp = 2, mld = 1, robustness = 3 }\n'
    )
    net = load(path).build()
    machine(net, "member").run(receiver(4, [], 15, 40))
    net.run(until="20s")
    assert [row["group"] for row in groups(net, "sw", "igmp")] == [GROUPS[4]]
    (interface,) = (end.interface for end in node(net, "member").ends)
    assert (interface.multicast.igmp, interface.multicast.mld, interface.multicast.robustness) == (2, 1, 3)
    assert interface.multicast.link_scope_reports
    assert interface._membership4.queriers.spoken(int(net._world.kernel.now_ns)) == 2
    net.run(until="43s")
    assert groups(net, "sw", "igmp") == []
    machine(net, "member").multicast(igmp=3)
    assert interface.multicast.igmp == 3
    assert interface.multicast.link_scope_reports


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("{ igmp = 4 }", "multicast: igmp is a whole number from 1 to 3, not 4"),
        ("{ mdl = 1 }", "multicast: there is no option 'mdl'; did you mean 'mld'"),
        ("{ link_scope_reports = 1 }", "link_scope_reports is true or false, not 1"),
        ("3", "multicast: 3 is not a table"),
    ],
)
def test_mistakes_in_options_of_hosts(given: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(f"[hosts.h]\nmulticast = {given}\n")
    with pytest.raises(ScenarioError) as caught:
        load(path).build()
    assert message in str(caught.value)
    with pytest.raises(LabError, match="host a: multicast: mld is a whole number from 1 to 2, not 3"):
        Internet().host("a").multicast(mld=3)
