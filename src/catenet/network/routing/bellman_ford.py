"""Shortest paths from one node, whatever the edges cost (Ford 1956, Bellman 1958).

All edges are relaxed, again and again, until nothing gets shorter.  Without a negative cycle that is after V - 1 rounds
at the latest.  O(V E).  Distance-vector protocols are this algorithm, with a router for each node and a message for
each relaxation (RFC 2453 3.4).
"""

from __future__ import annotations

from catenet.network.routing.graph import UNREACHED, Graph, NegativeCycle
from catenet.network.routing.shortest import ShortestPaths


def shortest_paths(graph: Graph, source: int) -> ShortestPaths:
    """All shortest paths from ``source``, ties included.  O(V E).

    Raises :class:`~catenet.network.routing.graph.NegativeCycle` if such a cycle can be reached from the source,
    and ValueError for a source that is not there.
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
    """The edges of a cycle that costs less than 0, in walking order; empty if there is none anywhere.  O(V E)."""
    return _relax(graph, [0] * len(graph))


def _relax(graph: Graph, distances: list[int]) -> list[int]:
    """Relax until nothing gets shorter.  If that does not end: a negative cycle's edges."""
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
    """The cycle that the last edges lead back into from a node that was still shortened in round V."""
    for _ in last_edge:
        node = graph.tails[last_edge[node]]
    cycle = [last_edge[node]]
    while graph.tails[cycle[-1]] != node:
        cycle.append(last_edge[graph.tails[cycle[-1]]])
    cycle.reverse()
    return cycle
