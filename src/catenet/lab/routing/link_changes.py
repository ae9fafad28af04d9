"""The effect of a link's change on the automatic tables of all nodes, found without comparing all tables.

A table entry of a node for a destination can only have changed if a shortest path between the two uses, or used, an
edge that was removed or added.  Such an edge is on the paths of some nodes (those whose shortest paths to its head pass
its tail) to some destinations (those to which its tail's shortest paths begin with it).  Comparing the cheaper of the
two groups is sufficient: all changes are in the rows of those nodes, or in the columns of those destinations.  For a
link to a leaf this is one row and one column; for a link in the middle of five thousand routers it is thousands of
columns, each of which costs one search (:mod:`~catenet.network.routing.next_hop_changes`).
"""

from __future__ import annotations

from typing import Final

from catenet.lab.routing.tables import SharedTables
from catenet.network.routing.next_hop_changes import NextHopChanges
from catenet.network.routing.snapshot import FAR, Snapshot

ROW_COST: Final = 20
"""The cost of comparing one row, relative to that of comparing one column."""


class Change:
    """The links named in ``down`` go down, those in ``up`` come up; ``tables`` are the tables after the change.

    ``changed`` contains, for each node whose table has changed, the destinations for which it has.  ``rows`` and
    ``columns`` are the numbers of compared rows and columns, ``edges_seen`` the number of edges that the comparison of
    columns examined.
    """

    def __init__(self, tables: SharedTables, down: list[str], up: list[str]) -> None:
        self.changed: Final[dict[int, list[int]]] = {}
        self.edges_seen: int = 0
        self._tables: Final = tables
        self._down: Final = down
        self._up: Final = up
        self._nodes: Final[set[int]] = set()
        self._places: Final[set[int]] = set()
        self._stale: Final[set[int]] = set()
        before = Snapshot(tables.graph)
        self._gone, self._come = self._apply()
        after = Snapshot(tables.graph)
        self._choose(self._gone, before)
        self._choose(self._come, after)
        self._compare_rows()
        self._compare_columns(NextHopChanges(tables.graph, before, after, self._gone, self._come))
        self.edges_seen += int(before.edges_seen)
        tables.forget(self._stale)

    @property
    def rows(self) -> int:
        """The number of nodes whose whole tables were compared."""
        return len(self._nodes)

    @property
    def columns(self) -> int:
        """The number of destinations for which the next hops of all nodes were compared."""
        return len(self._places)

    def _apply(self) -> tuple[list[int], list[int]]:
        gone = [edge for name in self._down for edge in self._tables.break_link(name)]
        come = [edge for name in self._up for edge in self._tables.mend_link(name)]
        return gone, come

    def _undo(self) -> None:
        for name in self._up:
            self._tables.break_link(name)
        for name in self._down:
            self._tables.mend_link(name)

    def _choose(self, edges: list[int], there: Snapshot) -> None:
        """Find the nodes and the destinations whose paths use these edges of this snapshot."""
        graph, towards, onward = self._tables.graph, dict[int, list[int]](), dict[int, list[int]]()
        for edge in edges:
            tail, head, cost = graph.tails[edge], graph.heads[edge], graph.costs[edge]
            for node in (tail, head):
                if node not in towards:
                    towards[node] = list(there.distances_to([node]))
                    onward[node] = self._to_places(list(there.distances_from(node)))
            nodes = _over(cost, towards[head], towards[tail])
            places = _over(cost, onward[tail], onward[head])
            self._stale.update(places)
            if ROW_COST * len(nodes) <= len(places):
                self._nodes.update(nodes)
            else:
                self._places.update(places)

    def _to_places(self, distances: list[int]) -> list[int]:
        """The distances to all destinations, from those to all nodes."""
        return [min([distances[owner] for owner in owners], default=int(FAR)) for owners in self._tables.places]

    def _compare_rows(self) -> None:
        """Compare the whole tables of nodes."""
        for node in sorted(self._nodes):
            after = self._tables.row(node)
            self._undo()
            before = self._tables.row(node)
            self._apply()
            changed = [place for place, edges in enumerate(after) if edges != before[place]]
            if changed:
                self.changed[node] = changed

    def _compare_columns(self, changes: NextHopChanges) -> None:
        """Compare the next hops of all other nodes for single destinations."""
        for place in sorted(self._places):
            for node in changes.towards(self._tables.places[place]):
                if node not in self._nodes:
                    self.changed.setdefault(node, []).append(place)
        self.edges_seen += int(changes.edges_seen)


def _over(cost: int, longer: list[int], shorter: list[int]) -> list[int]:
    """The positions at which a path over an edge is a shortest one, from the distances with and without it."""
    return [at for at, left in enumerate(shorter) if left < FAR and left + cost == longer[at]]
