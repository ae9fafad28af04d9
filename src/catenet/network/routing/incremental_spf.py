"""Shortest paths that follow changes of the network instead of being computed again (Ramalingam and Reps 1996).

Only the nodes whose distance may have changed are looked at, and the edges at them; after that, distances and ties
are exactly what a full computation gives.  Several changes may come at once, as when a router goes down.

A change is followed in four steps:

1. An edge that was on shortest paths and no longer is (dearer, gone) leaves its head with fewer parents.  A node
   without parents has lost its distance, and takes the edges out of itself along with it.
2. Each node that has lost its distance gets a new one over the best edge from those that have not.
3. From these nodes, and from the heads of edges that became cheaper or are new, Dijkstra goes on as far as distances
   get shorter.
4. The edges at the nodes that moved are looked at again: are they tight?

A node whose remaining parents all cost 0 counts as lost, too: two such nodes could hold each other up.
With n the nodes that move and those that were lost, and e the edges at them: O(e + n log n), whatever the network's
size.  In the worst case all of it moves, and a full computation would have been quicker by a factor of two or so.
"""

from __future__ import annotations

from bisect import insort
from heapq import heappop, heappush
from typing import Final

from catenet.network.routing.dijkstra import raise_negative, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.shortest import ShortestPaths


class IncrementalSpf:
    """The shortest paths from ``source``, kept right while the graph changes.

    Change the graph (:meth:`~catenet.network.routing.graph.Graph.set_cost` and its like), then say to :meth:`follow`
    which edges were changed.  One graph may have several followers.  ``paths`` is always the same object.
    """

    def __init__(self, graph: Graph, source: int) -> None:
        self.paths: Final[ShortestPaths] = shortest_paths(graph, source)

    def follow(self, edges: list[int]) -> list[int]:
        """The graph has changed at these edges: cost changed, added, removed or put back.  Nodes may have been added.

        Returns the nodes whose distance or whose parents are others than before, in order of their numbers.  Raises
        ValueError, before anything is done, if one of the edges costs less than 0.
        """
        return _Step(self.paths).run(edges)


class _Step:
    """One change being followed."""

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
        # What was before, for each node that is touched; a node has moved if its distance was touched.
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
        """A parent is one no more."""
        head = self._graph.heads[edge]
        parents = self._own_parents(head)
        parents.remove(edge)
        costs = self._graph.costs
        if head not in self._moved and not any(costs[other] > 0 for other in parents):
            self._moved[head] = self._distances[head]
            lost.append(head)

    def _own_parents(self, node: int) -> list[int]:
        """A node's parents, about to be changed: what they were is kept."""
        parents = self._parents[node]
        if node not in self._old_parents:
            self._old_parents[node] = parents.copy()
        return parents

    def _relax(self, edge: int) -> None:
        """Steps 2 and 3: take the way over this edge, if it is shorter than what is known."""
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
        """Step 3: go on as far as something gets shorter."""
        heap, size = self._heap, self._size
        while heap:
            entry = heappop(heap)
            node = entry % size
            if entry // size == self._distances[node]:
                for edge in self._graph.out[node]:
                    self._relax(edge)

    def _review(self, edges: list[int]) -> None:
        """Step 4: which edges are tight now, at the nodes that moved and among those that were changed."""
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
        """Whether an edge that is there is the last of a shortest path to its head."""
        graph = self._graph
        head, distance = graph.heads[edge], self._distances[graph.tails[edge]]
        return distance != UNREACHED and head != self._source and distance + graph.costs[edge] == self._distances[head]

    def _is_loose(self, edge: int) -> bool:
        """Whether a parent costs too much to be one."""
        graph = self._graph
        return self._distances[graph.tails[edge]] + graph.costs[edge] > self._distances[graph.heads[edge]]

    def _differs(self, node: int) -> bool:
        """Whether a node that was touched is other than before."""
        distance = self._distances[node]
        return self._moved.get(node, distance) != distance or self._old_parents[node] != self._parents[node]
