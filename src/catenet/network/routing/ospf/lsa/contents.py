"""The contents of a router- or network-LSA for the calculation (RFC 2328 12.4.1, 12.4.2).

All routers of an area use the same LSA object in a simulation, so its contents are computed once and cached with it.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.lsa.body import Contents
from catenet.network.routing.ospf.lsa.lsa import NETWORK, Lsa, NetworkBody, RouterBody
from catenet.network.routing.ospf.lsa.prefixes import network_key
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, STUB, TRANSIT

NETWORK_NAME: Final = 1 << 32
"""A vertex's name is a router's id, or this with the address of a network's DR."""

NOTHING: Final = Contents()


def contents_of(lsa: Lsa | None) -> Contents:
    """The contents of an LSA; empty for None."""
    if lsa is None:
        return NOTHING
    contents = lsa.contents
    if contents is None:
        contents = lsa.contents = Contents()
        body = lsa.body
        if isinstance(body, NetworkBody):
            _read_network(lsa, body, contents)
        elif isinstance(body, RouterBody):
            _read_router(body, contents)
    return contents


def _read_network(lsa: Lsa, body: NetworkBody, contents: Contents) -> None:
    for router_id in body.routers:
        contents.neighbours[router_id] = [0]
    key = network_key(lsa.link_state_id, body.mask)
    if key >= 0:
        contents.networks[key] = 0


def _read_router(body: RouterBody, contents: Contents) -> None:
    for link in body.links:
        if link.kind != STUB:
            name = link.id | NETWORK_NAME if link.kind == TRANSIT else link.id
            contents.neighbours.setdefault(name, []).append(link.cost)
            continue
        key = network_key(link.id, link.data)
        if key >= 0 and link.cost < contents.networks.get(key, 1 << 16):
            contents.networks[key] = link.cost


def name_of(lsa: Lsa) -> int:
    """The name of the vertex that an LSA is about."""
    return NETWORK_NAME | lsa.link_state_id if lsa.type == NETWORK else lsa.advertising_router


def link_costs(lsa: Lsa | None, other: Lsa | None) -> list[int]:
    """The costs of the advertised links from a router or network to another, in order; 0 out of a network."""
    return [] if other is None else contents_of(lsa).neighbours.get(name_of(other), [])


def has_link(lsa: Lsa | None, other: Lsa | None) -> bool:
    """Whether a router or a network advertises a link to another one."""
    return other is not None and name_of(other) in contents_of(lsa).neighbours


def flags_of(lsa: Lsa | None) -> int:
    """The flags of a router-LSA; 0 for any other LSA, and for None."""
    if lsa is None:
        return 0
    body = lsa.body
    return body.flags if isinstance(body, RouterBody) else 0


def networks_of(lsa: Lsa | None) -> dict[int, int]:
    """The networks attached to a vertex, see :class:`~catenet.network.routing.ospf.lsa.body.Contents`."""
    return contents_of(lsa).networks


def network_cost(lsa: Lsa, key: int) -> int:
    """The cost of one of the networks attached to a vertex."""
    return contents_of(lsa).networks[key]


def any_address(body: RouterBody) -> int:
    """An address that the router advertises as its own; 0 if there is none."""
    for link in body.links:
        if link.kind == STUB and link.data == 0xFFFFFFFF:
            return link.id
        if link.kind == TRANSIT or (link.kind == POINT_TO_POINT and link.data >> 24 != 0):
            return link.data
    return 0
