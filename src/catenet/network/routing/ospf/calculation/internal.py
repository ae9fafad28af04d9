"""Routes to networks inside the AS: within an area (RFC 2328 16.1), and from one area to another (16.2)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.areas import BACKBONE, Areas
from catenet.network.routing.ospf.calculation.destinations import Destination
from catenet.network.routing.ospf.calculation.routes import INTER, INTRA, OspfRoute
from catenet.network.routing.ospf.calculation.topology import ROOT
from catenet.network.routing.ospf.lsa.contents import network_cost
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, Lsa, SummaryBody

VERTEX_BITS: Final = 32
VERTEX: Final = (1 << VERTEX_BITS) - 1


class Best:
    """The best of several paths to one destination; equal-cost paths share their next hops.

    Of several areas with equal costs, the one with the lowest id is kept; only paths of one area are joined.
    """

    def __init__(self) -> None:
        self.cost: int = UNREACHED
        self.area_id: int = 0
        self.hops: int = 0
        self.origin: Lsa | None = None
        self.is_own: bool = False

    def is_beaten_by(self, cost: int, area_id: int) -> bool:
        """Whether a path replaces the present one; otherwise it may still be equal."""
        return self.cost == UNREACHED or cost < self.cost or (cost == self.cost and area_id < self.area_id)

    def is_as_good(self, cost: int, area_id: int) -> bool:
        """Whether a path is equal to the present one, and to be joined with it."""
        return cost == self.cost and area_id == self.area_id

    def replace(self, cost: int, area_id: int, hops: int, origin: Lsa) -> None:
        """Replace the present path by a better one."""
        self.cost, self.area_id, self.hops, self.origin = cost, area_id, hops, origin
        self.is_own = hops == 0

    def join(self, areas: Areas, hops: int, origin: Lsa) -> None:
        """Add the next hops of an equal path; a directly attached network keeps its own link."""
        assert self.origin is not None
        self.is_own = self.is_own or hops == 0
        self.hops = 0 if self.is_own else areas.hop_sets.union(self.hops, hops)
        if origin.key < self.origin.key:
            self.origin = origin

    def offer(self, areas: Areas, cost: int, area_id: int, hops: int, origin: Lsa) -> None:
        """Consider a path: replace the present one, join it, or ignore it."""
        assert cost >= 0
        assert hops >= 0
        # 16.1 (stubs, (2) and (3)), 16.2 (7): a shorter path replaces the entry, one as short adds its next hops.
        if self.is_beaten_by(cost, area_id):
            self.replace(cost, area_id, hops, origin)
        elif self.is_as_good(cost, area_id):
            self.join(areas, hops, origin)

    def improve(self, areas: Areas, destination: Destination) -> None:
        """Replace the path of an entry of the backbone by a shorter one through a transit area (section 16.3).

        The entry keeps its area, type and origin.
        """
        # 16.3 (3): only an existing entry of the backbone, on a border router with a transit area.
        if not areas.transit or self.origin is None or self.area_id != BACKBONE or self.is_own:
            return
        # A directly attached network needs no other path.
        if areas.hop_sets.is_direct(self.hops):
            return
        for summary in destination.summaries or []:
            topology = summary.area
            body = summary.lsa.body
            assert topology is not None
            assert isinstance(body, SummaryBody)
            # 16.3 (1): LSInfinity is unreachable; and only the summary-LSAs of transit areas are examined.
            if body.cost >= LS_INFINITY or not areas[topology.area_id].is_transit:
                continue
            distance = areas.border_distance(topology, summary.lsa.advertising_router)
            # 16.3 (4), (5): the border router must be reached within the transit area, at no higher cost in all.
            if distance == UNREACHED or distance + body.cost > self.cost:
                continue
            hops = topology.hops(topology.vertex(summary.lsa.advertising_router))
            # 16.3 (5): at lower cost the next hops are replaced, at equal cost added; type and area stay.
            if distance + body.cost < self.cost:
                self.cost, self.hops = distance + body.cost, hops
            else:
                self.hops = areas.hop_sets.union(self.hops, hops)

    def route(self, areas: Areas, key: int, path_type: int) -> OspfRoute | None:
        """The routing table entry; None if there is no path."""
        if self.origin is None:
            return None
        return OspfRoute(key, path_type, self.cost, 0, self.area_id, areas.hop_sets.limited(self.hops), self.origin)


def holder_of(area_number: int, vertex: int) -> int:
    """A vertex and its area as one number."""
    return area_number << VERTEX_BITS | vertex


def decide_intra(areas: Areas, destination: Destination) -> OspfRoute | None:
    """The intra-area route, by the vertices that the network is attached to (section 16.1)."""
    best = Best()
    key = destination.key
    for holder in destination.holders():
        area = areas.all[holder >> VERTEX_BITS]
        vertex = holder & VERTEX
        topology = area.topology
        lsa = topology.lsas[vertex]
        distance = topology.distance(vertex)
        # 16.1 (3): only vertices on the tree of an attached area.
        if lsa is None or distance == UNREACHED or not area.attached:
            continue
        cost = network_cost(lsa, key)
        # 16.1.1: a network on the root itself is on one of its links; all else inherits its vertex's next hops.
        hops = topology.own_link_hops(key, cost) if vertex == ROOT else topology.hops(vertex)
        best.offer(areas, distance + cost, area.area_id, hops, lsa)
    best.improve(areas, destination)
    return best.route(areas, key, INTRA)


def decide_inter(areas: Areas, destination: Destination) -> OspfRoute | None:
    """The inter-area route, by the summary-LSAs of border routers (section 16.2).

    A summary-LSA for an active range of this router is ignored (3): the range has a discard entry.
    """
    # 16.2 (3), 11.1: a border router ignores summary-LSAs for its own active ranges, and has discard entries for them.
    discard = range_discard(areas, destination.key)
    if discard is not None:
        return discard
    best = Best()
    for summary in destination.summaries or []:
        lsa, topology = summary.lsa, summary.area
        body = lsa.body
        assert topology is not None
        assert isinstance(body, SummaryBody)
        # 16.2 (1): LSInfinity is unreachable; and a border router examines the backbone's summary-LSAs alone.
        if body.cost >= LS_INFINITY or not areas.uses_summaries(topology):
            continue
        distance = areas.border_distance(topology, lsa.advertising_router)
        # 16.2 (4): the border router that advertises must itself be reached within the area.
        if distance != UNREACHED:
            hops = topology.hops(topology.vertex(lsa.advertising_router))
            best.offer(areas, distance + body.cost, topology.area_id, hops, lsa)
    best.improve(areas, destination)
    return best.route(areas, destination.key, INTER)


def range_discard(areas: Areas, key: int) -> OspfRoute | None:
    """The discard entry of an active range of one of this router's areas (section 11.1); None for other networks.

    Without it, packets to unreachable networks of the range could loop along a shorter prefix, often the default route.
    """
    for area in areas.all:
        for candidate in area.ranges:
            origin = area.topology.lsas[ROOT]
            if candidate.key == key and candidate.is_active and origin is not None:
                return OspfRoute(key, INTER, 0, 0, area.area_id, (), origin, True)
    return None
