"""What automatic routing has written into one node's tables, and how it is changed.

A thousand routers have a million routes, so this is written for that: ways that leave through the same ends are
one object for as long as the node lives, and writing is skipped where nothing changed.
"""

from __future__ import annotations

from typing import Final

from catenet.host.distances import AUTOMATIC as AUTOMATIC_METRIC
from catenet.host.distances import STATIC as STATIC_METRIC
from catenet.lab.nodes import End, IpNode
from catenet.lab.route_graph import Edge
from catenet.network.fib import UNICAST, NextHop, Route

__all__ = ["AUTOMATIC_METRIC", "STATIC_METRIC", "Prefix", "RouteTable", "Ways", "next_hop"]

Prefix = tuple[int, int, int]
"""Version, network address as a number, length."""


class Ways:
    """How to go on from a node: the next hops of each version."""

    def __init__(self, ends: list[tuple[End, End]]) -> None:
        self.hops4: Final = [hop for out, into in ends for hop in next_hop(out, into, 4)]
        self.hops6: Final = [hop for out, into in ends for hop in next_hop(out, into, 6)]


class RouteTable:
    """One node's automatic routes: for each place that there is, the ways to it, or None."""

    def __init__(self, node: IpNode) -> None:
        self._node: Final = node
        # Straight into the tables: the stack's own way leaves a row of trace and clears its cache for every route.
        self._add4: Final = node.stack.fib4.add
        self._add6: Final = node.stack.fib6.add
        self._ways: Final[dict[tuple[tuple[End, End], ...], Ways]] = {}
        self._installed: list[Ways | None] = []
        self._prefixes: list[list[Prefix]] = []

    def ways(self, edges: list[Edge]) -> Ways:
        """The ways over these edges; the same ends give the same object."""
        ends = tuple((edge.out, edge.into) for edge in edges)
        found = self._ways.get(ends)
        if found is None:
            found = self._ways[ends] = Ways(list(ends))
        return found

    def install(self, prefixes: list[list[Prefix]], wanted: list[Ways | None]) -> int:
        """Write what differs from what is there; ``prefixes`` are those of each place.  How many routes that were."""
        if prefixes is not self._prefixes:
            for place, ways in enumerate(self._installed):
                if ways is not None:
                    self._erase(self._prefixes[place])
            self._prefixes = prefixes
            self._installed = [None] * len(prefixes)
        installed = self._installed
        changed = 0
        for place, ways in enumerate(wanted):
            if ways is not installed[place]:
                installed[place] = ways
                changed += len(prefixes[place])
                if ways is None:
                    self._erase(prefixes[place])
                else:
                    self._write(prefixes[place], ways)
        if changed:
            self._node.stack.forget_destinations()
        return changed

    def _write(self, prefixes: list[Prefix], ways: Ways) -> None:
        hops4, hops6 = ways.hops4, ways.hops6
        for version, network, length in prefixes:
            if version == 4:
                if hops4:
                    self._add4(Route(4, network, length, UNICAST, hops4, AUTOMATIC_METRIC))
            elif hops6:
                self._add6(Route(6, network, length, UNICAST, hops6, AUTOMATIC_METRIC))

    def _erase(self, prefixes: list[Prefix]) -> None:
        for version, network, length in prefixes:
            self._node.stack.family(version).fib.remove(network, length, AUTOMATIC_METRIC)


def next_hop(out: End, into: End, version: int) -> list[NextHop]:
    """The hop from one end to another; empty if they do not both speak this version."""
    mine, theirs = out.face(version), into.face(version)
    if mine is None or theirs is None or out.interface is None:
        return []
    return [NextHop(out.interface, int(theirs.ip))]
