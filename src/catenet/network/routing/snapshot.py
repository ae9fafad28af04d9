"""A graph in arrays of machine words, for thousands of distance searches in a row.

Edges are sorted by head, and again by tail (compressed sparse rows), so that a search reads memory in order and creates
no objects.  Tentative nodes are in buckets no wider than the cheapest edge: there is no path from one node of the first
bucket to another, so that they can be settled in any order (Dinitz 1978).  If the costs differ so much that this takes
too many buckets, a heap is used instead.  A search is more than ten times as fast as
:func:`~catenet.network.routing.dijkstra.distances_to`; building the snapshot costs about one such search.
"""

from __future__ import annotations

from typing import Final

from librt.vecs import append, vec
from mypy_extensions import i64

from catenet.network.routing.dijkstra import raise_negative
from catenet.network.routing.graph import Graph

MAX_BUCKETS: Final[i64] = 1 << 16
FAR: Final[i64] = 1 << 60
"""The distance of an unreachable node: more than any sum of costs."""


class MinHeap:
    """A binary heap of nodes by key, the smallest first (Williams 1964).  It may contain a node several times."""

    def __init__(self) -> None:
        self.count: i64 = 0
        self._keys: vec[i64] = vec[i64]()
        self._nodes: vec[i64] = vec[i64]()

    def push(self, key: i64, node: i64) -> None:
        """Add a node.  O(log n)."""
        if self.count == len(self._keys):
            self._keys = append(self._keys, key)
            self._nodes = append(self._nodes, node)
        keys, nodes, place = self._keys, self._nodes, self.count
        self.count += 1
        while place > 0:
            above: i64 = (place - 1) >> 1
            if keys[above] <= key:
                break
            keys[place] = keys[above]
            nodes[place] = nodes[above]
            place = above
        keys[place] = key
        nodes[place] = node

    def least(self) -> i64:
        """The smallest key of a heap that is not empty."""
        return self._keys[0]

    def pop(self) -> i64:
        """Remove the node with the smallest key from a heap that is not empty.  O(log n)."""
        keys, nodes = self._keys, self._nodes
        first = nodes[0]
        self.count -= 1
        count = self.count
        key, node = keys[count], nodes[count]
        place: i64 = 0
        below: i64 = 1
        while below < count:
            if below + 1 < count and keys[below + 1] < keys[below]:
                below += 1
            if keys[below] >= key:
                break
            keys[place] = keys[below]
            nodes[place] = nodes[below]
            place = below
            below = 2 * place + 1
        keys[place] = key
        nodes[place] = node
        return first


class Snapshot:
    """The present edges of a graph.

    Slots ``first_in[node]`` to ``first_in[node + 1]`` of ``tails`` and ``costs_in`` are the edges into a node; those of
    ``first_out``, ``heads``, ``costs_out`` and ``edges_out`` (their numbers) are the edges out of it, both in order of
    their numbers.  ``edges_seen`` counts the edges that searches have examined.

    Raises ValueError for an edge of negative cost, and if a sum of costs could reach 2^60.
    """

    def __init__(self, graph: Graph) -> None:
        self.size: Final[i64] = len(graph)
        self.edges_seen: i64 = 0
        self.heap: Final = MinHeap()
        into = [edge for edges in graph.into for edge in edges]
        out = [edge for edges in graph.out for edge in edges]
        for edge in out:
            if graph.costs[edge] < 0:
                raise_negative(graph, edge)
        if len(graph) * max([graph.costs[edge] for edge in out], default=0) >= 1 << 60:
            raise ValueError("the costs are too large: a path could cost 2^60 or more")
        self.first_in: Final = vec[i64](_starts(graph.into))
        self.tails: Final = vec[i64]([graph.tails[edge] for edge in into])
        self.costs_in: Final = vec[i64]([graph.costs[edge] for edge in into])
        self.first_out: Final = vec[i64](_starts(graph.out))
        self.heads: Final = vec[i64]([graph.heads[edge] for edge in out])
        self.costs_out: Final = vec[i64]([graph.costs[edge] for edge in out])
        self.edges_out: Final = vec[i64](out)
        self._unreached: Final = vec[i64]([1 << 60] * len(graph))
        costs = [graph.costs[edge] for edge in out]
        shift = max(min(costs, default=1).bit_length() - 1, 0)
        buckets = 1 << ((max(costs, default=1) >> shift) + 1).bit_length()
        # A bucket is 2^shift wide; it is a linked list of entries, each with a node and the next entry.
        self._shift: Final[i64] = shift
        self._firsts: Final = vec[i64]([-1] * (buckets if buckets <= MAX_BUCKETS else 0))
        self._nexts: Final = vec[i64]([0] * (len(out) + len(graph)))
        self._nodes: Final = vec[i64]([0] * (len(out) + len(graph)))

    def distances_to(self, targets: list[int]) -> vec[i64]:
        """The distance from each node to the nearest of ``targets``; ``FAR`` without a path."""
        return self._search(targets, self.first_in, self.tails, self.costs_in)

    def distances_from(self, source: int) -> vec[i64]:
        """The distance from one node to each; ``FAR`` without a path."""
        return self._search([source], self.first_out, self.heads, self.costs_out)

    def _search(self, starts: list[int], first: vec[i64], others: vec[i64], costs: vec[i64]) -> vec[i64]:
        if len(self._firsts):
            return self._search_by_buckets(starts, first, others, costs)
        return self._search_by_heap(starts, first, others, costs)

    def _search_by_buckets(self, starts: list[int], first: vec[i64], others: vec[i64], costs: vec[i64]) -> vec[i64]:
        distances, shift, mask = self._unreached[:], self._shift, len(self._firsts) - 1
        firsts, nexts, nodes = self._firsts, self._nexts, self._nodes
        entries: i64 = 0
        for start in starts:
            distances[start] = 0
            entries = self._enter(0, start, entries)
        waiting, bucket, seen = entries, i64(0), i64(0)
        while waiting > 0:
            entry = firsts[bucket & mask]
            if entry < 0:
                bucket += 1
                continue
            firsts[bucket & mask] = nexts[entry]
            waiting -= 1
            node = nodes[entry]
            distance = distances[node]
            if distance >> shift != bucket:
                continue
            slot, end = first[node], first[node + 1]
            seen += end - slot
            while slot < end:
                other = others[slot]
                total: i64 = distance + costs[slot]
                if total < distances[other]:
                    distances[other] = total
                    entries = self._enter((total >> shift) & mask, other, entries)
                    waiting += 1
                slot += 1
        self.edges_seen += seen
        return distances

    def _enter(self, place: i64, node: i64, entry: i64) -> i64:
        """Add a node to a bucket; returns the number of the next entry."""
        self._nodes[entry] = node
        self._nexts[entry] = self._firsts[place]
        self._firsts[place] = entry
        return entry + 1

    def _search_by_heap(self, starts: list[int], first: vec[i64], others: vec[i64], costs: vec[i64]) -> vec[i64]:
        distances, heap = self._unreached[:], self.heap
        seen: i64 = 0
        for start in starts:
            distances[start] = 0
            heap.push(0, start)
        while heap.count:
            distance = heap.least()
            node = heap.pop()
            if distance != distances[node]:
                continue
            slot, end = first[node], first[node + 1]
            seen += end - slot
            while slot < end:
                other = others[slot]
                total: i64 = distance + costs[slot]
                if total < distances[other]:
                    distances[other] = total
                    heap.push(total, other)
                slot += 1
        self.edges_seen += seen
        return distances


def _starts(rows: list[list[int]]) -> list[int]:
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    return starts
