"""AS external routes, from the LSAs of AS boundary routers (RFC 2328 16.4, RFC 3101 section 2.5)."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.areas import Areas
from catenet.network.routing.ospf.calculation.asbr_routes import AsbrPaths, IntraAsPath
from catenet.network.routing.ospf.calculation.destinations import Destination, Destinations
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2, INTRA, OspfRoute
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, NP_BIT, NSSA, ExternalBody, Lsa

DEFAULT: Final = 0
"""The key of 0.0.0.0/0."""

Rank = tuple[int, int, int, int]
"""The rank of an external path, the lowest is the best: type, cost of type 2, preference of 16.4.1, cost."""


def decide_external(
    areas: Areas, asbr_paths: AsbrPaths, destinations: Destinations, destination: Destination
) -> OspfRoute | None:
    """The external route to a network (section 16.4): the best advertised path; equal ones share their next hops.

    Equal paths are in the order of RFC 3101 2.5 (6) (e): a type 7 LSA with the P bit, then one of type 5, then that of
    the highest router id; the first is the route's origin.
    """
    best: Rank = (0, 0, 0, 0)
    chosen: IntraAsPath | None = None
    origin: Lsa | None = None
    hops = 0
    for external in destination.externals or []:
        path = path_of(areas, asbr_paths, destinations, external)
        # 16.4 (3): no path to the ASBR or to the forwarding address: the LSA is not used.
        if path is None:
            continue
        rank = rank_of(external.lsa, path, asbr_paths.rfc1583_compatible)
        # 16.4 (5), (6): the first path, or a better one, takes the entry; equal ones add their next hops (6) (e).
        if origin is None or rank < best:
            best, chosen, origin, hops = rank, path, external.lsa, path.hops
        elif rank == best:
            hops = areas.hop_sets.union(hops, path.hops)
            if _precedence(external.lsa) < _precedence(origin):
                chosen, origin = path, external.lsa
    assert (origin is None) == (chosen is None)
    if origin is None or chosen is None:
        return None
    assert hops >= 0
    kind = EXTERNAL_2 if best[0] else EXTERNAL_1
    limited = areas.hop_sets.limited(hops)
    return OspfRoute(destination.key, kind, best[3], best[1], chosen.area_id, limited, origin)


def rank_of(lsa: Lsa, path: IntraAsPath, rfc1583_compatible: bool) -> Rank:
    """The rank by section 16.4 (6): type, type 2 metric, preference of the path inside the AS, cost."""
    body = lsa.body
    assert isinstance(body, ExternalBody)
    preference = path.preference(rfc1583_compatible)
    assert body.cost < LS_INFINITY
    assert path.cost >= 0
    # 16.4 (4), (6) (b) to (d): any type 1 before any type 2; of type 2 the advertised metric before the distance.
    if body.type2:
        return 1, body.cost, preference, path.cost
    return 0, 0, preference, path.cost + body.cost


def _precedence(lsa: Lsa) -> tuple[int, int, int]:
    order = 1
    # RFC 3101 2.5 (6) (e): a type-7 LSA with the P bit, then type 5, then the higher router id.
    if lsa.type == NSSA:
        order = 0 if lsa.options & NP_BIT else 2
    return order, -lsa.advertising_router, lsa.link_state_id


def path_of(
    areas: Areas, asbr_paths: AsbrPaths, destinations: Destinations, external: InterAreaLsa
) -> IntraAsPath | None:
    """The path inside the AS for an external LSA, 16.4 (1) to (3); None if the LSA is not used."""
    lsa = external.lsa
    body = lsa.body
    assert isinstance(body, ExternalBody)
    # 16.4 (1), (2): LSInfinity is unreachable; the router's own LSAs are not followed.
    if body.cost >= LS_INFINITY or lsa.advertising_router == areas.router_id or _is_looping(areas, external):
        return None
    topology = external.area
    path = (
        asbr_paths.to(lsa.advertising_router)
        if topology is None
        else asbr_paths.within(topology, lsa.advertising_router)
    )
    # 16.4 (3): with forwarding address 0.0.0.0, packets go to the ASBR itself.
    if path is None or body.forwarding == 0:
        return path
    return _forwarding_path(areas, destinations, external, body.forwarding)


def _is_looping(areas: Areas, external: InterAreaLsa) -> bool:
    """Whether it is a default route of an NSSA that its border routers must not use (RFC 3101 2.5 (3))."""
    topology = external.area
    if topology is None or external.key != DEFAULT or not areas.is_border_router:
        return False
    # RFC 3101 2.5 (3): the border router originated such a default itself, or imports no summaries: it would loop.
    return external.lsa.options & NP_BIT == 0 or not areas[topology.area_id].settings.takes_summaries


def _forwarding_path(
    areas: Areas, destinations: Destinations, external: InterAreaLsa, address: int
) -> IntraAsPath | None:
    """The path to a forwarding address: inside the AS, and for type 7 inside the NSSA (RFC 3101 2.5 (3))."""
    route = destinations.match_internal(address)
    # 16.4 (3): the forwarding address must be reached inside the AS; the router's own addresses are no next hop.
    if route is None or route.is_discard or areas.is_own_address(address):
        return None
    assert route.is_internal
    topology = external.area
    # RFC 3101 2.5 (3): of a type-7 LSA, by an intra-area path of the NSSA that it floods in.
    if topology is not None and (route.path_type != INTRA or route.area_id != topology.area_id):
        return None
    hops = areas.hop_sets.number_of(route.hops)
    if hops == 0:
        # A directly attached network: the other end of a point-to-point link, or a host on the network.
        hop = areas.on_link(route.area_id, address)
        if hop is None:
            return None
        hops = areas.hop_sets.number([hop])
    # 16.4 (3): on a directly attached network, packets are sent to the forwarding address itself.
    elif areas.hop_sets.is_direct(hops):
        hops = areas.hop_sets.through(hops, [address])
    return IntraAsPath(route.path_type, route.area_id, route.cost, hops)
