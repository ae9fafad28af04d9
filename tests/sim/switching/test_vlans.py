"""VLANs in an internet: each is a LAN of its own, on any switch, and routers lead from one to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError, ScenarioError
from catenet.scenario import load

TRUNK: Any = {"trunk": [10, 20]}


def campus(**options: Any) -> Internet:
    """Two switches with a trunk; on each a host in VLAN 10 and one in 20; a router in both."""
    net = Internet(seed=1, **options)
    for name, other in (("sw1", "sw2"), ("sw2", "sw1")):
        ports: Any = {f"a{name}": {"access": 10}, f"b{name}": {"access": 20}, other: TRUNK}
        if name == "sw1":
            ports |= {"up10": {"access": 10}, "up20": {"access": 20}}
        net.switch(name, vlans={10: {"subnets": ["10.0.10.0/24"]}, 20: {}}, ports=ports)
    net.link("sw1", "sw2")
    for name in ("sw1", "sw2"):
        net.host(f"a{name}", at=name)
        net.host(f"b{name}", at=name)
    net.router("gw")
    net.link("gw", "sw1", name="up10")
    net.link("gw", "sw1", name="up20")
    return net


def test_each_vlan_is_a_subnet_and_reaches_across_the_trunk() -> None:
    net = campus()
    net.build()
    subnets = {name: str(net._world.registry.node(name).addresses[0]) for name in ("asw1", "asw2", "bsw1", "bsw2")}
    assert subnets["asw1"].startswith("10.0.10.")
    assert subnets["asw2"].startswith("10.0.10.")
    assert subnets["bsw1"].rsplit(".", 1)[0] == subnets["bsw2"].rsplit(".", 1)[0] != "10.0.10"
    within = net.traceroute("asw1", "asw2")
    assert [hop.name for hop in within] == ["asw2"]
    between = net.traceroute("asw1", "bsw2")
    assert [hop.name for hop in between] == ["gw", "bsw2"]


def test_a_broadcast_stays_in_its_vlan() -> None:
    net = campus()
    net.run(until="20s")
    links = net.links
    seen = {name: links[name].wire.backward.frames for name in ("bsw1-sw1", "bsw2-sw2")}
    assert net.ping("asw2", "asw1", version=4).received == 4
    assert {name: links[name].wire.backward.frames for name in seen} == seen
    assert links["sw1-sw2"].wire.forward.frames > 0


def test_octets_make_the_same_run() -> None:
    runs = []
    for fidelity in ("objects", "bytes"):
        net = campus(fidelity=fidelity)
        net.ping("asw1", "bsw2", version=4)
        net.ping("bsw1", "bsw2", version=6)
        runs.append([(link.name, link.wire.forward.counters()) for link in net.links.values()])
    assert runs[0] == runs[1]


def test_full_packets_cross_a_trunk() -> None:
    net = campus()
    assert net.ping("asw1", "asw2", size=1472, version=4).received == 4
    dropped = [end.port.counters()["dropped_too_long"] for link in net.links.values() for end in link.ends]
    assert sum(dropped) == 0


def test_a_provider_carries_a_customers_vlans() -> None:
    net = Internet()
    for name, peer in (("c1", "p1"), ("c2", "p2")):
        net.switch(name, ports={f"a{name}": {"access": 10}, f"b{name}": {"access": 20}, peer: TRUNK})
    for name, peer, customer in (("p1", "p2", "c1"), ("p2", "p1", "c2")):
        net.switch(name, ports={customer: {"tunnel": 100}, peer: {"trunk": [100], "tag": "802.1ad"}})
    for pair in (("c1", "p1"), ("p1", "p2"), ("p2", "c2")):
        net.link(*pair)
    for name in ("c1", "c2"):
        net.host(f"a{name}", at=name)
        net.host(f"b{name}", at=name)
    assert net.ping("ac1", "ac2").received == 4
    assert net.ping("bc1", "bc2").received == 4
    assert net.ping("ac1", "bc2", count=1).received == 0


def test_a_switch_without_vlans_carries_tags() -> None:
    net = Internet()
    for name in ("sw1", "sw2"):
        net.switch(name, ports={f"h{name}": {"access": 10}, "plain": {"trunk": [10, 20]}})
    net.switch("plain")
    net.link("sw1", "plain")
    net.link("plain", "sw2")
    for name in ("sw1", "sw2"):
        net.host(f"h{name}", at=name)
    assert net.ping("hsw1", "hsw2").received == 4


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ({"access": 10}, {"access": 20}, "untagged frames are in VLAN 10 of sw1 and in VLAN 20 of sw2"),
        ({"trunk": [10], "native": 10}, {}, "in VLAN 10 of sw1 and in VLAN 1 (the default) of sw2"),
        ({"trunk": [10]}, {"access": 10}, "in no VLAN of sw1 and in VLAN 10 of sw2"),
        ({"trunk": [10]}, {"trunk": [20]}, "no VLAN is carried by both"),
        ({"trunk": [10]}, {"trunk": [10], "tag": "802.1ad"}, "the ends have different tags"),
    ],
)
def test_ends_that_contradict_are_refused(one: Any, other: Any, message: str) -> None:
    net = Internet()
    net.switch("sw1", ports={"sw2": one, "h": {"access": 7}})
    net.switch("sw2", ports={"sw1": other, "h": {"access": 7}})
    with pytest.raises(LabError) as error:
        net.link("sw1", "sw2")
    assert message in str(error.value)


def test_a_port_that_no_link_has_is_refused() -> None:
    net = Internet()
    net.switch("sw", ports={"hots": {"access": 10}})
    net.host("host", at="sw")
    with pytest.raises(LabError, match=r"switch sw: ports: no link of sw is called 'hots'.*did you mean 'host'"):
        net.build()


def test_a_host_at_a_trunk_needs_a_native_vlan() -> None:
    net = Internet()
    net.switch("sw", ports={"host": {"trunk": [10]}})
    net.host("host", at="sw")
    with pytest.raises(LabError, match="trunk without a native VLAN"):
        net.build()


def test_subnets_beside_vlans_are_refused() -> None:
    with pytest.raises(LabError, match="give each VLAN its own"):
        Internet().switch("sw", subnets=["10.0.0.0/24"], vlans={10: {}})


SCENARIO = """
[switches.sw]
[switches.sw.vlans.10]
subnets = ["10.0.10.0/24"]
[switches.sw.ports]
a = { access = 10 }
b = { access = 10 }
c = { access = 20 }
[hosts]
a = { at = "sw" }
b = { at = "sw" }
c = { at = "sw" }
"""


def test_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "vlans.toml"
    path.write_text(SCENARIO)
    net = load(path).build()
    assert [str(net._world.registry.node(name).addresses[0]) for name in "ab"] == ["10.0.10.1", "10.0.10.2"]
    assert net.ping("a", "b").received == 4
    assert net.ping("a", "c", count=1).received == 0


def test_what_is_wrong_in_a_scenario_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "vlans.toml"
    path.write_text(SCENARIO.replace("access = 20", "access = 4095"))
    with pytest.raises(ScenarioError, match=r"vlans.toml:\d+.*ports: c: access: 4095 is not a VLAN"):
        load(path).build()
