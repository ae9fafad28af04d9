"""The scoreboard against one that counts everything anew each time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.transport.tcp.recovery.scoreboard import Scoreboard
from catenet.transport.tcp.sender.records import RetransmissionQueue, SegmentRecord

SIZE = 10
COUNT = 40


def board(count: int = COUNT) -> tuple[RetransmissionQueue, Scoreboard]:
    queue = RetransmissionQueue()
    for place in range(count):
        queue.append(SegmentRecord(1 + place * SIZE, 1 + (place + 1) * SIZE, b"x" * SIZE, 0, place))
    return queue, Scoreboard(queue)


def check(queue: RetransmissionQueue, scoreboard: Scoreboard) -> None:
    records = queue.records[queue.head :]
    assert scoreboard.sacked_bytes == sum(r.end - r.start for r in records if r.sacked)
    assert scoreboard.sacked_segments == sum(r.sacked for r in records)
    assert scoreboard.lost_bytes == sum(r.end - r.start for r in records if r.lost)
    assert scoreboard.resent_bytes == sum(r.end - r.start for r in records if r.resent)
    assert not any(r.sacked and (r.lost or r.resent) for r in records)
    ranges = list(zip(scoreboard.starts, scoreboard.ends, strict=True))
    assert all(a[1] < b[0] for a, b in pairwise(ranges))
    for (start, end), count in zip(ranges, scoreboard.counts, strict=True):
        assert count == sum(r.sacked and start <= r.start and r.end <= end for r in records)


STEP = st.one_of(
    st.tuples(st.just("sack"), st.integers(0, COUNT * SIZE - 1), st.integers(1, 60)),
    st.tuples(st.just("ack"), st.integers(0, 80), st.just(0)),
    st.tuples(st.just("detect_loss"), st.integers(1, 8), st.just(0)),
    st.tuples(st.just("resend"), st.integers(1, 5), st.just(0)),
    st.tuples(st.just("timeout"), st.just(0), st.just(0)),
    st.tuples(st.just("undo"), st.just(0), st.just(0)),
)


@pytest.mark.slow
@given(st.lists(STEP, max_size=30))
def test_the_sums_are_what_the_records_say(steps: list[tuple[str, int, int]]) -> None:
    queue, scoreboard = board()
    una = 1
    end = 1 + COUNT * SIZE
    for kind, a, b in steps:
        scoreboard.begin_ack(1 << 60)
        if kind == "sack":
            start = max(1 + a, una)
            if start < min(1 + a + b, end):
                scoreboard.sack(start, min(1 + a + b, end))
                scoreboard.end_ack()
        elif kind == "ack":
            una = min(una + a, end)
            while queue.count() and queue.first().end <= una:
                scoreboard.acknowledge(queue.first())
                queue.pop_first()
            if queue.count() and queue.first().start < una:
                scoreboard.trim(queue.first(), una)
            scoreboard.forget_below(una)
        elif kind == "detect_loss":
            scoreboard.detect_loss(a)
            check_judged(queue, scoreboard, a)
        elif kind == "resend":
            for _ in range(a):
                record = scoreboard.next_lost()
                if record is not None:
                    scoreboard.sent_again(record, end, 0)
        elif kind == "timeout":
            scoreboard.mark_all_lost()
        else:
            scoreboard.unmark_lost()
        check(queue, scoreboard)


def test_an_ack_that_passes_a_range_and_a_part_of_the_next_counts_what_is_left_of_each() -> None:
    """Three segments above a hole are three: a count too high would call the hole lost before its time."""
    queue, scoreboard = board()
    scoreboard.begin_ack(1 << 60)
    scoreboard.sack(1, 1 + SIZE)
    scoreboard.sack(1 + 2 * SIZE, 1 + 5 * SIZE)
    for _ in range(4):
        scoreboard.acknowledge(queue.first())
        queue.pop_first()
    scoreboard.forget_below(1 + 4 * SIZE)
    assert (list(scoreboard.starts), list(scoreboard.counts)) == ([1 + 2 * SIZE], [1])
    check(queue, scoreboard)


def check_judged(queue: RetransmissionQueue, scoreboard: Scoreboard, threshold: int) -> None:
    records = queue.records[queue.head :]
    for place, record in enumerate(records):
        above = sum(r.sacked for r in records[place + 1 :])
        if not record.sacked and above >= threshold:
            assert record.lost


def test_exactly_the_segments_below_three_sacked_ones_are_lost() -> None:
    queue, scoreboard = board(10)
    for place in (3, 5, 7):
        scoreboard.sack(1 + place * SIZE, 1 + (place + 1) * SIZE)
    scoreboard.detect_loss(3)
    assert [r.lost for r in queue.records] == [place < 3 for place in range(10)]
    scoreboard.sack(1 + 9 * SIZE, 1 + 10 * SIZE)
    scoreboard.detect_loss(3)
    assert [place for place, r in enumerate(queue.records) if r.lost] == [0, 1, 2, 4]


def test_lost_segments_come_in_order() -> None:
    _, scoreboard = board(10)
    scoreboard.sack(1 + 5 * SIZE, 1 + 8 * SIZE)
    scoreboard.detect_loss(3)
    starts = []
    record = scoreboard.next_lost()
    while record is not None:
        starts.append(record.start)
        scoreboard.sent_again(record, 101, 0)
        record = scoreboard.next_lost()
    assert starts == [1, 11, 21, 31, 41]


def test_a_lost_retransmission_is_found_by_what_was_sent_later() -> None:
    queue, scoreboard = board(10)
    scoreboard.sack(1 + SIZE, 1 + 4 * SIZE)
    scoreboard.detect_loss(3)
    first = scoreboard.next_lost()
    assert first is queue.first()
    scoreboard.sent_again(first, 1 + 10 * SIZE, 0)
    for place in range(10, 14):
        queue.append(SegmentRecord(1 + place * SIZE, 1 + (place + 1) * SIZE, b"x" * SIZE, 0, place))
    scoreboard.sack(1 + 10 * SIZE, 1 + 13 * SIZE)
    scoreboard.detect_loss(3)
    assert scoreboard.next_lost() is first
    assert scoreboard.relost_segments == 1


def test_reordering_is_seen_when_something_late_arrives() -> None:
    _, scoreboard = board(10)
    scoreboard.begin_ack(0)
    scoreboard.sack(1 + 5 * SIZE, 1 + 6 * SIZE)
    scoreboard.end_ack()
    assert scoreboard.reordered_from == -1
    scoreboard.begin_ack(0)
    scoreboard.sack(1 + 2 * SIZE, 1 + 3 * SIZE)
    assert scoreboard.reordered_from == 1 + 2 * SIZE


def test_what_is_acknowledged_after_a_retransmission_tells_of_others_that_are_lost() -> None:
    """A cumulative acknowledgment delivers retransmissions as a SACK does: those sent before them are lost."""
    queue, scoreboard = board(20)
    scoreboard.sack(1 + 19 * SIZE, 1 + 20 * SIZE)
    scoreboard.detect_loss(1)
    first = queue.records[10]
    for record in [first, *queue.records[:10]]:
        scoreboard.sent_again(record, 1 + 20 * SIZE, 5)
    scoreboard.begin_ack(9)
    for record in queue.records[:4]:
        scoreboard.acknowledge(record)
    scoreboard.detect_loss(3)
    assert scoreboard.relost_segments == 1, "three that were sent later are here"
    assert scoreboard.next_lost() is first


def test_both_halves_of_a_retransmission_that_was_cut_in_two_are_watched() -> None:
    """The path's MTU fell meanwhile: the half that is lost again is found without a time-out."""
    queue, scoreboard = board(20)
    scoreboard.sack(1 + 5 * SIZE, 1 + 20 * SIZE)
    scoreboard.detect_loss(3)
    for record in queue.records[:5]:
        scoreboard.sent_again(record, 1 + 20 * SIZE, 5)
    scoreboard.split(0, 1 + SIZE // 2)
    check(queue, scoreboard)
    scoreboard.begin_ack(9)
    scoreboard.sack(1, 1 + SIZE // 2)
    scoreboard.sack(1 + SIZE, 1 + 5 * SIZE)
    scoreboard.detect_loss(3)
    assert scoreboard.next_lost() is queue.records[1]


def test_a_lost_segment_that_was_cut_in_two_is_sent_again_whole() -> None:
    _, scoreboard = board(10)
    scoreboard.sack(1 + SIZE, 1 + 4 * SIZE)
    scoreboard.detect_loss(3)
    starts = []
    while (record := scoreboard.next_lost()) is not None:
        if not starts:
            scoreboard.split(0, 1 + SIZE // 2)
        starts.append(record.start)
        scoreboard.sent_again(record, 1 + 10 * SIZE, 0)
    assert starts == [1, 1 + SIZE // 2]


def test_a_sacked_segment_that_was_cut_in_two_counts_twice() -> None:
    queue, scoreboard = board(10)
    scoreboard.sack(1 + SIZE, 1 + 4 * SIZE)
    scoreboard.split(2, 1 + 2 * SIZE + 3)
    assert scoreboard.sacked_segments == 4
    assert sum(record.sacked for record in queue.records) == 4


def test_a_retransmission_that_is_overtaken_is_lost_and_sent_again() -> None:
    """Also where its first loss had been taken back: else it would wait for the time-out."""
    queue, scoreboard = board(12)
    first = queue.first()
    scoreboard.mark_lost(first)
    scoreboard.sent_again(first, 1 + 5 * SIZE, 0)
    scoreboard.unmark_lost()
    check(queue, scoreboard)
    assert (first.lost, first.resent, scoreboard.next_lost()) == (False, True, None)
    scoreboard._arrived_serial = first.resend_serial + 2
    scoreboard.detect_loss(3)
    assert (first.resent, scoreboard.relost_segments) == (True, 0)
    scoreboard._arrived_serial = first.resend_serial + 3
    scoreboard.detect_loss(3)
    check(queue, scoreboard)
    assert (first.lost, first.resent, scoreboard.next_lost(), scoreboard.relost_segments) == (True, False, first, 1)


@pytest.mark.parametrize(
    ("sent_ns", "serial", "before", "after"), [(5, 3, 0, 3), (6, 3, 0, 0), (5, 3, 3, 3), (5, 3, 4, 4)]
)
def test_the_newest_retransmission_that_arrived_is_one_that_could_have(
    sent_ns: int, serial: int, before: int, after: int
) -> None:
    """An acknowledgment that came sooner than a round trip after it was for the original."""
    queue, scoreboard = board(3)
    scoreboard.begin_ack(5)
    scoreboard._arrived_serial = before
    record = queue.first()
    record.sent_ns, record.resend_serial = sent_ns, serial
    scoreboard._delivered_again(record)
    assert scoreboard._arrived_serial == after


def test_what_is_acknowledged_of_a_segment_is_taken_off_each_sum_that_it_is_in() -> None:
    queue, scoreboard = board(3)
    one, two, three = queue.records
    scoreboard.sack(two.start, two.end)
    scoreboard.mark_lost(one)
    scoreboard.mark_lost(three)
    scoreboard.sent_again(three, 31, 0)
    for record in (one, two, three):
        scoreboard.trim(record, record.start + 4)
        check_sums = (scoreboard.sacked_bytes, scoreboard.lost_bytes, scoreboard.resent_bytes)
    assert check_sums == (SIZE - 4, 2 * (SIZE - 4), SIZE - 4)
    assert [len(record.payload) for record in queue.records] == [SIZE - 4] * 3
