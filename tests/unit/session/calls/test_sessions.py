from __future__ import annotations

import pytest

from catenet.session.calls.messages import (
    DONE,
    FORGOTTEN,
    Call,
    ProtocolError,
    Response,
    Welcome,
    call,
    hello,
    parse_call,
    parse_hello,
    parse_response,
    parse_welcome,
    response,
    welcome,
)
from catenet.session.calls.options import ServerOptions
from catenet.session.calls.sessions import Session, SessionTable


def request(sequence: int, acknowledged: int = 0) -> Call:
    return Call(sequence, acknowledged, 0, b"")


def session(**options: int) -> Session:
    return Session(1, ServerOptions(**options))


def test_a_call_begins_once() -> None:
    ours = session()
    assert ours.begin(request(1))
    assert not ours.begin(request(1))  # it runs
    ours.finish(Response(1, DONE, b"one"))
    assert not ours.begin(request(1))  # its response is kept
    assert ours.response(1) == Response(1, DONE, b"one")
    assert ours.begin(request(2, acknowledged=1))
    assert ours.response(1) is None
    assert not ours.begin(request(1))  # it is over
    assert ours.response_bytes == 0


def test_a_call_that_the_client_gave_up_does_not_begin_again() -> None:
    ours = session()
    assert ours.begin(request(1))
    ours.acknowledge(1)
    ours.finish(Response(1, DONE, b"late"))
    assert not ours.begin(request(1))
    assert (ours.response(1), ours.response_bytes) == (None, 0)


def test_calls_arrive_in_any_order() -> None:
    ours = session()
    assert [ours.begin(request(number)) for number in (3, 1, 2, 3)] == [True, True, True, False]


def test_old_responses_are_forgotten_and_their_calls_are_not() -> None:
    ours = session(response_bytes_max=10)
    for number in (1, 2, 3):
        assert ours.begin(request(number))
        ours.finish(Response(number, DONE, b"12345"))
    assert ours.response(1) == Response(1, FORGOTTEN, b"")
    assert ours.response(3) == Response(3, DONE, b"12345")
    assert ours.response_bytes == 10
    assert not ours.begin(request(1))


def test_the_window_is_kept() -> None:
    ours = session(window=2)
    assert ours.begin(request(1))
    assert ours.begin(request(2))
    with pytest.raises(ProtocolError, match="call 3: more than 2 are not acknowledged"):
        ours.begin(request(3))
    assert ours.begin(request(3, acknowledged=1))


def test_a_table_has_room_for_so_many_and_never_the_same_again() -> None:
    table = SessionTable(ServerOptions(sessions_max=2))
    one, two = table.make(), table.make()
    assert one is not None
    assert two is not None
    assert one.number != two.number
    assert table.make() is None
    table.drop(one)
    assert table.find(one.number) is None
    assert table.make() is not None
    assert len(table) == 2


def test_messages_round_trip() -> None:
    assert parse_hello(hello(7, 3)[4:]) == (7, 3)
    assert parse_welcome(welcome(Welcome(7, 64))[4:]) == Welcome(7, 64)
    assert parse_call(call(Call(5, 4, 1000, b"body"))[4:]) == Call(5, 4, 1000, b"body")
    assert parse_response(response(Response(5, DONE, b"body"))[4:]) == Response(5, DONE, b"body")


@pytest.mark.parametrize(
    ("parse", "data", "problem"),
    [
        (parse_hello, b"GET / HTTP/1.1\r\n", "instead of Hello"),
        (parse_hello, hello(7, 3)[4:-1], "instead of Hello"),
        (parse_welcome, welcome(Welcome(0, 64))[4:], "session 0"),
        (parse_welcome, b"\x02", "instead of Welcome"),
        (parse_call, call(Call(5, 5, 0, b""))[4:], "call 5 acknowledges 5"),
        (parse_call, b"\x03\x00", "message of kind 3 with 2 octets"),
        (parse_response, response(Response(1, 9, b""))[4:], "status 9"),
    ],
)
def test_invalid_messages(parse: object, data: bytes, problem: str) -> None:
    assert callable(parse)
    with pytest.raises(ProtocolError, match=problem):
        parse(data)
