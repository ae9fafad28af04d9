"""All shortest paths from one node: a directed acyclic graph, all of which ECMP uses.

A path is shortest exactly if each of its edges is *tight*: the distance of its tail plus its cost equals the distance
of its head.  So each node's distance and its incoming tight edges contain the tree, the ties and the first hops.
:mod:`~catenet.network.routing.dijkstra`, :mod:`~catenet.network.routing.bellman_ford` and
:mod:`~catenet.network.routing.incremental_spf` compute them.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED, Graph


class ShortestPaths:
    """The shortest paths from ``source``.

    ``distances[node]`` is :data:`~catenet.network.routing.graph.UNREACHED` without a path.  ``parents[node]`` are the
    last edges of all shortest paths to a node, in order of their numbers; the source has none.
    """

    def __init__(self, graph: Graph, source: int, distances: list[int], parents: list[list[int]]) -> None:
        self.graph: Final = graph
        self.source: Final = source
        self.distances: Final = distances
        self.parents: Final = parents

    def order(self) -> list[int]:
        """The reached nodes in topological order of the shortest paths (Kahn 1962).  O(V + E).

        Raises ValueError if edges form a cycle of cost 0: then there is no such order, and there are infinitely many
        paths.
        """
        graph, distances = self.graph, self.distances
        waiting = [len(parents) for parents in self.parents]
        found = [self.source]
        place = 0
        while place < len(found):
            node = found[place]
            place += 1
            distance = distances[node]
            for edge in graph.out[node]:
                head = graph.heads[edge]
                if head != self.source and distance + graph.costs[edge] == distances[head]:
                    waiting[head] -= 1
                    if waiting[head] == 0:
                        found.append(head)
        stuck = [node for node, missing in enumerate(waiting) if missing]
        if stuck:
            raise ValueError(f"a cycle of edges that cost 0 in all leads through node {stuck[0]} or near it")
        return found

    def first_hops(self) -> list[list[int]]:
        """For each node the first edges of its shortest paths, in order of their numbers.

        Empty for the source, and without a path.  Nodes share lists, which must not be changed.  O(V + E H) with at
        most H first hops per node.  Raises ValueError like :meth:`order`.
        """
        tails = self.graph.tails
        hops: list[list[int]] = [[] for _ in self.distances]
        for node in self.order():
            parents = self.parents[node]
            if len(parents) == 1 and tails[parents[0]] != self.source:
                hops[node] = hops[tails[parents[0]]]
            elif parents:
                hops[node] = self._merged(parents, hops)
        return hops

    def _merged(self, parents: list[int], hops: list[list[int]]) -> list[int]:
        merged: list[int] = []
        for edge in parents:
            tail = self.graph.tails[edge]
            for hop in [edge] if tail == self.source else hops[tail]:
                if hop not in merged:
                    merged.append(hop)
        merged.sort()
        return merged

    def path_counts(self) -> list[int]:
        """The number of shortest paths to each node; the source has 1.  O(V + E) additions of possibly huge numbers.

        Raises ValueError like :meth:`order`.
        """
        counts = [0] * len(self.distances)
        for node in self.order():
            if node == self.source:
                counts[node] = 1
            for edge in self.parents[node]:
                counts[node] += counts[self.graph.tails[edge]]
        return counts

    def paths(self, target: int, most: int) -> list[list[int]]:
        """The first ``most`` shortest paths to ``target``, as lists of edges.  O(V + E + most V).

        They are in order of their edges' numbers, compared from the target backwards.  Raises ValueError like
        :meth:`order`.
        """
        self.order()
        if self.distances[target] == UNREACHED:
            return []
        found: list[list[int]] = []
        pending: list[list[int]] = [[]]
        while pending and len(found) < most:
            backwards = pending.pop()
            node = self.graph.tails[backwards[-1]] if backwards else target
            if node == self.source:
                found.append(backwards[::-1])
            else:
                pending.extend([*backwards, edge] for edge in reversed(self.parents[node]))
        return found
