"""Every arrow of the table, walked by segments and calls (RFC 9293 section 3.10)."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.transport.tcp.connection.state import EVENT_NAMES, STATE_NAMES, TRANSITIONS, next_state

SECOND = 1_000_000_000


def test_the_table_has_each_pair_once_and_knows_its_names() -> None:
    pairs = [(row.state, row.event) for row in TRANSITIONS]
    assert len(set(pairs)) == len(pairs)
    assert {row.event for row in TRANSITIONS} == set(EVENT_NAMES)
    assert {row.state for row in TRANSITIONS} == set(STATE_NAMES)
    assert all(row.section.startswith("3.10") for row in TRANSITIONS)


def test_what_the_table_does_not_hold_cannot_happen() -> None:
    with pytest.raises(AssertionError, match="FIN arrives.*CLOSED"):
        next_state(7, 7)


def test_active_open(script: Any) -> None:
    s = script()
    s.connect()
    assert s.c.state_name == "SYN-SENT"
    s.run(10_000_000)
    s.inject("SA", 0, 1)
    s.expect("A", seq=1, ack=1)
    assert s.c.state_name == "ESTABLISHED"
    assert s.user.calls == ["established"]


def test_passive_open(script: Any) -> None:
    s = script().accept()
    assert s.c.state_name == "ESTABLISHED"
    s.expect_nothing()


def test_simultaneous_open(script: Any) -> None:
    s = script()
    s.connect()
    s.inject("S", 0)
    assert s.c.state_name == "SYN-RECEIVED"
    s.expect("SA", seq=0, ack=1)
    s.inject("SA", 0, 1)
    assert s.c.state_name == "ESTABLISHED"
    assert s.user.calls == ["established"]
    assert s.c.sender.window_shift == 7


def test_we_close_first(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1, ack=1)
    assert s.c.state_name == "FIN-WAIT-1"
    s.inject("A", 1, 2)
    assert s.c.state_name == "FIN-WAIT-2"
    s.inject("FA", 1, 2)
    s.expect("A", seq=2, ack=2)
    assert s.c.state_name == "TIME-WAIT"
    assert s.owner.fate == "waits"
    assert s.user.calls == ["established", "readable", "closed 0"]


def test_the_peer_closes_first(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 1, 1)
    s.expect("A", seq=1, ack=2)
    assert s.c.state_name == "CLOSE-WAIT"
    assert s.c.at_eof
    s.c.close()
    s.expect("FA", seq=1, ack=2)
    assert s.c.state_name == "LAST-ACK"
    s.inject("A", 2, 2)
    assert s.c.state_name == "CLOSED"
    assert s.owner.fate == "left"
    assert s.user.calls[-1] == "closed 0"


def test_both_close_at_once(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.inject("FA", 1, 1)
    s.expect("A", seq=2, ack=2)
    assert s.c.state_name == "CLOSING"
    s.inject("A", 2, 2)
    assert s.c.state_name == "TIME-WAIT"


def test_fin_that_acknowledges_our_fin(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.inject("FA", 1, 2)
    s.expect("A", seq=2, ack=2)
    assert s.c.state_name == "TIME-WAIT"


def test_half_close_still_receives(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.inject("A", 1, 2)
    s.inject("A", 1, 2, b"late answer")
    assert s.c.recv(100) == b"late answer"
    with pytest.raises(BrokenPipeError):
        s.c.send(b"no")


def test_half_closed_peer_still_gets_data(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 1, 1)
    s.expect("A", ack=2)
    assert s.c.send(b"answer") == 6
    s.expect("A", seq=1, ack=2, length=6)


def test_shutting_down_before_established(script: Any) -> None:
    s = script()
    s.connect()
    s.c.shut_down_sending()
    s.inject("SA", 0, 1)
    s.expect("FA", seq=1, ack=1)
    assert s.c.state_name == "FIN-WAIT-1"


def test_closing_before_established_says_nothing(script: Any) -> None:
    s = script()
    s.connect()
    s.c.close()
    assert s.c.state_name == "CLOSED"
    assert s.user.calls == []
    s.expect_nothing()


def test_refused(script: Any) -> None:
    s = script()
    s.connect()
    s.inject("RA", 0, 1)
    assert s.user.calls == [f"closed {errno.ECONNREFUSED}"]
    assert s.c.error == errno.ECONNREFUSED


def test_reset_by_peer(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"unread")
    s.drop_sent()
    s.inject("RA", 7, 1)
    assert s.user.calls[-1] == f"closed {errno.ECONNRESET}"
    assert s.c.recv(100) == b"unread"
    assert s.c.at_eof


def test_abort_resets_the_peer(script: Any) -> None:
    s = script().establish()
    s.c.abort()
    s.expect("RA", seq=1, ack=1)
    assert s.c.state_name == "CLOSED"
    assert s.user.calls == ["established"]


def test_closing_with_unread_data_resets(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"unread")
    s.drop_sent()
    s.c.close()
    s.expect("RA", seq=1)
    assert s.c.state_name == "CLOSED"


def test_linger_of_zero_resets(script: Any) -> None:
    s = script().establish()
    s.c.linger_s = 0
    s.c.close()
    s.expect("RA", seq=1)


def test_data_for_nobody_is_answered_by_a_reset(script: Any) -> None:
    s = script().establish()
    s.c.close()
    s.expect("FA", seq=1)
    s.inject("A", 1, 2, b"who reads this?")
    s.expect("RA", seq=2)
    assert s.c.state_name == "CLOSED"


def test_an_orphan_waits_for_the_fin_for_a_minute(script: Any) -> None:
    s = script().establish()
    s.c.close()
    s.expect("FA")
    s.inject("A", 1, 2)
    assert s.c.state_name == "FIN-WAIT-2"
    s.run(59 * SECOND)
    assert s.c.state_name == "FIN-WAIT-2"
    s.run(2 * SECOND)
    assert s.c.state_name == "CLOSED"


def test_our_fin_is_sent_again(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.run_until_sent()
    s.expect("FA", seq=1)
    s.inject("A", 1, 2)
    assert s.c.state_name == "FIN-WAIT-2"


def test_a_fin_out_of_order_waits_for_its_turn(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 4, 1, b"def")
    s.expect("A", ack=1)
    assert s.c.state_name == "ESTABLISHED"
    s.inject("A", 1, 1, b"abc")
    s.expect("A", ack=8)
    assert s.c.state_name == "CLOSE-WAIT"
    assert s.c.recv(10) == b"abcdef"
    assert s.c.at_eof


def test_a_repeated_fin_is_acknowledged_again(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 1, 1)
    s.expect("A", ack=2)
    s.run(SECOND)
    s.inject("FA", 1, 1)
    s.expect("A", ack=2)
    assert s.c.state_name == "CLOSE-WAIT"


def test_time_wait_can_still_be_read_and_closed(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.inject("A", 1, 2)
    s.inject("FA", 1, 2, b"last words")
    assert s.c.state_name == "TIME-WAIT"
    s.drop_sent()
    assert s.c.recv(4) == b"last"
    s.c.close()
    s.c.abort()
    s.expect_nothing()
    assert s.owner.fate == "waits"


def test_a_fin_that_overtook_the_last_data_has_its_turn_with_it(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 4, 1)
    s.expect("A", ack=1)
    s.inject("A", 1, 1, b"abc")
    s.expect("A", ack=5)
    assert s.c.state_name == "CLOSE-WAIT"
    assert s.c.recv(10) == b"abc"
    assert s.c.at_eof


def test_who_closes_when_only_the_peers_end_is_missing_waits_a_minute_for_it(script: Any) -> None:
    """Linux's tcp_fin_timeout: a peer that never closes would hold the port for ever."""
    s = script().establish()
    s.c.shut_down_sending()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.expect_nothing()
    s.inject("A", 1, 2)
    s.run(100 * SECOND)
    assert s.c.state_name == "FIN-WAIT-2", "its user may still read"
    s.c.close()
    s.run(60 * SECOND - 1)
    assert s.c.state_name == "FIN-WAIT-2"
    s.run(1)
    assert (s.c.state_name, s.counters.aborts_on_timeout) == ("CLOSED", 1)


def test_closing_a_connection_that_ends_already_sends_no_second_fin(script: Any) -> None:
    s = script().establish()
    s.c.shut_down_sending()
    s.expect("FA", seq=1)
    s.c.close()
    s.expect_nothing()
    s.run_until_sent()
    s.expect("FA", seq=1)
    s.inject("FA", 1, 2)
    assert s.owner.fate == "waits"


@pytest.mark.parametrize(
    ("passive", "closes", "number"), [(True, False, 0), (False, True, errno.EPIPE), (False, False, errno.ECONNRESET)]
)
def test_what_a_reset_is_told_as(script: Any, passive: bool, closes: bool, number: int) -> None:
    """As Linux: a peer whose stream had ended in order breaks the pipe; of a handshake that failed nobody hears."""
    s = script()
    if passive:
        s.connect_passively()
    else:
        s.establish()
    if closes:
        s.inject("FA", 1, 1)
        s.drop_sent()
    s.inject("R", 2 if closes else 1)
    assert s.c.state_name == "CLOSED"
    if number:
        assert s.user.calls[-1] == f"closed {number}"
    assert (s.c.error, s.counters.attempt_fails) == (number or errno.ECONNREFUSED, int(passive))


def test_a_reset_that_only_lies_in_the_window_is_challenged(script: Any) -> None:
    """RFC 5961 section 3.2."""
    s = script().establish()
    s.inject("R", 2)
    s.expect("A", seq=1, ack=1)
    assert s.c.state_name == "ESTABLISHED"


def test_an_acknowledgment_of_what_was_never_sent_is_refused_in_the_handshake(script: Any) -> None:
    """RFC 9293 section 3.10.7.4, fifth check: a reset with its own number."""
    s = script()
    s.connect_passively()
    s.inject("A", 1, 5)
    s.expect("R", seq=5)
    assert s.c.state_name == "SYN-RECEIVED"
    s.inject("A", 1, 1)
    assert s.c.state_name == "ESTABLISHED"


def test_an_acknowledgment_alone_opens_nothing(script: Any) -> None:
    s = script()
    s.connect()
    s.inject("A", 0, 1)
    s.expect_nothing()
    assert s.c.state_name == "SYN-SENT"
