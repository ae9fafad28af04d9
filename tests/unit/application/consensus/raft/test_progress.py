"""What a leader knows of a follower: from where on it sends, how far ahead, and which answers are news."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import Membership, Snapshot
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, InFlight, Progress

SNAP = Snapshot(20, 3, Membership((1, 2, 3)), b"data")


def progress(match: int = 0, next_: int = 1, state: int = PROBE, limit: int = 3, octets: int = 0) -> Progress:
    known = Progress(match, next_, InFlight(limit, octets), False, True)
    known.state = state
    return known


def test_so_many_appends_may_be_ahead_of_their_answers() -> None:
    sent = InFlight(3, 0)
    for index in (4, 6, 9):
        assert not sent.full()
        sent.add(index, 100)
    assert sent.full()
    assert (sent.count, sent.octets) == (3, 300)
    sent.acknowledge(5)
    assert (sent.count, sent.octets, sent.full()) == (2, 200, False)
    sent.acknowledge(6)
    assert (sent.count, sent.octets) == (1, 100)
    sent.acknowledge(8)
    assert sent.count == 1
    sent.acknowledge(99)
    assert (sent.count, sent.octets) == (0, 0)
    sent.acknowledge(99)


def test_so_many_octets_may_be_ahead_and_the_append_that_goes_beyond_is_the_last() -> None:
    sent = InFlight(100, 250)
    sent.add(1, 100)
    sent.add(2, 149)
    assert not sent.full()
    sent.add(3, 1)
    assert sent.full()
    sent.clear()
    assert (sent.count, sent.octets, sent.full()) == (0, 0, False)
    sent.add(4, 1 << 40)
    assert sent.full()
    unlimited = InFlight(2, 0)
    unlimited.add(1, 1 << 40)
    assert not unlimited.full()


def test_a_probe_sends_one_append_and_waits() -> None:
    """Until it is known where the logs match, a second one would be as much in vain as the first."""
    known = progress(4, 8)
    known.sent(0, 0, 5)
    assert not known.paused(), "an empty one does not count"
    known.sent(2, 200, 6)
    assert (known.paused(), known.next, known.sent_commit, known.inflight.count) == (True, 8, 6, 0)


def test_replication_sends_on_until_as_much_is_on_its_way_as_may_be() -> None:
    known = progress(4, 5, REPLICATE, limit=2)
    known.sent(3, 30, 4)
    assert (known.paused(), known.next, known.inflight.count, known.inflight.octets) == (False, 8, 1, 30)
    known.sent(0, 0, 7)
    assert (known.paused(), known.next, known.inflight.count, known.sent_commit) == (False, 8, 1, 7)
    known.sent(1, 10, 7)
    assert (known.paused(), known.next) == (True, 9)
    known.inflight.acknowledge(7)
    known.sent(0, 0, 8)
    assert not known.paused()


def test_while_a_snapshot_is_sent_nothing_else_is() -> None:
    known = progress(4, 5, REPLICATE)
    known.sent(1, 10, 4)
    known.become_snapshot(SNAP)
    assert (known.state, known.paused(), known.waiting) == (SNAPSHOT, True, False)
    assert (known.snapshot, known.snapshot_index, known.snapshot_offset) == (SNAP, 20, 0)
    assert (known.next, known.sent_commit, known.inflight.count) == (21, 20, 0)


@pytest.mark.parametrize(
    ("match", "state", "next_"), [(4, REPLICATE, 5), (4, SNAPSHOT, 21), (22, SNAPSHOT, 23), (4, PROBE, 5)]
)
def test_a_new_search_begins_after_what_matches_or_after_the_snapshot(match: int, state: int, next_: int) -> None:
    known = progress(match, 9, REPLICATE)
    known.sent_commit = 30
    if state == SNAPSHOT:
        known.become_snapshot(SNAP)
        known.snapshot_offset = 3
        known.sent_commit = 30
    known.state, known.waiting = state, True
    known.become_probe()
    assert (known.state, known.next, known.waiting, known.sent_commit) == (PROBE, next_, False, next_ - 1)
    assert (known.snapshot, known.snapshot_index, known.snapshot_offset) == (None, 0, 0)


def test_once_the_match_is_known_all_after_it_is_sent() -> None:
    known = progress(7, 3)
    known.waiting = True
    known.become_replicate()
    assert (known.state, known.next, known.waiting) == (REPLICATE, 8, False)


def test_an_acknowledgment_is_news_if_it_is_further_than_the_last() -> None:
    known = progress(4, 9)
    known.waiting = True
    assert not known.acknowledge(4)
    assert not known.acknowledge(3)
    assert known.waiting
    assert known.acknowledge(5)
    assert (known.match, known.next, known.waiting) == (5, 9, False)
    assert known.acknowledge(12)
    assert (known.match, known.next) == (12, 13)


@pytest.mark.parametrize(
    ("next_", "rejected", "hint", "is_news", "then"),
    [
        (9, 8, 5, True, 6),
        (9, 8, 8, True, 8),
        (9, 8, 20, True, 8),
        (9, 8, 4, True, 5),
        (9, 8, 2, True, 5),
        (9, 7, 5, False, 9),
        (9, 9, 5, False, 9),
    ],
)
def test_a_probe_that_was_refused_goes_back_to_the_hint_and_never_below_what_matches(
    next_: int, rejected: int, hint: int, is_news: bool, then: int
) -> None:
    """An answer to an older probe says nothing of this one."""
    known = progress(4, next_)
    known.waiting, known.sent_commit = True, 20
    assert known.reject(rejected, hint) == is_news
    assert (known.next, known.waiting) == (then, not is_news)
    assert known.sent_commit == (then - 1 if is_news else 20)


@pytest.mark.parametrize(("rejected", "is_news"), [(3, False), (4, False), (5, True), (8, True)])
def test_a_refusal_while_replicating_is_news_only_beyond_what_matches(rejected: int, is_news: bool) -> None:
    known = progress(4, 9, REPLICATE)
    known.sent_commit = 20
    assert known.reject(rejected, 0) == is_news
    assert (known.next, known.sent_commit) == ((5, 4) if is_news else (9, 20))


@pytest.mark.parametrize(
    ("told", "next_", "commit", "may"),
    [(3, 8, 4, True), (3, 8, 3, False), (7, 8, 9, False), (6, 8, 9, True), (3, 4, 9, False)],
)
def test_a_commit_index_is_worth_an_append_if_the_follower_could_apply_more(
    told: int, next_: int, commit: int, may: bool
) -> None:
    known = progress(2, next_)
    known.sent_commit = told
    assert known.may_raise_commit(commit) == may


def test_the_round_trip_is_smoothed_as_rfc_6298_has_it() -> None:
    known = progress()
    known.measure(800)
    assert (known.rtt_ns, known.rtt_var_ns) == (800, 400)
    known.measure(1600)
    assert (known.rtt_ns, known.rtt_var_ns) == (900, 500)
    known.measure(100)
    assert (known.rtt_ns, known.rtt_var_ns) == (800, 575)
