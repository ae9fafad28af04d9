"""What a replica must not forget: its state, its records, its last snapshot, and one batch of changes to them.

The store knows nothing of terms, ballots or entries.  For Raft a record is a log entry and the state its term, vote
and commit index; for Multi-Paxos a record is what was accepted in a slot, and the state the promised ballot.
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
    """All that the records up to and including ``index`` have made; ``meta`` is what the protocol says of it."""

    index: int
    meta: bytes
    data: bytes


class Batch(NamedTuple):
    """Changes that become durable together.  They are applied in the order of the fields.

    ``snapshot`` takes the place of the last one; ``cut_from`` forgets every record from that index on (a Raft follower
    that was corrected); ``forget_before`` forgets every record below that index (compaction); ``records`` are put in
    the place of those that have the same index.  None changes nothing.
    """

    state: bytes | None = None
    records: tuple[Record, ...] = ()
    cut_from: int | None = None
    snapshot: Snapshot | None = None
    forget_before: int | None = None


class Recovered(NamedTuple):
    """What a store holds: records in the order of their indices; an empty ``state`` if none was ever given."""

    state: bytes = b""
    records: tuple[Record, ...] = ()
    snapshot: Snapshot | None = None


def after(held: Recovered, batches: Iterable[Batch]) -> Recovered:
    """What a store that holds ``held`` is to hold after these batches."""
    state, snapshot = held.state, held.snapshot
    records = {record.index: record for record in held.records}
    for batch in batches:
        state = state if batch.state is None else batch.state
        snapshot = snapshot if batch.snapshot is None else batch.snapshot
        forget(records, batch.cut_from, batch.forget_before)
        records.update((record.index, record) for record in batch.records)
    return Recovered(state, tuple(records[index] for index in sorted(records)), snapshot)


def forget(records: dict[int, Record], cut_from: int | None, forget_before: int | None) -> None:
    """Drop what a batch says is not needed any more."""
    if cut_from is None and forget_before is None:
        return
    least = -1 if forget_before is None else forget_before
    for index in [index for index in records if index < least or (cut_from is not None and index >= cut_from)]:
        del records[index]
