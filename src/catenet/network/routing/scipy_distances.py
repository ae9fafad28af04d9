"""Distances between all pairs of a large network, computed by SciPy (``scipy.sparse.csgraph``) in C.

It answers questions such as the diameter of a network of 5,000 routers.  SciPy is optional: ``pip install
catenet[analysis]``.  Paths, ties and next hops are computed by the other files; SciPy does not return ties.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from catenet.network.routing.dijkstra import raise_negative
from catenet.network.routing.graph import UNREACHED, Graph

EXACT: Final = 1 << 53
"""SciPy computes with doubles, in which whole numbers are exact up to here."""


def all_distances(graph: Graph) -> Any:
    """A square NumPy array of int64: the distance from each node (row) to each (column).

    :data:`~catenet.network.routing.graph.UNREACHED` without a path.  Dijkstra from each node: O(V (V + E) log V) time,
    O(V²) memory, at most 12 octets per pair.

    Raises ValueError for an edge of negative cost, or if a distance could exceed 2⁵³; ModuleNotFoundError, which says
    what to install, without SciPy.
    """
    try:
        numpy: Any = import_module("numpy")
        sparse: Any = import_module("scipy.sparse")
        csgraph: Any = import_module("scipy.sparse.csgraph")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "distances of all pairs are computed by SciPy, which is not here; install catenet[analysis]",
            name=error.name,
        ) from error
    cheapest = _cheapest(graph)
    size = len(graph)
    if size * max(cheapest.values(), default=0) > EXACT:
        raise ValueError(f"a distance could exceed {EXACT}, up to where SciPy is exact; scale the costs down")
    rows = [pair // size for pair in cheapest]
    columns = [pair % size for pair in cheapest]
    matrix = sparse.csr_array(
        (numpy.array(list(cheapest.values()), dtype=numpy.float64), (rows, columns)), shape=(size, size)
    )
    distances = csgraph.dijkstra(matrix)
    unreached = numpy.isinf(distances)
    distances[unreached] = UNREACHED
    return distances.astype(numpy.int64)


def _cheapest(graph: Graph) -> dict[int, int]:
    """The least cost from node to node, by ``tail * size + head``: of parallel edges, SciPy would take the sum."""
    cheapest: dict[int, int] = {}
    for edge in graph.edges():
        cost = graph.costs[edge]
        if cost < 0:
            raise_negative(graph, edge)
        pair = graph.tails[edge] * len(graph) + graph.heads[edge]
        cheapest[pair] = min(cost, cheapest.get(pair, cost))
    return cheapest
