from __future__ import annotations

from typing import Any

import pytest

from catenet.transport.tcp.settings import TcpOptions

MS = 1_000_000
SECOND = 1_000_000_000
PEER_ISN = 4_294_966_000
FULL = b"x" * 1448


def no_longer_quick(s: Any, data: bytes = b"") -> None:
    s.c.receiver.quick_acks = 0
    s.c.receiver.mss = 1448


def test_the_first_acknowledgments_are_quick(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"abc")
    s.expect("A", ack=4)


def test_every_second_full_segment_is_acknowledged(script: Any) -> None:
    s = script().establish()
    no_longer_quick(s)
    s.c.receiver.last_data_ns = s.kernel.now_ns
    s.inject("A", 1, 1, FULL)
    s.expect_nothing()
    s.inject("A", 1449, 1, FULL)
    s.expect("A", ack=2897)


def test_a_lone_segment_is_acknowledged_after_40_ms(script: Any) -> None:
    s = script().establish()
    no_longer_quick(s)
    s.c.receiver.last_data_ns = s.kernel.now_ns
    s.inject("A", 1, 1, b"abc")
    s.expect_nothing()
    assert s.run_until_sent() == 40 * MS
    s.expect("A", ack=4)
    assert s.counters.delayed_acks == 1


def test_the_acknowledgment_rides_on_an_answer(script: Any) -> None:
    s = script().establish()
    no_longer_quick(s)
    s.c.receiver.last_data_ns = s.kernel.now_ns
    s.inject("A", 1, 1, b"question")
    s.c.send(b"answer")
    s.expect("A", seq=1, ack=9, length=6)
    s.run(100 * MS)
    s.expect_nothing()


def test_a_gap_is_told_at_once_newest_block_first(script: Any) -> None:
    s = script().establish()
    blocks = []
    for start in (101, 301, 501, 701):
        s.inject("A", start, 1, b"y" * 100)
        blocks = s.expect("A", ack=1).sack_blocks
    told = [(edge - 4_294_966_000) & 0xFFFFFFFF for edge in blocks]
    assert told == [701, 801, 501, 601, 301, 401]
    s.inject("A", 1, 1, b"x" * 100)
    told = [(edge - 4_294_966_000) & 0xFFFFFFFF for edge in s.expect("A", ack=201).sack_blocks]
    assert told == [701, 801, 501, 601, 301, 401]


def test_blocks_that_meet_become_one(script: Any) -> None:
    s = script().establish()
    s.inject("A", 101, 1, b"y" * 100)
    s.inject("A", 301, 1, b"y" * 100)
    s.drop_sent()
    s.inject("A", 201, 1, b"y" * 100)
    told = [(edge - 4_294_966_000) & 0xFFFFFFFF for edge in s.expect("A", ack=1).sack_blocks]
    assert told == [101, 401]


def test_filling_the_gap_delivers_all_in_order(script: Any) -> None:
    s = script().establish()
    s.inject("A", 4, 1, b"def")
    s.inject("A", 1, 1, b"abc")
    assert s.c.recv(100) == b"abcdef"
    assert s.user.calls == ["established", "readable"]


def test_old_data_is_reported_as_a_duplicate(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"abc")
    s.drop_sent()
    s.inject("A", 1, 1, b"abc")
    ack = s.expect("A", ack=4)
    assert [(edge - 4_294_966_000) & 0xFFFFFFFF for edge in ack.sack_blocks] == [1, 4]
    s.inject("A", 4, 1, b"d")
    assert s.expect("A", ack=5).sack_blocks is None


def test_overlap_gives_each_octet_once(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"abc")
    s.inject("A", 2, 1, b"bcdef")
    assert s.c.recv(100) == b"abcdef"


def test_readable_is_told_once_until_read(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"a")
    s.inject("A", 2, 1, b"b")
    assert s.user.calls.count("readable") == 1
    s.c.recv(10)
    s.inject("A", 3, 1, b"c")
    assert s.user.calls.count("readable") == 2


def test_the_window_closes_and_its_opening_is_told(script: Any) -> None:
    s = script(options=TcpOptions(receive_buffer_octets=4000)).establish()
    s.inject("A", 1, 1, b"x" * 4000)
    assert s.expect("A", ack=4001).window == 0
    s.c.recv(1000)
    s.expect_nothing()
    s.c.recv(1000)
    ack = s.expect("A", ack=4001)
    assert ack.window == 2000
    assert s.counters.to_zero_window == s.counters.from_zero_window == 1


@pytest.mark.parametrize("step", [1, 2, 7])
def test_a_program_that_reads_a_few_octets_at_a_time_opens_the_window_all_the_same(script: Any, step: int) -> None:
    """``readexactly(1)`` in a loop: the peer waits for the update, and would probe a window that is open."""
    s = script(options=TcpOptions(receive_buffer_octets=100)).establish()
    s.inject("A", 1, 1, b"x" * 100)
    assert s.expect("A", ack=101).window == 0
    read = 0
    while not s.wire.sent:
        assert read < 100
        read += len(s.c.recv(step))
    assert 50 <= read < 50 + step
    assert s.expect("A", ack=101).window == read
    s.expect_nothing()


def test_what_does_not_fit_the_window_is_cut_off(script: Any) -> None:
    s = script(options=TcpOptions(receive_buffer_octets=1000)).establish()
    s.inject("A", 1, 1, b"x" * 1500)
    s.expect("A", ack=1001)
    assert len(s.c.recv(5000)) == 1000


def test_a_zero_window_probe_is_answered(script: Any) -> None:
    s = script(options=TcpOptions(receive_buffer_octets=1000)).establish()
    s.inject("A", 1, 1, b"x" * 1000)
    s.drop_sent()
    s.run(SECOND)
    s.inject("A", 1001, 1, b"p")
    assert s.expect("A", ack=1001).window == 0


def test_the_right_edge_never_moves_left(script: Any) -> None:
    s = script(options=TcpOptions(receive_buffer_octets=300_000)).establish()
    edge = 0
    for turn in range(300):
        s.inject("A", 1 + turn * 1000, 1, b"x" * 1000)
        if turn % 7 == 0:
            s.c.recv(1500)
        while s.wire.sent:
            ack = s.expect("A")
            right = ((ack.ack - 4_294_966_000) & 0xFFFFFFFF) + (ack.window << s.c.receiver.window.shift)
            assert right >= edge
            edge = right


def test_the_buffer_grows_with_the_path_and_a_fixed_one_does_not(script: Any) -> None:
    for options, grows in ((TcpOptions(), True), (TcpOptions(receive_buffer_octets=65_536), False)):
        s = script(options=options).establish()
        s.user.read = True
        seq = 1
        for turn in range(6):
            s.run(10 * MS)
            for _ in range(10 << turn):
                s.inject("A", seq, 1, FULL, echo=(5_000 + s.kernel.now_ns // MS - 10))
                seq += 1448
            s.drop_sent()
        assert (s.c.receive_buffer_octets > 400_000) is grows
        assert len(s.user.data) == seq - 1


def test_an_old_timestamp_is_refused_for_24_days_after_the_last_and_taken_then(script: Any) -> None:
    """PAWS (RFC 7323 section 5.5): a duplicate of days ago must not be taken for data; a peer whose clock has
    wrapped while nothing was said must be heard again.
    """
    day = 86_400 * SECOND
    s = script().establish()
    s.run(20 * day)
    s.inject("A", 1, 1, b"a", ts=s.clock())
    newest = s.clock()
    s.drop_sent()
    s.run(23 * day)
    s.inject("A", 2, 1, b"old", ts=newest - 5)
    assert s.c.recv(10) == b"a", "a duplicate is refused"
    s.drop_sent()
    s.run(2 * day)
    s.inject("A", 2, 1, b"new", ts=newest - 5)
    assert s.c.recv(10) == b"new"


@pytest.mark.parametrize(("answered_after_ns", "waits"), [(0, True), (40 * MS - 1, True), (40 * MS, False)])
def test_where_the_user_answers_at_once_acknowledgments_wait_for_its_data(
    script: Any, answered_after_ns: int, waits: bool
) -> None:
    """A question and its answer would else take three segments instead of two."""
    s = script().establish()
    s.run(10 * SECOND)
    s.inject("A", 1, 1, b"abc")
    s.drop_sent()
    s.run(answered_after_ns)
    s.c.send(b"answer")
    s.drop_sent()
    s.inject("A", 4, 7, b"def")
    assert (s.wire.sent == []) is waits
    assert s.c.receiver.interactive is waits


def test_who_speaks_first_does_not_make_acknowledgments_wait(script: Any) -> None:
    s = script().establish()
    s.c.send(b"question")
    s.drop_sent()
    s.inject("A", 1, 9, b"abc")
    s.expect("A", ack=4)


@pytest.mark.parametrize("timestamps", [True, False])
def test_the_receiver_measures_the_round_trip_by_the_echo_if_there_is_one(script: Any, timestamps: bool) -> None:
    """Its buffer grows once a round trip: measured wrongly, it stays small, or takes all of memory."""
    s = script(timestamps=timestamps).establish()
    s.run(30 * MS)
    s.c.send(b"x")
    s.drop_sent()
    s.run(20 * MS)
    s.inject("A", 1, 2, FULL)
    assert s.c.receiver.window.rtt_ns == (20 * MS if timestamps else 0)
    s.inject("A", 1449, 2, b"small")
    assert s.c.receiver.window.rtt_ns == (20 * MS if timestamps else 0)


def test_a_segment_that_overlaps_what_came_before_its_turn_is_reported_as_a_duplicate(script: Any) -> None:
    """RFC 2883 section 4: the sender learns which octets it sent for nothing."""
    s = script().establish()
    s.inject("A", 101, 1, b"b" * 100)
    s.drop_sent()
    s.inject("A", 1, 1, b"a" * 150)
    blocks = s.expect("A", ack=201).sack_blocks
    assert [(edge - PEER_ISN) & 0xFFFFFFFF for edge in blocks[:2]] == [101, 151]
