"""Administrative distances: of routes from several sources to the same prefix, the lowest distance is used.

They are the ``metric`` of a :class:`~catenet.network.forwarding.route.Route`;
:mod:`~catenet.network.forwarding.route_selection` compares them.
"""

from __future__ import annotations

from typing import Final

CONNECTED: Final = 0
STATIC: Final = 1
AUTOMATIC: Final = 20
OSPF: Final = 110
RIP: Final = 120
"""OSPF's and RIP's are what other routers have too."""

ORIGINS: Final = {CONNECTED: "connected", STATIC: "static", AUTOMATIC: "automatic", OSPF: "ospf", RIP: "rip"}
"""What made a route of that distance."""
