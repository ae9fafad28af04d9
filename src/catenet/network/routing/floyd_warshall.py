"""Shortest paths between all pairs of nodes, with edges of any cost (Floyd 1962, Warshall 1962).

Three nested loops: for each ``k``, only the first ``k`` nodes may be intermediate nodes.  O(V³) time, O(V²) memory.
For large sparse networks, Dijkstra from each node or :mod:`~catenet.network.routing.scipy_distances` is faster.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.bellman_ford import negative_cycle
from catenet.network.routing.graph import UNREACHED, Graph, NegativeCycle


class AllPairs:
    """One shortest path for each pair of nodes.

    ``distances[a][b]`` is :data:`~catenet.network.routing.graph.UNREACHED` without a path; ``first_edges[a][b]`` is
    the first edge of the path from ``a`` to ``b``, -1 without one.
    """

    def __init__(self, graph: Graph, distances: list[list[int]], first_edges: list[list[int]]) -> None:
        self.graph: Final = graph
        self.distances: Final = distances
        self.first_edges: Final = first_edges

    def path(self, a: int, b: int) -> list[int] | None:
        """A shortest path as a list of edges, empty from a node to itself; None if there is none.  O(V)."""
        if self.distances[a][b] == UNREACHED:
            return None
        edges: list[int] = []
        while a != b:
            edge = self.first_edges[a][b]
            edges.append(edge)
            a = self.graph.heads[edge]
        return edges


def all_pairs(graph: Graph) -> AllPairs:
    """Shortest paths between all pairs.  O(V³).

    Raises :class:`~catenet.network.routing.graph.NegativeCycle` if the graph has such a cycle.
    """
    cycle = negative_cycle(graph)
    if cycle:
        raise NegativeCycle(cycle, sum([graph.costs[edge] for edge in cycle]))
    size = len(graph)
    distances = [[UNREACHED] * size for _ in range(size)]
    first_edges = [[-1] * size for _ in range(size)]
    for node in range(size):
        distances[node][node] = 0
    for edge in graph.edges():
        tail, head, cost = graph.tails[edge], graph.heads[edge], graph.costs[edge]
        known = distances[tail][head]
        if known == UNREACHED or cost < known:
            distances[tail][head] = cost
            first_edges[tail][head] = edge
    for middle in range(size):
        for row, firsts in zip(distances, first_edges, strict=True):
            _improve(row, firsts, distances[middle], middle)
    return AllPairs(graph, distances, first_edges)


def _improve(row: list[int], firsts: list[int], onward: list[int], middle: int) -> None:
    """Replace the paths of one row by paths through ``middle`` where these are shorter."""
    to_middle, first = row[middle], firsts[middle]
    if to_middle == UNREACHED or row is onward:
        return
    for node, rest in enumerate(onward):
        if rest != UNREACHED:
            known = row[node]
            if known == UNREACHED or to_middle + rest < known:
                row[node] = to_middle + rest
                firsts[node] = first
