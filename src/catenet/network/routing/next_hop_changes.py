"""The nodes whose next hops change with the network, for one destination after another.

For each destination one search finds the previous distances of all nodes (:mod:`~catenet.network.routing.snapshot`).
The distances after the change cost only as much as has moved, as in
:mod:`~catenet.network.routing.incremental_spf`, with the same steps:

1. A node that has lost all edges on shortest paths to the destination, in order of distance, is *lost*.
2. Each lost node gets the best distance over neighbours that are not lost, and the tail of a new edge relaxes it.
3. Dijkstra's algorithm continues from these as far as distances decrease.
4. Nodes next to moved ones, and at changed edges, are compared: have the edges on their shortest paths changed?

With V nodes, E edges, and e edges at moved nodes: O((V + E) log V + e log e) for each destination.
"""

from __future__ import annotations

from typing import Final

from librt.vecs import append, vec
from mypy_extensions import i64

from catenet.network.routing.graph import Graph
from catenet.network.routing.snapshot import FAR, MinHeap, Snapshot


class NextHopChanges:
    """Compares a network ``before`` and ``after`` the edges ``gone`` were removed and the edges ``come`` were added.

    Both are snapshots of ``graph``, which contains all these edges.  No edge may cost 0.
    """

    def __init__(self, graph: Graph, before: Snapshot, after: Snapshot, gone: list[int], come: list[int]) -> None:
        self._before: Final = before
        self._after: Final = after
        self._gone_tails: Final = vec[i64]([graph.tails[edge] for edge in gone])
        self._come_tails: Final = vec[i64]([graph.tails[edge] for edge in come])
        self._heap: Final = MinHeap()
        self._round: i64 = 0
        # The number of the round in which a node was lost, moved or examined.
        self._lost: Final = vec[i64]([0] * len(graph))
        self._moved: Final = vec[i64]([0] * len(graph))
        self._looked_at: Final = vec[i64]([0] * len(graph))
        self._movers: vec[i64] = vec[i64]()
        self.edges_seen: i64 = 0

    def towards(self, targets: list[int]) -> list[int]:
        """The nodes whose next edges on shortest paths to the nearest of ``targets`` have changed, in order."""
        self._round += 1
        self._movers = vec[i64]()
        was = self._before.distances_to(targets)
        now = was[:]
        self._lose(was, now)
        self._find_again(now)
        self._relax_all(now)
        return self._changed(was, now)

    def _lose(self, was: vec[i64], now: vec[i64]) -> None:
        """Step 1."""
        heap, lost, after = self._heap, self._lost, self._after
        for tail in self._gone_tails:
            if was[tail] != FAR:
                heap.push(was[tail], tail)
        while heap.count:
            node = heap.pop()
            if lost[node] == self._round or self._is_held(node, was):
                continue
            lost[node] = self._round
            self._mark_changed(node)
            now[node] = FAR
            slot, end = after.first_in[node], after.first_in[node + 1]
            self.edges_seen += end - slot
            while slot < end:
                tail = after.tails[slot]
                if was[tail] == was[node] + after.costs_in[slot]:
                    heap.push(was[tail], tail)
                slot += 1

    def _is_held(self, node: i64, was: vec[i64]) -> bool:
        """Whether a node is a target, or still has an edge of a shortest path to a node that is not lost."""
        if was[node] == 0:
            return True
        after, lost = self._after, self._lost
        slot, end = after.first_out[node], after.first_out[node + 1]
        self.edges_seen += end - slot
        while slot < end:
            head = after.heads[slot]
            if lost[head] != self._round and was[head] + after.costs_out[slot] == was[node]:
                return True
            slot += 1
        return False

    def _find_again(self, now: vec[i64]) -> None:
        """Step 2."""
        for node in self._movers:
            self._improve(node, now)
        for node in self._come_tails:
            self._improve(node, now)

    def _improve(self, node: i64, now: vec[i64]) -> None:
        """Set a node's distance to the best over its neighbours, if it is shorter than the present one."""
        after = self._after
        best = now[node]
        slot, end = after.first_out[node], after.first_out[node + 1]
        self.edges_seen += end - slot
        while slot < end:
            offered: i64 = now[after.heads[slot]] + after.costs_out[slot]
            if offered < best:
                best = offered
            slot += 1
        if best < now[node]:
            now[node] = best
            self._mark_changed(node)
            self._heap.push(best, node)

    def _relax_all(self, now: vec[i64]) -> None:
        """Step 3."""
        heap, after = self._heap, self._after
        while heap.count:
            distance = heap.least()
            node = heap.pop()
            if distance != now[node]:
                continue
            slot, end = after.first_in[node], after.first_in[node + 1]
            self.edges_seen += end - slot
            while slot < end:
                tail = after.tails[slot]
                total: i64 = distance + after.costs_in[slot]
                if total < now[tail]:
                    now[tail] = total
                    self._mark_changed(tail)
                    heap.push(total, tail)
                slot += 1

    def _mark_changed(self, node: i64) -> None:
        if self._moved[node] != self._round:
            self._moved[node] = self._round
            self._movers = append(self._movers, node)

    def _changed(self, was: vec[i64], now: vec[i64]) -> list[int]:
        """Step 4."""
        found: list[int] = []
        after = self._after
        for tail in self._gone_tails:
            self._look_at(tail, was, now, found)
        for tail in self._come_tails:
            self._look_at(tail, was, now, found)
        for node in self._movers:
            self._look_at(node, was, now, found)
            if was[node] == now[node]:
                continue
            slot, end = after.first_in[node], after.first_in[node + 1]
            while slot < end:
                self._look_at(after.tails[slot], was, now, found)
                slot += 1
        return sorted(found)

    def _look_at(self, node: i64, was: vec[i64], now: vec[i64], found: list[int]) -> None:
        if self._looked_at[node] != self._round:
            self._looked_at[node] = self._round
            if self._differs(node, was, now):
                found.append(node)

    def _differs(self, node: i64, was: vec[i64], now: vec[i64]) -> bool:
        """Whether the edges on shortest paths out of a node have changed; both lists are walked together."""
        before, after = self._before, self._after
        old, old_end = before.first_out[node], before.first_out[node + 1]
        new, new_end = after.first_out[node], after.first_out[node + 1]
        self.edges_seen += old_end - old + new_end - new
        while True:
            old = _next_tight(before, old, old_end, was[node], was)
            new = _next_tight(after, new, new_end, now[node], now)
            if old == old_end or new == new_end:
                return old != old_end or new != new_end
            if before.edges_out[old] != after.edges_out[new]:
                return True
            old += 1
            new += 1


def _next_tight(snapshot: Snapshot, slot: i64, end: i64, distance: i64, distances: vec[i64]) -> i64:
    """The next slot whose edge begins a shortest path; ``end`` if there is none."""
    if distance == FAR:
        return end
    while slot < end and distances[snapshot.heads[slot]] + snapshot.costs_out[slot] != distance:
        slot += 1
    return slot
