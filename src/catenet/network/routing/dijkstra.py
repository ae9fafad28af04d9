"""Shortest paths from one node, with edges of non-negative cost (Dijkstra 1959).

The nodes are settled in order of distance.  A heap (Williams 1964) holds the tentative nodes, with one entry for each
decrease of a distance.  O((V + E) log V).  Link-state protocols run this algorithm (RFC 2328 16.1; an edge from a
network to a router costs 0 there, so 0 is permitted).
"""

from __future__ import annotations

from heapq import heappop, heappush

from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.shortest import ShortestPaths


def shortest_paths(graph: Graph, source: int) -> ShortestPaths:
    """All shortest paths from ``source``, ties included.  O((V + E) log V).

    Raises ValueError for an edge of negative cost, and for an unknown source.
    """
    graph.check_node(source)
    size = len(graph)
    out, heads, costs = graph.out, graph.heads, graph.costs
    distances = [UNREACHED] * size
    parents: list[list[int]] = [[] for _ in range(size)]
    distances[source] = 0
    # A heap entry is one number, distance * size + node: it compares like the pair, but faster.
    heap = [source]
    nearest = 0
    while heap:
        entry = heappop(heap)
        distance, node = entry // size, entry % size
        if distance != distances[node]:
            continue
        assert distance >= nearest, "nodes are settled in order of distance"
        nearest = distance
        for edge in out[node]:
            cost, head = costs[edge], heads[edge]
            if cost < 0:
                raise_negative(graph, edge)
            total = distance + cost
            known = distances[head]
            if known == UNREACHED or total < known:
                distances[head] = total
                parents[head] = [edge]
                heappush(heap, total * size + head)
            elif total == known and head != source:
                parents[head].append(edge)
    for edges in parents:
        if len(edges) > 1:
            edges.sort()
    assert distances[source] == 0, "no path is shorter than none"
    assert not parents[source], "no shortest path returns to its source"
    return ShortestPaths(graph, source, distances, parents)


def distances_to(graph: Graph, target: int, avoided: int = -1) -> list[int]:
    """The distance from each node to ``target``, on paths that do not touch the node ``avoided``.

    :data:`~catenet.network.routing.graph.UNREACHED` without a path.  O((V + E) log V).  Raises ValueError for an edge
    of negative cost, and for an unknown target.
    """
    return distances_to_nearest(graph, [target], avoided)


def distances_to_nearest(graph: Graph, targets: list[int], avoided: int = -1) -> list[int]:
    """The distance from each node to the nearest of ``targets``; otherwise as :func:`distances_to`."""
    size = len(graph)
    into, tails, costs = graph.into, graph.tails, graph.costs
    distances = [UNREACHED] * size
    heap: list[int] = []
    for target in targets:
        graph.check_node(target)
        if target != avoided and distances[target] == UNREACHED:
            distances[target] = 0
            heap.append(target)
    heap.sort()
    while heap:
        entry = heappop(heap)
        distance, node = entry // size, entry % size
        if distance != distances[node]:
            continue
        for edge in into[node]:
            cost, tail = costs[edge], tails[edge]
            if cost < 0:
                raise_negative(graph, edge)
            known = distances[tail]
            if tail != avoided and (known == UNREACHED or distance + cost < known):
                distances[tail] = distance + cost
                heappush(heap, (distance + cost) * size + tail)
    return distances


def raise_negative(graph: Graph, edge: int) -> None:
    """Raise ValueError for an edge of negative cost."""
    raise ValueError(
        f"the edge {edge} from {graph.tails[edge]} to {graph.heads[edge]} costs {graph.costs[edge]}; "
        f"it must cost 0 or more (Bellman–Ford takes others)"
    )
