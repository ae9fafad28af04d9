"""Forwarding addresses: external networks that lie behind a router that does not speak OSPF itself (section 16.4 (3)).

How such a network is reached depends on the way to the address, and so on routes inside the AS.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.destinations import Destinations
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import OspfRoute
from catenet.network.routing.ospf.lsa.lsa import ExternalBody


class Forwarding:
    """The forwarding addresses that are told of, and the route to each when it was last looked for."""

    def __init__(self) -> None:
        self._networks: Final[dict[int, dict[int, int]]] = {}
        """For each address, the networks behind it: how many LSAs say so."""
        self._routes: Final[dict[int, OspfRoute | None]] = {}

    def count(self, external: InterAreaLsa, came: bool) -> None:
        """An external LSA came, or went."""
        body = external.lsa.body
        assert isinstance(body, ExternalBody)
        if body.forwarding == 0:
            return
        networks = self._networks.setdefault(body.forwarding, {})
        networks[external.key] = networks.get(external.key, 0) + (1 if came else -1)
        if networks[external.key] == 0:
            del networks[external.key]
            if not networks:
                del self._networks[body.forwarding]
                self._routes.pop(body.forwarding, None)

    def networks(self) -> list[int]:
        """All networks that are said to lie behind an address."""
        return [key for networks in self._networks.values() for key in networks]

    def moved(self, destinations: Destinations) -> dict[int, int]:
        """The networks behind addresses that another route leads to than before, with that route's key."""
        found: dict[int, int] = {}
        for address, networks in self._networks.items():
            route, before = destinations.match_internal(address), self._routes.get(address)
            if route is not before:
                self._routes[address] = route
                reason = route if route is not None else before
                assert reason is not None
                for key in networks:
                    found[key] = reason.key
        return found
