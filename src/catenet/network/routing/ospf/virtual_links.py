"""Virtual links, which are up while there is a path through their transit area (RFC 2328 sections 15 and 16.1 (4)).

A virtual link connects two area border routers of one area like a point-to-point link of the backbone.  Its cost and
the addresses of its ends are those of the shortest path between them within that area, and its packets are forwarded
along that path.
"""

from __future__ import annotations

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.adjacency.interface import DOWN, FALL, UP, Interface
from catenet.network.routing.ospf.calculation.areas import BACKBONE, Areas
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.settings import MAX_COST, InterfaceSettings


def check(router: Router, chosen: InterfaceSettings) -> None:
    """Raise ValueError for an impossible virtual link."""
    area = router.areas.get(chosen.transit_area_id)
    if chosen.transit_area_id == BACKBONE:
        raise ValueError("the transit area of a virtual link must be other than the backbone")
    if area is None:
        raise ValueError(
            f"the router has no link in area {chosen.transit_area_id}, the transit area of the virtual link"
        )
    if not area.settings.takes_externals:
        kind = area.settings.kind
        raise ValueError(
            f"area {chosen.transit_area_id} is {kind}, and the transit area of a virtual link must be a normal area"
        )
    if chosen.peer_id == router.router_id:
        raise ValueError("the peer of a virtual link must be another router, not the router itself")
    for other in router.virtual_links:
        if (other.settings.transit_area_id, other.settings.peer_id) == (chosen.transit_area_id, chosen.peer_id):
            raise ValueError("a virtual link to that router through that area already exists")


def follow_paths(router: Router, areas: Areas) -> None:
    """After a calculation: each virtual link is up while its other end is reached within the transit area."""
    for interface in router.virtual_links:
        path = _path(router, areas, interface)
        if path is not None:
            _take(router, interface, path)
        elif interface.state != DOWN:
            router.interface_event(interface, FALL)


def _path(router: Router, areas: Areas, interface: Interface) -> tuple[int, int, int] | None:
    """Cost, own address and remote address of the path; None if there is none that a virtual link may use."""
    chosen = interface.settings
    topology = areas[chosen.transit_area_id].topology
    vertex = topology.vertex(chosen.peer_id)
    if vertex < 0 or not areas[chosen.transit_area_id].attached or topology.flags(vertex) & (FLAG_B | FLAG_E) == 0:
        return None
    distance = topology.distance(vertex)
    if distance == UNREACHED or distance > MAX_COST:
        return None
    remote = topology.address_towards_root(vertex)
    members = areas.hop_sets.members[topology.hops(vertex)]
    if remote == 0 or not members:
        return None
    return distance, router.physical[members[0][0]].address, remote


def _take(router: Router, interface: Interface, path: tuple[int, int, int]) -> None:
    """Set the path of the link."""
    cost, address, remote_address = path
    if (interface.cost, interface.address, interface.remote_address) != path:
        interface.cost, interface.address, interface.remote_address = cost, address, remote_address
        area = router.area_of(interface)
        area.router_lsa_is_stale = area.links_changed = True
        router.stale = router.databases_changed = True
    if interface.state == DOWN:
        router.interface_event(interface, UP)
