"""Next hops of routers, as numbers of the next routers.

A next hop is **dead** if the link to it is cut or loses every frame in that direction, or if no node there has the
gateway's address.  A router detects a cut of a link at its own interfaces; it does not detect a cut link behind a
switch, or a link that loses every frame.
"""

from __future__ import annotations

from typing import Final

from catenet.lab.forwarding.graph import DEAD, DELIVERED, NOWHERE, REFUSED, Branches
from catenet.lab.model.broadcast_domain import any_link, bridged_ends, reached
from catenet.lab.model.nodes import Attachment, End, IpNode, Router, Switch
from catenet.lab.model.registry import Registry
from catenet.network.forwarding.route import UNICAST, NextHop
from catenet.network.interface import Interface

_DELIVERED: Final[Branches] = (DELIVERED,)
_REFUSED: Final[Branches] = (REFUSED,)
_NOWHERE: Final[Branches] = (NOWHERE,)


class NextHopGraph:
    """All routers of an internet, numbered in order of declaration, and the links between them that work now."""

    def __init__(self, registry: Registry) -> None:
        self._registry: Final = registry
        self.routers: Final[list[Router]] = []
        self.adjacent: Final[list[list[int]]] = []
        """For each router, its neighbours over working links."""
        self._holders: Final[dict[int, IpNode | Attachment]] = {}
        self._neighbours: Final[dict[Interface, list[IpNode | Attachment]]] = {}
        self._numbers: Final[dict[str, int]] = {}
        self._interned: Final[dict[Branches, Branches]] = {}

    def update(self) -> list[int]:
        """Add new routers, addresses and links.  Returns the numbers of the new routers."""
        fresh = []
        for router in self._registry.routers()[len(self.routers) :]:
            fresh.append(len(self.routers))
            self._numbers[router.name] = len(self.routers)
            self.routers.append(router)
            self.adjacent.append([])
        nodes: list[IpNode | Attachment] = [*self._registry.ip_nodes(), *self._registry.attachments()]
        for node in nodes:
            for address in node.addresses:
                self._holders[int(address)] = node
        self.follow_links(range(len(self.routers)))
        return fresh

    def at_link(self, ends: tuple[End, End]) -> list[int]:
        """The routers at a link, or at the LAN of which it is part."""
        found: dict[int, None] = {}
        for end in ends:
            if isinstance(end.node, Switch):
                for other in bridged_ends(end.node):
                    self._add_router(other, found)
            else:
                self._add_router(end, found)
        return list(found)

    def _add_router(self, end: End, found: dict[int, None]) -> None:
        number = self._numbers.get(end.node.name)
        if number is not None:
            found[number] = None

    def follow_links(self, routers: range | list[int]) -> None:
        """Determine again which links of these routers work."""
        for number in routers:
            next_to: dict[int, None] = {}
            for end in self.routers[number].ends:
                if end.interface is None:
                    continue
                across = [other.node for other in _beyond(end, working=True)]
                self._neighbours[end.interface] = [node for node in across if isinstance(node, IpNode | Attachment)]
                for node in across:
                    if isinstance(node, Router):
                        next_to[self._numbers[node.name]] = None
            self.adjacent[number] = list(next_to)

    def branches(self, router: int, version: int, address: int) -> Branches:
        """The next hops of a router for an address."""
        family = self.routers[router].stack.family(version)
        if address in family.own:
            return _DELIVERED
        route = family.fib.lookup(address, True)
        if route is None:
            return _NOWHERE
        if route.kind != UNICAST:
            return _REFUSED
        found = tuple(sorted({self._branch(hop) for hop in route.live_hops(True)}))
        return self._interned.setdefault(found, found)

    def _branch(self, hop: NextHop) -> int:
        if not hop.gateway:
            return DELIVERED
        neighbours = self._neighbours.get(hop.interface, [])
        holder = self._holders.get(hop.gateway)
        if holder is None:
            # Linux may have addresses that are unknown here.
            return DELIVERED if any(isinstance(node, Attachment) for node in neighbours) else DEAD
        if holder not in neighbours:
            return DEAD
        return self._numbers.get(holder.name, DELIVERED)


def _beyond(out: End, working: bool) -> list[End]:
    """The ends adjacent to an end, across any switches; with ``working``, only over links that carry frames."""
    return reached(out, _works if working else any_link)


def _works(end: End) -> bool:
    link = end.link
    return link is not None and link.carries(end) and _enabled(end) and _enabled(link.other(end))


def _enabled(end: End) -> bool:
    return end.interface is None or end.interface.enabled
