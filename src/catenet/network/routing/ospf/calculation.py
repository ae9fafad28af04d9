"""The routing table, from the database (RFC 2328 section 16; RFC 3101 section 2.5).

The order is the RFC's: the trees of the areas and the networks that hang on them (16.1), what area border routers
tell of other areas (16.2), what boundary routers tell of the outside (16.4).  All of it is incremental (16.5, 16.6): a
run looks at the vertices that moved and at the LSAs that were replaced, decides the destinations that these touch,
and says what is other than before.  The result is always what a calculation from nothing would give.

A router that uses this has no virtual links of its own (section 15), and so no transit areas (16.3).  Those of other
routers are edges of the backbone like any other.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.areas import Area, Areas
from catenet.network.routing.ospf.claims import Claim, Claims
from catenet.network.routing.ospf.destinations import Destination, Destinations
from catenet.network.routing.ospf.external import decide_external
from catenet.network.routing.ospf.hops import HopSets, NextHopResolver
from catenet.network.routing.ospf.internal import decide_inter, decide_intra, holder_of
from catenet.network.routing.ospf.lsa import ASBR_SUMMARY, EXTERNAL, NETWORK, ROUTER, SUMMARY, ExternalBody, Lsa
from catenet.network.routing.ospf.router_body import FLAG_B, FLAG_E
from catenet.network.routing.ospf.routes import INTRA, OspfRoute, RouteChange, RouterRoute
from catenet.network.routing.ospf.settings import AreaSettings
from catenet.network.routing.ospf.topology import ROOT, AreaTopology, flags_of, networks_of
from catenet.network.routing.ospf.ways import Ways

AS_SCOPE: Final = -1
"""The area id of what floods through the whole AS (type 5)."""


class Calculation:
    """The routing table of one router.

    Tell it of its areas (:meth:`add_area`), of each LSA whose contents changed (:meth:`change`), of own links that
    lead elsewhere (:meth:`links_changed`) and of areas that it has no interface in any more (:meth:`set_attached`).
    Nothing is worked out before :meth:`run`.
    """

    def __init__(
        self, router_id: int, resolver: NextHopResolver, most_paths: int = 64, rfc1583_compatible: bool = False
    ) -> None:
        self.router_id: Final = router_id
        self.areas: Final = Areas(router_id, HopSets(most_paths), resolver)
        self.destinations: Final = Destinations()
        self._externals: Final = Claims(None)
        self._ways: Final = Ways(self.areas, rfc1583_compatible)
        self._dirty: Final[dict[int, Lsa | None]] = {}
        """Networks to decide, and why."""
        self._dirty_outside: Final[dict[int, Lsa | None]] = {}
        """Networks whose external routes are to be decided, and why."""
        self._noted: Final[dict[int, RouteChange]] = {}
        """What the table said before this run, where it was touched."""
        self._forwarding: Final[dict[int, dict[int, int]]] = {}
        """Forwarding addresses: how often each network is said to lie behind one."""
        self._forwarding_routes: Final[dict[int, OspfRoute | None]] = {}

    # -- what changes

    def add_area(self, settings: AreaSettings) -> Area:
        """One more area, which the router is attached to.  Raises ValueError if it was added before."""
        area = self.areas.add(settings)
        self._everything(None)
        return area

    def set_attached(self, area_id: int, attached: bool) -> None:
        """The router has an interface up in this area, or none any more.  That can make a border router of it."""
        area = self.areas[area_id]
        if area.attached != attached:
            area.attached = attached
            self._everything(None)

    def links_changed(self, area_id: int) -> None:
        """The resolver answers otherwise than before for links in this area, though their LSA may be the same."""

    def change(self, area_id: int, old: Lsa | None, new: Lsa | None) -> None:
        """An LSA's contents changed: it is new (``old`` is None), gone or at MaxAge (``new`` is None), or replaced.

        ``area_id`` is the area it floods in, of type 5 :data:`AS_SCOPE`.  Of an area that was not added, or a type
        that is none of 1 to 5 and 7, nothing is noted.
        """

    @property
    def is_pending(self) -> bool:
        """Whether :meth:`run` may find anything new."""
        return False

    def run(self) -> list[RouteChange]:
        """Work out all that has changed; the lines of the table that are other than after the last run."""
        return []

    # -- what is known

    @property
    def routes(self) -> dict[int, OspfRoute]:
        """The table, by :func:`~catenet.network.routing.ospf.routes.pack_prefix`; a new dictionary each time."""
        return {key: it.route for key, it in self.destinations.by_key.items() if it.route is not None}

    def route(self, prefix: int, prefix_len: int) -> OspfRoute | None:
        """The route to a network; None if there is none."""
        return None

    def routers(self) -> list[RouterRoute]:
        """The ways to area border routers and boundary routers: within each area, and else across areas."""
        return []

    def _everything(self, cause: Lsa | None) -> None:
        """Decide all networks anew."""
        for key in self.destinations.by_key:
            self._dirty.setdefault(key, cause)

    @property
    def is_border_router(self) -> bool:
        """Whether the router is attached to the backbone and to another area: its router-LSAs have the B bit then."""
        return self.areas.is_border_router
