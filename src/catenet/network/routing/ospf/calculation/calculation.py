"""Calculates the routing table from the database (RFC 2328 section 16; RFC 3101 section 2.5).

The order is the RFC's: the areas' shortest-path trees and the networks attached to them (16.1), the summary-LSAs of
area border routers (16.2), shorter paths through transit areas (16.3), and the external LSAs of AS boundary routers
(16.4).  The calculation is incremental (16.5, 16.6): a run processes the vertices that moved and the LSAs that were
replaced, recalculates the destinations that depend on these, and returns the changed routes.  The result is always that
of a full calculation.

A virtual link (section 15) is an edge of the backbone.  The next hops of a path that begins with a virtual link of this
router are those to its other end through the transit area; summaries of the border routers there may improve them.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.areas import BACKBONE, AreaData, Areas, Range
from catenet.network.routing.ospf.calculation.asbr_routes import AsbrPaths
from catenet.network.routing.ospf.calculation.destinations import Destination, Destinations
from catenet.network.routing.ospf.calculation.external import decide_external
from catenet.network.routing.ospf.calculation.forwarding_address import Forwarding
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa, InterAreaLsas
from catenet.network.routing.ospf.calculation.internal import decide_inter, decide_intra, holder_of
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver, NextHopSets
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_2, INTRA, OspfRoute, RouteChange, RouterRoute
from catenet.network.routing.ospf.calculation.topology import ROOT, AreaTopology, Replaced
from catenet.network.routing.ospf.lsa.contents import flags_of, networks_of
from catenet.network.routing.ospf.lsa.lsa import ASBR_SUMMARY, EXTERNAL, NETWORK, NSSA, ROUTER, SUMMARY, Lsa
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, FLAG_V
from catenet.network.routing.ospf.settings import AreaSettings

AS_SCOPE: Final = -1
"""The area id of LSAs that are flooded through the whole AS (type 5)."""


class RouteBefore:
    """The route of a destination before a run, and the LSA that caused the change."""

    def __init__(self, old: OspfRoute | None, cause: Lsa | None) -> None:
        self.old: Final = old
        self.cause: Final = cause


class Calculation:
    """The routing table of one router.

    Its inputs are the areas (:meth:`add_area`), each LSA whose contents changed (:meth:`change`), changes of next hops
    of own links (:meth:`links_changed`), and whether an area has an interface that is up (:meth:`set_attached`).
    Nothing is calculated before :meth:`run`.
    """

    def __init__(
        self, router_id: int, resolver: NextHopResolver, max_paths: int = 64, rfc1583_compatible: bool = False
    ) -> None:
        self.router_id: Final = router_id
        self.areas: Final = Areas(router_id, NextHopSets(max_paths), resolver)
        self.destinations: Final = Destinations()
        self._externals: Final = InterAreaLsas(None)
        self.asbr_paths: Final = AsbrPaths(self.areas, rfc1583_compatible)
        self._dirty: Final[dict[int, Lsa | None]] = {}
        """Networks to recalculate, and the LSA that is the cause."""
        self._dirty_outside: Final[dict[int, Lsa | None]] = {}
        """Networks whose external routes are to be recalculated, and the LSA that is the cause."""
        self._before_run: Final[dict[int, RouteBefore]] = {}
        self._forwarding: Final = Forwarding()
        self._ranges_due = False
        """Whether any range may have become active or inactive."""
        self._external_ranges: Final[dict[int, int]] = {}
        """Ranges that this router translates for an NSSA, and the area of each."""

    # -- changes

    def add_area(self, settings: AreaSettings) -> AreaData:
        """Add an area to which the router is attached.  Raises ValueError if it exists already."""
        area = self.areas.add(settings)
        self._everything(None)
        return area

    def set_attached(self, area_id: int, attached: bool) -> None:
        """Set whether the router has an interface that is up in this area; its role as border router may change."""
        area = self.areas[area_id]
        if area.attached != attached:
            area.attached = attached
            backbone = self.areas.get(BACKBONE)
            if backbone is not None and backbone.topology.has_virtual_links:
                backbone.topology.links_changed()
            self._everything(None)

    def links_changed(self, area_id: int) -> None:
        """The resolver's results for links in this area have changed, possibly with the same LSA."""
        topology = self.areas[area_id].topology
        topology.links_changed()
        for key in networks_of(topology.lsas[ROOT]):
            self._dirty.setdefault(key, None)
        for key in self._forwarding.networks():
            self._dirty_outside.setdefault(key, None)

    def change(self, area_id: int, old: Lsa | None, new: Lsa | None) -> None:
        """An LSA was added (``old`` is None), removed or set to MaxAge (``new`` is None), or replaced.

        ``area_id`` is its flooding scope: an area, or :data:`AS_SCOPE` for type 5.  Changes in unknown areas are
        ignored.
        """
        lsa = new if new is not None else old
        area = self.areas.get(area_id)
        if lsa is None or (area is None and lsa.type != EXTERNAL):
            return
        if area is None or lsa.type == EXTERNAL:
            self._replace(self._externals, old, new)
        elif lsa.type in (ROUTER, NETWORK):
            area.topology.change(old, new)
        elif lsa.type == SUMMARY:
            self._replace(area.summaries, old, new)
        elif lsa.type == ASBR_SUMMARY:
            self._replace(area.boundary_routers, old, new)
        elif lsa.type == NSSA:
            self._replace(area.externals, old, new)

    def set_external_ranges(self, told: dict[int, int]) -> bool:
        """Set the ranges into which the router translates networks of NSSAs (RFC 3101 3.2), by key, with their areas.

        Each gets a discard entry.  Returns True if they have changed, so that :meth:`run` must be called.
        """
        before = self._external_ranges
        turned = [key for key in [*before, *told] if before.get(key, -1) != told.get(key, -1)]
        for key in turned:
            self._dirty_outside.setdefault(key, None)
        before.clear()
        before.update(told)
        return bool(turned)

    @property
    def is_pending(self) -> bool:
        """Whether :meth:`run` may change anything."""
        if self._dirty or self._dirty_outside:
            return True
        return any(area.topology.is_pending for area in self.areas.all)

    def run(self) -> list[RouteChange]:
        """Process all changes; returns the routes that have changed since the last run."""
        self.asbr_paths.forget()
        self._follow_all()
        self._decide_inside()
        self._review_forwarding()
        for key in self._external_ranges:
            if key in self._dirty_outside:
                self.destinations.get(key)
        for key, cause in self._dirty_outside.items():
            destination = self.destinations.by_key.get(key)
            # 16.4 (6) (a): intra-area and inter-area paths are always preferred to external ones.
            if destination is not None and not destination.is_inside:
                route = decide_external(self.areas, self.asbr_paths, self.destinations, destination)
                self._set(destination, self._or_discard(key, route), cause)
        return self._report()

    # -- results

    @property
    def routes(self) -> dict[int, OspfRoute]:
        """The table, by :func:`~catenet.network.routing.ospf.lsa.prefixes.pack_prefix`; a new dictionary each
        time.
        """
        return {key: it.route for key, it in self.destinations.by_key.items() if it.route is not None}

    def route(self, prefix: int, prefix_len: int) -> OspfRoute | None:
        """The route to a network; None if there is none."""
        destination = self.destinations.by_key.get(pack_prefix(prefix, prefix_len))
        return None if destination is None else destination.route

    def routers(self) -> list[RouterRoute]:
        """The paths to area border routers and AS boundary routers: within each area, then in other areas."""
        found: list[RouterRoute] = []
        within: dict[int, None] = {self.router_id: None}
        for area in self.areas.all:
            for vertex in area.topology.routers() if area.attached else []:
                lsa = area.topology.lsas[vertex]
                if vertex != ROOT and lsa is not None and flags_of(lsa) & (FLAG_B | FLAG_E):
                    found.append(self._router_route(area.topology, vertex, lsa))
                    within[lsa.advertising_router] = None
        for router_id in self.asbr_paths.asbr_summaries:
            path = None if router_id in within else self.asbr_paths.to(router_id)
            if path is not None:
                hops = self.areas.hop_sets.limited(path.hops)
                found.append(RouterRoute(router_id, path.area_id, path.path_type, path.cost, hops, False, True))
        return found

    def boundary_routers(self) -> list[int]:
        """All AS boundary routers that an LSA identifies, in any area, except this router."""
        found: dict[int, None] = {}
        for area in self.areas.all:
            for vertex in area.topology.routers():
                lsa = area.topology.lsas[vertex]
                if vertex != ROOT and lsa is not None and flags_of(lsa) & FLAG_E:
                    found[lsa.advertising_router] = None
        for router_id in self.asbr_paths.asbr_summaries:
            if router_id != self.router_id:
                found[router_id] = None
        return list(found)

    def _router_route(self, topology: AreaTopology, vertex: int, lsa: Lsa) -> RouterRoute:
        hops = self.areas.hop_sets.limited(topology.hops(vertex))
        flags = flags_of(lsa)
        return RouterRoute(
            lsa.advertising_router,
            topology.area_id,
            INTRA,
            topology.distance(vertex),
            hops,
            flags & FLAG_B != 0,
            flags & FLAG_E != 0,
        )

    @property
    def is_border_router(self) -> bool:
        """Whether the router is attached to the backbone and to another area: its router-LSAs have the B bit then."""
        return self.areas.is_border_router

    # -- propagation of changes

    def _everything(self, cause: Lsa | None) -> None:
        """Recalculate all networks."""
        self._ranges_due = True
        for key, destination in self.destinations.by_key.items():
            self._dirty.setdefault(key, cause)
            if destination.externals is not None:
                self._dirty_outside.setdefault(key, cause)

    def _replace(self, lsas: InterAreaLsas, old: Lsa | None, new: Lsa | None) -> None:
        """Replace an LSA of type 3, 4, 5 or 7; own LSAs are not examined (16.2 (2), 16.4 (2), RFC 3101 2.5 (2))."""
        cause = new if new is not None else old
        if old is not None and old.advertising_router != self.router_id:
            gone = lsas.drop(old)
            if gone is not None:
                self._enter(gone, False, cause)
        if new is not None and new.advertising_router != self.router_id:
            came = lsas.put(new)
            if came is not None:
                self._enter(came, True, cause)

    def _enter(self, advertisement: InterAreaLsa, came: bool, cause: Lsa | None) -> None:
        """Add an LSA to its destination, or remove it."""
        if advertisement.lsa.type == ASBR_SUMMARY:
            self.asbr_paths.count(advertisement, came)
            self._touch_boundary_router(advertisement.key, cause)
            return
        is_summary = advertisement.lsa.type == SUMMARY
        destination = self.destinations.get(advertisement.key)
        if came:
            destination.add_advertisement(advertisement, is_summary)
        else:
            destination.remove_advertisement(advertisement, is_summary)
        if is_summary:
            self._dirty[advertisement.key] = cause
        else:
            self._forwarding.count(advertisement, came)
            self._dirty_outside[advertisement.key] = cause

    def _follow_all(self) -> None:
        """Update the paths of all areas; the backbone's last, since they may lead through the others."""
        backbone: AreaData | None = None
        moved = False
        for area in self.areas.all:
            if area.area_id == BACKBONE:
                backbone = area
            elif area.topology.is_pending:
                # 16 (2): all areas' trees before any summary-LSA; a virtual link is an edge once its ends are known.
                self._follow(area)
                moved = True
        if backbone is not None:
            if moved and backbone.topology.has_virtual_links:
                backbone.topology.links_changed()
            if backbone.topology.is_pending:
                self._follow(backbone)
        for area in self.areas.all:
            # 16.1 (1), (2): TransitCapability is true if a reached router's LSA has bit V.
            if area.is_transit != area.carries_transit():
                area.is_transit = not area.is_transit
                self._everything(None)
        self.areas.transit = any(area.is_transit for area in self.areas.all) and self.areas.is_border_router

    def _follow(self, area: AreaData) -> None:
        """Update an area's paths (16.1), and mark all that depends on vertices that moved."""
        topology = area.topology
        topology.update()
        for replaced in topology.replaced.values():
            self._hang(area, replaced)
        for vertex, cause in topology.touched.items():
            lsa = topology.lsas[vertex]
            for key in networks_of(lsa):
                self._dirty.setdefault(key, cause)
            if lsa is not None and flags_of(lsa):
                self._touch_router(area, lsa.advertising_router, cause)
        topology.clear_changes()

    def _hang(self, area: AreaData, replaced: Replaced) -> None:
        """Add and remove the networks of a vertex whose LSA was replaced."""
        old, new = replaced.old, area.topology.lsas[replaced.vertex]
        before, after = networks_of(old), networks_of(new)
        holder = holder_of(area.number, replaced.vertex)
        for key, cost in before.items():
            if key not in after:
                self.destinations.get(key).remove_holder(holder)
            if after.get(key, -1) != cost:
                self._dirty[key] = replaced.cause
        for key in after:
            if key not in before:
                self.destinations.get(key).add_holder(holder)
                self._dirty[key] = replaced.cause
            elif replaced.vertex == ROOT or old is None or new is None or old.key != new.key:
                # Other interfaces of this router, or another DR of a network.
                self._dirty.setdefault(key, replaced.cause)
        if flags_of(old) != flags_of(new):
            area.virtual_ends.pop(replaced.vertex, None)
            if flags_of(new) & FLAG_V:
                area.virtual_ends[replaced.vertex] = None
            self._touch_router(area, replaced.cause.advertising_router, replaced.cause)
        if replaced.vertex == ROOT:
            for key in self._forwarding.networks():
                self._dirty_outside.setdefault(key, replaced.cause)

    def _touch_router(self, area: AreaData, router_id: int, cause: Lsa | None) -> None:
        """A border router or boundary router moved: its LSAs are examined again (16.5, 16.6)."""
        for advertisement in area.summaries.of(router_id):
            self._dirty.setdefault(advertisement.key, cause)
        for advertisement in area.boundary_routers.of(router_id):
            self._touch_boundary_router(advertisement.key, cause)
        self._touch_boundary_router(router_id, cause)
        for advertisement in area.externals.of(router_id):
            self._dirty_outside.setdefault(advertisement.key, cause)

    def _touch_boundary_router(self, router_id: int, cause: Lsa | None) -> None:
        for advertisement in self._externals.of(router_id):
            self._dirty_outside.setdefault(advertisement.key, cause)

    # -- decisions

    def _decide_inside(self) -> None:
        """Sections 16.1 and 16.2, for each network to recalculate."""
        late: dict[int, Lsa | None] = {}
        for key, cause in self._dirty.items():
            destination = self.destinations.by_key.get(key)
            if destination is None:
                continue
            route = decide_intra(self.areas, destination)
            # 16.2 (6): an intra-area path is preferred to every inter-area path, at any cost.
            if route is None:
                late[key] = cause
                if destination.route is not None and destination.route.path_type == INTRA:
                    self._set(destination, None, cause)
            else:
                self._set(destination, route, cause)
        for key in self._review_ranges():
            self._dirty.setdefault(key, None)
            late.setdefault(key, None)
        for key, cause in late.items():
            destination = self.destinations.get(key)
            if destination.route is not None and destination.route.path_type == INTRA:
                continue
            route = decide_inter(self.areas, destination)
            if route is not None or destination.is_inside:
                self._set(destination, route, cause)
            # 16.4 (6) (a): only without a route inside the AS are external paths examined.
            if route is None and destination.externals is not None:
                self._dirty_outside.setdefault(key, cause)

    def _review_ranges(self) -> list[int]:
        """Update which ranges are active (16.2 (3)); returns those that became active or inactive.

        Only a border router has active ranges.
        """
        turned: list[int] = []
        is_border = self.is_border_router
        for area in self.areas.all:
            for candidate in area.ranges:
                # 16.2 (3), 12.4.3: a range is active while a network in it is reached within its area.
                if self._ranges_due or any(candidate.holds(key) for key in self._before_run):
                    is_active = is_border and self._reaches_into(area, candidate)
                    if is_active != candidate.is_active:
                        candidate.is_active = is_active
                        turned.append(candidate.key)
        self._ranges_due = False
        return turned

    def _reaches_into(self, area: AreaData, candidate: Range) -> bool:
        for key, destination in self.destinations.by_key.items():
            route = destination.route
            if route is not None and route.path_type == INTRA and route.area_id == area.area_id:
                if candidate.holds(key) and area.range_of(key) is candidate:
                    return True
        return False

    def _or_discard(self, key: int, route: OspfRoute | None) -> OspfRoute | None:
        """The external route, or the discard entry of a range that this router advertises.

        A path of another router to that range could loop; a path of the NSSA itself cannot.
        """
        area_id = self._external_ranges.get(key, -1)
        # RFC 3101 3.2: the discard entry goes before paths of others, not before those of the NSSA itself.
        if area_id < 0 or (route is not None and route.origin >> 64 == NSSA):
            return route
        origin = self.areas[area_id].topology.lsas[ROOT]
        return route if origin is None else OspfRoute(key, EXTERNAL_2, 0, 0, area_id, (), origin, True)

    def _review_forwarding(self) -> None:
        """Recalculate the networks behind forwarding addresses whose route has changed."""
        if not self._before_run:
            return
        for key, reason in self._forwarding.moved(self.destinations).items():
            before = self._before_run.get(reason)
            self._dirty_outside.setdefault(key, None if before is None else before.cause)

    def _set(self, destination: Destination, route: OspfRoute | None, cause: Lsa | None) -> None:
        """Decide an entry of the table, and remember the one before the run."""
        assert route is None or route.key == destination.key, "a line of the table is of its own network"
        old = destination.route
        if old is not None and route is not None and old.is_same(route):
            old.renew(route)
        elif old is not route:
            if destination.key not in self._before_run:
                self._before_run[destination.key] = RouteBefore(old, cause)
            destination.route = route

    def _report(self) -> list[RouteChange]:
        assert not any(area.topology.is_pending for area in self.areas.all), "routes follow from trees that are whole"
        changes: list[RouteChange] = []
        for key, before in self._before_run.items():
            destination = self.destinations.by_key[key]
            old, new = before.old, destination.route
            if old is not None and new is not None and old.is_same(new):
                destination.route = old
            elif old is not new:
                changes.append(RouteChange(key, old, new, 0 if before.cause is None else before.cause.key))
        for key in [*self._dirty, *self._dirty_outside]:
            self.destinations.forget(key)
        self._dirty.clear()
        self._dirty_outside.clear()
        self._before_run.clear()
        return changes
