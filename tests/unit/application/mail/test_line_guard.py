"""What is refused before it is parsed, however the octets are cut into segments."""

from __future__ import annotations

import pytest

from catenet.application.mail.server.line_guard import BARE_LINE_END, PIPELINING, Expects, LineGuard

END = b"\r\n.\r\n"
SMUGGLED = b"MAIL FROM:<x@y.test>\r\n"


def guard(reply: bytes) -> LineGuard:
    made = LineGuard()
    made.replied(reply)
    return made


def fed(made: LineGuard, octets: bytes, size: int) -> str | None:
    """The first refusal of octets that arrive ``size`` at a time."""
    pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
    return next((reason for piece in pieces if (reason := made.received(piece)) is not None), None)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n\n.\r\n", b"\r\n\r.\r\n"]
)
def test_no_other_end_of_a_message_is_taken(ending: bytes, size: int) -> None:
    octets = b"Subject: x\r\n\r\nhello" + ending + b"MAIL FROM:<x@y.test>\r\nDATA" + END
    assert fed(guard(b"354 go on"), octets, size) == BARE_LINE_END


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_message_ends_once_and_what_follows_is_refused(size: int) -> None:
    good = b"Subject: x\r\n\r\n..\r\n.\r" + b"\n"
    made = guard(b"354 go on")
    assert fed(made, good, size) is None
    assert made.expects is Expects.NOTHING
    assert fed(made, SMUGGLED, size) == PIPELINING
    assert fed(guard(b"354 go on"), good + SMUGGLED, size) == PIPELINING


def test_a_message_may_be_empty() -> None:
    made = guard(b"354 go on")
    assert made.received(b".\r\n") is None
    assert made.expects is Expects.NOTHING


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_command_waits_for_the_whole_reply_to_the_last_one(size: int) -> None:
    made = LineGuard()
    assert made.received(b"EHLO x\r\n") == PIPELINING  # before the greeting
    made.replied(b"220 hello")
    assert fed(made, b"EHLO x\r\n", size) is None
    made.replied(b"250-mail")
    assert made.expects is Expects.NOTHING
    made.replied(b"250 HELP")
    assert fed(made, b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n", size) == PIPELINING


@pytest.mark.parametrize("line", [b"NOOP\n", b"NOOP\r\r\n", b"NO\rOP\r\n", b"\n"])
def test_a_command_ends_with_cr_lf(line: bytes) -> None:
    assert guard(b"220 hello").received(line) == BARE_LINE_END
