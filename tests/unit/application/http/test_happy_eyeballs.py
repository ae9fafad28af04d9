"""RFC 8305: which address is tried when, and which connection wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from catenet.application.http.client.alternatives import Alternative, Alternatives
from catenet.application.http.client.happy_eyeballs import connect_first, interleaved
from catenet.application.http.client.url import Origin, split_url
from catenet.application.http.headers import Headers
from tests.unit.application.http.raw_client import in_virtual_time

Outcome = tuple[float, bool]
"""After so many seconds: whether it connects."""


def race(outcomes: dict[str, Outcome]) -> tuple[str, float, list[tuple[str, float]], list[str]]:
    """The winner or the error, when, when each attempt began, and what was ended after it had connected, or before."""
    begun: list[tuple[str, float]] = []
    ended: list[str] = []

    async def main() -> tuple[str, float]:
        clock = asyncio.get_running_loop()

        async def connect(address: str) -> str:
            begun.append((address, clock.time()))
            after_s, connects = outcomes[address]
            try:
                await asyncio.sleep(after_s)
            except asyncio.CancelledError:
                ended.append(address)
                raise
            if not connects:
                raise ConnectionRefusedError(address)
            return address

        try:
            return await connect_first(list(outcomes), connect, ended.append), clock.time()
        except OSError as error:
            return repr(error), clock.time()

    winner, at_s = in_virtual_time(main)
    return winner, at_s, begun, ended


def test_families_take_turns() -> None:
    """Section 4."""
    assert interleaved(["2::1", "2::2", "2::3", "1.1", "1.2"]) == ["2::1", "1.1", "2::2", "1.2", "2::3"]
    assert interleaved(["1.1", "2::1", "2::2"]) == ["1.1", "2::1", "2::2"]
    assert interleaved([]) == []


def test_the_next_attempt_begins_after_250_ms() -> None:
    """Section 5."""
    found = race({"2::1": (9.0, True), "1.1": (0.1, True), "1.2": (0.0, True)})
    assert found == ("1.1", pytest.approx(0.35), [("2::1", 0.0), ("1.1", 0.25)], ["2::1"])


def test_the_first_attempt_may_still_win() -> None:
    found = race({"2::1": (0.3, True), "1.1": (0.1, True)})
    assert found == ("2::1", 0.3, [("2::1", 0.0), ("1.1", 0.25)], ["1.1"])


def test_a_failure_begins_the_next_attempt_at_once() -> None:
    found = race({"2::1": (0.1, False), "1.1": (0.05, True)})
    assert found[1:3] == (pytest.approx(0.15), [("2::1", 0.0), ("1.1", 0.1)])


def test_two_winners_at_one_time() -> None:
    found = race({"2::1": (0.5, True), "1.1": (0.25, True)})
    assert (found[0], found[3]) == ("2::1", ["1.1"])


def test_the_last_error_is_told() -> None:
    assert race({"2::1": (0.1, False), "1.1": (0.1, False)})[0] == "ConnectionRefusedError('1.1')"
    assert race({})[0] == "OSError('there is no address')"


ORIGIN = Origin("https", "server", 443)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ('h3=":443"', Alternative("", 443)),
        ('h2="a:1", h3="other.example:8443"; ma=60; persist=1', Alternative("other.example", 8443)),
        ('h3="[2001:db8::1]:443"', Alternative("2001:db8::1", 443)),
        ('h3-29=":443"', None),
        ('h3=":0"', None),
        ("clear", None),
    ],
)
def test_alternatives(field: str, found: Alternative | None) -> None:
    known = Alternatives()
    known.learn(ORIGIN, Headers({"alt-svc": 'h3=":1"'}), 0.0)
    known.learn(ORIGIN, Headers(), 1.0)
    assert known.find(ORIGIN, 1.0) == Alternative("", 1)
    known.learn(ORIGIN, Headers({"alt-svc": field}), 1.0)
    assert known.find(ORIGIN, 2.0) == found


def test_an_alternative_ages_and_may_be_broken() -> None:
    known = Alternatives()
    known.learn(ORIGIN, Headers({"alt-svc": 'h3=":443"; ma=1000'}), 0.0)
    known.failed(ORIGIN, 10.0)
    ages: Callable[[float], bool] = lambda now_s: known.find(ORIGIN, now_s) is not None  # noqa: E731
    assert [ages(now_s) for now_s in (10.0, 309.0, 310.0, 999.0, 1000.0)] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://h", "/"),
        ("http://h?", "/?"),
        ("http://h/a?", "/a?"),
        ("http://h/a?b#c?", "/a?b"),
        ("http://h/a#?", "/a"),
    ],
)
def test_an_empty_query_is_kept(url: str, target: str) -> None:
    assert split_url(url)[1] == target
