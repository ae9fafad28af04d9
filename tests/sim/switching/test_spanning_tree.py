"""Spanning trees in an internet: loops that carry traffic, what is shown of them, and mistakes that are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.lab.report.routing import load_routing, save_routing, stp
from catenet.lab.report.trace_text import fields
from catenet.link.switching.spanning_tree.tracing import ROW_PORT, ROW_ROOT
from catenet.scenario import load
from catenet.view.switching import stp_lines


def ring(protocol: Any, **options: Any) -> Internet:
    """Three switches in a ring, sw2 to be the root, with a host at sw1 and one at sw3."""
    net = Internet(**options)
    for name in ("sw1", "sw2", "sw3"):
        net.switch(name, stp=protocol, priority=4096 if name == "sw2" else None)
    net.link("sw1", "sw2")
    net.link("sw2", "sw3")
    net.link("sw3", "sw1")
    net.host("a", at="sw1")
    net.host("b", at="sw3")
    return net


@pytest.mark.parametrize(("protocol", "ready"), [("stp", "31s"), ("rstp", "4s")])
def test_a_ring_carries_traffic_before_and_after_a_cut(protocol: str, ready: str) -> None:
    net = ring(protocol)
    net.run(until=ready)
    assert net.ping("a", "b").received == 4
    net.links["sw2-sw3"].cut()
    net.run(until=f"{int(net._world.kernel.now_ns) / 1e9 + (51 if protocol == 'stp' else 1)}s")
    assert net.ping("a", "b").received == 4


def test_rstp_loses_less_than_a_second_of_traffic() -> None:
    net = ring("rstp")
    net.run(until="10s")
    net.at("12s").cut("sw1", "sw2")
    result = net.ping("a", "b", count=60, interval="100ms")
    assert result.received >= 55


def test_octets_make_the_same_run() -> None:
    runs = []
    for fidelity in ("objects", "bytes"):
        net = ring("rstp", fidelity=fidelity)
        net.at("6s").cut("sw1", "sw2")
        net.run(until="20s")
        runs.append([(row.time_ns, row.kind, row.a, row.b) for row in net.trace.rows()])
    assert runs[0] == runs[1]


def test_what_is_shown() -> None:
    net = ring("rstp")
    net.run(until="10s")
    sw1, sw2, sw3 = stp(net._world)
    assert sw2["root"]["port"] is None
    assert (sw1["root"]["switch"], sw1["root"]["cost"], sw1["root"]["port"]) == ("sw2", 20_000, "sw1-sw2")
    roles = {port["link"]: (port["role"], port["state"], port["edge"]) for port in sw3["ports"]}
    assert roles == {
        "sw2-sw3": ("root", "forwarding", False),
        "sw3-sw1": ("alternate", "discarding", False),
        "b-sw3": ("designated", "forwarding", True),
    }
    lines = stp_lines([sw3])
    assert lines[0].startswith("sw3: RSTP, root 4096.02:00:00:00:00:02 (sw2) at cost 20000 via sw2-sw3")
    assert any(line.split()[:3] == ["sw3-sw1", "alternate", "discarding"] for line in lines)
    assert stp_lines([sw2])[0].startswith("sw2: RSTP, the root, 4096.")
    with pytest.raises(LabError, match='a does not run STP; give a switch stp = "rstp"'):
        stp(net._world, "a")


def test_it_is_kept_with_the_run(tmp_path: Path) -> None:
    net = ring("stp")
    net.run(until="40s")
    save_routing(net._world, tmp_path)
    assert load_routing(tmp_path, "stp") == stp(net._world)
    assert [each["switch"] for each in load_routing(tmp_path, "stp", "sw3")] == ["sw3"]
    with pytest.raises(LabError, match="there is no 'sw9' in it"):
        load_routing(tmp_path, "stp", "sw9")


def test_before_any_link_is_up() -> None:
    net = Internet()
    net.switch("sw", stp="rstp")
    (told,) = stp(net._world)
    assert stp_lines([told])[0] == "sw: RSTP, no link is up"


def test_the_trace_tells_roles_and_roots_by_name() -> None:
    net = ring("rstp")
    net.run(until="1s")
    told = [fields(row, []) for row in net.trace.rows() if row.kind in (ROW_PORT, ROW_ROOT)]
    assert {"role": "alternate", "state": "discarding"} in told
    assert {"root": "02:00:00:00:00:02", "cost": 20_000} in told


def test_vlans_and_a_tree() -> None:
    net = Internet()
    for name, others in (("sw1", ("sw2", "sw3")), ("sw2", ("sw1", "sw3")), ("sw3", ("sw1", "sw2"))):
        ports: Any = {f"a{name}": {"access": 10}, f"b{name}": {"access": 20}}
        net.switch(name, stp="rstp", ports=ports | {other: {"trunk": [10, 20]} for other in others})
    for pair in (("sw1", "sw2"), ("sw2", "sw3"), ("sw3", "sw1")):
        net.link(*pair)
    for name in ("sw1", "sw2", "sw3"):
        net.host(f"a{name}", at=name)
        net.host(f"b{name}", at=name)
    net.run(until="4s")
    assert net.ping("asw1", "asw3").received == 4
    assert net.ping("bsw1", "bsw2").received == 4
    assert net.ping("asw1", "bsw2", count=1).received == 0


def test_a_loop_without_a_tree_is_refused_and_told_what_would_be_right() -> None:
    net = Internet()
    for name in ("sw1", "sw2", "sw3"):
        net.switch(name)
    net.link("sw1", "sw2")
    net.link("sw2", "sw3")
    with pytest.raises(LabError, match=r'would close a loop of switches \(sw3 - sw2 - sw1\).*give them stp = "rstp"'):
        net.link("sw3", "sw1")


def test_one_switch_that_speaks_breaks_a_loop_of_others() -> None:
    """The others pass its BPDUs on, also if they know VLANs, and it hears itself."""
    net = Internet()
    net.switch("sw1", stp="rstp")
    net.switch("sw2")
    net.switch("sw3", vlans={1: {}})
    for pair in (("sw1", "sw2"), ("sw2", "sw3"), ("sw3", "sw1")):
        net.link(*pair)
    net.host("a", at="sw1")
    net.host("b", at="sw3")
    net.run(until="10s")
    assert [port["role"] for port in stp(net._world)[0]["ports"]] == ["designated", "backup", "designated"]
    net.run(until="40s")
    before = net.links["sw2-sw3"].wire.forward.frames
    assert net.ping("a", "b").received == 4
    assert net.links["sw2-sw3"].wire.forward.frames - before < 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stp": "mstp"}, "stp 'mstp' is not one of none, stp, rstp"),
        ({"priority": 4096}, 'priority: these are for a spanning tree; give stp = "rstp"'),
        ({"stp": "rstp", "priority": 5000}, "priority is a multiple of 4096, such as 4096, not 5000"),
        ({"stp": "rstp", "priority": 65_536}, "priority"),
        ({"stp": "rstp", "hello": "3s"}, "hello is a whole number of seconds from 1 to 2"),
        ({"stp": "stp", "hello": "1500ms"}, "hello is a whole number of seconds from 1 to 10"),
        ({"stp": "rstp", "hello": "soon"}, "hello: "),
        ({"stp": "rstp", "max_age": "40s"}, "max_age 40 s must be from"),
        ({"stp": "rstp", "forward_delay": "31s"}, "forward_delay is a whole number of seconds from 4 to 30"),
        ({"ports": {"h": {"edge": True}}}, "edge is for a spanning tree"),
        ({"stp": "stp", "ports": {"h": {"edge": True}}}, "edge is for RSTP"),
        ({"stp": "rstp", "ports": {"h": {"edge": 1}}}, "edge is true or false"),
        ({"stp": "rstp", "ports": {"h": {"cost": 0}}}, "cost"),
        ({"stp": "rstp", "ports": {"h": {"priority": 100}}}, "priority is a multiple of 16, such as 96, not 100"),
    ],
)
def test_mistakes_are_told(options: Any, message: str) -> None:
    with pytest.raises(LabError) as error:
        Internet().switch("sw", **options)
    assert str(error.value).startswith("switch sw: ")
    assert message in str(error.value)


def test_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "ring.toml"
    path.write_text(
        "".join(f'[switches.sw{n}]\nstp = "rstp"\npriority = {4096 * n}\nhello = "1s"\n' for n in (1, 2, 3))
        + "[switches.sw3.ports]\nsw1 = { cost = 5 }\n"
        + "".join(f'[[links]]\nbetween = ["sw{a}", "sw{b}"]\n' for a, b in ((1, 2), (2, 3), (3, 1)))
    )
    net = load(path).build()
    net.run(until="2s")
    assert [(each["root"]["switch"], each["root"]["cost"], each["hello_s"]) for each in stp(net._world)] == [
        ("sw1", 0, 1),
        ("sw1", 20_000, 1),
        ("sw1", 5, 1),
    ]
