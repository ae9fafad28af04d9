"""The ways of all nodes to one place, told by their distances to it alone.

An edge begins a shortest path to the place exactly if its cost, and the distance that its head has left, add up to the
distance of its tail.  So distances towards a place are a table for it at every node: as much as all trees, a place at
a time.  See :func:`~catenet.network.routing.dijkstra.distances_to_nearest`.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.network.routing.graph import UNREACHED, Graph


def edges_out(graph: Graph, node: int, distances: Sequence[int]) -> list[int]:
    """The edges out of ``node`` that shortest paths to the place begin with, in order of their numbers.

    ``distances`` are all nodes' to the place.  No edge may cost 0 or less.
    """
    left, heads, costs = distances[node], graph.heads, graph.costs
    if left == UNREACHED:
        return []
    return [edge for edge in graph.out[node] if costs[edge] + distances[heads[edge]] == left]
