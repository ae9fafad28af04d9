"""Shortest paths from one node to all, with every next hop of equal cost (Dijkstra 1959)."""

from __future__ import annotations

import heapq

Graph = dict[int, dict[int, int]]
"""``graph[node][neighbour]`` is the cost of the edge, 1 or more.  An edge may cost more one way than the other."""


class Paths:
    """What was found: ``cost[node]``, and ``next_hops[node]``, the first steps of all shortest paths, in order.

    Nodes that cannot be reached are in neither.  The source has cost 0 and no next hop.
    """

    def __init__(self, cost: dict[int, int], next_hops: dict[int, list[int]]) -> None:
        self.cost = cost
        self.next_hops = next_hops


def shortest_paths(graph: Graph, source: int) -> Paths:
    """Shortest paths from ``source``.

    A node's next hops are those of all its predecessors on shortest paths; as edges cost at least 1, all
    predecessors are settled before the node itself.  O((V + E) log V) for the search, and O(E H) to merge
    the sets, where H is the most next hops that a node has.  The answer does not depend on the order in
    which the graph was written: ties are settled by node number.

    Raises ValueError for an edge that costs less than 1.
    """
    cost: dict[int, int] = {source: 0}
    settled: dict[int, bool] = {}
    next_hops: dict[int, list[int]] = {source: []}
    heap: list[tuple[int, int]] = [(0, source)]
    while heap:
        reached, node = heapq.heappop(heap)
        if node in settled:
            continue
        settled[node] = True
        for neighbour, edge in graph.get(node, {}).items():
            if edge < 1:
                raise ValueError(f"the edge from {node} to {neighbour} costs {edge}, and must cost at least 1")
            first_steps = [neighbour] if node == source else next_hops[node]
            known = cost.get(neighbour, -1)
            if known < 0 or reached + edge < known:
                cost[neighbour] = reached + edge
                next_hops[neighbour] = list(first_steps)
                heapq.heappush(heap, (reached + edge, neighbour))
            elif reached + edge == known and neighbour != source:
                _merge(next_hops[neighbour], first_steps)
    return Paths(cost, {node: sorted(hops) for node, hops in next_hops.items()})


def _merge(hops: list[int], others: list[int]) -> None:
    for other in others:
        if other not in hops:
            hops.append(other)
