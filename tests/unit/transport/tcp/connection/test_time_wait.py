"""What is left of a connection that has ended: what it answers, how long it stays, and which port it holds."""

from __future__ import annotations

import pytest

from catenet.kernel import Kernel
from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection.time_wait import ANSWER, IGNORE, REPLACE, TimeWait, TimeWaits
from catenet.transport.tcp.segment.segment import ACK, FIN, RST, SYN, TcpSegment

SECOND = 1_000_000_000
EXPECTED = 1000


def entry(number: int = 0, port: int = 80, *, timestamps: bool = False, ts_recent: int = 500) -> TimeWait:
    return TimeWait((4, 1, port, 2, 4000 + number), 2000, EXPECTED, 100, timestamps, ts_recent, 0)


def segment(flags: int, seq: int = EXPECTED, data: bytes = b"", ts_value: int = -1) -> TcpSegment:
    timestamps = ts_value >= 0
    return TcpSegment(4000, 80, seq, 2000, flags, 100, data, timestamps, max(ts_value, 0), 0, None, None)


def test_the_three_answers_are_different() -> None:
    """An old reset that counted as a new SYN would end the wait, and a late segment get into the next connection."""
    assert len({int(ANSWER), int(IGNORE), int(REPLACE)}) == 3


@pytest.mark.parametrize(
    ("flags", "seq", "data", "answer"),
    [
        (RST, EXPECTED, b"", IGNORE),
        (RST | ACK, EXPECTED + 1, b"", IGNORE),
        (RST | SYN, EXPECTED + 1, b"", IGNORE),
        (ACK, EXPECTED, b"", IGNORE),
        (ACK, EXPECTED - 1, b"", ANSWER),
        (ACK, EXPECTED + 1, b"", ANSWER),
        (ACK, EXPECTED, b"x", ANSWER),
        (FIN | ACK, EXPECTED, b"", ANSWER),
        (FIN | ACK, EXPECTED - 1, b"", ANSWER),
        (SYN, EXPECTED, b"", ANSWER),
        (SYN, EXPECTED - 1, b"", ANSWER),
        (SYN, EXPECTED + 1, b"", REPLACE),
        (SYN, EXPECTED + (1 << 31) - 1, b"", REPLACE),
        (SYN, EXPECTED + (1 << 31) + 1, b"", ANSWER),
    ],
)
def test_what_a_segment_is_answered(flags: int, seq: int, data: bytes, answer: int) -> None:
    """RFC 9293 3.10.7.4 and 3.6.1, RFC 1337: only a SYN beyond the old connection may begin a new one."""
    assert entry().verdict(segment(flags, seq, data)) == answer


@pytest.mark.parametrize(
    ("ts_value", "seq", "answer"),
    [
        (501, EXPECTED - 5, REPLACE),
        (500, EXPECTED + 1, REPLACE),
        (500, EXPECTED, ANSWER),
        (499, EXPECTED + 1, ANSWER),
        (-1, EXPECTED + 1, REPLACE),
        (-1, EXPECTED, ANSWER),
    ],
)
def test_with_timestamps_the_clock_says_which_syn_is_new(ts_value: int, seq: int, answer: int) -> None:
    """RFC 6191 section 2: a client whose initial number is lower by chance need not wait a minute."""
    assert entry(timestamps=True).verdict(segment(SYN, seq, ts_value=ts_value)) == answer
    without = REPLACE if seq > EXPECTED else ANSWER
    assert entry(timestamps=False).verdict(segment(SYN, seq, ts_value=ts_value)) == without


@pytest.mark.parametrize(
    ("flags", "restarts"),
    [(FIN, True), (FIN | ACK, True), (ACK, False), (SYN | FIN, False), (RST | FIN, False), (SYN, False)],
)
def test_only_the_peers_fin_starts_the_time_anew(flags: int, restarts: bool) -> None:
    assert entry().restarts(segment(flags)) is restarts


def test_entries_wait_their_time_and_no_longer() -> None:
    kernel = Kernel()
    waiting = TimeWaits(kernel, 60 * SECOND)
    first, second = entry(0), entry(1)
    waiting.add(first, 0)
    kernel.run(10 * SECOND)
    waiting.add(second, kernel.now_ns)
    kernel.run(60 * SECOND - 1)
    assert (waiting.find(first.ends), waiting.find(second.ends)) == (first, second)
    kernel.run(60 * SECOND)
    assert (waiting.find(first.ends), waiting.find(second.ends), len(waiting)) == (None, second, 1)
    kernel.run(70 * SECOND)
    assert (waiting.find(second.ends), len(waiting), kernel.next_time_ns()) == (None, 0, NEVER)


def test_an_entry_that_is_started_anew_waits_the_whole_time_again() -> None:
    kernel = Kernel()
    waiting = TimeWaits(kernel, 60 * SECOND)
    first, second = entry(0), entry(1)
    waiting.add(first, 0)
    waiting.add(second, 0)
    kernel.run(30 * SECOND)
    waiting.restart(first, kernel.now_ns)
    kernel.run(89 * SECOND)
    assert (waiting.find(first.ends), waiting.find(second.ends)) == (first, None)
    kernel.run(90 * SECOND)
    assert (waiting.find(first.ends), kernel.next_time_ns()) == (None, NEVER)


def test_a_port_is_held_by_each_that_waits_on_it() -> None:
    """A program that took the port of one that waits could get the other's late segments."""
    kernel = Kernel()
    waiting = TimeWaits(kernel, 60 * SECOND)
    entries = [entry(0, 80), entry(1, 80), entry(2, 81)]
    for one in entries:
        waiting.add(one, 0)
    waiting.remove(entries[0])
    assert (waiting.uses_port(80), waiting.uses_port(81), waiting.uses_port(82)) == (True, True, False)
    waiting.remove(entries[1])
    assert (waiting.uses_port(80), waiting.uses_port(81), len(waiting)) == (False, True, 1)
    kernel.run(60 * SECOND)
    assert (waiting.uses_port(81), len(waiting)) == (False, 0)


def test_when_the_power_fails_nothing_is_left() -> None:
    kernel = Kernel()
    waiting = TimeWaits(kernel, 60 * SECOND)
    waiting.add(entry(), 0)
    waiting.clear()
    assert (len(waiting), waiting.find(entry().ends), waiting.uses_port(80), kernel.next_time_ns()) == (
        0,
        None,
        False,
        NEVER,
    )
    kernel.run(20 * SECOND)
    waiting.add(entry(), kernel.now_ns)
    kernel.run(79 * SECOND)
    assert len(waiting) == 1
    kernel.run(80 * SECOND)
    assert len(waiting) == 0
