"""OSPF in the lab: daemons that speak over simulated links, from the options that people write."""

from __future__ import annotations

from typing import Any

import pytest

from catenet import Internet
from catenet.lab.model.nodes import Router
from catenet.network.addresses import text
from catenet.network.forwarding import route_selection as distances
from catenet.network.routing.ospf import drop_reasons, tracing
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import FULL, TWO_WAY

SECOND = 1_000_000_000


def routers_of(net: Internet, *names: str) -> list[Router]:
    return [router for router in net._world.registry.routers() if router.name in names]


def table(net: Internet, name: str) -> dict[str, tuple[int, set[str]]]:
    """The routes of a router, by prefix: the distance of the best, and its gateways."""
    found: dict[str, tuple[int, set[str]]] = {}
    (router,) = routers_of(net, name)
    for route in router.stack.fib4.routes():
        best = router.stack.fib4.routes_to(route.prefix, route.prefix_len)[0]
        gateways = {text(4, hop.gateway) for hop in best.hops if hop.gateway}
        found[f"{text(4, route.prefix)}/{route.prefix_len}"] = (best.metric, gateways)
    return found


def interface_of(net: Internet, router: str, number: int) -> Interface:
    return net.ospf.daemons[router].machine.interfaces[number]


def square(**options: Any) -> Internet:
    """Four routers in a ring, a server at one and a client across."""
    net = Internet(seed=5, **options)
    north, east, south, west = net.routers("north", "east", "south", "west", routing="ospf", ospf={"hello": "1s"})
    for ends in ((north, east), (east, south), (south, west), (west, north)):
        net.link(*ends, delay="5ms")
    net.host("server", at=south)
    net.host("client", at=north)
    return net


def test_routes_are_at_distance_110_and_share_ways_of_equal_cost() -> None:
    net = square()
    net.run(until="20s")
    distance, gateways = table(net, "north")["10.0.3.1/32"]
    assert distance == distances.OSPF == 110
    assert gateways == {"10.0.1.6", "10.0.4.5"}
    assert table(net, "north")["10.0.1.4/30"] == (distances.CONNECTED, set())
    assert net.ping("client", "server", count=2, version=4).loss == 0


def test_a_cut_heals_and_the_checker_sees_for_how_long_packets_were_lost() -> None:
    net = square(check_forwarding=True)
    net.at("30s").cut("north", "east")
    net.run(until="60s")
    assert table(net, "north")["10.0.2.1/32"] == (110, {"10.0.4.5"})
    assert net.forwarding is not None
    lost = [one for one in net.forwarding.episodes if one.start_ns >= 30 * SECOND]
    holes = [one for one in lost if one.kind == "blackhole"]
    assert holes
    assert {one.start_ns for one in holes} == {30 * SECOND}
    assert all(one.end_ns is not None and one.end_ns <= 30.3 * SECOND for one in lost)
    # North turns to west before west has heard of the cut: a loop for as long as an LSA takes over the link.
    loops = {one.prefix: one for one in lost if one.kind == "loop"}
    assert loops["10.0.2.1/32"].routers == ("north", "west")
    assert 0 < loops["10.0.2.1/32"].duration_ns(0) < 10_000_000
    assert net.ping("client", "server", count=2, version=4).loss == 0


def test_the_trace_names_the_lsa_and_the_neighbour_that_changed_a_route() -> None:
    net = square()
    net.at("30s").cut("north", "east")
    net.run(until="40s")
    names = net.trace.names
    changes = [tracing.route_change(row) for row in net.trace.rows() if row.kind == tracing.ROUTE]
    west, south = (net.ospf.daemons[name].machine.router_id for name in ("west", "south"))
    (change,) = [
        one
        for one in changes
        if names[one.subject] == "west" and one.prefix == 0x0A000201 and one.time_ns >= 30 * SECOND
    ]
    assert text(4, change.advertising_router) in ("10.0.1.1", "10.0.2.1")
    assert change.received_from in (south, net.ospf.daemons["north"].machine.router_id)
    assert (change.ls_type, change.hops) == (1, 1)
    at_the_cut = [one for one in changes if names[one.subject] == "north" and one.time_ns > 30 * SECOND]
    assert at_the_cut
    assert {one.received_from for one in at_the_cut} <= {0, west}


def test_a_lan_elects_and_others_stay_two_way() -> None:
    net = Internet(seed=1)
    lan = net.switch("lan")
    for router in net.routers("a", "b", "c", "d", routing="ospf", ospf={"hello": "1s"}):
        net.link(router, lan, ospf={"b": {"priority": 9}} if router.name == "b" else None)
        net.host(f"at-{router.name}", at=router)
    net.run(until="30s")
    states = {name: interfaces.STATES[int(interface_of(net, name, 0).state)] for name in "abcd"}
    assert states == {"a": "DR Other", "b": "DR", "c": "DR Other", "d": "Backup"}
    between = interface_of(net, "a", 0).neighbours.values()
    assert sorted(int(other.state) for other in between) == [TWO_WAY, FULL, FULL]
    assert net.ping("at-a", "at-c", count=1, version=4).loss == 0
    # The groups are those of the state: only DR and backup hear what is for them.
    joined = {router.name: router.ends[0].interface.is_member(0xE0000006) for router in routers_of(net, *"abcd")}  # type: ignore[union-attr]
    assert joined == {"a": False, "b": True, "c": False, "d": True}
    net.at("31s").cut("b", lan)
    net.run(until="60s")
    assert interfaces.STATES[int(interface_of(net, "d", 0).state)] == "DR"
    assert net.ping("at-a", "at-c", count=1, version=4).loss == 0


def test_without_multicast_neighbours_are_known_by_address() -> None:
    net = Internet(seed=1)
    lan = net.switch("lan")
    ospf = {"hello": "1s", "network": "nbma", "poll": "5s"}
    for router in net.routers("a", "b", "c", routing="ospf", ospf=ospf):
        net.link(router, lan, ospf={"c": {"priority": 0}} if router.name == "c" else None)
    net.host("here", at="a")
    net.run(until="60s")
    assert interface_of(net, "a", 0).settings.neighbours == [(0x0A000402, 1), (0x0A000403, 0)]
    assert {interfaces.STATES[int(interface_of(net, name, 0).state)] for name in "ab"} == {"DR", "Backup"}
    assert table(net, "c")["10.0.1.1/32"] == (110, {"10.0.4.1"})
    assert not [row for row in net.trace.rows() if row.kind == tracing.DROP and row.a == drop_reasons.PASSIVE_HERE]


def test_unnumbered_links_carry_routes_and_packets() -> None:
    net = Internet(seed=1)
    a, b, c = net.routers("a", "b", "c", routing="ospf", ospf={"hello": "1s"})
    for ends in ((a, b), (b, c)):
        net.link(*ends, ospf={"unnumbered": True})
    net.host("h", at=a)
    net.host("g", at=c)
    net.run(until="20s")
    assert [face.version for face in a.ends[0].faces] == [6]
    assert table(net, "a")["10.0.3.1/32"] == (110, {"10.0.2.1"})
    assert net.ping("h", "g", count=2, version=4).loss == 0


@pytest.mark.parametrize(
    ("kind", "external", "default", "between"),
    [
        ("normal", True, False, True),
        ("stub", False, True, True),
        ("totally-stubby", False, True, False),
        ("nssa", False, False, True),
        ("totally-nssa", False, True, False),
    ],
)
def test_what_enters_an_area(kind: str, external: bool, default: bool, between: bool) -> None:
    net = Internet(seed=1)
    ospf = {"hello": "1s", "areas": {"1": {"kind": kind}}}
    inside, border = net.routers("inside", "border", routing="ospf", ospf=ospf)
    outer = net.router("outer", routing="ospf", ospf={**ospf, "redistribute": ["static"]})
    world = net.router("world", routing="static")
    net.link(inside, border, ospf={"area": 1})
    net.link(border, outer)
    net.link(outer, world)
    net.route(outer, "192.168.0.0/16", world)
    net.run(until="30s")
    found = table(net, "inside")
    assert ("192.168.0.0/16" in found) == external
    assert ("10.0.3.1/32" in found) == between
    if kind != "nssa":
        assert ("0.0.0.0/0" in found) == default
    assert table(net, "border")["192.168.0.0/16"] == (110, {"10.0.2.6"})


def test_what_an_nssa_redistributes_is_translated() -> None:
    net = Internet(seed=1)
    ospf = {"hello": "1s", "areas": {"1": {"kind": "nssa"}}}
    inside = net.router("inside", routing="ospf", ospf={**ospf, "area": 1, "redistribute": {"static": {"tag": 7}}})
    border, outer = net.routers("border", "outer", routing="ospf", ospf=ospf)
    world = net.router("world", routing="static")
    net.link(inside, border, ospf={"area": 1})
    net.link(border, outer)
    net.link(inside, world)
    net.route(inside, "192.168.0.0/16", world)
    net.run(until="30s")
    assert table(net, "outer")["192.168.0.0/16"] == (110, {"10.0.2.5"})
    route = net.ospf.daemons["outer"].machine.calculation.route(0xC0A80000, 16)
    assert route is not None
    assert (route.tag, text(4, route.advertising_router)) == (7, "10.0.2.1")


def mixed(**options: Any) -> Internet:
    """Two routers with OSPF, one with both, two with RIP, in a line, and a host at either end."""
    net = Internet(seed=1, **options)
    a, b = net.routers("a", "b", routing="ospf", ospf={"hello": "1s"})
    both = net.router(
        "both",
        routing="rip+ospf",
        ospf={"hello": "1s", "redistribute": {"rip": {"metric": 30, "type": 1, "tag": 5}}},
        rip={"redistribute": {"ospf": {"metric": 3, "tag": 6}}},
    )
    d, e = net.routers("d", "e", routing="rip")
    for ends in ((a, b), (b, both), (both, d), (d, e)):
        net.link(*ends)
    net.host("left", at=a)
    net.host("right", at=e)
    return net


def test_a_router_of_two_protocols_joins_them() -> None:
    net = mixed()
    net.run(until="60s")
    assert net._world.registry.routers()[2].routing == "ospf+rip"
    assert net.ping("left", "right", count=2, version=4).loss == 0
    assert net.ping("right", "left", count=2, version=4).loss == 0
    # Each is spoken where somebody across speaks it, and the networks of the other come along.
    assert [port.interface.name for port in net.ospf.daemons["both"].ports] == ["eth0"]
    assert [port.interface.name for port in net.rip.daemons["both"].ports] == ["eth1"]
    assert table(net, "a")["10.0.3.4/30"] == (110, {"10.0.1.6"})
    assert table(net, "e")["10.0.2.4/30"] == (120, {"10.0.4.5"})
    route = net.ospf.daemons["a"].machine.calculation.route(0x0A000501, 32)
    assert route is not None
    assert (route.cost, route.tag) == (230, 5)
    heard = net.rip.daemons["e"].machine.table.find(0x0A000101, 32)
    assert heard is not None
    assert (heard.metric, heard.tag) == (5, 6)


def test_what_one_protocol_loses_the_other_is_told() -> None:
    net = mixed()
    net.at("60s").cut("both", "d")
    net.at("90s").heal("both", "d")
    known = {}
    for until in (59, 75, 150):
        net.run(until=f"{until}s")
        known[until] = "10.0.5.1/32" in table(net, "a")
    assert known == {59: True, 75: False, 150: True}


def test_ospf_wins_over_rip_and_static_over_both() -> None:
    net = Internet(seed=1)
    a, b, c = net.routers("a", "b", "c", routing="ospf+rip", ospf={"hello": "1s"})
    for ends in ((a, b), (b, c), (a, c)):
        net.link(*ends)
    net.run(until="60s")
    prefix = (int(c.own_faces[0].ip), 32)
    assert [route.metric for route in a.stack.fib4.routes_to(*prefix)] == [110, 120]
    net.route(a, str(c.own_faces[0].network), "b")
    net.run(until="61s")
    assert [route.metric for route in a.stack.fib4.routes_to(*prefix)] == [1, 110, 120]


def test_a_router_without_the_key_is_not_believed() -> None:
    net = Internet(seed=1)
    good, other = net.routers("good", "other", routing="ospf", ospf={"key": "secret"})
    forger = net.router("forger", routing="ospf", ospf={"key": "guess"})
    silent = net.router("silent", routing="ospf")
    for one in (other, forger, silent):
        net.link(good, one)
    net.run(until="60s")
    machine = net.ospf.daemons["good"].machine
    assert [len(interface.neighbours) for interface in machine.interfaces] == [1, 0, 0]
    assert machine.drops[drop_reasons.WRONG_KEY] > 0
    assert machine.drops[drop_reasons.AUTHENTICATION_TYPE] > 0


def test_passive_links_are_advertised_in_silence() -> None:
    net = Internet(seed=1)
    a, b = net.routers("a", "b", routing="ospf", ospf={"hello": "1s"})
    c = net.router("c", routing="ospf", ospf={"hello": "1s", "passive": ["b"]})
    net.link(a, b)
    net.link(b, c, ospf={"b": {"passive": True}})
    net.run(until="20s")
    assert table(net, "a")["10.0.2.4/30"] == (110, {"10.0.1.6"})
    assert "10.0.3.1/32" not in table(net, "a")
    assert interface_of(net, "b", 1).neighbours == {}


def test_a_cost_is_changed_and_a_daemon_is_stopped() -> None:
    net = square()
    net.run(until="20s")
    daemon = net.ospf.daemons["north"]
    net.at("21s").call(daemon.set_cost, daemon.ports[0].interface, 500)
    net.run(until="40s")
    assert table(net, "north")["10.0.3.1/32"] == (110, {"10.0.4.5"})
    net.at("41s").call(net.ospf.daemons["west"].stop)
    net.run(until="60s")
    assert "10.0.4.1/32" not in table(net, "north")
    assert table(net, "north")["10.0.3.1/32"] == (110, {"10.0.1.6"})
    assert not [prefix for prefix, (distance, _) in table(net, "west").items() if distance == 110]


def test_what_was_declared_between_two_runs_takes_part() -> None:
    net = square()
    net.run(until="20s")
    late = net.router("late", routing="ospf", ospf={"hello": "1s"})
    net.link("east", late)
    net.run(until="40s")
    assert table(net, "west")["10.0.5.1/32"][0] == 110
    assert len(table(net, "late")) > 8


def test_the_same_run_twice_and_in_bytes() -> None:
    traces = []
    for fidelity in ("objects", "objects", "bytes"):
        net = mixed(fidelity=fidelity)
        net.at("40s").cut("a", "b")
        net.at("50s").heal("a", "b")
        net.run(until="70s")
        traces.append([tuple(row) for row in net.trace.rows()])
    assert traces[0] == traces[1] == traces[2]
