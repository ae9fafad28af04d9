"""The log and its marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.entry import COMMAND, Entry, Membership, Snapshot
from catenet.application.consensus.raft.log import NO_LIMIT, NO_TERM, Log


def entries(terms: list[int], first: int = 1) -> list[Entry]:
    """One of each term, in order."""
    return [Entry(term, index, COMMAND, b"x" * 10) for index, term in enumerate(terms, first)]


def log_of(terms: list[int], base: int = 0, base_term: int = 0) -> Log:
    """On disk."""
    return Log(base, base_term, entries(terms, base + 1))


def terms_of(log: Log) -> list[int]:
    return [log.term(index) for index in range(log.base + 1, log.last_index + 1)]


def test_terms_inside_and_out() -> None:
    log = log_of([2, 2, 3], base=5, base_term=1)
    assert [log.term(index) for index in range(4, 10)] == [NO_TERM, 1, 2, 2, 3, NO_TERM]
    assert (log.last_index, log.last_term) == (8, 3)


@pytest.mark.slow
@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.lists(st.integers(1, 4), max_size=8), st.data())
def test_merging_leaves_the_leaders_entries_and_what_agrees_with_them(
    ours: list[int], theirs: list[int], data: st.DataObject
) -> None:
    log = log_of(sorted(ours))
    leader = sorted(ours)[: data.draw(st.integers(0, len(ours)))]
    prev = len(leader)
    theirs = sorted(max(term, leader[-1] if leader else 0) for term in theirs)
    before = terms_of(log)
    assert log.merge(prev, log.term(prev), entries(theirs, prev + 1), 0)
    found = terms_of(log)
    assert found[: prev + len(theirs)] == leader + theirs
    assert found == leader + theirs or found == before
    assert log.stable <= log.handed <= log.last_index


def test_a_mismatch_before_changes_nothing() -> None:
    log = log_of([1, 1])
    assert not log.merge(2, 2, entries([2], 3), 0)
    assert terms_of(log) == [1, 1]


def test_committed_entries_are_never_replaced() -> None:
    log = log_of([1, 1])
    with pytest.raises(AssertionError):
        log.merge(0, 0, entries([2]), 2)


def test_an_old_write_does_not_settle_what_replaced_it() -> None:
    log = log_of([])
    log.append(entries([1, 1]))
    log.hand()
    log.append(entries([2], 2))
    assert [entry.index for entry in log.unwritten()] == [2]
    log.mark_stable(2, 1)
    assert log.stable == 0
    log.mark_stable(2, 2)
    assert log.stable == 2


def test_discarding_keeps_the_term_of_the_last_that_went() -> None:
    log = log_of([1, 2, 3])
    log.discard(2)
    assert (log.base, log.base_term, terms_of(log)) == (2, 2, [3])
    with pytest.raises(AssertionError):
        log.slice(2, 3, NO_LIMIT)
    for index in (2, 4):
        with pytest.raises(AssertionError):
            log.discard(index)


def test_a_snapshot_replaces_all_and_is_settled_by_its_index() -> None:
    log = log_of([1, 2, 3])
    snapshot = Snapshot(9, 4, Membership((1,)), b"")
    log.restore(snapshot)
    assert (log.base, log.last_index) == (9, 9)
    assert log.unwritten_snapshot() is snapshot
    log.hand()
    assert log.unwritten_snapshot() is None
    log.mark_snapshot_stable(8)
    assert log.restoring is snapshot
    log.mark_snapshot_stable(9)
    assert log.restoring is None


def test_slices_are_limited_but_never_empty() -> None:
    log = log_of([1] * 10)
    size = log.entry(1).octets
    assert len(log.since(1, 0)) == 1
    assert len(log.since(1, 3 * size)) == 3
    assert len(log.since(1, 3 * size + 1)) == 3
    assert len(log.since(11, 100)) == 0
