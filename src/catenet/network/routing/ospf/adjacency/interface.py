"""An interface, and its state machine (RFC 2328 section 9) as a table.

:data:`INTERFACE_TABLE` is the state machine; events without an entry for a state are ignored.  An action is a name; it
is implemented in :mod:`~catenet.network.routing.ospf.adjacency.transitions`.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.neighbour import INIT, Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import LsaHeader
from catenet.network.routing.ospf.settings import InterfaceSettings
from catenet.network.routing.ospf.state_table import DECIDED, Row

DOWN: Final = 0
LOOPBACK: Final = 1
WAITING: Final = 2
POINT_TO_POINT: Final = 3
DR_OTHER: Final = 4
BACKUP: Final = 5
DR: Final = 6

STATES: Final = ("Down", "Loopback", "Waiting", "Point-to-point", "DR Other", "Backup", "DR")

UP: Final = 0
WAIT_TIMER: Final = 1
BACKUP_SEEN: Final = 2
NEIGHBOUR_CHANGE: Final = 3
LOOP: Final = 4
UNLOOP: Final = 5
FALL: Final = 6

EVENTS: Final = (
    "InterfaceUp",
    "WaitTimer",
    "BackupSeen",
    "NeighborChange",
    "LoopInd",
    "UnloopInd",
    "InterfaceDown",
)

BEGIN: Final = "begin saying hello; where there may be many, wait or be DR Other"
ELECT: Final = "elect designated router and backup"
RESET: Final = "forget the neighbours, stop the timers"
NOTHING: Final = "nothing"


def _rows() -> list[Row]:
    rows = [
        Row(DOWN, UP, DECIDED, BEGIN, "9.3"),
        Row(WAITING, BACKUP_SEEN, DECIDED, ELECT, "9.3"),
        Row(WAITING, WAIT_TIMER, DECIDED, ELECT, "9.3"),
        Row(LOOPBACK, UNLOOP, DOWN, NOTHING, "9.3"),
    ]
    for state in (DR_OTHER, BACKUP, DR):
        rows.append(Row(state, NEIGHBOUR_CHANGE, DECIDED, ELECT, "9.3"))
    for state in range(DOWN, DR + 1):
        rows.append(Row(state, FALL, DOWN, RESET, "9.3"))
        rows.append(Row(state, LOOP, LOOPBACK, RESET, "9.3"))
    return sorted(rows)


INTERFACE_TABLE: Final[list[Row]] = _rows()


class Interface:
    """One OSPF interface (section 9).  ``neighbours`` are by :attr:`Neighbour.number`.

    ``address`` is its own, or a borrowed one if it is unnumbered; the end of a virtual link has one, and
    ``remote_address``, while there is a path.  ``dr`` and ``bdr`` are addresses on its network.  LSAs to send at the
    end of an event, or after a delay, are collected in ``to_flood`` and ``to_acknowledge``.  ``sequence`` is the
    cryptographic one of the last packet sent; those of former neighbours are in ``remembered``.
    """

    def __init__(self, chosen: InterfaceSettings) -> None:
        self.settings: Final = chosen
        self.is_virtual: Final = chosen.is_virtual
        self.is_point_to_point: Final = chosen.is_point_to_point
        self.is_broadcast: Final = chosen.is_broadcast
        self.cost: int = chosen.cost
        self.address: int = chosen.address
        self.remote_address = 0
        self.state: i64 = DOWN
        self.dr = 0
        self.bdr = 0
        self.neighbours: Final[dict[int, Neighbour]] = {}
        self.hello_at_ns: i64 = NEVER
        self.wait_until_ns: i64 = NEVER
        self.flood_at_ns: i64 = NEVER
        self.acknowledge_at_ns: i64 = NEVER
        self.to_flood: Final[dict[int, Entry]] = {}
        self.to_acknowledge: Final[dict[int, LsaHeader]] = {}
        self.network_lsa_is_stale = False
        self.link_scope: Scope | None = None
        self.sequence = 0
        self.remembered: Final[dict[int, list[int]]] = {}
        self.drops: Final[list[int]] = [0] * drop_reasons.REASON_COUNT

    @property
    def is_up(self) -> bool:
        """Whether it sends and receives packets."""
        return self.state > LOOPBACK

    @property
    def has_full_neighbour(self) -> bool:
        """Whether it has a fully adjacent neighbour."""
        return any(neighbour.is_advertised for neighbour in self.neighbours.values())

    @property
    def is_helping(self) -> bool:
        """Whether one of its neighbours is restarting (RFC 3623): until that ends, DR and BDR stay."""
        return any(neighbour.is_helped for neighbour in self.neighbours.values())

    def heard(self) -> list[int]:
        """The router ids of the neighbours with recent hellos."""
        return [neighbour.router_id for neighbour in self.neighbours.values() if neighbour.state >= INIT]

    def neighbour_of(self, router_id: int, source: int) -> Neighbour | None:
        """The neighbour that a packet is from (section 8.2): by router id on a point-to-point link, else by address."""
        if self.is_point_to_point:
            return self.neighbours.get(router_id)
        neighbour = self.neighbours.get(source)
        return neighbour if neighbour is not None and neighbour.router_id == router_id else None

    def deadline_ns(self) -> i64:
        """The next deadline of the interface or its neighbours."""
        deadline = min(self.hello_at_ns, self.wait_until_ns, self.flood_at_ns, self.acknowledge_at_ns)
        for neighbour in self.neighbours.values():
            deadline = min(deadline, neighbour.deadline_ns())
        return deadline
