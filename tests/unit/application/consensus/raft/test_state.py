"""How far a log is committed, given to the application, and applied."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import COMMAND, Entry, Membership, Snapshot
from catenet.application.consensus.raft.log import NO_LIMIT, Log
from catenet.application.consensus.raft.state import VolatileState


def entries(terms: list[int], first: int = 1) -> list[Entry]:
    """One of each term, in order."""
    return [Entry(term, index, COMMAND, b"x" * 10) for index, term in enumerate(terms, first)]


def state_of(terms: list[int], most: int = NO_LIMIT) -> VolatileState:
    """Of a log that is on disk and not committed."""
    return VolatileState(Log(0, 0, entries(terms)), 0, 0, most)


def test_what_was_applied_before_a_restart_is_committed_and_no_more_than_the_log_has() -> None:
    log = Log(4, 1, entries([2, 2, 2], 5))
    for commit, applied, found in ((0, 4, (4, 4)), (6, 4, (6, 4)), (5, 6, (6, 6)), (99, 4, (7, 4)), (0, 0, (4, 4))):
        state = VolatileState(log, commit, applied)
        assert (state.commit_index, state.last_applied, state.applying) == (*found, found[1])


def test_nothing_past_the_log_is_committed_and_nothing_before_it_is_undone() -> None:
    state = state_of([1, 1])
    state.commit_to(2)
    with pytest.raises(AssertionError):
        state.commit_to(3)
    state.commit_to(1)
    assert state.commit_index == 2


def test_entries_go_to_the_application_within_the_limit_and_once() -> None:
    state = state_of([1] * 5, most=entries([1])[0].octets * 2)
    state.commit_to(5)
    assert [entry.index for entry in state.take_to_apply(unstable_too=False)] == [1, 2]
    assert not state.has_to_apply(unstable_too=False)
    state.apply_to(1)
    assert [entry.index for entry in state.take_to_apply(unstable_too=False)] == [3]
    state.apply_to(3)
    assert [entry.index for entry in state.take_to_apply(unstable_too=False)] == [4, 5]


def test_entries_that_are_not_on_disk_wait_unless_they_may_not() -> None:
    state = state_of([])
    state.log.append(entries([1]))
    state.commit_to(1)
    assert not state.has_to_apply(unstable_too=False)
    assert state.has_to_apply(unstable_too=True)


def test_only_what_is_applied_is_discarded() -> None:
    state = state_of([1, 2, 3])
    state.commit_to(3)
    state.apply_to(2)
    state.discard(2)
    assert (state.log.base, state.log.base_term) == (2, 2)
    state.discard(1)
    assert state.log.base == 2, "it is gone already"
    with pytest.raises(AssertionError):
        state.discard(3)


def test_a_snapshot_is_decided_and_the_application_jumps_to_it() -> None:
    state = state_of([1, 2, 3])
    snapshot = Snapshot(9, 4, Membership((1,)), b"")
    state.restore(snapshot)
    assert (state.log.last_index, state.commit_index, state.last_applied) == (9, 9, 0)
    assert not state.has_to_apply(unstable_too=True), "the snapshot is not on disk yet"
    state.log.mark_snapshot_stable(9)
    state.jump_to(snapshot)
    assert (state.last_applied, state.applying) == (9, 9)
    with pytest.raises(AssertionError):
        state.restore(Snapshot(8, 4, Membership((1,)), b""))
