"""What a router- or network-LSA says, read as the map needs it (RFC 2328 12.4.1, 12.4.2)."""

from __future__ import annotations

from catenet.network.routing.ospf.lsa import NETWORK, Lsa, NetworkBody, RouterBody
from catenet.network.routing.ospf.router_body import STUB, TRANSIT
from catenet.network.routing.ospf.routes import network_key


def link_costs(lsa: Lsa | None, other: Lsa | None) -> list[int]:
    """What the links cost that a router or a network says it has to another, in order; 0 out of a network."""
    if lsa is None or other is None:
        return []
    body = lsa.body
    is_network = other.type == NETWORK
    if isinstance(body, NetworkBody):
        return [0] if not is_network and other.advertising_router in body.routers else []
    assert isinstance(body, RouterBody)
    name = other.link_state_id if is_network else other.advertising_router
    return [
        link.cost
        for link in body.links
        if link.id == name and link.kind != STUB and (link.kind == TRANSIT) == is_network
    ]


def says_link(lsa: Lsa | None, other: Lsa | None) -> bool:
    """Whether a router or a network says that it has a link to another."""
    if lsa is None or other is None:
        return False
    body = lsa.body
    is_network = other.type == NETWORK
    if isinstance(body, NetworkBody):
        return not is_network and other.advertising_router in body.routers
    assert isinstance(body, RouterBody)
    name = other.link_state_id if is_network else other.advertising_router
    return any(link.id == name and link.kind != STUB and (link.kind == TRANSIT) == is_network for link in body.links)


def flags_of(lsa: Lsa | None) -> int:
    """The flags of a router-LSA; 0 of any other and of none."""
    if lsa is None:
        return 0
    body = lsa.body
    return body.flags if isinstance(body, RouterBody) else 0


def networks_of(lsa: Lsa | None) -> dict[int, int]:
    """The networks that hang on a vertex, by :func:`~catenet.network.routing.ospf.routes.pack_prefix`: what each costs.

    A transit network's vertex has itself, at no cost; a router its stub networks.
    """
    found: dict[int, int] = {}
    if lsa is None:
        return found
    body = lsa.body
    if isinstance(body, NetworkBody):
        key = network_key(lsa.link_state_id, body.mask)
        if key >= 0:
            found[key] = 0
    elif isinstance(body, RouterBody):
        for link in body.links:
            if link.kind == STUB:
                key = network_key(link.id, link.data)
                if key >= 0 and link.cost < found.get(key, 1 << 16):
                    found[key] = link.cost
    return found


def network_cost(lsa: Lsa, key: int) -> int:
    """What one of the networks that hang on a vertex costs there (:func:`networks_of`)."""
    body = lsa.body
    cheapest = 0
    if isinstance(body, RouterBody):
        cheapest = 1 << 16
        address = key >> 6
        for link in body.links:
            if link.kind == STUB and link.cost < cheapest and link.id & link.data == address:
                if network_key(link.id, link.data) == key:
                    cheapest = link.cost
    return cheapest
