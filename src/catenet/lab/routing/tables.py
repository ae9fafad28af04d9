"""The tables of automatic routing: shared data, from which each node's routes are computed on demand.

In a large network, an entry for each router and prefix would be millions of entries, most of which are never used.  So
none are stored: a node's :class:`NodeRoutes` computes the routes for its forwarding table from the shared index of
prefixes, and from the distances of all nodes to a destination, which are computed at the first look-up and cached.  The
results are those of full tables: they change only by the methods of :class:`SharedTables`.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from typing import Final

from catenet.lab.routing.graph import RouteGraph
from catenet.network import addresses
from catenet.network.forwarding.fib import RouteSource
from catenet.network.forwarding.route import UNICAST, UNREACHABLE, NextHop, Route
from catenet.network.forwarding.route_selection import AUTOMATIC as AUTOMATIC_METRIC
from catenet.network.forwarding.route_selection import STATIC as STATIC_METRIC
from catenet.network.routing.dijkstra import distances_to_nearest, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.reverse_spf import edges_out

__all__ = ["AUTOMATIC_METRIC", "MAX_DISTANCES", "STATIC_METRIC", "NodeRoutes", "Prefix", "SharedTables"]

Prefix = tuple[int, int, int]
"""IP version, network address as an integer, prefix length."""

MAX_DISTANCES: Final = 32_000_000
"""The limit of cached distances (256 MB), at which the cache is cleared."""


class SharedTables:
    """The data of all tables, for one set of nodes, links and addresses.

    ``places`` are the destinations: the numbers of the nodes that have each, with its prefixes in ``prefixes``.
    ``blocks`` are the aggregates among these prefixes; a router rejects packets to unassigned parts of its own blocks.
    The edges of ``routes.graph`` are removed and restored with their links; ``routes`` is created with all links up.
    """

    def __init__(
        self,
        routes: RouteGraph,
        places: list[list[int]],
        prefixes: list[list[Prefix]],
        blocks: Collection[Prefix] = frozenset(),
    ) -> None:
        self.routes: Final = routes
        self.graph: Final[Graph] = routes.graph
        self.places: Final = places
        self.prefixes: Final = prefixes
        self.blocks: Final = blocks
        self._index: Final[dict[int, dict[int, dict[int, int]]]] = {4: {}, 6: {}}
        for place, several in enumerate(prefixes):
            for version, network, length in several:
                self._index[version].setdefault(length, {})[network] = place
        self._lengths: Final = {version: sorted(index, reverse=True) for version, index in self._index.items()}
        self._edges_over: Final[dict[str, list[int]]] = {}
        for number, edge in enumerate(routes.edges):
            for link in edge.links:
                self._edges_over.setdefault(link, []).append(number)
        self._broken: Final[dict[int, int]] = {}
        self._distances: Final[dict[int, array[int]]] = {}

    # -- look-up

    def matches(self, version: int, address: int) -> list[tuple[int, Prefix]]:
        """The prefixes that contain an address, each with its destination, the longest first."""
        bits = addresses.width(version)
        found = []
        for length in self._lengths[version]:
            network = address >> (bits - length) << (bits - length)
            place = self._index[version][length].get(network)
            if place is not None:
                found.append((place, (version, network, length)))
        return found

    def place(self, prefix: Prefix) -> int | None:
        """The destination with exactly this prefix; None if there is none."""
        version, network, length = prefix
        return self._index[version].get(length, {}).get(network)

    def edges(self, node: int, place: int) -> list[int]:
        """The edges over which a node sends to a destination; none at the destination itself, or without a path."""
        distances = self._distances.get(place)
        if distances is None:
            if (len(self._distances) + 1) * len(self.graph) > MAX_DISTANCES:
                self._distances.clear()
            distances = self._distances[place] = array("q", self.distances(place))
        return edges_out(self.graph, node, distances)

    def distances(self, place: int) -> list[int]:
        """The present distances of all nodes to a destination."""
        return distances_to_nearest(self.graph, self.places[place])

    def row(self, node: int) -> list[list[int]]:
        """The :meth:`edges` to each destination, from one computation of all shortest paths."""
        paths = shortest_paths(self.graph, node)
        distances, hops = paths.distances, paths.first_hops()
        return [hops[owners[0]] if len(owners) == 1 else _nearest(owners, distances, hops) for owners in self.places]

    def hops(self, edges: list[int], version: int) -> list[NextHop]:
        """The next hops over these edges."""
        return [hop for edge in edges for hop in self.routes.edges[edge].hops(version)]

    # -- changes

    def break_link(self, name: str) -> list[int]:
        """A link went down: remove its edges, and return them."""
        gone = []
        for edge in self._edges_over.get(name, []):
            self._broken[edge] = self._broken.get(edge, 0) + 1
            if self._broken[edge] == 1:
                self.graph.remove_edge(edge)
                gone.append(edge)
        return gone

    def mend_link(self, name: str) -> list[int]:
        """A link came up again: restore its edges, and return them."""
        come = []
        for edge in self._edges_over.get(name, []):
            self._broken[edge] -= 1
            if self._broken[edge] == 0:
                self.graph.restore_edge(edge)
                come.append(edge)
        return come

    def forget(self, places: set[int]) -> None:
        """Delete the cached distances to these destinations."""
        for place in places:
            self._distances.pop(place, None)


class NodeRoutes(RouteSource):
    """The automatic routes of one version at one node."""

    def __init__(self, tables: SharedTables, node: int, version: int) -> None:
        super().__init__()
        self._tables: Final = tables
        self._node: Final = node
        self._version: Final = version

    def lookup(self, address: int, need_carrier: bool) -> Route | None:
        for place, prefix in self._tables.matches(self._version, address):
            route = self._route(place, prefix, self._tables.edges(self._node, place))
            if route is not None and route.is_usable(need_carrier):
                return route
        return None

    def routes_to(self, prefix: int, prefix_len: int) -> list[Route]:
        sought = self._version, prefix, prefix_len
        place = self._tables.place(sought)
        route = None if place is None else self._route(place, sought, self._tables.edges(self._node, place))
        return [] if route is None else [route]

    def routes(self) -> list[Route]:
        found = []
        for place, edges in enumerate(self._tables.row(self._node)):
            for prefix in self._tables.prefixes[place]:
                route = self._route(place, prefix, edges) if prefix[0] == self._version else None
                if route is not None:
                    found.append(route)
        return found

    def _route(self, place: int, prefix: Prefix, edges: list[int]) -> Route | None:
        version, network, length = prefix
        if self._node in self._tables.places[place] and prefix in self._tables.blocks:
            # Packets to unassigned parts of the block could otherwise loop along a default route.
            return Route(version, network, length, UNREACHABLE, [], AUTOMATIC_METRIC)
        hops = self._tables.hops(edges, version)
        return Route(version, network, length, UNICAST, hops, AUTOMATIC_METRIC) if hops else None


def _nearest(owners: list[int], distances: list[int], hops: list[list[int]]) -> list[int]:
    """The first hops to the nearest of several nodes."""
    least = min((distances[owner] for owner in owners if distances[owner] != UNREACHED), default=UNREACHED)
    return sorted({edge for owner in owners if distances[owner] == least for edge in hops[owner]})
