"""The forwarding table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel
from catenet.network import addresses
from catenet.network.forwarding.fib import Fib, RouteObserver, RouteSource
from catenet.network.forwarding.route import BLACKHOLE, NextHop, Route
from catenet.network.forwarding.route_selection import wins_over
from catenet.network.stack import IpStack


def prefix(text: str) -> tuple[int, int, int]:
    return addresses.parse_interface(text)


def made(text: str, metric: int = 0) -> Route:
    version, address, length = prefix(text)
    return Route(version, address, length, BLACKHOLE, [], metric)


def find(fib: Fib, text: str) -> Route | None:
    return fib.lookup(addresses.parse(text)[1])


def test_the_longest_prefix_wins_and_its_removal_uncovers_the_next() -> None:
    fib = Fib(4)
    default, wide, narrow = made("0.0.0.0/0"), made("10.0.0.0/8"), made("10.1.2.0/24")
    for route in (wide, narrow, default):
        fib.add(route)
    assert find(fib, "10.1.2.3") is narrow
    assert find(fib, "10.9.9.9") is wide
    assert find(fib, "192.0.2.1") is default
    assert fib.remove(narrow.prefix, 24)
    assert not fib.remove(narrow.prefix, 24)
    assert find(fib, "10.1.2.3") is wide
    assert fib.routes() == [wide, default]


def test_the_lower_metric_wins_and_the_same_one_replaces() -> None:
    fib = Fib(6)
    first, better, other = made("2001:db8::/32", 20), made("2001:db8::/32", 5), made("2001:db8::/32", 5)
    fib.add(first)
    fib.add(better)
    assert find(fib, "2001:db8::1") is better
    fib.add(other)
    assert find(fib, "2001:db8::1") is other
    assert fib.remove(other.prefix, 32, 5)
    assert find(fib, "2001:db8::1") is first


routes = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=30)


@pytest.mark.slow
@given(routes, st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=10))
def test_lookup_agrees_with_trying_every_route(lines: list[tuple[int, int]], targets: list[int]) -> None:
    fib = Fib(4)
    table: dict[tuple[int, int], Route] = {}
    for address, length in lines:
        route = Route(4, address, length, BLACKHOLE, [])
        table[route.prefix, length] = route
        fib.add(route)
    for target in targets + [address for address, _ in lines]:
        matching = [route for (key, length), route in table.items() if target & addresses.mask(4, length) == key]
        best = max(matching, key=lambda route: route.prefix_len, default=None)
        assert fib.lookup(target) is best


def test_a_way_over_a_dead_link_is_left_out_where_carrier_is_needed(net: Any) -> None:
    stack = IpStack(Kernel(1), "r")
    alive, dead = stack.add_interface("eth0", 1), stack.add_interface("eth1", 2)
    alive.up = True
    route = Route(4, 0, 0, 0, [NextHop(alive, 1), NextHop(dead, 2)])
    assert [hop.gateway for hop in route.live_hops(False)] == [1, 2]
    assert [hop.gateway for hop in route.live_hops(True)] == [1]
    fib = Fib(4)
    fib.add(Route(4, 10 << 24, 8, 0, [NextHop(dead, 2)]))
    fib.add(made("0.0.0.0/0"))
    assert fib.lookup(10 << 24 | 1, True) is fib.routes()[1]
    assert fib.lookup(10 << 24 | 1, False) is fib.routes()[0]


def test_a_route_reads_like_one() -> None:
    stack = IpStack(Kernel(1), "r")
    interface = stack.add_interface("eth0", 1)
    route = Route(4, 10 << 24, 8, 0, [NextHop(interface, 1), NextHop(interface)])
    assert str(route) == "10.0.0.0/8 via 0.0.0.1 dev eth0 dev eth0"
    assert str(made("::/0")) == "blackhole ::/0"


class Given(RouteSource):
    """Routes that are worked out when they are asked for: here, those of a list."""

    def __init__(self, *held: Route) -> None:
        super().__init__()
        self.held = held

    def lookup(self, address: int, need_carrier: bool) -> Route | None:
        found = [route for route in self.held if address & addresses.mask(4, route.prefix_len) == route.prefix]
        return max(found, key=lambda route: route.prefix_len, default=None)

    def routes_to(self, prefix: int, prefix_len: int) -> list[Route]:
        return [route for route in self.held if (route.prefix, route.prefix_len) == (prefix, prefix_len)]

    def routes(self) -> list[Route]:
        return list(self.held)


def test_of_own_routes_and_those_of_a_source_the_longest_prefix_wins_and_then_the_lower_metric() -> None:
    """A static route for one network must not hide what OSPF knows of a part of it, nor the other way round."""
    fib = Fib(4)
    own = [made("10.0.0.0/8", 5), made("10.1.0.0/16", 20), made("10.3.0.0/16", 5)]
    given = [made("10.1.2.0/24", 110), made("10.1.0.0/16", 10), made("10.3.0.0/16", 110), made("172.16.0.0/12", 110)]
    for route in own:
        fib.add(route)
    assert find(fib, "10.1.2.3") is own[1]
    fib.source = Given(*given)
    assert find(fib, "10.1.2.3") is given[0]
    assert find(fib, "10.1.9.9") is given[1]
    assert find(fib, "10.3.9.9") is own[2]
    assert find(fib, "10.9.9.9") is own[0]
    assert find(fib, "172.16.1.1") is given[3]
    assert find(fib, "192.0.2.1") is None
    assert fib.routes_to(own[1].prefix, 16) == [given[1], own[1]]
    assert fib.routes_to(own[0].prefix, 8) == [own[0]]
    assert fib.routes_to(own[0].prefix, 9) == []
    assert fib.routes() == [given[0], own[2], given[1], own[1], given[2], given[3], own[0]]


def test_between_routes_that_both_hold_an_address() -> None:
    longer, shorter, cheaper = made("10.1.0.0/16", 9), made("10.0.0.0/8", 1), made("10.1.0.0/16", 8)
    assert wins_over(longer, shorter)
    assert not wins_over(shorter, longer)
    assert wins_over(cheaper, longer)
    assert not wins_over(longer, cheaper)
    assert not wins_over(longer, longer), "of two equal ones the one that is there stays"


def test_a_source_of_nothing_changes_nothing() -> None:
    fib = Fib(4)
    fib.source = RouteSource()
    route = made("10.0.0.0/8")
    fib.add(route)
    assert find(fib, "10.1.2.3") is route
    assert find(fib, "192.0.2.1") is None
    assert (fib.routes_to(route.prefix, 8), fib.routes()) == ([route], [route])


class Watching(RouteObserver):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Fib, int, int]] = []

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self.told.append((fib, prefix, prefix_len))


def test_whoever_watches_is_told_of_each_change_and_of_nothing_else() -> None:
    """A router that redistributes would go on telling of a network that is gone."""
    fib, watching = Fib(4), Watching()
    route = made("10.1.0.0/16")
    fib.add(made("192.0.2.0/24"))
    assert not fib.is_watched()
    fib.watch(watching)
    assert fib.is_watched()
    fib.add(route)
    fib.remove(route.prefix, 16)
    assert not fib.remove(route.prefix, 16)
    assert not fib.remove(made("192.0.2.0/24").prefix, 24, 7)
    fib.changed(5 << 8, 24)
    assert watching.told == [(fib, route.prefix, 16), (fib, route.prefix, 16), (fib, 5 << 8, 24)]
