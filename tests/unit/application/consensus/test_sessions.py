"""A client that asks again gets the same answer, and nothing is done twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.sessions import (
    EXPIRED,
    FORGOTTEN,
    NEW,
    OPEN,
    REPEATED,
    Request,
    Sessions,
    parse_request,
)


def do(sessions: Sessions, client: int, sequence: int, answered: int = 0) -> tuple[int, bytes]:
    """Apply a request as an application would."""
    request = Request(client, sequence, answered, b"")
    verdict = sessions.begin(request)
    if verdict.kind == NEW:
        sessions.finish(request, b"answer %d" % sequence)
    return verdict.kind, verdict.answer


def test_a_request_is_done_once_and_answered_again() -> None:
    sessions = Sessions()
    sessions.open(5)
    assert do(sessions, 5, 1) == (NEW, b"")
    assert do(sessions, 5, 1) == (REPEATED, b"answer 1")


def test_requests_may_come_out_of_order() -> None:
    sessions = Sessions()
    sessions.open(5)
    assert [do(sessions, 5, sequence)[0] for sequence in (2, 1, 3, 2, 1)] == [NEW, NEW, NEW, REPEATED, REPEATED]


def test_answers_that_the_client_has_are_forgotten() -> None:
    sessions = Sessions()
    sessions.open(5)
    do(sessions, 5, 1)
    do(sessions, 5, 2, answered=1)
    assert do(sessions, 5, 1)[0] == FORGOTTEN
    assert do(sessions, 5, 2)[0] == REPEATED


def test_an_unknown_session_does_nothing() -> None:
    assert do(Sessions(), 5, 1)[0] == EXPIRED


def test_the_session_that_was_used_longest_ago_ends() -> None:
    sessions = Sessions(most=2)
    sessions.open(1)
    sessions.open(2)
    do(sessions, 1, 1)
    sessions.open(3)
    assert [do(sessions, client, 1)[0] for client in (1, 2, 3)] == [REPEATED, EXPIRED, NEW]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(0, 4)), max_size=40))
def test_a_snapshot_holds_all_of_it(requests: list[tuple[int, int, int]]) -> None:
    sessions, restored = Sessions(3), Sessions(3)
    for client in (1, 2, 3, 4):
        sessions.open(client)
    half = len(requests) // 2
    for request in requests[:half]:
        do(sessions, *request)
    restored.restore(sessions.emit())
    assert [do(sessions, *request) for request in requests[half:]] == [
        do(restored, *request) for request in requests[half:]
    ]
    assert sessions.emit() == restored.emit()


@pytest.mark.slow
@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.binary(max_size=30))
def test_requests_as_octets(client: int, sequence: int, answered: int, command: bytes) -> None:
    found = parse_request(Request(client, sequence, answered, command).emit())
    assert found is not None
    assert (found.client, found.sequence, found.answered, found.command) == (client, sequence, answered, command)


def test_other_octets() -> None:
    assert parse_request(OPEN) is None
    with pytest.raises(ValueError, match="cut off"):
        parse_request(b"\x01\x02")
    with pytest.raises(ValueError, match="starts with"):
        parse_request(b"\x09\x01\x01\x01")
