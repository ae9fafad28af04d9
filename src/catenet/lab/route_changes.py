"""What a link's change does to the automatic tables of all nodes, without looking at all of them.

A table can only have changed for a node and a place between which a shortest path leads, or led, over an edge that was
removed or added.  Such an edge is on the paths of some nodes (those whose shortest paths to its head pass its tail)
to some places (those to which its tail's shortest paths begin with it).  Of the two groups the smaller is enough: all
that changed is in the rows of those nodes, or in the columns of those places.  For a link to a leaf that is one row
and one column, and for a link in the midst of a thousand routers some tens.
"""

from __future__ import annotations

from typing import Final

from catenet.lab.route_tables import SharedTables
from catenet.network.routing.dijkstra import distances_to, shortest_paths
from catenet.network.routing.dynamic import DynamicPaths
from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.towards import nodes_that_turn

ROW_COST: Final = 4
"""What comparing all of one node's ways costs, of what comparing all nodes' ways to one place does."""


class Change:
    """The links named in ``down`` go down, those in ``up`` come up; ``tables`` are those of after it.

    ``changed`` are, for each node whose table has changed, the places for which it has.
    """

    def __init__(self, tables: SharedTables, down: list[str], up: list[str]) -> None:
        self.changed: Final[dict[int, list[int]]] = {}
        self._tables: Final = tables
        self._down: Final = down
        self._up: Final = up
        self._nodes: Final[set[int]] = set()
        self._places: Final[set[int]] = set()
        self._stale: Final[set[int]] = set()
        self._gone, self._come = self._apply()
        self._choose(self._come)
        self._undo()
        self._choose(self._gone)
        self._apply()
        self._compare_rows()
        self._compare_columns()
        tables.forget(self._stale)

    def _apply(self) -> tuple[list[int], list[int]]:
        gone = [edge for name in self._down for edge in self._tables.break_link(name)]
        come = [edge for name in self._up for edge in self._tables.mend_link(name)]
        return gone, come

    def _undo(self) -> None:
        for name in self._up:
            self._tables.break_link(name)
        for name in self._down:
            self._tables.mend_link(name)

    def _choose(self, edges: list[int]) -> None:
        """Find the nodes and the places whose paths lead over these edges, which are there now."""
        graph, towards, onward = self._tables.graph, dict[int, list[int]](), dict[int, list[int]]()
        for edge in edges:
            tail, head, cost = graph.tails[edge], graph.heads[edge], graph.costs[edge]
            for node in (tail, head):
                if node not in towards:
                    towards[node] = distances_to(graph, node)
                    onward[node] = self._to_places(shortest_paths(graph, node).distances)
            nodes = _over(cost, towards[head], towards[tail])
            places = _over(cost, onward[tail], onward[head])
            self._stale.update(places)
            if ROW_COST * len(nodes) <= len(places):
                self._nodes.update(nodes)
            else:
                self._places.update(places)

    def _to_places(self, distances: list[int]) -> list[int]:
        """From the distances to all nodes those to all places."""
        found = []
        for owners in self._tables.places:
            reached = [distances[owner] for owner in owners if distances[owner] != UNREACHED]
            found.append(min(reached, default=UNREACHED))
        return found

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

    def _compare_columns(self) -> None:
        """Compare what all other nodes do about single places."""
        for place in sorted(self._places):
            owners = self._tables.places[place]
            turned = self._turned_towards(owners[0]) if len(owners) == 1 else self._turned_towards_nearest(place)
            for node in turned:
                if node not in self._nodes:
                    self.changed.setdefault(node, []).append(place)

    def _turned_towards(self, owner: int) -> list[int]:
        """The nodes whose ways to one node are others than before.

        The paths from it in the mirror are the ways to it; they are followed to what they were before, and back.
        """
        edges = [*self._gone, *self._come]
        follower = DynamicPaths(self._tables.mirror, owner)
        parents = follower.paths.parents
        self._undo()
        before = {node: parents[node].copy() for node in follower.follow(edges)}
        self._apply()
        follower.follow(edges)
        return [node for node, ways in before.items() if ways != parents[node]]

    def _turned_towards_nearest(self, place: int) -> list[int]:
        """The same for a place that several nodes lead to."""
        after = self._tables.distances(place)
        self._undo()
        before = self._tables.distances(place)
        self._apply()
        return nodes_that_turn(self._tables.graph, before, after, self._gone, self._come)


def _over(cost: int, longer: list[int], shorter: list[int]) -> list[int]:
    """Where the way over an edge is a shortest one, from the distances with it and without it."""
    return [at for at, left in enumerate(shorter) if left != UNREACHED and left + cost == longer[at]]
