"""What one protocol is told of another's routes, and when it is told that they are gone."""

from __future__ import annotations

from typing import Any

import pytest

from catenet import Internet, LabError
from catenet.host.routing.redistribution import Redistribution, RouteTaker, Terms
from catenet.lab.report import routing as show
from catenet.network.forwarding import route_selection as distances
from catenet.network.forwarding.route import UNICAST, NextHop, Route

NETWORK, LENGTH = 0xC0A80000, 16


class Told(RouteTaker):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int, int]] = []

    def take(self, route: Route, metric: int, tag: int, is_type2: bool) -> None:
        self.events.append(("take", route.prefix, metric))

    def give_back(self, prefix: int, prefix_len: int) -> None:
        self.events.append(("give back", prefix, prefix_len))


def test_a_router_that_is_to_redistribute_is_a_boundary_router_also_with_nothing_to_tell() -> None:
    """As FRR has it: the E bit tells what is configured."""
    net = Internet()
    quiet = net.router("quiet", routing="ospf", ospf={"hello": "1s", "redistribute": ["static"]})
    plain = net.router("plain", routing="ospf", ospf={"hello": "1s"})
    net.link(quiet, plain)
    net.run(until="20s")
    calculation = net.ospf.daemons["plain"].machine.calculation
    assert [route.is_boundary for route in calculation.routers()] == [True]
    assert net.ospf.daemons["quiet"].machine.calculation.routers() == []


def test_only_what_is_in_use_is_told_and_each_change_once() -> None:
    net = Internet(seed=1)
    a, b = net.routers("a", "b", routing="static")
    net.link(a, b)
    net.build()
    interface = a.ends[0].interface
    assert interface is not None
    told = Told()
    own = {(0x0A000104, 30)}
    Redistribution(
        a.host,
        {origin: Terms(origin) for origin in (distances.CONNECTED, distances.STATIC, distances.RIP)},
        told,
        own,
        {},
    )
    assert told.events == []

    def route(distance: int) -> Route:
        return Route(4, NETWORK, LENGTH, UNICAST, [NextHop(interface, 0x0A000106)], distance)

    a.stack.add_route(route(distances.RIP))
    a.stack.add_route(route(distances.STATIC))
    net.run(until="1s")
    assert told.events == [("take", NETWORK, distances.STATIC)]
    a.stack.remove_route(4, NETWORK, LENGTH, distances.STATIC)
    net.run(until="2s")
    assert told.events[1:] == [("take", NETWORK, distances.RIP)]
    a.stack.add_route(route(distances.OSPF))
    net.run(until="3s")
    assert told.events[2:] == [("give back", NETWORK, LENGTH)]
    a.stack.remove_route(4, NETWORK, LENGTH, distances.OSPF)
    net.at("4s").cut(a, b)
    net.run(until="5s")
    assert told.events[3:] == [("take", NETWORK, distances.RIP), ("give back", NETWORK, LENGTH)]


def line(rip: dict[str, Any]) -> Internet:
    """Two routers with RIP and, beyond the first, one without."""
    net = Internet(seed=1)
    outside = net.router("outside", routing="static")
    first = net.router("first", routing="rip", rip=rip)
    second = net.router("second", routing="rip")
    net.link(outside, first)
    net.link(first, second)
    net.route(first, "192.168.0.0/16", outside)
    return net


def test_a_static_route_is_redistributed_while_it_can_be_used() -> None:
    net = line({"redistribute": {"static": {"metric": 4, "tag": 9}}})
    net.at("60s").cut("outside", "first")
    net.at("120s").heal("outside", "first")
    table = {}
    for until in (30, 65, 130):
        net.run(until=f"{until}s")
        route = net.rip.daemons["second"].machine.table.find(NETWORK, LENGTH)
        assert route is not None
        table[until] = (route.metric, route.tag)
    assert table == {30: (5, 9), 65: (16, 9), 130: (5, 9)}


def test_nothing_is_redistributed_unless_it_is_asked_for() -> None:
    net = line({"redistribute": ["connected"]})
    net.run(until="30s")
    assert net.rip.daemons["second"].machine.table.find(NETWORK, LENGTH) is None


def test_a_static_route_taken_away_is_withdrawn() -> None:
    net = line({"redistribute_static": True, "tag": 3})
    net.run(until="30s")
    first = net._world.registry.routers()[1]
    assert first.stack.remove_route(4, NETWORK, LENGTH, distances.STATIC)
    net.run(until="40s")
    route = net.rip.daemons["second"].machine.table.find(NETWORK, LENGTH)
    assert route is not None
    assert route.dead


@pytest.mark.parametrize(
    ("redistribute", "message"),
    [
        ("static", 'a list like ["static", "connected"]'),
        (["statics"], "did you mean 'static'"),
        (["rip"], "advertises its own routes anyway"),
        (["auto"], "automatic routes exist only on routers that run no protocol"),
        ({"static": 3}, "a table of metric, tag, except_tags"),
        ({"static": {"metrics": 3}}, "did you mean 'metric'"),
        ({"static": {"metric": 16}}, "metric is 1 to 15, not 16"),
        ({"static": {"except_tags": 7}}, "a list of tags, like [7]"),
    ],
)
def test_what_cannot_be_redistributed(redistribute: Any, message: str) -> None:
    with pytest.raises(LabError) as error:
        Internet().router("a", routing="rip", rip={"redistribute": redistribute})
    assert message in str(error.value)
    assert str(error.value).startswith("router a: rip: redistribute")


@pytest.mark.parametrize(
    ("routing", "message"),
    [
        ("osfp", "did you mean 'ospf'"),
        ("rip+static", "any router takes static routes"),
        ("auto+rip", "run no protocol"),
        ("rip+rip", "not one of"),
    ],
)
def test_routings_that_cannot_be(routing: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        Internet().router("a", routing=routing)


def ladder(external_distance: int) -> Internet:
    """OSPF above, RIP below, and two routers that join them and tell each what the other knows."""
    net = Internet(seed=1, check_forwarding=True)
    o1, o2 = net.routers("o1", "o2", routing="ospf", ospf={"hello": "1s"})
    ospf = {"hello": "1s", "redistribute": ["rip"], "external_distance": external_distance}
    b1, b2 = net.routers("b1", "b2", routing="ospf+rip", ospf=ospf, rip={"redistribute": ["ospf"]})
    r1, r2, r3 = net.routers("r1", "r2", "r3", routing="rip")
    for ends in ((o1, o2), (o1, b1), (o2, b2), (b1, r1), (b2, r2), (r1, r2), (r2, r3)):
        net.link(*ends)
    net.host("above", at=o1)
    net.host("below", at=r3)
    net.run(until="200s")
    return net


def test_two_joints_believe_each_other_unless_the_outside_is_farther() -> None:
    """Each prefers what the other tells OSPF of RIP's networks to what RIP itself says, and so has nothing to tell."""
    circling = ladder(distances.OSPF)
    assert circling.forwarding is not None
    assert len([one for one in circling.forwarding.episodes if one.kind == "loop"]) > 20
    calm = ladder(130)
    assert calm.forwarding is not None
    assert calm.forwarding.lasting() == []
    assert calm.ping("above", "below", count=2, version=4).loss == 0
    o1, _, b1 = calm._world.registry.routers()[:3]
    far = int(calm._world.registry.routers()[6].own_faces[0].ip)
    assert [route.metric for route in b1.stack.fib4.routes_to(far, 32)] == [120, 130]
    assert [route.metric for route in o1.stack.fib4.routes_to(far, 32)] == [110]
    told = {
        route["prefix"]: route["origin"]
        for route in show.routes(calm._world, "b1")[0]["routes"]
        if route["distance"] == 130
    }
    assert set(told.values()) == {"ospf"}


def test_what_bears_a_tag_can_be_kept_back() -> None:
    net = Internet(seed=1)
    a = net.router("a", routing="ospf", ospf={"hello": "1s", "redistribute": {"static": {"tag": 9}}})
    both = net.router(
        "both",
        routing="ospf+rip",
        ospf={"hello": "1s"},
        rip={"redistribute": {"ospf": {"except_tags": [9]}}},
    )
    c, d = net.router("c", routing="rip"), net.router("d", routing="static")
    for ends in ((a, both), (both, c), (a, d)):
        net.link(*ends)
    net.route(a, "192.168.0.0/16", d)
    net.run(until="60s")
    assert both.stack.fib4.routes_to(NETWORK, LENGTH)[0].metric == distances.OSPF
    table = net.rip.daemons["c"].machine.table
    assert table.find(NETWORK, LENGTH) is None
    assert table.find(int(a.own_faces[0].ip), 32) is not None
