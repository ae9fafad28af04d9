"""Paths inside the AS to its boundary routers (RFC 2328 16.2, 16.4 (3) and 16.4.1)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.areas import BACKBONE, Areas
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import INTER, INTRA
from catenet.network.routing.ospf.calculation.topology import AreaTopology
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, SummaryBody

PREFERRED: Final = 0
"""Section 16.4.1: an intra-area path through an area other than the backbone."""
OTHERS: Final = 1


class IntraAsPath:
    """The path inside the AS to a boundary router or to a forwarding address."""

    def __init__(self, path_type: int, area_id: int, cost: int, hops: int) -> None:
        self.path_type: Final = path_type
        self.area_id: Final = area_id
        self.cost: Final = cost
        self.hops: Final = hops

    def preference(self, rfc1583_compatible: bool) -> int:
        """The preference of the path, which counts before its cost (section 16.4.1)."""
        # 16.4.1: with RFC1583Compatibility, all intra-AS paths are of one preference, and the cost decides.
        if rfc1583_compatible:
            return OTHERS
        # 16.4.1: intra-area paths of non-backbone areas first: routers may disagree about paths over the backbone.
        return PREFERRED if self.path_type == INTRA and self.area_id != BACKBONE else OTHERS


class AsbrPaths:
    """Paths to boundary routers, computed on demand and cached until :meth:`forget`."""

    def __init__(self, areas: Areas, rfc1583_compatible: bool) -> None:
        self.rfc1583_compatible: Final = rfc1583_compatible
        self.asbr_summaries: Final[dict[int, list[InterAreaLsa]]] = {}
        """Type 4 summary-LSAs, by the boundary router that they describe."""
        self._areas: Final = areas
        self._known: Final[dict[int, IntraAsPath | None]] = {}

    def forget(self) -> None:
        """Clear the cache: the areas have changed."""
        self._known.clear()

    def count(self, summary: InterAreaLsa, came: bool) -> None:
        """A type 4 summary-LSA was added (``came``) or removed."""
        summaries = self.asbr_summaries.setdefault(summary.key, [])
        if came:
            summaries.append(summary)
        else:
            summaries.remove(summary)
            if not summaries:
                del self.asbr_summaries[summary.key]

    def within(self, topology: AreaTopology, router_id: int) -> IntraAsPath | None:
        """The path to a boundary router within an attached area; None if there is none."""
        cost = self._areas.boundary_distance(topology, router_id)
        # 16.4 (3), RFC 3101 2.5 (3): no routing table entry for the ASBR in this area, no path.
        if cost == UNREACHED:
            return None
        assert cost >= 0
        return IntraAsPath(INTRA, topology.area_id, cost, topology.hops(topology.vertex(router_id)))

    def to(self, router_id: int) -> IntraAsPath | None:
        """The path to a boundary router for its AS-external-LSAs; None if there is none.

        Of several, the preference of section 16.4.1 decides, then the cost, then the largest area id (16.4 (3)).  Paths
        within areas that accept no such LSAs do not count (RFC 3101 2.5 (3)).
        """
        if router_id in self._known:
            return self._known[router_id]
        chosen: IntraAsPath | None = None
        for area in self._areas.all:
            # RFC 3101 2.5 (3): type-5 LSAs are not flooded into stub areas and NSSAs, nor followed through them.
            if area.settings.takes_externals:
                path = self.within(area.topology, router_id)
                # 16.3 (3): only paths of the backbone can be improved through transit areas.
                if path is not None and area.area_id == BACKBONE:
                    path = self._improved(router_id, path)
                chosen = self._better(chosen, path)
        # 16.2 (6): a type-4 summary-LSA counts only if the ASBR is reached within no attached area.
        if chosen is None:
            chosen = self._across(router_id)
            if chosen is not None and chosen.area_id == BACKBONE:
                chosen = self._improved(router_id, chosen)
        self._known[router_id] = chosen
        return chosen

    def _improved(self, router_id: int, path: IntraAsPath) -> IntraAsPath:
        """A path through the backbone, replaced by a shorter one through a transit area (section 16.3)."""
        assert path.area_id == BACKBONE
        # 16.3: only for border routers that are attached to a transit area.
        if not self._areas.transit:
            return path
        for summary in self.asbr_summaries.get(router_id, []):
            topology = summary.area
            body = summary.lsa.body
            assert topology is not None
            assert isinstance(body, SummaryBody)
            # 16.3 (1): LSInfinity is unreachable; and only the summary-LSAs of transit areas are examined.
            if body.cost >= LS_INFINITY or not self._areas[topology.area_id].is_transit:
                continue
            distance = self._areas.border_distance(topology, summary.lsa.advertising_router)
            # 16.3 (4), (5): the border router must be reached within the transit area, at no higher cost in all.
            if distance == UNREACHED or distance + body.cost > path.cost:
                continue
            hops = topology.hops(topology.vertex(summary.lsa.advertising_router))
            # 16.3 (5): at equal cost the next hops are added, at lower cost replaced; type and area stay.
            if distance + body.cost == path.cost:
                hops = self._areas.hop_sets.union(path.hops, hops)
            path = IntraAsPath(path.path_type, BACKBONE, distance + body.cost, hops)
        return path

    def _better(self, one: IntraAsPath | None, other: IntraAsPath | None) -> IntraAsPath | None:
        if one is None or other is None:
            return other if one is None else one
        # 16.4 (3): the preference of 16.4.1, then the lowest cost, then the largest area id.
        first, second = self._rank(one), self._rank(other)
        assert one.area_id != other.area_id
        return other if second < first else one

    def _rank(self, path: IntraAsPath) -> tuple[int, int, int]:
        return path.preference(self.rfc1583_compatible), path.cost, -path.area_id

    def _across(self, router_id: int) -> IntraAsPath | None:
        """The path to a boundary router of another area (section 16.2)."""
        best: IntraAsPath | None = None
        for summary in self.asbr_summaries.get(router_id, []):
            lsa, topology = summary.lsa, summary.area
            body = lsa.body
            assert topology is not None
            assert isinstance(body, SummaryBody)
            # 16.2 (1): LSInfinity is unreachable; and a border router examines the backbone's summary-LSAs alone.
            if body.cost >= LS_INFINITY or not self._areas.uses_summaries(topology):
                continue
            distance = self._areas.border_distance(topology, lsa.advertising_router)
            # 16.2 (4): the border router that advertises must itself be reached within the area.
            if distance == UNREACHED:
                continue
            cost = distance + body.cost
            assert cost >= distance
            hops = topology.hops(topology.vertex(lsa.advertising_router))
            # 16.2 (7): the lower cost; of equal paths of one area, all next hops (of several, the lowest area id's).
            if best is None or (cost, topology.area_id) < (best.cost, best.area_id):
                best = IntraAsPath(INTER, topology.area_id, cost, hops)
            elif cost == best.cost and topology.area_id == best.area_id:
                best = IntraAsPath(INTER, topology.area_id, cost, self._areas.hop_sets.union(best.hops, hops))
        return best
