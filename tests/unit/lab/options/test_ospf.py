"""OSPF in the lab: what is built from options, in Python and in scenarios, and what is refused with a clear message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet, LabError, ScenarioError
from catenet.host.routing.redistribution import Terms
from catenet.lab.options.ospf import ospf_options, parse_id, parse_ospf, parse_ospf_link
from catenet.network.forwarding import route_selection as distances
from catenet.scenario import load

SECOND = 1_000_000_000
NET = """\
[ospf]
hello = "2s"
key = "secret"
authentication = "hmac-sha-256"

[ospf.areas.1]
kind = "stub"
default_cost = 7
ranges = ["10.0.0.0/16"]

[routers]
paris = { routing = "ospf" }
oslo = { routing = "ospf", ospf = { hello = "3s", router_id = "9.9.9.9", areas = { 2 = { kind = "nssa" } } } }
rome = { routing = "static" }

[switches.lan]

[[links]]
between = ["paris", "oslo"]
ospf = { area = 1, cost = 4, paris = { cost = 8, priority = 0 } }

[[links]]
between = ["oslo", "lan"]

[[links]]
between = ["rome", "lan"]

[[links]]
between = ["oslo", "rome"]
rate = "10Gbit/s"

[hosts.server]
at = "oslo"
ospf = { area = "0.0.0.2", cost = 3 }
"""


def test_options_become_settings() -> None:
    parsed = parse_ospf(
        {
            "hello": "1s",
            "area": "0.0.0.3",
            "paths": 4,
            "spf": [0, "50ms", "5s"],
            "lsa_interval": "10s",
            "lsa_arrival": 0,
            "router_id": 77,
            "reference": "10Gbit/s",
            "redistribute": {"static": {"metric": 5, "type": 1, "tag": 9, "except_tags": [3]}, "connected": {}},
            "areas": {"1": {"kind": "nssa", "translate": "always", "ranges": {"10.1.0.0/16": False}}},
        },
        "x",
    )
    options = ospf_options(parsed, "x")
    assert options.interface == {"hello_ns": SECOND, "dead_ns": 4 * SECOND, "area_id": 3}
    assert options.settings == {
        "lsa_interval_ns": 10 * SECOND,
        "lsa_max_ns": 10 * SECOND,
        "min_ls_arrival_ns": 0,
        "spf_initial_ns": 0,
        "spf_short_ns": 50_000_000,
        "spf_long_ns": 5 * SECOND,
        "max_paths": 4,
    }
    assert (options.router_id, options.reference_bit_s) == (77, 10**10)
    assert options.redistribute == {
        distances.STATIC: Terms(5, 9, (3,), False),
        distances.CONNECTED: Terms(20),
    }
    area = options.areas[1]
    assert (area.kind, area.translate, area.ranges) == ("nssa", "always", [(0x0A010000, 16, False)])


@pytest.mark.parametrize(("given", "number"), [(1, 1), ("1", 1), ("0.0.0.1", 1), ("10.0.0.1", 0x0A000001), (0, 0)])
def test_ids_are_numbers_or_dotted(given: Any, number: int) -> None:
    assert parse_id(given, "area") == number


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"helo": "3s"}, "did you mean 'hello'"),
        ({"hello": "3s", "dead": "2s"}, "dead greater than hello"),
        ({"hello": "often"}, "often"),
        ({"area": "backbone"}, 'write it like 1 or "0.0.0.1"'),
        ({"area": -1}, "not a 32-bit number"),
        ({"cost": 70_000}, "1 to 65535"),
        ({"cost": "7"}, "cost is a whole number"),
        ({"priority": 256}, "0 to 255"),
        ({"network": "p2p"}, "broadcast, point-to-point, nbma"),
        ({"authentication": "md5"}, "needs a key"),
        ({"key": "x", "authentication": "rot13"}, "not one of plain, md5"),
        ({"key": "x" * 17}, "at most 16 octets"),
        ({"passive": "paris"}, "a list of names"),
        ({"spf": "50ms"}, "three delays"),
        ({"spf": ["5s", "50ms", "1s"]}, "shortest first"),
        ({"areas": {"0": {"kind": "stub"}}}, "area 0 is the backbone"),
        ({"areas": {"1": {"kind": "stubby"}}}, "did you mean 'stub'"),
        ({"areas": {"1": {"sort": "stub"}}}, "area 1: there is no option 'sort'"),
        ({"areas": {"1": {"ranges": ["10.0.0.1/8"]}}}, "area 1: ranges: 10.0.0.1/8 has host bits set"),
        ({"areas": {"1": {"external_ranges": ["10.0.0.0/8"]}}}, "area 1: external_ranges: only a border router of an"),
        ({"areas": {"1": "stub"}}, "is a table of kind"),
        ({"areas": ["1"]}, "a table by area"),
        ({"redistribute": {"static": {"type": 3}}}, "type is 1 to 2, not 3"),
        ({"redistribute": ["ospf"]}, "advertises its own routes anyway"),
        ({"router_id": "a.b"}, "router_id: 'a.b' is not a 32-bit number"),
        ({"transmit_delay": "0.5s"}, "whole seconds"),
        ({"rfc1583": 1}, "rfc1583 is true or false"),
        ({"reference": "fast"}, "fast"),
        ({"paths": 0}, "must be at least 1"),
        ({"external_distance": 120}, "2 to 255 and nobody else's"),
    ],
)
def test_options_that_cannot_be(given: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as error:
        Internet().router("a", routing="ospf", ospf=given)
    assert message in str(error.value)
    assert str(error.value).startswith("router a: ospf: ")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "is not a table of options"),
        ({"helo": "3s"}, "there is no option 'helo'"),
        ({"c": {"cost": 3}}, "'c' is neither an option nor at an end"),
        ({"a": {"cots": 3}}, "did you mean 'cost'"),
        ({"unnumbered": True, "network": "broadcast"}, "only a point-to-point link can be unnumbered"),
        ({"redistribute": ["static"]}, "there is no option 'redistribute'"),
    ],
)
def test_options_of_a_link_that_cannot_be(given: Any, message: str) -> None:
    net = Internet()
    net.routers("a", "b", routing="ospf")
    with pytest.raises(LabError) as error:
        net.link("a", "b", ospf=given)
    assert message in str(error.value)
    assert str(error.value).startswith("link a-b: ")


def test_one_end_goes_before_the_link() -> None:
    chosen = parse_ospf_link({"cost": 4, "a": {"cost": 8}, "b": {"authentication": "none"}})
    assert chosen.of("a") == {"cost": 8}
    assert chosen.of("b") == {"cost": 4, "key": None}


def build(options: dict[str, Any], ospf: dict[str, Any]) -> None:
    net = Internet()
    net.link(*net.routers("a", "b", routing="ospf", ospf=ospf), **options)
    net.build()


def test_mistakes_about_routers_and_links() -> None:
    with pytest.raises(LabError, match="its routing is auto"):
        Internet().router("a", ospf={"paths": 2})
    net = Internet()
    net.link(*net.routers("a", "b", routing="ospf", ospf={"router_id": 1}))
    with pytest.raises(LabError, match="is that of a; give each its own"):
        net.build()
    for options, ospf, message in (
        ({"cost": 65_536}, {}, "1 to 65535"),
        ({}, {"passive": ["c"]}, "it has no link 'c'"),
        ({"subnets": ["10.9.0.0/30"], "ospf": {"unnumbered": True}}, {}, "leave one out"),
    ):
        with pytest.raises(LabError, match=message):
            build(options, ospf)


def test_a_scenario_with_ospf(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(NET)
    net = load(file).build()
    paris, oslo = net.ospf.daemons["paris"].machine, net.ospf.daemons["oslo"].machine
    assert list(net.ospf.daemons) == ["paris", "oslo"]
    assert (paris.router_id, oslo.router_id) == (0x0A000101, 0x09090909)
    assert net.ospf.name_of(0x09090909) == "oslo"
    link, lan, straight, access = (interface.settings for interface in oslo.interfaces)
    (far,) = (interface.settings for interface in paris.interfaces)
    assert (link.area_id, link.cost, link.priority, link.hello_ns) == (1, 4, 1, 3 * SECOND)
    assert (far.area_id, far.cost, far.priority, far.hello_ns, far.dead_ns) == (1, 8, 0, 2 * SECOND, 8 * SECOND)
    assert far.key is not None
    assert far.key.algorithm == "hmac-sha-256"
    assert [one.network for one in (link, lan, straight)] == ["point-to-point", "broadcast", "point-to-point"]
    # Nobody else speaks OSPF on the LAN, or beyond the link to rome, or at the host.
    assert [one.passive for one in (link, lan, straight, access)] == [False, True, True, True]
    assert [one.cost for one in (lan, straight, access)] == [100, 10, 3]
    assert access.area_id == 2
    assert {area.area_id: area.settings.kind for area in oslo.areas.values()} == {1: "stub", 0: "normal", 2: "nssa"}
    assert oslo.areas[1].settings.default_cost == 7
    assert [area.hosts for area in oslo.areas.values()] == [[], [(0x0A000201, 0)], []]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('hello = "2s"', 'helo = "2s"', ":1: ospf: there is no option 'helo'; did you mean 'hello'"),
        ('hello = "2s"', "hello = {}", "ospf"),
        ("cost = 4,", 'cost = "4",', "cost is a whole number"),
        ("area = 1, cost", "aera = 1, cost", "aera"),
        ('"static"', '"static", ospf = { paths = 2 }', "its routing is static"),
        ("[ospf.areas.1]", "[ospf.areas.x]", "areas: 'x' is not a 32-bit number"),
        ("[ospf]", "[[ospf]]", "is not a table"),
    ],
)
def test_mistakes_in_a_scenario(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "net.toml"
    file.write_text(NET.replace(old, new).split("[ospf.areas.1]")[0] if new == "[[ospf]]" else NET.replace(old, new))
    with pytest.raises(ScenarioError) as error:
        load(file).build()
    assert message in str(error.value)


def test_a_topology_with_ospf(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text('[ospf]\npaths = 3\n[routers]\na = { routing = "ospf" }\nb = {}\n')
    (tmp_path / "net.graphml").write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"><node id="a"/>'
        '<node id="b"/><edge source="a" target="b"/></graph></graphml>'
    )
    file = tmp_path / "scenario.toml"
    file.write_text('[ospf]\npaths = 7\nhello = "1s"\n[topology]\nfile = "net.toml"\n')
    options = load(file).build().ospf.options["a"]
    assert (options.settings, options.interface["hello_ns"]) == ({"max_paths": 3}, SECOND)
    file.write_text('[ospf]\npaths = 7\n[topology]\nfile = "net.graphml"\nrouting = "ospf"\ndelay = "1ms"\n')
    daemons = load(file).build().ospf.daemons
    assert [daemon.machine.settings.max_paths for daemon in daemons.values()] == [7, 7]
