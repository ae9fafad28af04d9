"""LSAs to calculate with: written by hand, drawn at random, and what a calculation from nothing makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterable

from catenet.network.routing.ospf.calculation.calculation import AS_SCOPE, Calculation
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver
from catenet.network.routing.ospf.calculation.routes import Hop, OspfRoute
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    INITIAL_SEQUENCE,
    LS_INFINITY,
    NETWORK,
    NP_BIT,
    NSSA,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    LsaBody,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
)
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_V, POINT_TO_POINT, STUB, TRANSIT, VIRTUAL
from catenet.network.routing.ospf.settings import AreaSettings

Say = tuple[int, Lsa]
"""An area, and an LSA in it."""
SETTLED = (AreaSettings(0),)
"""One area alone."""


class PlainResolver(NextHopResolver):
    """Interfaces are numbered by what the links say: their data, and the neighbour's id is its address."""

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        if link.kind == STUB:
            return None if link.data == 0xFFFFFFFF else (area_id * 1000 + 500, 0)
        return area_id * 1000 + link.data & 0xFFFF, link.id

    def transit_area(self, link: RouterLink) -> int:
        return 1

    def area_of(self, number: int) -> int:
        return number // 1000


def ip(text: str) -> int:
    """``"10.1.2.3"`` as a number."""
    a, b, c, d = (int(part) for part in text.split("."))
    return a << 24 | b << 16 | c << 8 | d


def net(text: str) -> tuple[int, int]:
    """``"10.1.2.0/24"`` as an address and a mask."""
    address, length = text.split("/")
    return ip(address), 0xFFFFFFFF << (32 - int(length)) & 0xFFFFFFFF


def key_of(text: str) -> int:
    """``"10.1.2.0/24"`` as the key of a route."""
    address, length = text.split("/")
    return ip(address) << 6 | int(length)


def lsa(kind: int, link_state_id: int, router: int, body: LsaBody, options: int = 2) -> Lsa:
    return Lsa(kind, link_state_id, router, options, INITIAL_SEQUENCE, body)


def router(router_id: int, *links: RouterLink, flags: int = 0) -> Lsa:
    return lsa(ROUTER, router_id, router_id, RouterBody(flags, list(links)))


def network(address: int, mask: int, routers: list[int]) -> Lsa:
    """A network-LSA; the first router is the DR."""
    return lsa(NETWORK, address, routers[0], NetworkBody(mask, routers))


def line(neighbour: int, cost: int, data: int = 0) -> RouterLink:
    """A point-to-point link."""
    return RouterLink(POINT_TO_POINT, neighbour, data, cost)


def transit(dr_address: int, own_address: int, cost: int) -> RouterLink:
    return RouterLink(TRANSIT, dr_address, own_address, cost)


def stub(prefix: str, cost: int) -> RouterLink:
    return RouterLink(STUB, *net(prefix), cost)


def summary(router_id: int, prefix: str, cost: int) -> Lsa:
    address, mask = net(prefix)
    return lsa(SUMMARY, address, router_id, SummaryBody(mask, cost))


def asbr_summary(router_id: int, boundary_router: int, cost: int) -> Lsa:
    return lsa(ASBR_SUMMARY, boundary_router, router_id, SummaryBody(0, cost))


def external(
    router_id: int, prefix: str, cost: int, type2: bool = False, forwarding: int = 0, tag: int = 0,
    kind: int = EXTERNAL, options: int = 2,
) -> Lsa:  # fmt: skip
    address, mask = net(prefix)
    return lsa(kind, address, router_id, ExternalBody(mask, type2, cost, forwarding, tag), options)


def calculation(
    router_id: int,
    areas: Iterable[AreaSettings],
    said: Iterable[Say],
    resolver: NextHopResolver | None = None,
    rfc1583_compatible: bool = False,
    max_paths: int = 64,
) -> Calculation:
    """A calculation that was told all this, and has run."""
    found = Calculation(router_id, resolver or PlainResolver(), max_paths, rfc1583_compatible)
    for area in areas:
        found.add_area(area)
    for area_id, one in said:
        found.change(AS_SCOPE if one.type == EXTERNAL else area_id, None, one)
    found.run()
    return found


def lines_of(table: dict[int, OspfRoute]) -> dict[int, tuple[object, ...]]:
    """A table as plain values, in order."""
    return {
        key: (it.path_type, it.cost, it.cost2, it.area_id, it.hops, it.origin, it.tag)
        for key, it in sorted(table.items())
    }


# -- at random

ROUTERS = (1, 2, 3, 4, 5)
VIRTUAL_LINES = ((1, 4), (1, 5), (2, 5))
LINES = ((1, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (4, 5))
NETWORKS = {ip("10.9.1.1"): (1, 2, 5), ip("10.9.2.1"): (3, 4, 5, 2)}
"""Transit networks by the DR's address; a router's address is that of the network and the router's id."""
PREFIXES = ("10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "10.1.1.0/24", "10.1.1.9/32", "0.0.0.0/0", "172.16.0.0/12")
FAR_PREFIXES = (*PREFIXES, *(f"192.168.{number}.0/24" for number in range(8)), "10.1.0.0/16", "0.0.0.0/0")
AREAS = (AreaSettings(0), AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, True)]), AreaSettings(2, "nssa"))
FORWARDING = (0, 0, ip("10.1.0.7"), ip("10.1.1.9"), ip("10.9.1.4"), ip("10.9.2.6"))


class Gossip:
    """Routers that say what fits together, mostly; perhaps with virtual links through area 1."""

    def __init__(self, seed: int, least_cost: int = 1, has_virtual_links: bool = False) -> None:
        self.random = random.Random(seed)
        self.has_virtual_links = has_virtual_links
        self.costs = (least_cost, 1, 1, 2, 3)

    def first(self) -> list[Say]:
        """What all say at first: links in every area, and some claims."""
        said: list[Say] = []
        for area in AREAS:
            said += [(area.area_id, self.router(router_id, area.area_id)) for router_id in ROUTERS]
            said += [(area.area_id, self.network(address)) for address in NETWORKS]
        said += [self.any() for _ in range(60)]
        if self.has_virtual_links:
            for router_id in ROUTERS:
                said += [(1, summary(router_id, prefix, self.far_cost())) for prefix in PREFIXES]
        return said

    def any(self) -> Say:
        """One LSA, of any kind and in any area."""
        area_id, router_id = self.random.choice((0, 0, 1, 2)), self.random.choice(ROUTERS)
        kind = self.random.choice((ROUTER, ROUTER, NETWORK, SUMMARY, ASBR_SUMMARY, NSSA if area_id == 2 else EXTERNAL))
        if kind == ROUTER:
            return area_id, self.router(router_id, area_id)
        if kind == NETWORK:
            return area_id, self.network(self.random.choice(list(NETWORKS)))
        if kind == SUMMARY:
            return area_id, summary(router_id, self.random.choice(FAR_PREFIXES), self.far_cost())
        if kind == ASBR_SUMMARY:
            return area_id, asbr_summary(router_id, self.random.choice(ROUTERS), self.far_cost())
        return AS_SCOPE if kind == EXTERNAL else area_id, self.external(router_id, kind)

    def far_cost(self) -> int:
        return self.random.choice((1, 2, 3, 10, LS_INFINITY))

    def router(self, router_id: int, area_id: int) -> Lsa:
        links: list[RouterLink] = []
        more = 6 if self.has_virtual_links and area_id == 0 else 0
        for place, ends in enumerate(LINES):
            if router_id in ends:
                links.append(line(sum(ends) - router_id, more + self.random.choice(self.costs), place))
        for address, members in NETWORKS.items():
            if router_id in members:
                links.append(transit(address, address + router_id + self.random.choice((0, 0, 10)), 1))
        flags = self.random.choice((0, 1, 2, 3, 3))
        if self.has_virtual_links and area_id == 0:
            # Fewer links besides, and dear ones: the virtual ones matter.
            links = [link for link in links if self.random.random() < 0.5]
            for ends in VIRTUAL_LINES:
                if router_id in ends:
                    cost = self.random.choice((2, 4, 6, 8))
                    links.append(RouterLink(VIRTUAL, sum(ends) - router_id, router_id, cost))
        if self.has_virtual_links and area_id == 1:
            flags |= self.random.choice((0, FLAG_V))
        links = [link for link in links if self.random.random() < 0.8]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            links.append(stub(self.random.choice(PREFIXES), self.random.choice((0, 1, 2, 3))))
        return router(router_id, *links, flags=flags)

    def network(self, address: int) -> Lsa:
        members = [member for member in NETWORKS[address] if self.random.random() < 0.8]
        return network(address, 0xFFFFFF00, members or [1])

    def external(self, router_id: int, kind: int) -> Lsa:
        return external(
            router_id, self.random.choice(FAR_PREFIXES), self.random.choice((1, 2, 3)), self.random.random() < 0.5,
            self.random.choice(FORWARDING), self.random.choice((0, 7)), kind, self.random.choice((0, NP_BIT)),
        )  # fmt: skip
