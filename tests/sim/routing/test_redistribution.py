"""What one protocol is told of another's routes, and when it is told that they are gone."""

from __future__ import annotations

from typing import Any

import pytest

from catenet import Internet, LabError
from catenet.host import distances
from catenet.host.redistribution import Redistribution, RouteTaker
from catenet.network.fib import UNICAST, NextHop, Route

NETWORK, LENGTH = 0xC0A80000, 16


class Told(RouteTaker):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int, int]] = []

    def take(self, route: Route, origin: int) -> None:
        self.events.append(("take", route.prefix, origin))

    def give_back(self, prefix: int, prefix_len: int) -> None:
        self.events.append(("give back", prefix, prefix_len))


def test_only_what_is_in_use_is_told_and_each_change_once() -> None:
    net = Internet(seed=1)
    a, b = net.routers("a", "b", routing="static")
    net.link(a, b)
    net.build()
    interface = a.ends[0].interface
    assert interface is not None
    told = Told()
    own = {(0x0A000104, 30)}
    Redistribution(a.host, [distances.CONNECTED, distances.STATIC, distances.RIP], told, own, {})
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
    first = net.registry.routers()[1]
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
        (["rip"], "tells its own routes anyway"),
        (["auto"], "computed by no protocol"),
        ({"static": 3}, "a table of metric, tag"),
        ({"static": {"metrics": 3}}, "did you mean 'metric'"),
        ({"static": {"metric": 16}}, "metric is 1 to 15, not 16"),
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
