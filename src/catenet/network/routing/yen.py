"""The k shortest loopless paths from one node to another (Yen 1971).

The second-best path deviates from the best one at some node.  So, for each node of the last path found (the spur
node), the shortest path to the target that uses none of the earlier deviations there becomes a candidate; the best
candidate is the next path.  Nodes before a path's own deviation were searched already, and are skipped (Lawler 1972).
O(k V (V + E) log V).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from catenet.network.routing.dijkstra import distances_to, raise_negative
from catenet.network.routing.graph import UNREACHED, Graph


class Path:
    """A path: its edges, in order, and their total cost."""

    def __init__(self, cost: int, edges: list[int]) -> None:
        self.cost: Final = cost
        self.edges: Final = edges

    def nodes(self, graph: Graph) -> list[int]:
        """The nodes on the path, both ends included.  Empty for a path without edges."""
        return [*[graph.tails[edge] for edge in self.edges], *[graph.heads[edge] for edge in self.edges[-1:]]]


def k_shortest(graph: Graph, source: int, target: int, k: int) -> list[Path]:
    """The ``k`` shortest loopless paths, cheapest first; fewer if there are no more.

    Paths over parallel edges are different paths.  The order of paths of equal cost is fixed.  From a node to itself
    there is only the path without edges.  O(k V (V + E) log V).

    Raises ValueError for ``k`` below 1, for unknown nodes, and for an edge of negative cost.
    """
    graph.check_node(source)
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    search = _Search(graph, target)
    first = search.onward(source, [], [])
    if first is None:
        return []
    found: list[Path] = []
    candidates: list[tuple[int, list[int], int]] = [(search.cost(first), first, 0)]
    while candidates and len(found) < k:
        cost, edges, turned_at = heappop(candidates)
        found.append(Path(cost, edges))
        if len(found) < k:
            for place in range(turned_at, len(edges)):
                root = edges[:place]
                taken = [path.edges[place] for path in found if path.edges[:place] == root]
                onward = search.onward(graph.tails[edges[place]], root, taken)
                if onward is not None:
                    whole = root + onward
                    heappush(candidates, (search.cost(whole), whole, place))
    return found


class _Search:
    """Searches shortest paths to one target that avoid some nodes and edges, guided by the distances to it (A*)."""

    def __init__(self, graph: Graph, target: int) -> None:
        self._graph: Final = graph
        self._target: Final = target
        self._left: Final = distances_to(graph, target)

    def cost(self, edges: list[int]) -> int:
        return sum([self._graph.costs[edge] for edge in edges])

    def onward(self, start: int, root: list[int], taken: list[int]) -> list[int] | None:
        """The shortest path from ``start`` that visits no node of ``root`` and begins with no edge of ``taken``."""
        graph, left = self._graph, self._left
        size = len(graph)
        if left[start] == UNREACHED:
            return None
        closed = [False] * size
        for edge in root:
            closed[graph.tails[edge]] = True
        distances = [UNREACHED] * size
        last_edge = [-1] * size
        distances[start] = 0
        # Ordered by distance plus a consistent lower bound of the rest: along an edge it decreases by at most its cost.
        heap = [left[start] * size + start]
        while heap:
            node = heappop(heap) % size
            if node == self._target:
                return self._walk_back(start, last_edge)
            if closed[node]:
                continue
            closed[node] = True
            for edge in graph.out[node]:
                cost, head = graph.costs[edge], graph.heads[edge]
                if cost < 0:
                    raise_negative(graph, edge)
                if closed[head] or left[head] == UNREACHED or edge in taken:
                    continue
                total = distances[node] + cost
                if distances[head] == UNREACHED or total < distances[head]:
                    distances[head] = total
                    last_edge[head] = edge
                    heappush(heap, (total + left[head]) * size + head)
        return None

    def _walk_back(self, start: int, last_edge: list[int]) -> list[int]:
        edges: list[int] = []
        node = self._target
        while node != start:
            edges.append(last_edge[node])
            node = self._graph.tails[last_edge[node]]
        edges.reverse()
        return edges
