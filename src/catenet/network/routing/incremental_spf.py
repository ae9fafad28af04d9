"""Incremental shortest paths: updated after changes of the graph instead of computed again (Ramalingam and Reps 1996).

Only nodes whose distance may have changed, and their edges, are processed; the resulting distances and ties are exactly
those of a full computation.  Several changes may be processed together, for example when a router goes down.

A change is processed in four steps:

1. An edge that is no longer on shortest paths (its cost increased, or it was removed) leaves its head with fewer
   parents.  A node without parents loses its distance, and its outgoing edges are no longer on shortest paths.
2. Each node that has lost its distance gets a new one over the best edge from nodes that have not.
3. From these nodes, and from the heads of edges that are new or became cheaper, Dijkstra's algorithm continues as far
   as distances decrease.
4. The edges at changed nodes are tested again for being tight.

A node whose edges from the remaining parents all cost 0 counts as lost, too: two such nodes could support each other.
With n changed or lost nodes and e edges at them the cost is O(e + n log n), independent of the size of the network.  In
the worst case all nodes change, and a full computation is faster by a factor of about two.
"""

from __future__ import annotations

from bisect import insort
from heapq import heappop, heappush
from typing import Final

from catenet.network.routing.dijkstra import raise_negative, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.shortest import ShortestPaths


class IncrementalSpf:
    """The shortest paths from ``source``, kept up to date while the graph changes.

    Change the graph (:meth:`~catenet.network.routing.graph.Graph.set_cost` and similar methods), then pass the changed
    edges to :meth:`follow`.  Several objects may follow one graph.  ``paths`` is always the same object.
    """

    def __init__(self, graph: Graph, source: int) -> None:
        self.paths: Final[ShortestPaths] = shortest_paths(graph, source)

    def follow(self, edges: list[int]) -> list[int]:
        """Process changed edges: added, removed, restored, or with another cost.  Nodes may have been added.

        Returns the nodes whose distance or parents have changed, in order of their numbers.  Raises ValueError, without
        any effect, if one of the edges has a negative cost.
        """
        return _Step(self.paths).run(edges)


class _Step:
    """The processing of one change."""

    def __init__(self, paths: ShortestPaths) -> None:
        self._graph: Final = paths.graph
        self._source: Final = paths.source
        self._distances: Final = paths.distances
        self._parents: Final = paths.parents
        while len(self._distances) < len(self._graph):
            self._distances.append(UNREACHED)
            self._parents.append([])
        self._size: Final = len(self._graph)
        self._heap: Final[list[int]] = []
        # The previous values of each touched node; a node has moved if its distance was touched.
        self._old_parents: Final[dict[int, list[int]]] = {}
        self._moved: Final[dict[int, int]] = {}

    def run(self, edges: list[int]) -> list[int]:
        graph = self._graph
        present = [edge for edge in edges if graph.has_edge(edge)]
        for edge in present:
            if graph.costs[edge] < 0:
                raise_negative(graph, edge)
        lost = self._lose(edges)
        for node in lost:
            self._distances[node] = UNREACHED
        for node in lost:
            for edge in graph.into[node]:
                self._relax(edge)
        for edge in present:
            self._relax(edge)
        self._propagate_decreases()
        self._review(present)
        assert self._distances[self._source] == 0, "no path is shorter than none"
        assert not self._parents[self._source], "no shortest path returns to its source"
        return [node for node in sorted(self._old_parents) if self._differs(node)]

    def _lose(self, edges: list[int]) -> list[int]:
        """Step 1: the nodes that have lost their distance."""
        graph = self._graph
        lost: list[int] = []
        for edge in edges:
            if edge in self._parents[graph.heads[edge]] and (not graph.has_edge(edge) or self._is_loose(edge)):
                self._drop(edge, lost)
        place = 0
        while place < len(lost):
            for edge in graph.out[lost[place]]:
                if edge in self._parents[graph.heads[edge]]:
                    self._drop(edge, lost)
            place += 1
        return lost

    def _drop(self, edge: int, lost: list[int]) -> None:
        """Remove an edge from its head's parents."""
        head = self._graph.heads[edge]
        assert self._distances[head] != UNREACHED, "a node with a parent has a distance"
        parents = self._own_parents(head)
        parents.remove(edge)
        costs = self._graph.costs
        if head not in self._moved and not any(costs[other] > 0 for other in parents):
            self._moved[head] = self._distances[head]
            lost.append(head)

    def _own_parents(self, node: int) -> list[int]:
        """A node's list of parents, to be changed; the previous list is saved."""
        parents = self._parents[node]
        if node not in self._old_parents:
            self._old_parents[node] = parents.copy()
        return parents

    def _relax(self, edge: int) -> None:
        """Steps 2 and 3: relax this edge."""
        head, distance = self._graph.heads[edge], self._distances[self._graph.tails[edge]]
        if distance == UNREACHED:
            return
        total = distance + self._graph.costs[edge]
        known = self._distances[head]
        if known == UNREACHED or total < known:
            if head not in self._moved:
                self._moved[head] = known
            self._distances[head] = total
            heappush(self._heap, total * self._size + head)

    def _propagate_decreases(self) -> None:
        """Step 3: continue as far as distances decrease."""
        heap, size = self._heap, self._size
        nearest = 0
        while heap:
            entry = heappop(heap)
            node = entry % size
            assert entry // size >= nearest, "nodes are settled in order of distance"
            nearest = entry // size
            if entry // size == self._distances[node]:
                for edge in self._graph.out[node]:
                    self._relax(edge)

    def _review(self, edges: list[int]) -> None:
        """Step 4: find the tight edges at the nodes that moved, and among the changed edges."""
        graph = self._graph
        for node in self._moved:
            self._own_parents(node)
            self._parents[node] = [edge for edge in graph.into[node] if self._is_tight(edge)]
        for node in self._moved:
            for edge in graph.out[node]:
                self._review_edge(edge)
        for edge in edges:
            self._review_edge(edge)

    def _review_edge(self, edge: int) -> None:
        head = self._graph.heads[edge]
        tight = self._is_tight(edge)
        if tight != (edge in self._parents[head]):
            parents = self._own_parents(head)
            if tight:
                insort(parents, edge)
            else:
                parents.remove(edge)

    def _is_tight(self, edge: int) -> bool:
        """Whether an existing edge is the last of a shortest path to its head."""
        graph = self._graph
        head, distance = graph.heads[edge], self._distances[graph.tails[edge]]
        return distance != UNREACHED and head != self._source and distance + graph.costs[edge] == self._distances[head]

    def _is_loose(self, edge: int) -> bool:
        """Whether a parent is no longer on a shortest path."""
        graph = self._graph
        return self._distances[graph.tails[edge]] + graph.costs[edge] > self._distances[graph.heads[edge]]

    def _differs(self, node: int) -> bool:
        """Whether a touched node has changed."""
        distance = self._distances[node]
        return self._moved.get(node, distance) != distance or self._old_parents[node] != self._parents[node]
