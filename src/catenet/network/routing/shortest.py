"""Shortest paths from one node to all, with every first step of equal cost (Dijkstra 1959)."""

from __future__ import annotations

import heapq
from typing import Final

UNREACHED: Final = -1

Graph = list[list[tuple[int, int]]]
"""``graph[node]`` holds the edges out of a node: ``(to, cost)``, cost 1 or more.  Two may lead to one node."""


def first_hops(graph: Graph, source: int) -> tuple[list[int], list[list[int]]]:
    """``(distances, hops)``: what each node's shortest paths from ``source`` cost, and how they all begin.

    ``hops[node]`` lists places in ``graph[source]``, in order: each is the first edge of a shortest path.
    A node that cannot be reached has the distance :data:`UNREACHED` and no hops; the source has 0 and none.

    A node inherits the first edges of all its predecessors on shortest paths; as edges cost at least 1,
    each predecessor is final before its successor is.  O((V + E) log V) for the search and O(E H) for
    the merging, H being the most first edges that a node has.  The order in which edges are listed
    changes no distance, and ``hops`` only in their numbers.

    Raises ValueError for an edge that costs less than 1.
    """
    distances = [UNREACHED] * len(graph)
    hops: list[list[int]] = [[] for _ in graph]
    settled = [False] * len(graph)
    distances[source] = 0
    heap: list[tuple[int, int]] = [(0, source)]
    while heap:
        distance, node = heapq.heappop(heap)
        if settled[node]:
            continue
        settled[node] = True
        for place, (to, cost) in enumerate(graph[node]):
            if cost < 1:
                raise ValueError(f"the edge from {node} to {to} costs {cost}, and must cost at least 1")
            known = distances[to]
            begin = [place] if node == source else hops[node]
            if known == UNREACHED or distance + cost < known:
                distances[to] = distance + cost
                hops[to] = list(begin)
                heapq.heappush(heap, (distance + cost, to))
            elif distance + cost == known and to != source:
                _merge(hops[to], begin)
    return distances, [sorted(places) for places in hops]


def _merge(places: list[int], others: list[int]) -> None:
    for other in others:
        if other not in places:
            places.append(other)
