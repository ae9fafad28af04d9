"""A neighbour, and its state machine (RFC 2328 section 10) as a table.

:data:`NEIGHBOUR_TABLE` is the state machine; events without an entry for a state are ignored.  An action is a name; it
is implemented in :mod:`~catenet.network.routing.ospf.adjacency.transitions`.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import NSSA, LsaHeader
from catenet.network.routing.ospf.packets.database_description import Description
from catenet.network.routing.ospf.settings import InterfaceSettings
from catenet.network.routing.ospf.state_table import DECIDED, Row

DOWN: Final = 0
ATTEMPT: Final = 1
INIT: Final = 2
TWO_WAY: Final = 3
EX_START: Final = 4
EXCHANGE: Final = 5
LOADING: Final = 6
FULL: Final = 7
SEQUENCES: Final = 6
"""The number of cryptographic sequence numbers: one for each packet type, from 1."""

STATES: Final = ("Down", "Attempt", "Init", "2-Way", "ExStart", "Exchange", "Loading", "Full")

HELLO_RECEIVED: Final = 0
START: Final = 1
TWO_WAY_RECEIVED: Final = 2
NEGOTIATION_DONE: Final = 3
EXCHANGE_DONE: Final = 4
BAD_LS_REQUEST: Final = 5
LOADING_DONE: Final = 6
ADJACENCY_OK: Final = 7
SEQUENCE_MISMATCH: Final = 8
ONE_WAY_RECEIVED: Final = 9
KILL: Final = 10
INACTIVE: Final = 11
LINK_DOWN: Final = 12

EVENTS: Final = (
    "HelloReceived",
    "Start",
    "2-WayReceived",
    "NegotiationDone",
    "ExchangeDone",
    "BadLSReq",
    "LoadingDone",
    "AdjOK?",
    "SeqNumberMismatch",
    "1-WayReceived",
    "KillNbr",
    "InactivityTimer",
    "LLDown",
)

NOTHING: Final = "nothing"
REPEAT_INACTIVITY: Final = "restart the inactivity timer"
POLL: Final = "send a hello, start the inactivity timer"
MAYBE_ADJACENT: Final = "decide whether to become adjacent"
BEGIN_EXCHANGE: Final = "list the database, describe it"
REQUEST_OR_FULL: Final = "request what is newer there; full if nothing is"
BEGIN_ANEW: Final = "clear the lists, negotiate anew"
STILL_ADJACENT: Final = "decide whether to stay adjacent"
CLEAR: Final = "clear the lists"
FORGET: Final = "clear the lists, stop the inactivity timer"


def _rows() -> list[Row]:
    rows = [
        Row(DOWN, START, ATTEMPT, POLL, "10.3"),
        Row(ATTEMPT, HELLO_RECEIVED, INIT, REPEAT_INACTIVITY, "10.3"),
        Row(DOWN, HELLO_RECEIVED, INIT, REPEAT_INACTIVITY, "10.3"),
        Row(INIT, TWO_WAY_RECEIVED, DECIDED, MAYBE_ADJACENT, "10.3"),
        Row(EX_START, NEGOTIATION_DONE, EXCHANGE, BEGIN_EXCHANGE, "10.3"),
        Row(EXCHANGE, EXCHANGE_DONE, DECIDED, REQUEST_OR_FULL, "10.3"),
        Row(LOADING, LOADING_DONE, FULL, NOTHING, "10.3"),
        Row(TWO_WAY, ADJACENCY_OK, DECIDED, MAYBE_ADJACENT, "10.3"),
    ]
    for state in range(INIT, FULL + 1):
        rows.append(Row(state, HELLO_RECEIVED, state, REPEAT_INACTIVITY, "10.3"))
    for state in range(TWO_WAY, FULL + 1):
        rows.append(Row(state, TWO_WAY_RECEIVED, state, NOTHING, "10.3"))
        rows.append(Row(state, ONE_WAY_RECEIVED, INIT, CLEAR, "10.3"))
    rows.append(Row(INIT, ONE_WAY_RECEIVED, INIT, NOTHING, "10.3"))
    for state in range(EX_START, FULL + 1):
        rows.append(Row(state, ADJACENCY_OK, DECIDED, STILL_ADJACENT, "10.3"))
    for state in range(EXCHANGE, FULL + 1):
        rows.append(Row(state, SEQUENCE_MISMATCH, EX_START, BEGIN_ANEW, "10.3"))
        rows.append(Row(state, BAD_LS_REQUEST, EX_START, BEGIN_ANEW, "10.3"))
    for state in range(DOWN, FULL + 1):
        for event in (KILL, INACTIVE, LINK_DOWN):
            rows.append(Row(state, event, DOWN, FORGET, "10.3"))
    return sorted(rows)


NEIGHBOUR_TABLE: Final[list[Row]] = _rows()


class Neighbour:
    """A neighbour on the same link (section 10).

    On a multi-access network a neighbour is identified by its ``address``, on a point-to-point link by its
    ``router_id``. ``settings`` are those of the interface, which
    :meth:`~catenet.network.routing.ospf.router.Router.interface_of` finds by them.  ``dr`` and ``bdr`` are what it
    declared in its last hello.  ``helped_until_ns`` is 0 unless it is restarting.
    """

    def __init__(self, settings: InterfaceSettings, router_id: int, address: int, priority: int) -> None:
        self.settings: Final = settings
        self.router_id = router_id
        self.address = address
        self.priority = priority
        self.dr = 0
        self.bdr = 0
        self.options = 0
        self.state: i64 = DOWN
        self.reads_opaque = False
        """Whether its descriptions announced support of opaque LSAs."""
        self.helped_until_ns: i64 = 0
        self.configured = False
        self.inactive_at_ns: i64 = NEVER
        self.poll_at_ns: i64 = NEVER
        # Cryptographic sequence numbers, the last of each kind of packet (D.5.3, RFC 7474 3).
        self.sequences: list[int] = [-1] * SEQUENCES
        # Database exchange (section 10.6): the master, the sequence number, the last packets of both directions.
        self.is_master = False
        """Whether this router is the master."""
        self.dd_sequence = 0
        self.dd_heard: DescriptionMark | None = None
        self.dd_sent: Description | None = None
        self.dd_sent_more = False
        self.dd_resend_at_ns: i64 = NEVER
        self.dd_forget_at_ns: i64 = NEVER
        self.summary: list[Entry] = []
        self.summary_place: i64 = 0
        # The link state request list; the keys in the outstanding request.
        self.wanted: Final[dict[int, LsaHeader]] = {}
        self.asked: Final[dict[int, int]] = {}
        self.ask_again_at_ns: i64 = NEVER
        # The retransmission list: the time of the last transmission by key, the oldest first.
        self.unacknowledged: Final[dict[int, i64]] = {}
        self.events: i64 = 0
        self.retransmissions: i64 = 0

    @property
    def number(self) -> int:
        """Its identity among the interface's neighbours."""
        return self.router_id if self.settings.is_point_to_point else self.address

    @property
    def is_helped(self) -> bool:
        """Whether it is restarting and helped (RFC 3623)."""
        return self.helped_until_ns != 0

    @property
    def is_advertised(self) -> bool:
        """Whether own LSAs advertise the link to it."""
        return self.state == FULL or self.helped_until_ns != 0

    def takes(self, ls_type: int) -> bool:
        """Whether LSAs of a type may be sent to it (RFC 5250 section 3.1)."""
        return ls_type <= NSSA or self.reads_opaque

    @property
    def is_adjacent(self) -> bool:
        """Whether LSAs are flooded to it."""
        return self.state >= EXCHANGE

    def deadline_ns(self) -> i64:
        """Its next deadline."""
        lost_at_ns = self.inactive_at_ns if self.helped_until_ns == 0 else self.helped_until_ns
        deadline = min(lost_at_ns, self.poll_at_ns, self.dd_resend_at_ns)
        return min(deadline, self.ask_again_at_ns, self.resend_at_ns())

    def resend_at_ns(self) -> i64:
        """The time of the next retransmission."""
        for sent_ns in self.unacknowledged.values():
            return sent_ns + self.settings.retransmit_ns
        return NEVER


class DescriptionMark:
    """The fields that identify a duplicate description (section 10.6)."""

    def __init__(self, flags: int, options: int, sequence: int) -> None:
        self.flags: Final = flags
        self.options: Final = options
        self.sequence: Final = sequence

    def is_same(self, other: DescriptionMark | None) -> bool:
        """Whether both are of the same packet."""
        if other is None:
            return False
        return self.flags == other.flags and self.options == other.options and self.sequence == other.sequence
