"""What a replica keeps: what it wrote is what it starts from, and nothing that it promised is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.effects import Append, StoreSnapshot
from catenet.application.consensus.entry import CHANGE, COMMAND, Entry, HardState, Membership, Snapshot, founding
from catenet.application.replication import disk_format as kept
from catenet.application.replication.log_store import batch_of, snapshot_batch, stored
from catenet.application.storage import records

numbers = st.integers(0, 1 << 40)
groups = st.lists(numbers, max_size=4, unique=True).map(tuple)
memberships = st.builds(Membership, groups, groups, groups, groups, groups, st.booleans())
ENTRIES = [Entry(3, 11, COMMAND, b"a"), Entry(4, 12, CHANGE, b"b")]
SNAPSHOT = Snapshot(10, 2, Membership((1, 2, 3), (), (4,)), b"state")


@pytest.mark.slow
@given(numbers, st.sampled_from([COMMAND, CHANGE]), st.binary(max_size=50), numbers)
def test_an_entry_is_read_as_it_was_kept(term: int, kind: int, data: bytes, index: int) -> None:
    entry = Entry(term, index, kind, data)
    assert kept.entry_of(index, kept.entry_octets(entry)) == entry


@pytest.mark.slow
@given(numbers, numbers, numbers)
def test_a_hard_state_is_read_as_it_was_kept(term: int, vote: int, commit: int) -> None:
    """A vote that comes back as another is a second vote in one term."""
    state = HardState(term, vote, commit)
    assert kept.state_of(kept.state_octets(state)) == state


@pytest.mark.slow
@given(numbers, memberships)
def test_what_is_said_of_a_snapshot_is_read_as_it_was_kept(term: int, membership: Membership) -> None:
    found_term, found = kept.meta_of(kept.meta_octets(term, membership))
    assert (found_term, found.key()) == (term, membership.key())


@pytest.mark.parametrize("read", [lambda octets: kept.entry_of(1, octets), kept.state_of, kept.meta_of])
def test_other_octets_are_refused(read: object) -> None:
    with pytest.raises(ValueError):
        read(b"\x01")  # type: ignore[operator]


def append(*, snapshot: Snapshot | None, truncates: bool, entries: list[Entry] = ENTRIES) -> records.Batch:
    return batch_of(Append(1, HardState(4, 2, 9), entries, snapshot, True, truncates=truncates))


def test_entries_that_take_the_place_of_others_cut_them_off() -> None:
    batch = append(snapshot=None, truncates=True)
    assert (batch.cut_from, batch.snapshot, batch.forget_before) == (11, None, None)
    assert kept.state_of(batch.state or b"") == HardState(4, 2, 9)
    assert [(one.index, kept.entry_of(one.index, one.data)) for one in batch.records] == [
        (entry.index, entry) for entry in ENTRIES
    ]
    assert append(snapshot=None, truncates=False).cut_from is None
    assert append(snapshot=None, truncates=True, entries=[]).cut_from is None


def test_a_snapshot_from_a_leader_takes_the_place_of_the_log_in_raft_and_of_its_beginning_in_paxos() -> None:
    """An acceptor that forgets what it accepted at later places lets two values be chosen at one."""
    batch = append(snapshot=SNAPSHOT, truncates=True)
    assert batch.cut_from == 0
    batch = append(snapshot=SNAPSHOT, truncates=False)
    assert (batch.cut_from, batch.forget_before) == (None, 11)
    assert batch.snapshot is not None
    assert (batch.snapshot.index, batch.snapshot.data) == (10, b"state")


def test_an_own_snapshot_forgets_what_it_makes_needless() -> None:
    batch = snapshot_batch(StoreSnapshot(SNAPSHOT, 7))
    assert (batch.state, batch.records, batch.forget_before) == (None, (), 8)
    assert batch.snapshot is not None
    assert kept.meta_of(batch.snapshot.meta)[0] == 2


def test_an_empty_disk_is_a_founder_s() -> None:
    founder = founding((1, 2, 3))
    assert stored(records.Recovered(), founder) is founder


@pytest.mark.parametrize("part", ["state", "records", "snapshot"])
def test_a_disk_with_anything_on_it_is_not_a_founder_s(part: str) -> None:
    """Who votes once more as if it had never voted gives a term two leaders."""
    founder = founding((1, 2, 3))
    state = kept.state_octets(HardState(5, 2, 0)) if part == "state" else b""
    entries = [records.Record(1, kept.entry_octets(Entry(1, 1, COMMAND, b"x")))] if part == "records" else []
    snapshot = records.Snapshot(10, kept.meta_octets(2, SNAPSHOT.membership), b"state") if part == "snapshot" else None
    found = stored(records.Recovered(state, tuple(entries), snapshot), founder)
    assert found is not founder
    assert (found.hard_state.term, found.hard_state.vote, found.hard_state.commit) == (
        (5, 2, 0) if part == "state" else (0, 0, 0)
    )
    assert [entry.data for entry in found.entries] == ([b"x"] if part == "records" else [])
    assert found.snapshot.index == (10 if part == "snapshot" else 0)
    assert found.snapshot.membership.voters == (1, 2, 3)


def test_entries_that_a_snapshot_covers_are_passed_over() -> None:
    kept_entries = [records.Record(i, kept.entry_octets(Entry(2, i, COMMAND, b"%d" % i))) for i in (9, 10, 11)]
    snapshot = records.Snapshot(10, kept.meta_octets(2, SNAPSHOT.membership), b"state")
    found = stored(records.Recovered(b"", tuple(kept_entries), snapshot), founding((1,)))
    assert [entry.index for entry in found.entries] == [11]
    assert (found.snapshot.term, found.snapshot.membership.learners) == (2, (4,))
