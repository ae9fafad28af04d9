"""RIP in the lab: what is built from options, in Python and in scenarios, and what is refused with a clear message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet, LabError, ScenarioError
from catenet.lab.options.rip import parse_rip, rip_options
from catenet.lab.report import routing as show
from catenet.scenario import load

SECOND = 1_000_000_000
RING = """\
[rip]
update = "10s"
key = "secret"
authentication = "hmac-sha-256"
paths = 2

[routers]
paris = { routing = "rip" }
oslo = { routing = "rip", rip = { paths = 3, passive = ["paris-oslo"] } }
rome = { routing = "static" }

[[links]]
between = ["paris", "oslo"]
cost = 4

[hosts.server]
at = "oslo"
"""


def test_options_become_settings() -> None:
    options = rip_options(parse_rip({"update": "12s", "timeout": "1min", "hold": ["0.5s", "2s"], "paths": 4}, "x"), "x")
    settings = options.settings
    assert (settings.update_ns, settings.jitter_ns, settings.timeout_ns) == (12 * SECOND, 2 * SECOND, 60 * SECOND)
    assert (settings.hold_low_ns, settings.hold_high_ns, settings.max_paths) == (SECOND // 2, 2 * SECOND, 4)
    assert (settings.split_horizon, settings.poison_reverse, settings.triggered) == (True, False, True)
    assert rip_options(parse_rip({"poison_reverse": True}, "x"), "x").settings.split_horizon


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"updat": "3s"}, "did you mean 'update'"),
        ({"update": "300s"}, "timeout must be longer"),
        ({"hold": "3s"}, "two times"),
        ({"split_horizon": False, "poison_reverse": True}, "a kind of split horizon"),
        ({"authentication": "md5"}, "needs a key"),
        ({"key": "x", "authentication": "rot13"}, "not one of plain, md5"),
        ({"passive": "paris"}, '["paris"]'),
        ({"tag": 65_536}, "0 to 65535"),
    ],
)
def test_options_that_cannot_be(given: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as error:
        Internet().router("a", routing="rip", rip=given)
    assert message in str(error.value)
    assert str(error.value).startswith("router a: rip: ")


def build(options: dict[str, Any], rip: dict[str, Any]) -> Internet:
    net = Internet()
    net.link(*net.routers("a", "b", routing="rip", rip=rip), **options)
    net.build()
    return net


def test_mistakes_about_routers_and_links() -> None:
    with pytest.raises(LabError, match="its routing is auto"):
        Internet().router("a", rip={"paths": 2})
    for options, rip, message in (
        ({"cost": 16}, {}, "1 to 15, not 16"),
        ({}, {"passive": ["c"]}, "it has no link 'c'"),
        ({"subnets": ["2001:db8:9::/64"]}, {}, ""),
    ):
        if not message:
            net = build(options, rip)
            assert net.rip.daemons["a"].machine.interfaces == []
            continue
        with pytest.raises(LabError, match=message):
            build(options, rip)


def test_a_scenario_with_rip(tmp_path: Path) -> None:
    file = tmp_path / "ring.toml"
    file.write_text(RING)
    net = load(file).build()
    paris, oslo = net.rip.daemons["paris"].machine, net.rip.daemons["oslo"].machine
    assert list(net.rip.daemons) == ["paris", "oslo"]
    assert (paris.settings.max_paths, oslo.settings.max_paths) == (2, 3)
    assert paris.settings.update_ns == oslo.settings.update_ns == 10 * SECOND
    assert [(one.cost, one.passive) for one in oslo.interfaces] == [(4, True), (1, True)]
    assert paris.interfaces[0].key is not None
    assert paris.interfaces[0].key.algorithm == "hmac-sha-256"
    net.run(until="20s")
    learned = {route["prefix"]: route for route in show.rip(net._world, "oslo")[0]["table"] if not route["connected"]}
    assert [route["metric"] for route in learned.values()] == [5]
    assert show.rip(net._world, "paris")[0]["neighbours"] == []
    origins = {route["origin"] for route in show.routes(net._world, "oslo")[0]["routes"]}
    assert origins == {"connected", "rip"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"10s"', '"200s"', "rip: every router: timeout must be longer"),
        ("paths = 2", 'paths = "2"', "paths"),
        ("paths = 2", "path = 2", "path"),
        ('"static"', '"static", rip = { paths = 2 }', "its routing is static"),
    ],
)
def test_mistakes_in_a_scenario(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "ring.toml"
    file.write_text(RING.replace(old, new))
    with pytest.raises(ScenarioError) as error:
        load(file).build()
    assert message in str(error.value)


def test_a_topology_with_rip(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(RING[RING.index("[routers]") : RING.index("[hosts")])
    (tmp_path / "net.graphml").write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"><node id="a"/>'
        '<node id="b"/><edge source="a" target="b"/></graph></graphml>'
    )
    file = tmp_path / "scenario.toml"
    file.write_text('[rip]\npaths = 7\n[topology]\nfile = "net.toml"\n')
    daemons = load(file).build().rip.daemons
    assert {name: daemon.machine.settings.max_paths for name, daemon in daemons.items()} == {"paris": 7, "oslo": 3}
    file.write_text('[topology]\nfile = "net.toml"\nrouting = "rip"\n')
    with pytest.raises(ScenarioError, match="routing of each router"):
        load(file).build()
    file.write_text('[rip]\npaths = 7\n[topology]\nfile = "net.graphml"\nrouting = "rip"\ndelay = "1ms"\n')
    daemons = load(file).build().rip.daemons
    assert [daemon.machine.settings.max_paths for daemon in daemons.values()] == [7, 7]
