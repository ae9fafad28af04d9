"""Administrative distances: whose word counts when several know a way to the same prefix; the lowest does.

They are the ``metric`` of a :class:`~catenet.network.forwarding.route.Route`, so that a table holds the routes of all,
and the best one that can be used is used.
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
