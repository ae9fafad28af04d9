"""Shortest paths from one node, with edges of any cost (Ford 1956, Bellman 1958).

All edges are relaxed in rounds until no distance decreases.  Without a negative cycle this takes at most V - 1 rounds.
O(V E).  Distance-vector protocols run this algorithm with a router for each node and a message for each relaxation
(RFC 2453 3.4).
"""

from __future__ import annotations

from catenet.network.routing.graph import UNREACHED, Graph, NegativeCycle
from catenet.network.routing.shortest import ShortestPaths


def shortest_paths(graph: Graph, source: int) -> ShortestPaths:
    """All shortest paths from ``source``, ties included.  O(V E).

    Raises :class:`~catenet.network.routing.graph.NegativeCycle` if such a cycle can be reached from the source,
    and ValueError for an unknown source.
    """
    graph.check_node(source)
    distances = [UNREACHED] * len(graph)
    distances[source] = 0
    cycle = _relax(graph, distances)
    if cycle:
        raise NegativeCycle(cycle, sum([graph.costs[edge] for edge in cycle]))
    parents: list[list[int]] = [[] for _ in distances]
    for edge in graph.edges():
        tail, head = graph.tails[edge], graph.heads[edge]
        reached = distances[tail] != UNREACHED
        if reached and head != source and distances[tail] + graph.costs[edge] == distances[head]:
            parents[head].append(edge)
    return ShortestPaths(graph, source, distances, parents)


def negative_cycle(graph: Graph) -> list[int]:
    """The edges of a cycle of negative cost, in order along it; empty if the graph has none.  O(V E)."""
    return _relax(graph, [0] * len(graph))


def _relax(graph: Graph, distances: list[int]) -> list[int]:
    """Relax until no distance decreases; returns the edges of a negative cycle if there is one."""
    tails, heads, costs = graph.tails, graph.heads, graph.costs
    edges = graph.edges()
    last_edge = [-1] * len(distances)
    for _ in distances:
        shortened = -1
        for edge in edges:
            known, head = distances[tails[edge]], heads[edge]
            if known != UNREACHED:
                total = known + costs[edge]
                if distances[head] == UNREACHED or total < distances[head]:
                    distances[head] = total
                    last_edge[head] = edge
                    shortened = head
        if shortened == -1:
            return []
    return _cycle_behind(graph, last_edge, shortened)


def _cycle_behind(graph: Graph, last_edge: list[int], node: int) -> list[int]:
    """The negative cycle behind a node whose distance still decreased in round V, found along the last edges."""
    for _ in last_edge:
        node = graph.tails[last_edge[node]]
    cycle = [last_edge[node]]
    while graph.tails[cycle[-1]] != node:
        cycle.append(last_edge[graph.tails[cycle[-1]]])
    cycle.reverse()
    return cycle
