"""LLDP in an internet: who is across, on switches, routers and hosts, in Python and from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError, ScenarioError
from catenet.lab.report.routing import lldp, load_routing, save_routing
from catenet.lab.report.trace_text import fields
from catenet.link.lldp.tracing import ROW_NEIGHBOUR
from catenet.scenario import load
from catenet.view.switching import lldp_lines

SCENARIO = """
[switches.sw1]
lldp = true
[switches.sw2]
vlans = { 10 = {} }
ports = { r = { access = 10 } }
lldp = { interval = "5s", hold = 2 }
[routers.r]
lldp = true
[hosts.h]
at = "sw1"
lldp = true
[[links]]
between = ["sw1", "sw2"]
[[links]]
between = ["sw2", "r"]
"""


def network(**options: Any) -> Internet:
    net = Internet(**options)
    net.switch("sw1", lldp=True)
    net.switch("sw2", lldp={"interval": "5s", "hold": 2}, vlans={10: {}}, ports={"r": {"access": 10}})
    net.link("sw1", "sw2")
    net.router("r", lldp=True)
    net.link("sw2", "r")
    net.host("h", at="sw1", lldp=True)
    return net


def neighbours(net: Internet, name: str) -> dict[str, dict[str, Any]]:
    ((node),) = lldp(net._world, name)
    return {port["link"]: each for port in node["ports"] for each in port["neighbours"]}


def test_everybody_knows_its_neighbours() -> None:
    net = network()
    net.run(until="3s")
    sw2 = neighbours(net, "sw2")
    assert (sw2["sw1-sw2"]["system_name"], sw2["sw1-sw2"]["ttl_s"]) == ("sw1", 121)
    assert sw2["sw1-sw2"]["enabled_capabilities"] == ["bridge"]
    router = sw2["sw2-r"]
    addresses = [str(each) for each in net._world.registry.node("r").addresses]
    assert (router["port"], router["enabled_capabilities"]) == ("eth0", ["router"])
    assert router["management_addresses"] == addresses
    told = neighbours(net, "r")["sw2-r"]
    assert (told["port_vlan"], told["ttl_s"], told["maximum_frame_size"]) == (10, 11, 1518)
    assert neighbours(net, "h")["h-sw1"]["management_addresses"] == ["02:00:00:00:00:01"]


def test_it_goes_away_after_its_time_to_live_and_a_change_is_told() -> None:
    net = network()
    net.at("10s").set("sw2-r", mtu=1400)
    net.at("20s").cut("sw1", "sw2")
    net.run(until="12s")
    assert neighbours(net, "sw2")["sw2-r"]["maximum_frame_size"] == 1418
    net.run(until="25s")
    assert set(neighbours(net, "sw1")) == {"sw1-sw2", "h-sw1"}
    net.run(until="35s")
    assert set(neighbours(net, "sw1")) == {"h-sw1"}
    rows = [fields(row, []) for row in net.trace.rows() if row.kind == ROW_NEIGHBOUR]
    assert {"change": "aged out", "chassis": "02:00:00:00:00:02"} in rows


def test_octets_make_the_same_run() -> None:
    runs = []
    for fidelity in ("objects", "bytes"):
        net = network(fidelity=fidelity)
        net.run(until="40s")
        runs.append((lldp(net._world), [(row.time_ns, row.kind, row.a, row.b) for row in net.trace.rows()]))
    assert runs[0] == runs[1]


def test_a_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    net = load(path).build()
    net.run(until="3s")
    here = network()
    here.run(until="3s")
    for name in ("sw1", "sw2", "r", "h"):
        there = neighbours(net, name)
        assert {link: each["port_vlan"] for link, each in there.items()} == {
            link: each["port_vlan"] for link, each in neighbours(here, name).items()
        }


def test_what_is_shown_and_kept(tmp_path: Path) -> None:
    net = network()
    net.run(until="3s")
    lines = lldp_lines(lldp(net._world, "sw1"), 100)
    assert lines[0] == "sw1: 2 neighbours"
    assert lines[1].split() == ["link", "system", "port", "capabilities", "expires", "addresses"]
    assert [line.split()[:4] for line in lines[2:]] == [
        ["sw1-sw2", "sw2", "sw2.0", "bridge"],
        ["h-sw1", "h", "eth0", "station"],
    ]
    save_routing(net._world, tmp_path)
    assert load_routing(tmp_path, "lldp", "sw1") == lldp(net._world, "sw1")
    net.switch("sw9")
    with pytest.raises(LabError, match="sw9 does not run LLDP; give it lldp = true"):
        lldp(net._world, "sw9")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("yes", "switch sw: lldp is true, false or a table like"),
        ({"intervall": "5s"}, "lldp: there is no option 'intervall'; did you mean 'interval'"),
        ({"interval": "100ms"}, "lldp: interval is a whole number of seconds from 1 to 3600"),
        ({"hold": 0}, "lldp: hold"),
        ({"credit": 99}, "lldp: credit"),
    ],
)
def test_mistakes(given: Any, message: str) -> None:
    with pytest.raises(LabError, match=message):
        Internet().switch("sw", lldp=given)
    with pytest.raises(LabError):
        Internet().router("r", lldp=given)
    with pytest.raises(LabError):
        Internet().host("h", lldp=given)


def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text('[switches.sw]\nlldp = { hold = "four" }\n')
    with pytest.raises(ScenarioError, match="hold"):
        load(path).build()


def test_a_relayed_frame_goes_no_further_than_the_first_bridge() -> None:
    net = Internet()
    for name in ("a", "middle", "b"):
        net.switch(name, lldp=True) if name != "middle" else net.switch(name, vlans={1: {}})
    net.link("a", "middle")
    net.link("middle", "b")
    net.run(until="40s")
    assert neighbours(net, "a") == neighbours(net, "b") == {}


LINES = """
[routers.r1]
lldp = {lldp}
[routers.r2]
lldp = true
[routers.r3]
lldp = true
[[links]]
between = ["r1", "r2"]
framing = "ppp"
[[links]]
between = ["r1", "r3"]
"""


def test_all_ports_are_all_with_ethernet(tmp_path: Path) -> None:
    """LLDP at every port of a node leaves out a line, which has no Ethernet."""
    file = tmp_path / "lines.toml"
    file.write_text(LINES.replace("{lldp}", "true"))
    net = load(file).build()
    net.run(until="3s")
    assert set(neighbours(net, "r1")) == {"r1-r3"}
    assert neighbours(net, "r2") == {}


def test_lldp_at_some_ports() -> None:
    net = Internet()
    net.switch("sw", lldp={"ports": ["b", "sw-c"], "interval": "5s"})
    for name in "abc":
        net.router(name, lldp=True)
        net.link("sw", name)
    net.run(until="3s")
    assert set(neighbours(net, "sw")) == {"sw-b", "sw-c"}
    assert neighbours(net, "a") == {}
    assert set(neighbours(net, "b")) == {"sw-b"}


@pytest.mark.parametrize("port", ["r2", "r1-r2"])
@pytest.mark.parametrize("framing", ["ppp", "hdlc", "slip", "cobs"])
def test_lldp_at_a_line_is_refused(port: str, framing: Any) -> None:
    net = Internet()
    net.router("r1", lldp={"ports": [port]})
    net.router("r2")
    said = (
        f"link r1-r2: router r1 has the port in its lldp, and LLDP needs Ethernet, which framing '{framing}' replaces"
    )
    with pytest.raises(LabError, match=said):
        net.link("r1", "r2", framing=framing)
    net.link("r1", "r2")
    net.run(until="3s")


def test_lldp_at_a_line_is_refused_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "lines.toml"
    file.write_text(LINES.replace("{lldp}", '{ ports = ["r2"] }'))
    with pytest.raises(ScenarioError, match="LLDP needs Ethernet") as caught:
        load(file).build()
    assert "line" in str(caught.value)


@pytest.mark.parametrize("kind", ["switch", "router", "host"])
def test_an_unknown_port_of_lldp(kind: str) -> None:
    net = Internet()
    getattr(net, kind)("x", lldp={"ports": ["paris"]})
    net.router("pari")
    net.link("x", "pari")
    with pytest.raises(LabError, match=f"{kind} x: lldp: ports: no link of x is called 'paris' .* mean 'pari'"):
        net.run(until="1s")
