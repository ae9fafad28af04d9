"""Forwarding addresses: external networks behind a router that does not run OSPF itself (section 16.4 (3)).

The route to such a network depends on the route inside the AS to the address.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.destinations import Destinations
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import OspfRoute
from catenet.network.routing.ospf.lsa.lsa import ExternalBody


class Forwarding:
    """All advertised forwarding addresses, and the route to each at the last calculation."""

    def __init__(self) -> None:
        self._networks: Final[dict[int, dict[int, int]]] = {}
        """For each address, the networks behind it, with the number of LSAs that advertise them."""
        self._routes: Final[dict[int, OspfRoute | None]] = {}

    def count(self, external: InterAreaLsa, came: bool) -> None:
        """An external LSA was added (``came``) or removed."""
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
        """All networks behind a forwarding address."""
        return [key for networks in self._networks.values() for key in networks]

    def moved(self, destinations: Destinations) -> dict[int, int]:
        """The networks behind addresses whose route has changed, with that route's key."""
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
