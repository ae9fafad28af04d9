"""The log and its marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.entry import COMMAND, Entry, Membership, Snapshot
from catenet.application.consensus.raft.log import NO_LIMIT, NO_TERM, Log
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, InFlight, Progress


def entries(terms: list[int], first: int = 1) -> list[Entry]:
    """One of each term, in order."""
    return [Entry(term, index, COMMAND, b"x" * 10) for index, term in enumerate(terms, first)]


def log_of(terms: list[int], base: int = 0, base_term: int = 0, most: int = NO_LIMIT) -> Log:
    """On disk and not committed."""
    return Log(base, base_term, entries(terms, base + 1), most)


def terms_of(log: Log) -> list[int]:
    return [log.term(index) for index in range(log.base + 1, log.last_index + 1)]


def test_terms_inside_and_out() -> None:
    log = log_of([2, 2, 3], base=5, base_term=1)
    assert [log.term(index) for index in range(4, 10)] == [NO_TERM, 1, 2, 2, 3, NO_TERM]
    assert (log.last_index, log.last_term) == (8, 3)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.lists(st.integers(1, 4), max_size=8), st.data())
def test_merging_leaves_the_leaders_entries_and_what_agrees_with_them(
    ours: list[int], theirs: list[int], data: st.DataObject
) -> None:
    log = log_of(sorted(ours))
    leader = sorted(ours)[: data.draw(st.integers(0, len(ours)))]
    prev = len(leader)
    theirs = sorted(max(term, leader[-1] if leader else 0) for term in theirs)
    before = terms_of(log)
    assert log.merge(prev, log.term(prev), entries(theirs, prev + 1))
    found = terms_of(log)
    assert found[: prev + len(theirs)] == leader + theirs
    assert found == leader + theirs or found == before
    assert log.stable <= log.handed <= log.last_index


def test_a_mismatch_before_changes_nothing() -> None:
    log = log_of([1, 1])
    assert not log.merge(2, 2, entries([2], 3))
    assert terms_of(log) == [1, 1]


def test_committed_entries_are_never_replaced() -> None:
    log = log_of([1, 1])
    log.commit_to(2)
    with pytest.raises(AssertionError):
        log.merge(0, 0, entries([2]))
    with pytest.raises(AssertionError):
        log.commit_to(3)


def test_an_old_write_does_not_settle_what_replaced_it() -> None:
    log = log_of([])
    log.append(entries([1, 1]))
    log.hand()
    log.append(entries([2], 2))
    assert [entry.index for entry in log.unhanded()] == [2]
    log.settle(2, 1)
    assert log.stable == 0
    log.settle(2, 2)
    assert log.stable == 2


def test_entries_go_to_the_application_within_the_limit_and_once() -> None:
    log = log_of([1] * 5, most=entries([1])[0].octets * 2)
    log.commit_to(5)
    assert [entry.index for entry in log.take_to_apply(unstable_too=False)] == [1, 2]
    assert not log.has_to_apply(unstable_too=False)
    log.apply_to(1)
    assert [entry.index for entry in log.take_to_apply(unstable_too=False)] == [3]
    log.apply_to(3)
    assert [entry.index for entry in log.take_to_apply(unstable_too=False)] == [4, 5]


def test_entries_that_are_not_on_disk_wait_unless_they_may_not() -> None:
    log = log_of([])
    log.append(entries([1]))
    log.commit_to(1)
    assert not log.has_to_apply(unstable_too=False)
    assert log.has_to_apply(unstable_too=True)


def test_discarding_keeps_the_term_of_the_last_that_went() -> None:
    log = log_of([1, 2, 3])
    log.commit_to(3)
    log.apply_to(2)
    log.discard(2)
    assert (log.base, log.base_term, terms_of(log)) == (2, 2, [3])
    with pytest.raises(AssertionError):
        log.discard(3)
    with pytest.raises(AssertionError):
        log.slice(2, 3, NO_LIMIT)


def test_a_snapshot_replaces_all_and_is_settled_by_its_index() -> None:
    log = log_of([1, 2, 3])
    snapshot = Snapshot(9, 4, Membership((1,)), b"")
    log.restore(snapshot)
    assert (log.base, log.last_index, log.committed, log.applied) == (9, 9, 9, 0)
    assert log.unhanded_snapshot() is snapshot
    log.hand()
    assert log.unhanded_snapshot() is None
    log.settle_snapshot(8)
    assert log.restoring is snapshot
    log.settle_snapshot(9)
    log.jump_to(snapshot)
    assert (log.restoring, log.applied) == (None, 9)


def test_slices_are_limited_but_never_empty() -> None:
    log = log_of([1] * 10)
    size = log.entry(1).octets
    assert len(log.since(1, 0)) == 1
    assert len(log.since(1, 3 * size)) == 3
    assert len(log.since(1, 3 * size + 1)) == 3
    assert len(log.since(11, 100)) == 0


# Progress


def test_what_is_in_flight_is_limited_by_count_and_octets() -> None:
    flight = InFlight(3, 100)
    flight.add(1, 10)
    flight.add(2, 95)
    assert flight.full()
    flight.acknowledge(2)
    assert (flight.count, flight.octets, flight.full()) == (0, 0, False)
    for index in (3, 4, 5):
        flight.add(index, 1)
    assert flight.full()
    with pytest.raises(AssertionError):
        flight.add(6, 1)
    flight.acknowledge(4)
    assert flight.count == 1


def known(match: int, next_: int, state: int) -> Progress:
    progress = Progress(match, next_, InFlight(2, 0), False, True)
    progress.state = state
    return progress


def test_a_probe_waits_for_its_answer() -> None:
    progress = known(0, 5, PROBE)
    progress.sent(0, 0, 0)
    assert not progress.paused()
    progress.sent(1, 10, 0)
    assert progress.paused()
    assert progress.reject(4, 2)
    assert (progress.next, progress.paused()) == (3, False)
    assert not progress.reject(4, 1), "an old answer"


def test_replication_is_optimistic_until_the_limit() -> None:
    progress = known(4, 5, REPLICATE)
    progress.sent(2, 10, 4)
    assert (progress.next, progress.paused()) == (7, False)
    progress.sent(1, 10, 4)
    assert progress.paused()
    assert progress.acknowledge(6)
    assert not progress.paused()
    assert not progress.acknowledge(6)
    assert not progress.reject(5, 0), "what has matched cannot mismatch"
    assert progress.reject(7, 0)
    assert progress.next == 7


def test_after_a_snapshot_the_next_probe_follows_it() -> None:
    progress = known(1, 3, PROBE)
    progress.become_snapshot(Snapshot(9, 2, Membership((1,)), b"abc"))
    assert (progress.state, progress.paused()) == (SNAPSHOT, True)
    progress.become_probe()
    assert (progress.state, progress.next, progress.snapshot) == (PROBE, 10, None)


def test_round_trips_are_smoothed() -> None:
    progress = known(0, 1, PROBE)
    progress.measure(800)
    assert (progress.rtt_ns, progress.rtt_var_ns) == (800, 400)
    progress.measure(1600)
    assert (progress.rtt_ns, progress.rtt_var_ns) == (900, 500)
