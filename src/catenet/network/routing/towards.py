"""The ways of all nodes to one place, told by their distances to it alone.

An edge begins a shortest path to the place exactly if its cost, and the distance that its head has left, add up to the
distance of its tail.  So distances towards a place are a table for it at every node: as much as all trees, a place at
a time.  See :func:`~catenet.network.routing.dijkstra.distances_to_nearest`.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.network.routing.graph import UNREACHED, Graph


def ways_out(graph: Graph, node: int, distances: Sequence[int]) -> list[int]:
    """The edges out of ``node`` that shortest paths to the place begin with, in order of their numbers.

    ``distances`` are all nodes' to the place.  No edge may cost 0 or less.
    """
    left, heads, costs = distances[node], graph.heads, graph.costs
    if left == UNREACHED:
        return []
    return [edge for edge in graph.out[node] if costs[edge] + distances[heads[edge]] == left]


def nodes_that_turn(graph: Graph, before: list[int], after: list[int], gone: list[int], come: list[int]) -> list[int]:
    """The nodes whose ways to a place are others than before, in order of their numbers.  O(V + E).

    ``graph`` is as it is now; the edges ``gone`` were there before, the edges ``come`` were not.  ``before`` and
    ``after`` are all nodes' distances to the place.  No edge may cost 0 or less.
    """
    heads, tails, costs = graph.heads, graph.tails, graph.costs
    turned = [False] * len(graph)
    for edge in gone:
        if _is_tight(tails[edge], heads[edge], costs[edge], before):
            turned[tails[edge]] = True
    new = set(come)
    for node, edges in enumerate(graph.out):
        for edge in edges:
            head, cost = heads[edge], costs[edge]
            was = _is_tight(node, head, cost, before) and edge not in new
            if was != _is_tight(node, head, cost, after):
                turned[node] = True
    return [node for node, has_turned in enumerate(turned) if has_turned]


def _is_tight(tail: int, head: int, cost: int, distances: list[int]) -> bool:
    left = distances[tail]
    return left != UNREACHED and cost + distances[head] == left
