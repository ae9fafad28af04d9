"""PPP's state table, held against what RFC 1661, section 4.2 says of the states in words."""

from __future__ import annotations

import pytest

from catenet.link.ppp import automaton
from catenet.link.ppp.automaton import ACTION_NAMES, EVENT_NAMES, STATE_NAMES, TRANSITIONS

ILLEGAL = {
    "Up": range(2, 10),
    "Down": (0, 1),
    "TO+": (0, 1, 2, 3, 9),
    "TO-": (0, 1, 2, 3, 9),
    **dict.fromkeys(("RCR+", "RCR-", "RCA", "RCN", "RTR", "RTA", "RUC", "RXJ+", "RXJ-", "RXR"), (0, 1)),
}
"""What the table has a dash for."""
TIMED = {"Closing", "Stopping", "Req-Sent", "Ack-Rcvd", "Ack-Sent"}


def actions(state: int, event: int) -> list[str]:
    return [ACTION_NAMES[action] for action in TRANSITIONS[(state, event)].actions]


def test_the_table_has_an_entry_for_all_that_can_happen() -> None:
    expected = {
        (state, event)
        for event, name in enumerate(EVENT_NAMES)
        for state in range(len(STATE_NAMES))
        if state not in ILLEGAL.get(name, ())
    }
    assert set(TRANSITIONS) == expected
    assert len(expected) == 160 - 8 - 2 - 5 - 5 - 20


@pytest.mark.parametrize(("state", "event"), TRANSITIONS)
def test_the_layer_is_up_in_opened_alone(state: int, event: int) -> None:
    """Section 4.4: This-Layer-Up on the way into Opened, This-Layer-Down on every way out."""
    after = TRANSITIONS[(state, event)].state
    assert ("tlu" in actions(state, event)) == (state != automaton.OPENED and after == automaton.OPENED)
    assert ("tld" in actions(state, event)) == (state == automaton.OPENED and after != automaton.OPENED)


@pytest.mark.parametrize(("state", "event"), TRANSITIONS)
def test_a_state_that_waits_is_entered_with_a_timer(state: int, event: int) -> None:
    """Section 4.2: the restart timer runs in Closing, Stopping, Req-Sent, Ack-Rcvd and Ack-Sent.

    Where it does not run already, an action starts it: a request of either kind, or Zero-Restart-Count.
    """
    after = TRANSITIONS[(state, event)].state
    if STATE_NAMES[after] in TIMED and STATE_NAMES[state] not in TIMED:
        assert {"scr", "str", "zrc"} & set(actions(state, event))


@pytest.mark.parametrize(("state", "event"), TRANSITIONS)
def test_the_lower_layer_is_done_with_where_nothing_is_wanted(state: int, event: int) -> None:
    """This-Layer-Finished leads to Initial, Closed or Stopped; This-Layer-Started to Starting."""
    after = TRANSITIONS[(state, event)].state
    if "tlf" in actions(state, event):
        assert STATE_NAMES[after] in ("Initial", "Closed", "Stopped")
    if "tls" in actions(state, event):
        assert after == automaton.STARTING


@pytest.mark.parametrize(("state", "event"), TRANSITIONS)
def test_where_the_line_is_down_nothing_is_sent(state: int, event: int) -> None:
    after = TRANSITIONS[(state, event)].state
    if after in (automaton.INITIAL, automaton.STARTING):
        assert not {"scr", "sca", "scn", "str", "sta", "scj", "ser"} & set(actions(state, event))


def test_every_request_is_answered() -> None:
    for state in range(automaton.REQ_SENT, automaton.OPENED + 1):
        assert "sca" in actions(state, automaton.REQUEST_GOOD)
        assert "scn" in actions(state, automaton.REQUEST_BAD)
        assert "sta" in actions(state, automaton.TERMINATE)
        assert "scj" in actions(state, automaton.UNKNOWN)


def test_the_lines_of_the_table() -> None:
    lines = automaton.transition_lines()
    assert len(lines) == len(TRANSITIONS)
    assert "Ack-Rcvd --RCR+--> Opened: sca, tlu" in lines
    assert "Opened --RTR--> Stopping: tld, zrc, sta" in lines
    assert "Closed --Open--> Req-Sent: irc, scr" in lines
