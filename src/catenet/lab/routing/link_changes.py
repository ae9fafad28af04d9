"""What a link's change does to the automatic tables of all nodes, without looking at all of them.

A table can only have changed for a node and a place between which a shortest path leads, or led, over an edge that was
removed or added.  Such an edge is on the paths of some nodes (those whose shortest paths to its head pass its tail)
to some places (those to which its tail's shortest paths begin with it).  Of the two groups the cheaper is enough: all
that changed is in the rows of those nodes, or in the columns of those places.  For a link to a leaf that is one row
and one column; for a link in the midst of five thousand routers it is thousands of columns, each of which costs one
search (:mod:`~catenet.network.routing.next_hop_changes`).
"""

from __future__ import annotations

from typing import Final

from catenet.lab.routing.tables import SharedTables
from catenet.network.routing.next_hop_changes import NextHopChanges
from catenet.network.routing.snapshot import FAR, Snapshot

ROW_COST: Final = 20
"""What comparing all of one node's ways costs, of what comparing all nodes' ways to one place does."""


class Change:
    """The links named in ``down`` go down, those in ``up`` come up; ``tables`` are those of after it.

    ``changed`` are, for each node whose table has changed, the places for which it has.  ``rows`` and ``columns`` are
    how many of each were compared, ``edges_seen`` the edges that the comparison of columns looked at.
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
        """How many nodes' tables were compared as a whole."""
        return len(self._nodes)

    @property
    def columns(self) -> int:
        """For how many places all nodes' ways were compared."""
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
        """Find the nodes and the places whose paths lead over these edges, which are in this snapshot."""
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
        """From the distances to all nodes those to all places."""
        return [min([distances[owner] for owner in owners], default=int(FAR)) for owners in self._tables.places]

    def _compare_rows(self) -> None:
        """Compare whole tables of nodes."""
        for node in sorted(self._nodes):
            after = self._tables.row(node)
            self._undo()
            before = self._tables.row(node)
            self._apply()
            changed = [place for place, edges in enumerate(after) if edges != before[place]]
            if changed:
                self.changed[node] = changed

    def _compare_columns(self, changes: NextHopChanges) -> None:
        """Compare what all other nodes do about single places."""
        for place in sorted(self._places):
            for node in changes.towards(self._tables.places[place]):
                if node not in self._nodes:
                    self.changed.setdefault(node, []).append(place)
        self.edges_seen += int(changes.edges_seen)


def _over(cost: int, longer: list[int], shorter: list[int]) -> list[int]:
    """Where the way over an edge is a shortest one, from the distances with it and without it."""
    return [at for at, left in enumerate(shorter) if left < FAR and left + cost == longer[at]]
