"""The state machine of a connection, as a table (RFC 9293 section 3.3.2, figure 5).

A connection changes its state in one place only, by :func:`next_state`.  An event without an entry for a state is a
bug of the caller, and raises an error.  The column ``action`` describes the other effects of an event (segments,
timers, calls to the user); the code is in :mod:`.control_block`.

States have Linux's numbers in ``tcp_info``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy_extensions import i64

ESTABLISHED: Final[i64] = 1
SYN_SENT: Final[i64] = 2
SYN_RECEIVED: Final[i64] = 3
FIN_WAIT_1: Final[i64] = 4
FIN_WAIT_2: Final[i64] = 5
TIME_WAIT: Final[i64] = 6
CLOSED: Final[i64] = 7
CLOSE_WAIT: Final[i64] = 8
LAST_ACK: Final[i64] = 9
LISTEN: Final[i64] = 10
CLOSING: Final[i64] = 11

STATE_NAMES: Final[dict[int, str]] = {
    1: "ESTABLISHED",
    2: "SYN_SENT",
    3: "SYN_RECEIVED",
    4: "FIN_WAIT_1",
    5: "FIN_WAIT_2",
    6: "TIME_WAIT",
    7: "CLOSED",
    8: "CLOSE_WAIT",
    9: "LAST_ACK",
    10: "LISTEN",
    11: "CLOSING",
}

ACTIVE_OPEN: Final[i64] = 1
PASSIVE_OPEN: Final[i64] = 2
SYN_ARRIVES: Final[i64] = 3
SYN_ACK_ARRIVES: Final[i64] = 4
SYN_ACKNOWLEDGED: Final[i64] = 5
CLOSE: Final[i64] = 6
FIN_ARRIVES: Final[i64] = 7
FIN_ACKNOWLEDGED: Final[i64] = 8
GIVE_UP: Final[i64] = 9

EVENT_NAMES: Final[dict[int, str]] = {
    1: "active open",
    2: "passive open",
    3: "SYN arrives",
    4: "SYN-ACK arrives",
    5: "our SYN is acknowledged",
    6: "user closes",
    7: "FIN arrives",
    8: "our FIN is acknowledged",
    9: "reset, time-out or abort",
}


class Transition(NamedTuple):
    """One transition of the diagram."""

    state: int
    event: int
    next_state: int
    action: str
    section: str


TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(CLOSED, ACTIVE_OPEN, SYN_SENT, "send SYN", "3.10.1"),
    Transition(CLOSED, PASSIVE_OPEN, LISTEN, "", "3.10.1"),
    Transition(LISTEN, SYN_ARRIVES, SYN_RECEIVED, "send SYN-ACK", "3.10.7.2"),
    Transition(SYN_SENT, SYN_ACK_ARRIVES, ESTABLISHED, "send ACK", "3.10.7.3"),
    Transition(SYN_SENT, SYN_ARRIVES, SYN_RECEIVED, "send SYN-ACK (simultaneous open)", "3.10.7.3"),
    Transition(SYN_RECEIVED, SYN_ACKNOWLEDGED, ESTABLISHED, "", "3.10.7.4"),
    Transition(SYN_RECEIVED, CLOSE, FIN_WAIT_1, "send FIN", "3.10.4"),
    Transition(ESTABLISHED, CLOSE, FIN_WAIT_1, "send FIN after all data", "3.10.4"),
    Transition(CLOSE_WAIT, CLOSE, LAST_ACK, "send FIN after all data", "3.10.4"),
    Transition(SYN_RECEIVED, FIN_ARRIVES, CLOSE_WAIT, "send ACK", "3.10.7.4"),
    Transition(ESTABLISHED, FIN_ARRIVES, CLOSE_WAIT, "send ACK", "3.10.7.4"),
    Transition(FIN_WAIT_1, FIN_ARRIVES, CLOSING, "send ACK (simultaneous close)", "3.10.7.4"),
    Transition(FIN_WAIT_2, FIN_ARRIVES, TIME_WAIT, "send ACK, wait", "3.10.7.4"),
    Transition(FIN_WAIT_1, FIN_ACKNOWLEDGED, FIN_WAIT_2, "", "3.10.7.4"),
    Transition(CLOSING, FIN_ACKNOWLEDGED, TIME_WAIT, "wait", "3.10.7.4"),
    Transition(LAST_ACK, FIN_ACKNOWLEDGED, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(LISTEN, GIVE_UP, CLOSED, "forget the connection", "3.10.4"),
    Transition(SYN_SENT, GIVE_UP, CLOSED, "forget the connection", "3.10.7.3"),
    Transition(SYN_RECEIVED, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(ESTABLISHED, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(CLOSE_WAIT, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(FIN_WAIT_1, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(FIN_WAIT_2, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(CLOSING, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(LAST_ACK, GIVE_UP, CLOSED, "forget the connection", "3.10.7.4"),
    Transition(TIME_WAIT, GIVE_UP, CLOSED, "twice the segment lifetime has passed", "3.10.8"),
)

_NEXT: Final[dict[int, int]] = {row.state * 16 + row.event: row.next_state for row in TRANSITIONS}


def next_state(state: i64, event: i64) -> i64:
    """The state after an event.  Raises AssertionError if the event is impossible in this state."""
    found = _NEXT.get(state * 16 + event)
    if found is None:
        raise AssertionError(f"{EVENT_NAMES[event]!r} cannot happen in state {STATE_NAMES[state]}")
    return found
