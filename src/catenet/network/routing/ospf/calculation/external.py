"""Routes to the outside of the AS, by what its boundary routers tell (RFC 2328 16.4, RFC 3101 section 2.5)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.areas import Areas
from catenet.network.routing.ospf.calculation.asbr_routes import Way, Ways
from catenet.network.routing.ospf.calculation.destinations import Destination, Destinations
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2, INTRA, OspfRoute
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, NP_BIT, NSSA, ExternalBody, Lsa

DEFAULT: Final = 0
"""The key of 0.0.0.0/0."""

Rank = tuple[int, int, int, int]
"""How good an external path is, the less the better: type, cost of type 2, preference of 16.4.1, cost."""


def decide_external(areas: Areas, ways: Ways, destinations: Destinations, destination: Destination) -> OspfRoute | None:
    """The route to the outside (section 16.4): the best of what is claimed; equally good ones share their next hops.

    What is equally good comes in the order of RFC 3101 2.5 (6) (e): a type 7 LSA with the P bit, then one of type 5,
    then that of the highest router id; the first is the route's origin.
    """
    best: Rank = (0, 0, 0, 0)
    chosen: Way | None = None
    origin: Lsa | None = None
    hops = 0
    for claim in destination.externals or []:
        way = way_of(areas, ways, destinations, claim)
        if way is None:
            continue
        rank = rank_of(claim.lsa, way, ways.rfc1583_compatible)
        if origin is None or rank < best:
            best, chosen, origin, hops = rank, way, claim.lsa, way.hops
        elif rank == best:
            hops = areas.hop_sets.union(hops, way.hops)
            if _precedence(claim.lsa) < _precedence(origin):
                chosen, origin = way, claim.lsa
    if origin is None or chosen is None:
        return None
    kind = EXTERNAL_2 if best[0] else EXTERNAL_1
    limited = areas.hop_sets.limited(hops)
    return OspfRoute(destination.key, kind, best[3], best[1], chosen.area_id, limited, origin)


def rank_of(lsa: Lsa, way: Way, rfc1583_compatible: bool) -> Rank:
    """Section 16.4 (6): the type, the larger metric, the kind of way inside, the cost."""
    body = lsa.body
    assert isinstance(body, ExternalBody)
    preference = way.preference(rfc1583_compatible)
    if body.type2:
        return 1, body.cost, preference, way.cost
    return 0, 0, preference, way.cost + body.cost


def _precedence(lsa: Lsa) -> tuple[int, int, int]:
    order = 1
    if lsa.type == NSSA:
        order = 0 if lsa.options & NP_BIT else 2
    return order, -lsa.advertising_router, lsa.link_state_id


def way_of(areas: Areas, ways: Ways, destinations: Destinations, claim: InterAreaLsa) -> Way | None:
    """Where packets go that follow a claim, (1) to (3); None if it is not to be followed."""
    lsa = claim.lsa
    body = lsa.body
    assert isinstance(body, ExternalBody)
    if body.cost >= LS_INFINITY or lsa.advertising_router == areas.router_id or _is_looping(areas, claim):
        return None
    topology = claim.area
    way = ways.to(lsa.advertising_router) if topology is None else ways.within(topology, lsa.advertising_router)
    if way is None or body.forwarding == 0:
        return way
    return _forwarding_way(areas, destinations, claim, body.forwarding)


def _is_looping(areas: Areas, claim: InterAreaLsa) -> bool:
    """Whether it is a default route of an NSSA that its border routers are not to follow (RFC 3101 2.5 (3))."""
    topology = claim.area
    if topology is None or claim.key != DEFAULT or not areas.is_border_router:
        return False
    return claim.lsa.options & NP_BIT == 0 or not areas[topology.area_id].settings.takes_summaries


def _forwarding_way(areas: Areas, destinations: Destinations, claim: InterAreaLsa, address: int) -> Way | None:
    """The way to a forwarding address: inside the AS, and for type 7 inside the NSSA (RFC 3101 2.5 (3))."""
    route = destinations.match_internal(address)
    if route is None or route.is_discard or areas.is_own_address(address):
        return None
    topology = claim.area
    if topology is not None and (route.path_type != INTRA or route.area_id != topology.area_id):
        return None
    hops = areas.hop_sets.number_of(route.hops)
    if hops == 0:
        # A network of this router's own: somebody at the other end of a point-to-point link, or a host beside it.
        hop = areas.on_link(route.area_id, address)
        if hop is None:
            return None
        hops = areas.hop_sets.number([hop])
    elif areas.hop_sets.is_direct(hops):
        hops = areas.hop_sets.through(hops, [address])
    return Way(route.path_type, route.area_id, route.cost, hops)
