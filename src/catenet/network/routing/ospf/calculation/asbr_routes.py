"""The ways inside the AS to its boundary routers (RFC 2328 16.2, 16.4 (3) and 16.4.1)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.areas import BACKBONE, Areas
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import INTER, INTRA
from catenet.network.routing.ospf.calculation.topology import AreaTopology
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, SummaryBody

PREFERRED: Final = 0
"""Section 16.4.1: the way leads through one area that is not the backbone, and through it alone."""
OTHERS: Final = 1


class Way:
    """The way inside the AS to a boundary router or to a forwarding address."""

    def __init__(self, path_type: int, area_id: int, cost: int, hops: int) -> None:
        self.path_type: Final = path_type
        self.area_id: Final = area_id
        self.cost: Final = cost
        self.hops: Final = hops

    def preference(self, rfc1583_compatible: bool) -> int:
        """Which come first whatever they cost (section 16.4.1)."""
        if rfc1583_compatible:
            return OTHERS
        return PREFERRED if self.path_type == INTRA and self.area_id != BACKBONE else OTHERS


class Ways:
    """The ways to boundary routers, as far as they were asked for since :meth:`forget`."""

    def __init__(self, areas: Areas, rfc1583_compatible: bool) -> None:
        self.rfc1583_compatible: Final = rfc1583_compatible
        self.claims: Final[dict[int, list[InterAreaLsa]]] = {}
        """Summaries of type 4, by the boundary router that they speak of."""
        self._areas: Final = areas
        self._known: Final[dict[int, Way | None]] = {}

    def forget(self) -> None:
        """The areas have changed."""
        self._known.clear()

    def count(self, claim: InterAreaLsa, came: bool) -> None:
        """A summary of type 4 came, or went."""
        claims = self.claims.setdefault(claim.key, [])
        if came:
            claims.append(claim)
        else:
            claims.remove(claim)
            if not claims:
                del self.claims[claim.key]

    def within(self, topology: AreaTopology, router_id: int) -> Way | None:
        """The way to a boundary router through an area that the router is in."""
        cost = self._areas.boundary_distance(topology, router_id)
        if cost == UNREACHED:
            return None
        return Way(INTRA, topology.area_id, cost, topology.hops(topology.vertex(router_id)))

    def to(self, router_id: int) -> Way | None:
        """The way to a boundary router for what it tells the whole AS.

        Of several, section 16.4.1 chooses, then the cost, then the area with the largest number (16.4 (3)).  Paths
        within areas that take no such LSAs do not count (RFC 3101 2.5 (3)).
        """
        if router_id in self._known:
            return self._known[router_id]
        chosen: Way | None = None
        for area in self._areas.all:
            if area.settings.takes_externals:
                way = self.within(area.topology, router_id)
                if way is not None and area.area_id == BACKBONE:
                    way = self._improved(router_id, way)
                chosen = self._better(chosen, way)
        if chosen is None:
            chosen = self._across(router_id)
            if chosen is not None and chosen.area_id == BACKBONE:
                chosen = self._improved(router_id, chosen)
        self._known[router_id] = chosen
        return chosen

    def _improved(self, router_id: int, way: Way) -> Way:
        """A way through the backbone, or a shorter one through a transit area (section 16.3)."""
        if not self._areas.transit:
            return way
        for claim in self.claims.get(router_id, []):
            topology = claim.area
            body = claim.lsa.body
            assert topology is not None
            assert isinstance(body, SummaryBody)
            if body.cost >= LS_INFINITY or not self._areas[topology.area_id].is_transit:
                continue
            distance = self._areas.border_distance(topology, claim.lsa.advertising_router)
            if distance == UNREACHED or distance + body.cost > way.cost:
                continue
            hops = topology.hops(topology.vertex(claim.lsa.advertising_router))
            if distance + body.cost == way.cost:
                hops = self._areas.hop_sets.union(way.hops, hops)
            way = Way(way.path_type, BACKBONE, distance + body.cost, hops)
        return way

    def _better(self, one: Way | None, other: Way | None) -> Way | None:
        if one is None or other is None:
            return other if one is None else one
        first, second = self._rank(one), self._rank(other)
        return other if second < first else one

    def _rank(self, way: Way) -> tuple[int, int, int]:
        return way.preference(self.rfc1583_compatible), way.cost, -way.area_id

    def _across(self, router_id: int) -> Way | None:
        """The way to a boundary router of another area (section 16.2)."""
        best: Way | None = None
        for claim in self.claims.get(router_id, []):
            lsa, topology = claim.lsa, claim.area
            body = lsa.body
            assert topology is not None
            assert isinstance(body, SummaryBody)
            if body.cost >= LS_INFINITY or not self._areas.tells_us(topology):
                continue
            distance = self._areas.border_distance(topology, lsa.advertising_router)
            if distance == UNREACHED:
                continue
            cost = distance + body.cost
            hops = topology.hops(topology.vertex(lsa.advertising_router))
            if best is None or (cost, topology.area_id) < (best.cost, best.area_id):
                best = Way(INTER, topology.area_id, cost, hops)
            elif cost == best.cost and topology.area_id == best.area_id:
                best = Way(INTER, topology.area_id, cost, self._areas.hop_sets.union(best.hops, hops))
        return best
