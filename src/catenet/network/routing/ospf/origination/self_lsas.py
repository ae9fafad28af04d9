"""The router's own router-LSA and network-LSA (RFC 2328 sections 12.4.1 and 12.4.2)."""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency.interface import DR, LOOPBACK, WAITING, Interface
from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.lsa.network_lsa import NetworkBody
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, STUB, TRANSIT, VIRTUAL, RouterBody, RouterLink

HOST_MASK = 0xFFFFFFFF


def router_body(area: Area, flags: int) -> RouterBody:
    """The router's links in an area, in the order of its interfaces, then its own addresses."""
    links: list[RouterLink] = []
    for interface in area.interfaces:
        if interface.is_virtual:
            _add_virtual(interface, links)
        elif interface.state == LOOPBACK:
            links.append(RouterLink(STUB, interface.address, HOST_MASK, 0))
        elif interface.is_up and interface.is_point_to_point:
            _add_point_to_point(interface, links)
        elif interface.is_up:
            links.append(_network_link(interface))
    for address, cost in area.hosts:
        links.append(RouterLink(STUB, address, HOST_MASK, cost))
    return RouterBody(flags, links)


def _add_point_to_point(interface: Interface, links: list[RouterLink]) -> None:
    """Section 12.4.1.1: the neighbour, once it is fully adjacent, and the link's own network (option 2)."""
    chosen = interface.settings
    for neighbour in interface.neighbours.values():
        if neighbour.is_advertised:
            data = chosen.if_index if chosen.unnumbered else chosen.address
            links.append(RouterLink(POINT_TO_POINT, neighbour.router_id, data, interface.cost))
    if not chosen.unnumbered:
        links.append(RouterLink(STUB, chosen.address & chosen.mask, chosen.mask, interface.cost))


def _add_virtual(interface: Interface, links: list[RouterLink]) -> None:
    """Section 12.4.1.3: the other end, once it is fully adjacent; a virtual link has no network."""
    for neighbour in interface.neighbours.values():
        if neighbour.is_advertised:
            links.append(RouterLink(VIRTUAL, neighbour.router_id, interface.address, interface.cost))


def _network_link(interface: Interface) -> RouterLink:
    """Section 12.4.1.2: a transit network once this router is adjacent to its DR, until then a stub."""
    chosen = interface.settings
    if interface.state > WAITING and is_transit(interface):
        return RouterLink(TRANSIT, interface.dr, chosen.address, interface.cost)
    return RouterLink(STUB, chosen.address & chosen.mask, chosen.mask, interface.cost)


def is_transit(interface: Interface) -> bool:
    """Whether the network is a transit network: adjacent to the DR, or this router is the DR with neighbours."""
    if interface.state == DR:
        return interface.has_full_neighbour
    designated = interface.neighbours.get(interface.dr)
    return designated is not None and designated.is_advertised


def network_body(router_id: int, interface: Interface) -> NetworkBody:
    """The DR first, then its fully adjacent routers."""
    routers = [router_id]
    for neighbour in interface.neighbours.values():
        if neighbour.is_advertised:
            routers.append(neighbour.router_id)
    return NetworkBody(interface.settings.mask, routers)
