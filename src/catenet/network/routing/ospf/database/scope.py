"""Flooding scopes: the LSAs of a link, of an area, or of the AS, and this router's own LSAs in each."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.database.database import Database, Entry
from catenet.network.routing.ospf.lsa.body import LsaBody
from catenet.network.routing.ospf.origination.throttle import OriginDelay
from catenet.network.routing.ospf.settings import OspfSettings

NO_INTERFACE: Final = -1


class Origin:
    """An own LSA: its current contents (``body`` is None if it is withdrawn), and its times.

    ``due_ns`` is the time of a delayed origination, ``refresh_at_ns`` that of the next refresh.
    """

    def __init__(self, ls_type: int, link_state_id: int, settings: OspfSettings) -> None:
        self.type: Final = ls_type
        self.link_state_id: Final = link_state_id
        self.options = 0
        self.body: LsaBody | None = None
        self.delay: Final = OriginDelay(settings)
        self.due_ns: i64 = NEVER
        self.due_cause = 0
        self.refresh_at_ns: i64 = NEVER

    def deadline_ns(self) -> i64:
        """Its next deadline."""
        return min(self.due_ns, self.refresh_at_ns)


class Scope:
    """A database, its flushed LSAs, and this router's own LSAs in it, by key.

    ``interface_number`` is the number of the interface, for a link's scope.
    """

    def __init__(self, area_id: int, interface_number: int = NO_INTERFACE) -> None:
        self.interface_number: Final = interface_number
        self.database: Final = Database(area_id)
        self.flushing: Final[dict[int, Entry]] = {}
        self.origins: Final[dict[int, Origin]] = {}
        self.origin_due_ns: i64 = NEVER
        """A lower bound of the origins' deadlines."""

    @property
    def area_id(self) -> int:
        """The area id; :data:`~catenet.network.routing.ospf.database.database.AS_SCOPE` for the AS."""
        return self.database.area_id

    def deadline_ns(self) -> i64:
        """The next deadline: an LSA ages out, or one is originated."""
        return min(self.database.next_expiry_ns, self.origin_due_ns)
