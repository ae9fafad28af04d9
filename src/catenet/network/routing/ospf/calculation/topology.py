"""The graph of one area, from its router-LSAs and network-LSAs, and the shortest paths in it (RFC 2328 16.1).

Vertices are routers and transit networks; number 0 is the calculating router, the root.  There is an edge between two
vertices if the LSAs of both contain the link (the check of 16.1 (2) (b)): with the link's cost out of a router, with
cost 0 out of a network.  Two links between the same routers are two edges.  Stub networks are no vertices: they are
attached to a router with the cost in its LSA, and do not affect the tree.

The graph persists between runs, and :class:`~catenet.network.routing.incremental_spf.IncrementalSpf` follows its
changes, so that the cost of a run depends on the vertices that moved.  The contents of LSAs are read from the LSAs,
which all routers share, and are not copied.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.incremental_spf import IncrementalSpf
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver, NextHopSets, TransitPaths
from catenet.network.routing.ospf.lsa.contents import (
    NETWORK_NAME,
    any_address,
    contents_of,
    flags_of,
    has_link,
    link_costs,
    name_of,
)
from catenet.network.routing.ospf.lsa.lsa import NETWORK, Lsa, RouterBody, RouterLink
from catenet.network.routing.ospf.lsa.prefixes import network_key
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, STUB, TRANSIT, VIRTUAL

ROOT: Final = 0


class Replaced:
    """A vertex whose LSA was replaced since the last run."""

    def __init__(self, vertex: int, old: Lsa | None, cause: Lsa) -> None:
        self.vertex: Final = vertex
        self.old: Final = old
        self.cause = cause


class AreaTopology:
    """The graph of the area ``area_id``, with the router ``router_id`` as its root.

    After :meth:`update`, ``touched`` contains each vertex whose distance or next hops may have changed, with the LSA
    that caused it (None if no LSA did), and ``replaced`` the vertices whose LSA was replaced.
    """

    def __init__(
        self, area_id: int, router_id: int, hop_sets: NextHopSets, resolver: NextHopResolver, transit: TransitPaths
    ) -> None:
        self.area_id: Final = area_id
        self.router_id: Final = router_id
        self.lsas: Final[list[Lsa | None]] = [None]
        """The LSA of each vertex; None if it has none."""
        self.touched: Final[dict[int, Lsa | None]] = {}
        self.replaced: Final[dict[int, Replaced]] = {}
        self.tree_runs: int = 0
        """The number of updates of the tree; changes that affect no edge do not update it (section 16.5)."""
        self._numbers: Final[dict[int, int]] = {router_id: ROOT}
        self._graph: Final = Graph(1)
        self._dynamic: Final = IncrementalSpf(self._graph, ROOT)
        self._hop_sets: Final = hop_sets
        self._resolver: Final = resolver
        self._transit: Final = transit
        self._hops: Final[list[int]] = [0]
        self._root_hops: Final[dict[int, int]] = {}
        """The set of next hops of each edge out of the root."""
        self._rivals: Final[dict[int, list[Lsa]]] = {}
        """Networks with network-LSAs of several routers."""
        self._spare: Final[dict[int, list[int]]] = {}
        """Removed edges that can be restored, by their tails."""
        self._edges: Final[list[int]] = []
        """Edges changed since the last update of the paths."""
        self._links_changed = False
        self._has_free_links = False
        """Whether a router ever advertised a link of cost 0: then networks need not come before their routers."""

    # -- results

    def vertex(self, router_id: int) -> int:
        """The vertex of a router; -1 if it is unknown."""
        return self._numbers.get(router_id, -1)

    def distance(self, vertex: int) -> int:
        """The distance of a vertex; :data:`~catenet.network.routing.graph.UNREACHED` if it is unreachable."""
        if vertex != ROOT and self._hops[vertex] == 0:
            return UNREACHED
        return self._dynamic.paths.distances[vertex]

    def hops(self, vertex: int) -> int:
        """The number of the set of next hops to a vertex."""
        return self._hops[vertex]

    def flags(self, vertex: int) -> int:
        """The flags of a router's LSA; 0 for a network, and without an LSA."""
        return flags_of(self.lsas[vertex])

    @property
    def graph(self) -> Graph:
        """The graph; vertices are numbered as in ``lsas``.  Do not change it."""
        return self._graph

    def path_to(self, vertex: int) -> list[int]:
        """The vertices of one shortest path from the root to a vertex, both included; none if there is no path."""
        path = [vertex]
        while path[-1] != ROOT:
            parents = self._dynamic.paths.parents[path[-1]]
            if not parents or len(path) > len(self.lsas):
                return []
            path.append(self._graph.tails[parents[0]])
        return path[::-1]

    def routers(self) -> list[int]:
        """The vertices of reachable routers, the root first."""
        return [
            vertex
            for vertex, lsa in enumerate(self.lsas)
            if lsa is not None and lsa.type != NETWORK and self.distance(vertex) != UNREACHED
        ]

    def is_own_address(self, address: int) -> bool:
        """Whether the root's LSA contains the address as its own."""
        lsa = self.lsas[ROOT]
        if lsa is None:
            return False
        body = lsa.body
        assert isinstance(body, RouterBody)
        for link in body.links:
            if link.kind == STUB:
                if link.id == address and link.data == 0xFFFFFFFF and link.cost == 0:
                    return True
            elif link.data == address:
                return True
        return False

    def own_link_hops(self, key: int, cost: int) -> int:
        """The set of the router's links to one of its stub networks at that cost; 0 for an own address."""
        lsa = self.lsas[ROOT]
        hops = 0
        if lsa is not None:
            body = lsa.body
            assert isinstance(body, RouterBody)
            for link in body.links:
                if link.kind == STUB and link.cost == cost and network_key(link.id, link.data) == key:
                    hop = self._resolver.resolve(self.area_id, link)
                    if hop is not None:
                        hops = self._hop_sets.union(hops, self._hop_sets.number([(hop[0], 0)]))
        return hops

    @property
    def has_virtual_links(self) -> bool:
        """Whether the root has virtual links."""
        lsa = self.lsas[ROOT]
        if lsa is None:
            return False
        body = lsa.body
        assert isinstance(body, RouterBody)
        return any(link.kind == VIRTUAL for link in body.links)

    def address_towards_root(self, vertex: int) -> int:
        """The address of a router on its path back to the root: the remote address of a virtual link (16.1 (4)).

        0 if it is unreachable, or has no address in this area.  If that link is unnumbered, any address of the router.
        """
        lsa = self.lsas[vertex]
        if lsa is None or lsa.type == NETWORK or self.distance(vertex) == UNREACHED:
            return 0
        body = lsa.body
        assert isinstance(body, RouterBody)
        for edge in self._dynamic.paths.parents[vertex]:
            parent = self.lsas[self._graph.tails[edge]]
            if parent is not None:
                for link in body.links:
                    if _is_numbered_link_to(link, parent):
                        return link.data
        return any_address(body)

    @property
    def is_pending(self) -> bool:
        """Whether there are changes for :meth:`update`."""
        return self._links_changed or len(self.replaced) > 0

    # -- changes

    def change(self, old: Lsa | None, new: Lsa | None) -> None:
        """A router-LSA or network-LSA was added, removed or replaced; it is processed by :meth:`update`."""
        lsa = new if new is not None else old
        assert lsa is not None
        is_network = lsa.type == NETWORK
        vertex = self._number(NETWORK_NAME | lsa.link_state_id if is_network else lsa.advertising_router)
        before = self.lsas[vertex]
        self.lsas[vertex] = self._elect(vertex, lsa, new) if is_network else new
        if vertex in self.replaced:
            self.replaced[vertex].cause = lsa
        else:
            self.replaced[vertex] = Replaced(vertex, before, lsa)

    def links_changed(self) -> None:
        """The resolver's results may have changed."""
        self._links_changed = True

    def update(self) -> None:
        """Process all changes."""
        for replaced in self.replaced.values():
            self._draw(replaced)
        root_edges = self._links_changed or ROOT in self.replaced or self._has_root_edge()
        is_other = len(self._edges) > 0 or len(self._dynamic.paths.distances) < len(self._graph)
        moved: list[int] = []
        if is_other:
            moved = self._dynamic.follow(self._edges)
            self.tree_runs += 1
        self._edges.clear()
        seeds = dict.fromkeys(moved)
        if root_edges:
            seeds.update(dict.fromkeys(self._resolve_links()))
        for vertex in self.replaced:
            # If a router's address on a network changes, so do next hops, though no edge has changed.
            seeds[vertex] = None
        self._links_changed = False
        if self._has_free_links:
            self._spread_all_hops(dict.fromkeys(moved))
        else:
            self._spread_hops(list(seeds), dict.fromkeys(moved))
        assert self._dynamic.paths.distances[ROOT] == 0, "the root is the tree's root"
        assert len(self.lsas) == len(self._graph) == len(self._hops), "each vertex has an LSA or none, and next hops"

    def clear_changes(self) -> None:
        """Clear the results of :meth:`update`, after they were processed."""
        assert not self._edges, "no edge was changed since"
        self.touched.clear()
        self.replaced.clear()

    # -- vertices

    def _number(self, name: int) -> int:
        vertex = self._numbers.get(name, -1)
        if vertex < 0:
            vertex = self._numbers[name] = self._graph.add_node()
            self.lsas.append(None)
            self._hops.append(0)
        return vertex

    def _elect(self, vertex: int, lsa: Lsa, new: Lsa | None) -> Lsa | None:
        """Of several network-LSAs with one link state id, that of the highest router id is used."""
        standing = self.lsas[vertex]
        rivals = self._rivals.pop(vertex, [] if standing is None else [standing])
        rivals = [rival for rival in rivals if rival.advertising_router != lsa.advertising_router]
        if new is not None:
            rivals.append(new)
        if len(rivals) > 1:
            self._rivals[vertex] = rivals
        elected: Lsa | None = None
        for rival in rivals:
            if elected is None or rival.advertising_router > elected.advertising_router:
                elected = rival
        return elected

    # -- edges

    def _draw(self, replaced: Replaced) -> None:
        """Update the edges at a vertex."""
        vertex = replaced.vertex
        new = self.lsas[vertex]
        wanted = self._wanted_edges(vertex)
        present: dict[int, list[int]] = {}
        for edge in self._graph.out[vertex]:
            present.setdefault(self._graph.heads[edge], []).append(edge)
        for head, edges in present.items():
            if head not in wanted:
                self._reconcile(vertex, head, edges, [])
        for head, costs in wanted.items():
            self._reconcile(vertex, head, present.get(head, []), costs)
        before, after = contents_of(replaced.old).neighbours, contents_of(new).neighbours
        if before is not after:
            for name in [*[other for other in before if other not in after], *after]:
                neighbour = self._numbers.get(name, -1)
                if neighbour >= 0 and neighbour not in self.replaced and (name in before) != (name in after):
                    self._redraw_pair(neighbour, vertex)

    def _redraw_pair(self, tail: int, head: int) -> None:
        """Update the edges from one vertex to another."""
        near, far = self.lsas[tail], self.lsas[head]
        costs = link_costs(near, far) if has_link(far, near) else []
        edges = [edge for edge in self._graph.out[tail] if self._graph.heads[edge] == head]
        self._reconcile(tail, head, edges, costs)

    def _reconcile(self, tail: int, head: int, edges: list[int], costs: list[int]) -> None:
        """Change the edges between two vertices to these costs: remove, restore and add as needed."""
        graph = self._graph
        if len(edges) == len(costs) and _cost_that(graph, edges, costs):
            return
        changed: list[int] = []
        kept = edges[: len(costs)]
        for edge in edges[len(costs) :]:
            graph.remove_edge(edge)
            self._spare.setdefault(tail, []).append(edge)
            changed.append(edge)
        while len(kept) < len(costs):
            edge = self._take_spare(tail, head)
            if edge < 0:
                edge = graph.add_edge(tail, head, 0)
            else:
                graph.restore_edge(edge)
            kept.append(edge)
            changed.append(edge)
        assert len(kept) == len(costs), "an edge for each link"
        kept.sort()
        for place, edge in enumerate(kept):
            if graph.costs[edge] != costs[place]:
                graph.set_cost(edge, costs[place])
                if edge not in changed:
                    changed.append(edge)
        self._edges.extend(changed)
        if 0 in costs and not self._is_network(tail):
            self._has_free_links = True

    def _take_spare(self, tail: int, head: int) -> int:
        spare = self._spare.get(tail)
        if spare is not None:
            for edge in spare:
                if self._graph.heads[edge] == head:
                    spare.remove(edge)
                    return edge
        return -1

    def _wanted_edges(self, vertex: int) -> dict[int, list[int]]:
        """The costs of the edges out of a vertex, by their heads, in the order in the LSA."""
        wanted: dict[int, list[int]] = {}
        lsa = self.lsas[vertex]
        if lsa is None:
            return wanted
        name = name_of(lsa)
        for other, costs in contents_of(lsa).neighbours.items():
            head = self._numbers.get(other, -1)
            # 16.1 (2) (b): an edge only if the LSA at the other end has a link back.
            if head >= 0 and head != vertex and name in contents_of(self.lsas[head]).neighbours:
                wanted[head] = costs
        return wanted

    # -- next hops

    def _has_root_edge(self) -> bool:
        return any(self._graph.tails[edge] == ROOT for edge in self._edges)

    def _resolve_links(self) -> list[int]:
        """Resolve the interface of each edge out of the root; returns the heads of new and changed ones."""
        before = self._root_hops.copy()
        self._root_hops.clear()
        edges: dict[int, list[int]] = {}
        for edge in self._graph.out[ROOT]:
            edges.setdefault(self._graph.heads[edge], []).append(edge)
        lsa = self.lsas[ROOT]
        if lsa is not None:
            body = lsa.body
            assert isinstance(body, RouterBody)
            for link in body.links:
                if link.kind == STUB:
                    continue
                head = self._numbers.get(link.id | NETWORK_NAME if link.kind == TRANSIT else link.id, -1)
                waiting = edges.get(head)
                if waiting:
                    self._root_hops[waiting.pop(0)] = self._hops_of(link)
        return [self._graph.heads[edge] for edge, number in self._root_hops.items() if before.get(edge, -1) != number]

    def _hops_of(self, link: RouterLink) -> int:
        """The set of next hops of a link of the root; for a virtual link, those through the transit area."""
        if link.kind == VIRTUAL:
            return self._transit.hops_through(self._resolver.transit_area(link), link.id)
        hop = self._resolver.resolve(self.area_id, link)
        if hop is None:
            return 0
        return self._hop_sets.number([(hop[0], 0) if link.kind == TRANSIT else hop])

    def _spread_hops(self, seeds: list[int], moved: dict[int, None]) -> None:
        """Recalculate the next hops at these vertices, and along the tight edges as far as they change."""
        distances, graph, size = self._dynamic.paths.distances, self._graph, len(self._graph)
        first = self._first_cause()
        heap: list[int] = []
        queued: dict[int, None] = {}
        for vertex in seeds:
            if distances[vertex] == UNREACHED:
                self._hops[vertex] = 0
                if vertex in moved:
                    self.touched[vertex] = self._cause(vertex, first)
            else:
                queued[vertex] = None
                heap.append(self._rank(vertex) * size + vertex)
        heap.sort()
        while heap:
            vertex = heappop(heap) % size
            hops = self._inherited(vertex)
            is_other = hops != self._hops[vertex]
            if is_other:
                self._hops[vertex] = hops
            if is_other or vertex in moved:
                self.touched[vertex] = self._cause(vertex, first)
            if is_other or vertex in self.replaced:
                for edge in graph.out[vertex]:
                    head = graph.heads[edge]
                    if head not in queued and distances[vertex] + graph.costs[edge] == distances[head]:
                        queued[head] = None
                        heappush(heap, self._rank(head) * size + head)

    def _spread_all_hops(self, moved: dict[int, None]) -> None:
        """Recalculate all next hops: with links of cost 0, vertices could keep one another's outdated ones."""
        distances, graph = self._dynamic.paths.distances, self._graph
        before = self._hops.copy()
        for vertex in range(len(before)):
            self._hops[vertex] = 0
        waiting = [vertex for vertex in range(len(before)) if distances[vertex] != UNREACHED]
        while waiting:
            vertex = waiting.pop()
            hops = self._inherited(vertex)
            if hops != self._hops[vertex]:
                self._hops[vertex] = hops
                for edge in graph.out[vertex]:
                    if distances[vertex] + graph.costs[edge] == distances[graph.heads[edge]]:
                        waiting.append(graph.heads[edge])
        first = self._first_cause()
        for vertex in range(len(before)):
            if vertex in moved or self._hops[vertex] != before[vertex]:
                self.touched[vertex] = self._cause(vertex, first)

    def _rank(self, vertex: int) -> int:
        """The sort key of vertices in topological order: a network comes before the routers on it."""
        # 16.1 (3): at equal distance networks are added to the tree before routers.
        return self._dynamic.paths.distances[vertex] * 2 + (0 if self._is_network(vertex) else 1)

    def _is_network(self, vertex: int) -> bool:
        lsa = self.lsas[vertex]
        return lsa is not None and lsa.type == NETWORK

    def _inherited(self, vertex: int) -> int:
        """A vertex's next hops, from its parents' (section 16.1.1)."""
        hops = 0
        for edge in self._dynamic.paths.parents[vertex]:
            tail = self._graph.tails[edge]
            # 16.1.1: the root's own link; behind a directly attached network, the router's address on it;
            # otherwise the parent's next hops.  16.1 (2) (d): with several shortest paths, the next hops of all.
            if tail == ROOT:
                hops = self._hop_sets.union(hops, self._root_hops.get(edge, 0))
            else:
                inherited = self._hops[tail]
                if self._is_network(tail) and self._hop_sets.is_direct(inherited):
                    inherited = self._hop_sets.through(inherited, self._addresses_on(vertex, tail))
                hops = self._hop_sets.union(hops, inherited)
        assert vertex != ROOT or hops == 0
        return hops

    def _addresses_on(self, router: int, network: int) -> list[int]:
        """A router's addresses on a transit network."""
        lsa, network_lsa = self.lsas[router], self.lsas[network]
        if lsa is None or network_lsa is None:
            return []
        body = lsa.body
        assert isinstance(body, RouterBody)
        return [link.data for link in body.links if link.kind == TRANSIT and link.id == network_lsa.link_state_id]

    def _first_cause(self) -> Lsa | None:
        for replaced in self.replaced.values():
            return replaced.cause
        return None

    def _cause(self, vertex: int, first: Lsa | None) -> Lsa | None:
        """The LSA that moved a vertex: its own, else that which moved a parent, else the first that changed."""
        own = self.replaced.get(vertex)
        if own is not None:
            return own.cause
        for edge in self._dynamic.paths.parents[vertex]:
            tail = self._graph.tails[edge]
            if tail in self.touched:
                return self.touched[tail]
            above = self.replaced.get(tail)
            if above is not None:
                return above.cause
        return first


def _cost_that(graph: Graph, edges: list[int], costs: list[int]) -> bool:
    """Whether edges have exactly these costs, in order."""
    for place, edge in enumerate(edges):
        if graph.costs[edge] != costs[place] or (place > 0 and edges[place - 1] > edge):
            return False
    return True


def _is_numbered_link_to(link: RouterLink, parent: Lsa) -> bool:
    """Whether it is a link to this vertex with an own address (an unnumbered one has its interface's number)."""
    if parent.type == NETWORK:
        return link.kind == TRANSIT and link.id == parent.link_state_id
    return link.kind == POINT_TO_POINT and link.id == parent.advertising_router and link.data >> 24 != 0
