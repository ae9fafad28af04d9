"""Summaries of other areas by an area border router (RFC 2328 12.4.3).

Each function returns all wanted LSAs, by key; the caller compares them with the database, after each calculation with
changes, and after each change of attachment or of the router's own LSAs.  Translations are in
:mod:`~catenet.network.routing.ospf.origination.nssa_translation`.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.areas import BACKBONE, AreaData
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, INTER, INTRA, OspfRoute
from catenet.network.routing.ospf.lsa.identifiers import link_state_ids
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    LS_INFINITY,
    NSSA,
    SUMMARY,
    ExternalBody,
    SummaryBody,
    lsa_key,
)

DEFAULT: Final = 0
"""The key of 0.0.0.0/0."""


def wanted_summaries(calculation: Calculation, area_id: int) -> dict[int, SummaryBody]:
    """The LSAs of types 3 and 4 to originate into an area, by key; none unless the router is an area border router.

    They are for networks of other areas, those in a range as one (12.4.3); for boundary routers, unless the area
    accepts no externals; and for the default route into a stub area, or into an NSSA that accepts no summaries
    (12.4.3.1; RFC 3101 2.7).
    """
    wanted: dict[int, SummaryBody] = {}
    area = calculation.areas.get(area_id)
    if area is None or not area.attached or not calculation.is_border_router:
        return wanted
    costs = network_costs(calculation, area) if area.settings.takes_summaries else {}
    if not area.settings.takes_externals and not (area.settings.is_nssa and area.settings.takes_summaries):
        costs[DEFAULT] = area.settings.default_cost
    for key, link_state_id in link_state_ids(costs).items():
        body = SummaryBody(mask_of(key), costs[key])
        wanted[lsa_key(SUMMARY, link_state_id, calculation.router_id)] = body
    if area.settings.takes_externals:
        for router_id, cost in boundary_router_costs(calculation, area).items():
            wanted[lsa_key(ASBR_SUMMARY, router_id, calculation.router_id)] = SummaryBody(0, cost)
    return wanted


def wanted_nssa_default(calculation: Calculation, area_id: int) -> dict[int, ExternalBody]:
    """The type 7 default route (P bit clear) to originate into an NSSA that takes summaries (RFC 3101 2.7)."""
    area = calculation.areas.get(area_id)
    if area is None or not area.attached or not calculation.is_border_router:
        return {}
    if not area.settings.is_nssa or not area.settings.takes_summaries:
        return {}
    return {lsa_key(NSSA, 0, calculation.router_id): ExternalBody(0, False, area.settings.default_cost, 0, 0)}


def network_costs(calculation: Calculation, area: AreaData) -> dict[int, int]:
    """The networks to advertise into an area, with their costs from here."""
    costs: dict[int, int] = {}
    for key, destination in calculation.destinations.by_key.items():
        route = destination.route
        if route is None or route.is_discard or route.path_type >= EXTERNAL_1 or route.area_id == area.area_id:
            continue
        if area.is_transit and calculation.areas.leads_into(route.hops, area.area_id):
            # Split horizon: routers in that area reach it without this router.
            continue
        if route.path_type == INTER:
            # Summaries of the backbone are advertised into other areas, but not back into it.
            if area.area_id != BACKBONE and route.cost < LS_INFINITY:
                costs[key] = route.cost
        else:
            _add_intra(calculation, route, area, costs)
    return {key: cost for key, cost in costs.items() if cost < LS_INFINITY}


def _add_intra(calculation: Calculation, route: OspfRoute, area: AreaData, costs: dict[int, int]) -> None:
    """Add a network of another area: by itself, or by its range, whose cost is that of its farthest network.

    Into a transit area, networks of the backbone are advertised individually (12.4.3), since packets of the backbone
    pass through it.
    """
    configured = calculation.areas[route.area_id].range_of(route.key)
    if area.is_transit and route.area_id == BACKBONE:
        configured = None
    if configured is None:
        costs[route.key] = max(route.cost, costs.get(route.key, 0))
    elif configured.advertised:
        costs[configured.key] = max(route.cost, costs.get(configured.key, 0))


def boundary_router_costs(calculation: Calculation, area: AreaData) -> dict[int, int]:
    """The AS boundary routers to advertise into an area, with their costs (12.4.3)."""
    costs: dict[int, int] = {}
    for router_id in calculation.boundary_routers():
        path = calculation.asbr_paths.to(router_id)
        if path is None or path.area_id == area.area_id or path.cost >= LS_INFINITY:
            continue
        if area.is_transit and calculation.areas.leads_into(
            calculation.areas.hop_sets.members[path.hops], area.area_id
        ):
            continue
        if path.path_type == INTRA or area.area_id != BACKBONE:
            costs[router_id] = path.cost
    return costs


def mask_of(key: int) -> int:
    """The mask of a network."""
    return 0xFFFFFFFF << (32 - (key & 63)) & 0xFFFFFFFF
