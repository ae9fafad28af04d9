"""An area as one router sees it (RFC 2328 section 6): its interfaces there, its database, what may enter."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import EXTERNAL, NSSA, OPAQUE_AS
from catenet.network.routing.ospf.settings import AreaSettings


class Area:
    """``hosts`` are addresses of the router itself, with their costs, that are advertised here whatever is down."""

    def __init__(self, chosen: AreaSettings) -> None:
        self.settings: Final = chosen
        self.area_id: Final = chosen.area_id
        self.scope: Final = Scope(chosen.area_id)
        self.interfaces: Final[list[Interface]] = []
        self.hosts: Final[list[tuple[int, int]]] = []
        self.router_lsa_is_stale = False
        self.links_changed = False
        """Whether links lead elsewhere than at the last calculation, though their LSA may be the same."""

    @property
    def is_active(self) -> bool:
        """Whether the router is attached to it by an interface that is up (section 3.3, RFC 3509 2).

        A virtual link counts from when its ends are fully adjacent: until then, what other areas tell is worth more.
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
