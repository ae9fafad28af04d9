"""An area of one router (RFC 2328 section 6): its interfaces, its database, and the permitted LSAs."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import EXTERNAL, NSSA, OPAQUE_AS
from catenet.network.routing.ospf.settings import AreaSettings


class Area:
    """``hosts`` are loopback addresses of the router with their costs, advertised here regardless of links."""

    def __init__(self, chosen: AreaSettings) -> None:
        self.settings: Final = chosen
        self.area_id: Final = chosen.area_id
        self.scope: Final = Scope(chosen.area_id)
        self.interfaces: Final[list[Interface]] = []
        self.hosts: Final[list[tuple[int, int]]] = []
        self.router_lsa_is_stale = False
        self.links_changed = False
        """Whether next hops of links have changed since the last calculation, possibly with the same LSA."""

    @property
    def is_active(self) -> bool:
        """Whether the router is attached to it by an interface that is up (section 3.3, RFC 3509 2).

        A virtual link counts once its ends are fully adjacent; until then, summaries of other areas are preferred.
        """
        return any(
            interface.is_up and (not interface.is_virtual or interface.has_full_neighbour)
            for interface in self.interfaces
        )

    def admits(self, ls_type: int) -> bool:
        """Whether LSAs of a type may be here (sections 3.6 and 13 (3), RFC 3101 2.2, RFC 5250 3.1)."""
        if ls_type in (EXTERNAL, OPAQUE_AS):
            return self.settings.takes_externals
        return ls_type != NSSA or self.settings.is_nssa
