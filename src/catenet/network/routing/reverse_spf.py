"""The shortest paths of all nodes to one destination, represented by their distances to it.

An edge begins a shortest path to the destination exactly if its cost plus the distance of its head equals the distance
of its tail.  So the distances to a destination contain the next hops of every node.  See
:func:`~catenet.network.routing.dijkstra.distances_to_nearest`.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.network.routing.graph import UNREACHED, Graph


def edges_out(graph: Graph, node: int, distances: Sequence[int]) -> list[int]:
    """The edges out of ``node`` that begin shortest paths to the destination, in order of their numbers.

    ``distances`` are those of all nodes to the destination.  No edge may cost 0 or less.
    """
    left, heads, costs = distances[node], graph.heads, graph.costs
    if left == UNREACHED:
        return []
    return [edge for edge in graph.out[node] if costs[edge] + distances[heads[edge]] == left]
