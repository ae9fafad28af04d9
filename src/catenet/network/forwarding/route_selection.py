"""Which route is used: the longest prefix; among routes to one prefix, the one of the lowest metric that is usable.

The longest prefix is RFC 1812 section 5.2.4.3, rule 2.  The ``metric`` of a route is an administrative distance, which
its source gives it, so routes of several protocols to one prefix stand in the order of their distances.
:class:`~catenet.network.forwarding.fib.Fib` keeps its routes in this order, and uses the first one that
:meth:`~catenet.network.forwarding.route.Route.is_usable`.
"""

from __future__ import annotations

from typing import Final

from catenet.network.forwarding.route import Route

CONNECTED: Final = 0
STATIC: Final = 1
AUTOMATIC: Final = 20
OSPF: Final = 110
RIP: Final = 120
"""Administrative distances.  OSPF's and RIP's are what other routers have too."""

ORIGINS: Final = {CONNECTED: "connected", STATIC: "static", AUTOMATIC: "automatic", OSPF: "ospf", RIP: "rip"}
"""What made a route of that distance."""


def wins_over(route: Route, other: Route) -> bool:
    """Whether ``route`` is preferred for an address that both prefixes contain."""
    if route.prefix_len != other.prefix_len:
        return route.prefix_len > other.prefix_len
    return route.metric < other.metric


def preference(route: Route) -> tuple[int, int]:
    """A sort key: the preferred route first."""
    return -route.prefix_len, route.metric


def inserted(route: Route, others: list[Route]) -> list[Route]:
    """The routes to one prefix, the best first, after adding one; it replaces one of the same metric."""
    routes = [other for other in others if other.metric != route.metric]
    place = 0
    while place < len(routes) and routes[place].metric < route.metric:
        place += 1
    routes.insert(place, route)
    return routes
