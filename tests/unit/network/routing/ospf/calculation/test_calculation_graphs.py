"""On random networks the table has networkx's distances, and the next hops of all shortest paths."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from catenet.network.routing.ospf.lsa.lsa import Lsa
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from tests.unit.network.routing.ospf.link_state_maps import (
    SETTLED,
    Say,
    calculation,
    ip,
    line,
    network,
    router,
    stub,
    transit,
)

ROUTERS = 12
LAN = ip("10.9.0.0")


class RandomNetwork:
    """Lines, some of them parallel, and LANs, all at small costs that differ from end to end."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines = [self._line() for _ in range(18)]
        self.lans = [self._lan() for _ in range(3)]

    def _line(self) -> tuple[int, int, int, int]:
        a, b = self.random.sample(range(1, ROUTERS + 1), 2)
        return a, b, self.random.randint(1, 4), self.random.randint(1, 4)

    def _lan(self) -> dict[int, int]:
        members = self.random.sample(range(1, ROUTERS + 1), self.random.randint(2, 5))
        return {member: self.random.randint(1, 4) for member in members}

    def lsas(self) -> list[Say]:
        return [(0, self.router(number)) for number in range(1, ROUTERS + 1)] + [
            (0, network(LAN + place * 256 + next(iter(lan)), 0xFFFFFF00, list(lan)))
            for place, lan in enumerate(self.lans)
        ]

    def router(self, number: int) -> Lsa:
        links = [stub(f"172.16.0.{number}/32", 0)]
        for place, (a, b, there, back) in enumerate(self.lines):
            if number in (a, b):
                links.append(line(b, there, place) if number == a else line(a, back, place))
        for place, lan in enumerate(self.lans):
            if number in lan:
                designated = LAN + place * 256 + next(iter(lan))
                links.append(transit(designated, LAN + place * 256 + number, lan[number]))
        return router(number, *links)

    def graph(self) -> nx.MultiDiGraph:
        """An edge knows, out of a router, which interface it is; out of a LAN, which address is behind it."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(1, ROUTERS + 1))
        for place, (a, b, there, back) in enumerate(self.lines):
            graph.add_edge(a, b, cost=there, interface=place)
            graph.add_edge(b, a, cost=back, interface=place)
        for place, lan in enumerate(self.lans):
            for member, cost in lan.items():
                graph.add_edge(member, f"lan {place}", cost=cost, interface=(LAN + place * 256 + member) & 0xFFFF)
                graph.add_edge(f"lan {place}", member, cost=0, address=LAN + place * 256 + member)
        return graph


def expected_hops(graph: nx.MultiDiGraph, target: int) -> set[tuple[int, int]]:
    """The first steps of all shortest paths, one after the other: a line's far end, or a LAN and an address on it."""
    cheapest = nx.DiGraph()
    for a, b, edge in graph.edges(data=True):
        if not cheapest.has_edge(a, b) or edge["cost"] < cheapest[a][b]["cost"]:
            cheapest.add_edge(a, b, cost=edge["cost"])
    hops: set[tuple[int, int]] = set()
    for path in nx.all_shortest_paths(cheapest, 1, target, weight="cost"):
        first = path[1]
        for edge in graph.get_edge_data(1, first).values():
            if edge["cost"] == cheapest[1][first]["cost"]:
                if isinstance(first, str):
                    address = next(iter(graph.get_edge_data(first, path[2]).values()))["address"]
                    hops.add((edge["interface"], address))
                else:
                    hops.add((edge["interface"], first))
    return hops


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_tables_have_all_shortest_paths(seed: int) -> None:
    drawn = RandomNetwork(seed)
    graph = drawn.graph()
    routes = calculation(1, SETTLED, drawn.lsas()).routes
    distances = nx.single_source_dijkstra_path_length(graph, 1, weight="cost")
    for number in range(2, ROUTERS + 1):
        route = routes.get(pack_prefix(ip(f"172.16.0.{number}"), 32))
        if number not in distances:
            assert route is None
        else:
            assert route is not None
            assert route.cost == distances[number]
            assert set(route.hops) == expected_hops(graph, number)
