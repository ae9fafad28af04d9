"""``networks``: on which links OSPF and RIP are spoken, and which they tell of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet, LabError
from catenet.lab.report import routing as show
from catenet.network.addresses import text
from catenet.scenario import load

SUBNETS = {("a", "b"): "10.1.0.0/30", ("b", "c"): "10.2.0.0/30", ("a", "c"): "10.3.0.0/30"}


def triangle(routing: str, options: dict[str, Any], **others: dict[str, Any]) -> Internet:
    """Three routers in a ring; ``others`` are options of one of them besides."""
    net = Internet(seed=2)
    for number, name in enumerate("abc", start=1):
        given = {routing: {**options, **others.get(name, {})}}
        net.router(name, routing=routing, addresses=[f"192.0.2.{number}/32"], **given)  # type: ignore[arg-type]
    for (one, other), subnet in SUBNETS.items():
        net.link(one, other, subnets=[subnet])
    net.run(until="60s")
    return net


def learned(net: Internet, name: str, distance: int) -> set[str]:
    """The prefixes that a router has from a protocol."""
    (router,) = [router for router in net._world.registry.routers() if router.name == name]
    return {f"{text(4, one.prefix)}/{one.prefix_len}" for one in router.stack.fib4.routes() if one.metric == distance}


def test_ospf_is_spoken_and_told_of_where_an_address_is_in_one_of_the_networks() -> None:
    net = triangle("ospf", {"hello": "1s", "networks": ["10.1.0.0/16", "10.2.0.0/16", "192.0.2.0/24"]})
    assert [len(net.ospf.daemons[name].machine.physical) for name in "abc"] == [1, 2, 1]
    assert learned(net, "a", 110) == {"10.2.0.0/30", "192.0.2.2/32", "192.0.2.3/32"}
    assert learned(net, "b", 110) == {"192.0.2.1/32", "192.0.2.3/32"}, "nobody tells it of 10.3.0.0/30"
    assert learned(net, "c", 110) == {"10.1.0.0/30", "192.0.2.1/32", "192.0.2.2/32"}


def test_rip_likewise_and_the_routers_own_address_too() -> None:
    net = triangle("rip", {"networks": ["10.1.0.0/16", "10.2.0.0/16"]}, b={"networks": ["10.0.0.0/8", "192.0.2.2/32"]})
    assert learned(net, "a", 120) == {"10.2.0.0/30", "192.0.2.2/32"}
    assert learned(net, "b", 120) == set()
    assert learned(net, "c", 120) == {"10.1.0.0/30", "192.0.2.2/32"}


def test_ospfs_networks_say_the_area_and_the_most_specific_counts() -> None:
    areas = {"10.0.0.0/8": 0, "10.2.0.0/16": "0.0.0.2", "10.3.0.0/30": 3, "192.0.2.0/24": 0}
    net = triangle("ospf", {"hello": "1s", "networks": areas})
    machine = net.ospf.daemons["c"].machine
    assert [(text(4, one.address), one.settings.area_id) for one in machine.physical] == [
        ("10.2.0.2", 2),
        ("10.3.0.2", 3),
    ]
    assert list(net.ospf.daemons["a"].machine.areas) == [0, 3]


def test_a_links_own_area_goes_before_that_of_its_network() -> None:
    net = Internet()
    net.routers("a", "b", routing="ospf", ospf={"networks": {"10.0.0.0/8": 1}})
    net.link("a", "b", ospf={"area": 5, "b": {"area": 6}})
    net.run(until="1s")
    assert [net.ospf.daemons[name].machine.physical[0].settings.area_id for name in "ab"] == [5, 6]


def test_what_is_left_out_can_be_redistributed() -> None:
    net = triangle(
        "ospf",
        {"hello": "1s", "networks": ["10.1.0.0/16", "10.2.0.0/16"]},
        a={"redistribute": {"connected": {"metric": 9}}},
    )
    (seen,) = show.ospf(net._world, "b", ["routes"])
    outside = {one["prefix"]: one["external_cost"] for one in seen["routes"] if one["path"] == "external type 2"}
    assert outside == {"10.3.0.0/30": 9}


def test_networks_in_a_scenario(tmp_path: Path) -> None:
    scenario = tmp_path / "net.toml"
    scenario.write_text(
        """
        until = "30s"
        [ospf]
        hello = "1s"
        networks = { "10.1.0.0/16" = 1 }
        [rip]
        networks = ["10.2.0.0/16"]
        [routers]
        a = { routing = "ospf" }
        b = { routing = "ospf+rip" }
        c = { routing = "rip" }
        [[links]]
        between = ["a", "b"]
        subnets = ["10.1.0.0/30"]
        [[links]]
        between = ["b", "c"]
        subnets = ["10.2.0.0/30"]
        """
    )
    net = load(scenario).build()
    net.run(until="30s")
    assert [list(daemon.machine.areas) for daemon in net.ospf.daemons.values()] == [[1], [1]]
    assert [len(daemon.ports) for daemon in net.rip.daemons.values()] == [1, 1]


@pytest.mark.parametrize(
    ("routing", "networks", "message"),
    [
        ("ospf", ["10.1.0.1/16"], "router a: ospf: networks: 10.1.0.1/16 has host bits set"),
        ("rip", ["fc00::/7"], "router a: rip: networks: "),
        ("ospf", "10.1.0.0/16", "networks is like"),
        ("rip", {"10.1.0.0/16": 1}, "networks is like"),
        ("ospf", {"10.1.0.0/16": "one"}, "networks: 'one' is not a 32-bit number"),
        ("ospf", [], "networks is empty"),
        ("rip", ["172.16.0.0/12"], "router a: rip: networks: no address of it is in 172.16.0.0/12"),
        ("ospf", ["10.0.0.0/8", "172.16.0.0/12"], "router a: ospf: networks: no address of it is in 172.16.0.0/12"),
    ],
)
def test_networks_that_cannot_be_are_refused(routing: str, networks: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        triangle(routing, {"networks": networks})
