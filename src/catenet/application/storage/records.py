"""The durable data of a replica: its state, its records, its last snapshot, and batches of changes to them.

The store is independent of the protocol.  For Raft, a record is a log entry, and the state is the term, vote and commit
index; for Multi-Paxos, a record is what was accepted in a slot, and the state is the promised ballot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a replicated log, or one slot: an index of at least 0, and octets."""

    index: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The application's state after the records up to and including ``index``; ``meta`` is the protocol's data."""

    index: int
    meta: bytes
    data: bytes


class Batch(NamedTuple):
    """Changes that become durable together.

    ``snapshot`` replaces the last one; ``cut_from`` removes the records from that index on (conflicting entries of a
    Raft follower); ``forget_before`` removes the records below that index (compaction); ``records`` replace those with
    the same index.  None changes nothing.
    """

    state: bytes | None = None
    records: tuple[Record, ...] = ()
    cut_from: int | None = None
    snapshot: Snapshot | None = None
    forget_before: int | None = None


class Recovered(NamedTuple):
    """The contents of a store: records in the order of their indices; ``state`` is empty if none was ever written."""

    state: bytes = b""
    records: tuple[Record, ...] = ()
    snapshot: Snapshot | None = None


def after(held: Recovered, batches: Iterable[Batch]) -> Recovered:
    """The contents of a store that held ``held``, after these batches."""
    state, snapshot = held.state, held.snapshot
    records = {record.index: record for record in held.records}
    for batch in batches:
        state = state if batch.state is None else batch.state
        snapshot = snapshot if batch.snapshot is None else batch.snapshot
        forget(records, batch.cut_from, batch.forget_before)
        records.update((record.index, record) for record in batch.records)
    return Recovered(state, tuple(records[index] for index in sorted(records)), snapshot)


def forget(records: dict[int, Record], cut_from: int | None, forget_before: int | None) -> None:
    """Remove the records that a batch removes."""
    if cut_from is None and forget_before is None:
        return
    least = -1 if forget_before is None else forget_before
    for index in [index for index in records if index < least or (cut_from is not None and index >= cut_from)]:
        del records[index]
