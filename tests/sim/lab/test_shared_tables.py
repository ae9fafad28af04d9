"""Automatic tables that are worked out when asked say what full ones would, after any cuts and heals."""

from __future__ import annotations

import random

import pytest

from catenet import Internet
from catenet.lab.model.nodes import IpNode
from catenet.lab.routing.graph import RouteGraph
from catenet.lab.routing.tables import AUTOMATIC_METRIC
from catenet.network.forwarding.fib import Fib, RouteObserver
from catenet.network.forwarding.route import UNICAST
from catenet.network.routing.dijkstra import shortest_paths
from catenet.network.routing.graph import UNREACHED

Table = dict[tuple[int, int, int], list[tuple[str, int]]]
"""By version, network and length the next hops: interface and gateway."""


def random_internet(drawn: random.Random) -> Internet:
    """Routers with costs that make ties, LANs with several routers, hosts with two links, parallel links."""
    net = Internet(seed=1, reconverge="100ms")
    size = drawn.randint(4, 10)
    routers = [net.router(f"r{number}") for number in range(size)]
    for number in range(2 * size):
        pair = (number + 1, drawn.randrange(number + 1)) if number < size - 1 else drawn.sample(range(size), 2)
        net.link(routers[pair[0]], routers[pair[1]], delay="1ms", cost=drawn.randint(1, 3))
    for number in range(2):
        switch = net.switch(f"s{number}")
        for router in routers[number::2][:3]:
            net.link(switch, router, delay="1ms")
        net.host(f"on-{switch.name}", at=switch)
    both = net.host("both")
    for router in drawn.sample(routers, 2):
        net.link(both, router, delay="1ms")
    net.host("alone", at=routers[0])
    return net


def full_tables(net: Internet, down: set[str]) -> dict[str, Table]:
    """What every table must hold, from all shortest paths of every node."""
    graph = RouteGraph(net._world.registry, "delay", down)
    tables = {}
    for number, node in enumerate(graph.nodes):
        paths = shortest_paths(graph.graph, number)
        hops = paths.first_hops()
        table: Table = {}
        for owners, prefixes in zip(net._world.routes._places, net._world.routes._prefixes, strict=True):
            numbers = [graph.numbers[owner.name] for owner in owners]
            reached = [each for each in numbers if paths.distances[each] != UNREACHED]
            least = min((paths.distances[each] for each in reached), default=0)
            edges = sorted({edge for each in reached if paths.distances[each] == least for edge in hops[each]})
            for prefix in prefixes:
                ways = [hop for edge in edges for hop in graph.edges[edge].hops(prefix[0])]
                if ways and number not in numbers:
                    table[prefix] = [(hop.interface.name, hop.gateway) for hop in ways]
        tables[node.name] = table
    return tables


def held(fib: Fib) -> Table:
    return {
        (int(fib.version), route.prefix, route.prefix_len): [(hop.interface.name, hop.gateway) for hop in route.hops]
        for route in fib.routes()
        if route.metric == AUTOMATIC_METRIC and route.kind == UNICAST
    }


def differing(one: Table, other: Table) -> set[tuple[int, int, int]]:
    return {prefix for prefix in one.keys() | other.keys() if one.get(prefix) != other.get(prefix)}


def looked_up(node: IpNode, table: Table) -> None:
    """Every prefix leads where the table says, unless the node has a route of its own to a part of it."""
    for (version, network, length), hops in table.items():
        fib = node.stack.family(version).fib
        exact = [route for route in fib.routes_to(network, length) if route.metric == AUTOMATIC_METRIC]
        assert [[(hop.interface.name, hop.gateway) for hop in route.hops] for route in exact] == [hops]
        found = fib.lookup(network + 1, False)
        assert found is not None
        assert found.prefix_len >= length


class Ear(RouteObserver):
    """Notes which routes a node is told of."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[tuple[int, int, int]] = set()

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self.heard.add((int(fib.version), prefix, prefix_len))


@pytest.mark.parametrize("seed", range(12))
def test_as_full_tables(seed: int) -> None:
    drawn = random.Random(seed)
    net = random_internet(drawn)
    net.build()
    before = full_tables(net, set())
    links = [link for link in net.links.values() if not link.leads_to("alone")]
    ears = {name: Ear() for name in before}
    for name, ear in ears.items():
        net._world.registry.ip_node(name, "test").stack.fib4.watch(ear)
        net._world.registry.ip_node(name, "test").stack.fib6.watch(ear)
    for step in range(5):
        for link in drawn.sample(links, drawn.choice([1, 1, 2, 4])):
            (link.cut if link.up else link.heal)()
        net.run(until=f"{step * 500 + 50}ms")  # not yet heard of
        stale = {name: net._world.registry.ip_node(name, "test") for name in before}
        assert {name: held(node.stack.fib4) | held(node.stack.fib6) for name, node in stale.items()} == before
        notes = len(net._world.timeline.entries)
        net.run(until=f"{step * 500 + 500}ms")
        after = full_tables(net, {link.name for link in links if not link.up})
        for name, table in after.items():
            node = net._world.registry.ip_node(name, "test")
            assert held(node.stack.fib4) | held(node.stack.fib6) == table
            looked_up(node, table)
            assert ears[name].heard == differing(before[name], table)
            ears[name].heard.clear()
        turned = {name: differing(before[name], after[name]) for name in after}
        nodes, routes = sum(map(bool, turned.values())), sum(map(len, turned.values()))
        told = [entry.text for entry in net._world.timeline.entries[notes:] if entry.what == "routes-changed"]
        assert told == ([f"{routes} routes of {nodes} routers changed"] if routes else [])
        before = after
