"""Link aggregates in an internet: LACP and static, failover, order of flows, mistakes that are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.lab.report.routing import lacp, lldp, load_routing, save_routing, stp
from catenet.link.aggregation.tracing import ROW_AGGREGATE
from catenet.scenario import load
from catenet.view.switching import lacp_lines

SCENARIO = """
[switches.sw1]
aggregates = { bond = { ports = ["sw2"], timeout = "short", min_links = 2 } }
[switches.sw2]
aggregates = { bond = { ports = ["sw1"], lacp = "passive" } }
[hosts.a]
at = "sw1"
[hosts.b]
at = "sw2"
[[links]]
between = ["sw1", "sw2"]
[[links]]
between = ["sw1", "sw2"]
[[links]]
between = ["sw1", "sw2"]
"""


def network(links: int = 3, one: Any = None, other: Any = None, switch: Any = None, **options: Any) -> Internet:
    """Two switches with an aggregate of links, and a host at each."""
    net = Internet(**options)
    net.switch("sw1", aggregates={"bond": {"ports": ["sw2"], **(one or {})}}, **(switch or {}))
    net.switch("sw2", aggregates={"bond": {"ports": ["sw1"], **(other or one or {})}}, **(switch or {}))
    for _ in range(links):
        net.link("sw1", "sw2")
    net.host("a", at="sw1")
    net.host("b", at="sw2")
    return net


def members(net: Internet, name: str = "sw1") -> list[dict[str, Any]]:
    (switch,) = lacp(net._world, name)
    (aggregate,) = switch["aggregates"]
    found: list[dict[str, Any]] = aggregate["members"]
    return found


def working(net: Internet, name: str = "sw1") -> list[bool]:
    return [member["distributing"] for member in members(net, name)]


@pytest.mark.parametrize(
    ("one", "other", "ready"),
    [
        ({}, {}, "5s"),
        ({"timeout": "short"}, {"lacp": "passive"}, "5s"),
        ({"lacp": "off"}, {"lacp": "off"}, "1s"),
    ],
)
def test_it_carries_traffic_and_survives_all_links_but_one(one: Any, other: Any, ready: str) -> None:
    net = network(one=one, other=other)
    net.run(until=ready)
    assert working(net) == working(net, "sw2") == [True] * 3
    assert net.ping("a", "b").received == 4
    net.links["sw1-sw2"].cut()
    net.links["sw1-sw2-3"].cut()
    assert working(net) == [False, True, False]
    assert net.ping("a", "b").received == 4
    net.links["sw1-sw2"].heal()
    net.run(until=f"{int(net._world.kernel.now_ns) / 1e9 + 5}s")
    assert working(net) == [True, True, False]


def test_a_member_that_loses_everything_silently_is_found_by_lacp() -> None:
    net = network(one={"timeout": "short"})
    net.at("10s").set("sw1-sw2", loss="100%")
    net.run(until="11s")
    assert working(net) == [True] * 3
    net.run(until="15s")
    assert working(net) == [False, True, True]
    assert net.ping("a", "b").received == 4


def test_fewer_than_min_links_is_down() -> None:
    net = network(one={"lacp": "off", "min_links": 2})
    net.run(until="1s")
    net.links["sw1-sw2"].cut()
    assert net.ping("a", "b").received == 4
    net.links["sw1-sw2-2"].cut()
    assert net.ping("a", "b").received == 0
    net.links["sw1-sw2"].heal()
    assert net.ping("a", "b").received == 4


def test_flows_use_all_links_and_each_stays_in_order() -> None:
    net = Internet(seed=3)
    for name, other in (("sw1", "sw2"), ("sw2", "sw1")):
        net.switch(name, aggregates={"bond": {"ports": [other], "lacp": "off"}})
    for delay in ("1ms", "2ms", "3ms"):
        net.link("sw1", "sw2", delay=delay)
    for number in range(8):
        net.host(f"a{number}", at="sw1")
        net.host(f"b{number}", at="sw2")
    net.run(until="1s")
    for number in range(8):
        result = net.ping(f"a{number}", f"b{number}", count=3, interval="1us")
        assert [reply.number for reply in result.replies] == [1, 2, 3], "each by a link of its own, so in order"
    used = [member["out_frames"] for member in members(net)]
    assert all(count > 0 for count in used)


def test_a_spanning_tree_sees_one_port_with_the_rates_together() -> None:
    net = network(switch={"stp": "rstp"})
    net.run(until="12s")
    for tree in stp(net._world):
        ports = {port["link"]: port for port in tree["ports"]}
        assert set(ports) == {"bond", "a-sw1" if tree["switch"] == "sw1" else "b-sw2"}
        assert ports["bond"]["state"] == "forwarding"
    assert net.ping("a", "b").received == 4
    net.links["sw1-sw2"].cut()
    assert net.ping("a", "b").received == 4


def test_vlans_of_an_aggregate_are_said_once() -> None:
    net = Internet()
    for name, other, host in (("sw1", "sw2", "a"), ("sw2", "sw1", "b")):
        net.switch(
            name,
            aggregates={"bond": {"ports": [other]}},
            ports={"bond": {"trunk": [10, 20]}, host: {"access": 10}},
            lldp=True,
        )
    net.link("sw1", "sw2")
    net.link("sw1", "sw2")
    net.host("a", at="sw1")
    net.host("b", at="sw2")
    net.run(until="10s")
    assert net.ping("a", "b").received == 4
    told = [each for port in lldp(net._world, "sw1")[0]["ports"] for each in port["neighbours"]]
    assert [each["aggregated"] for each in told] == [True, True], "LLDP is at each link, and tells a change"


def test_octets_make_the_same_run() -> None:
    runs = []
    for fidelity in ("objects", "bytes"):
        net = network(fidelity=fidelity)
        net.at("6s").cut("sw1-sw2")
        net.run(until="20s")
        assert net.ping("a", "b").received == 4
        runs.append([(row.time_ns, row.kind, row.a, row.b) for row in net.trace.rows()])
    assert runs[0] == runs[1]
    assert any(kind == ROW_AGGREGATE for _, kind, _, _ in runs[0])


def test_a_file_says_the_same_and_it_is_shown_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    net = load(path).build()
    net.run(until="10s")
    assert working(net) == [True] * 3
    lines = lacp_lines(lacp(net._world, "sw1"), 100)
    assert lines[0] == "sw1 bond: LACP active, up, 3 of 3 links work, hash layer2+3"
    assert lines[2].split()[:4] == ["sw1-sw2", "distributing", "02:00:00:00:00:02", "1"]
    save_routing(net._world, tmp_path)
    assert load_routing(tmp_path, "lacp", "sw2") == lacp(net._world, "sw2")
    with pytest.raises(LabError, match="a has no link aggregates"):
        lacp(net._world, "a")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, r'bond: ports is a list of names of links or neighbours, like \["sw2"\]'),
        ({"ports": "sw2"}, "is a list of names"),
        ({"ports": ["sw2"], "lcap": "active"}, "there is no option 'lcap'; did you mean 'lacp'"),
        ({"ports": ["sw2"], "lacp": "activ"}, "is not one of active, passive, off; did you mean 'active'"),
        ({"ports": ["sw2"], "timeout": "3s"}, "is not one of long, short"),
        ({"ports": ["sw2"], "hash": "layer4"}, "is not one of layer2, layer2"),
        ({"ports": ["sw2"], "min_links": 0}, "min_links"),
        ({"ports": ["sw2"], "lacp": "off", "timeout": "short"}, "timeout is for LACP"),
    ],
)
def test_mistakes_in_a_table(table: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        Internet().switch("sw1", aggregates={"bond": table})


def test_mistakes_about_links() -> None:
    def pair(one: Any, other: Any) -> Internet:
        net = Internet()
        net.switch("sw1", aggregates=one)
        net.switch("sw2", aggregates=other)
        return net

    bond: Any = {"bond": {"ports": ["sw2"]}}
    back: Any = {"bond": {"ports": ["sw1"]}}
    with pytest.raises(LabError, match="the link sw1-sw2 is in no aggregate of sw2; name it there too"):
        pair(bond, None).link("sw1", "sw2")
    with pytest.raises(LabError, match="lacp is 'active' here and 'off' at sw2"):
        pair(bond, {"bond": {"ports": ["sw1"], "lacp": "off"}}).link("sw1", "sw2")
    with pytest.raises(LabError, match="both ends are passive"):
        pair({"b": {"ports": ["sw2"], "lacp": "passive"}}, {"b": {"ports": ["sw1"], "lacp": "passive"}}).link(
            "sw1", "sw2"
        )
    net = pair(bond, back)
    net.link("sw1", "sw2")
    net.switch("sw3")
    net.link("sw2", "sw3")
    with pytest.raises(LabError, match="would close a loop of switches"):
        net.link("sw3", "sw1")
    net = pair({"bond": {"ports": ["swx"]}}, back)
    with pytest.raises(LabError, match="switch sw1: aggregates: no link of sw1 is called 'swx' or leads to it"):
        net.build()
    net = Internet()
    net.switch("sw1", aggregates={"bond": {"ports": ["h"]}})
    with pytest.raises(LabError, match="h is a host; only switches and Linux aggregate"):
        net.host("h", at="sw1")
    with pytest.raises(LabError, match="sw2 is in one and in two; give it to one of them"):
        Internet().switch("sw1", aggregates={"one": {"ports": ["sw2"]}, "two": {"ports": ["sw2"]}})
