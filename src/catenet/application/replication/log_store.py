"""Converts a replica's effects to batches of the store, and the contents of the store to a replica's initial state."""

from __future__ import annotations

from catenet.application.consensus.effects import Append, StoreSnapshot
from catenet.application.consensus.entry import HardState, Readmission, Snapshot, Stored
from catenet.application.replication.disk_format import (
    entry_octets,
    entry_of,
    meta_octets,
    meta_of,
    state_octets,
    state_of,
)
from catenet.application.storage import records


def batch_of(append: Append) -> records.Batch:
    """The batch of an append."""
    state = None if append.hard_state is None else state_octets(append.hard_state)
    kept = tuple(records.Record(entry.index, entry_octets(entry)) for entry in append.entries)
    cut_from = append.entries[0].index if append.truncates and append.entries else None
    if append.snapshot is None:
        return records.Batch(state, kept, cut_from)
    snapshot = _kept_snapshot(append.snapshot)
    if append.truncates:
        return records.Batch(state, kept, 0, snapshot)  # a leader sent it, and it replaces the whole log
    # Values accepted in later slots must be kept.
    return records.Batch(state, kept, None, snapshot, forget_before=append.snapshot.index + 1)


def snapshot_batch(effect: StoreSnapshot) -> records.Batch:
    """The batch of the application's own snapshot, which makes earlier records unnecessary."""
    return records.Batch(snapshot=_kept_snapshot(effect.snapshot), forget_before=effect.discard_to + 1)


def _kept_snapshot(snapshot: Snapshot) -> records.Snapshot:
    return records.Snapshot(snapshot.index, meta_octets(snapshot.term, snapshot.membership), snapshot.data)


def stored(recovered: records.Recovered, founder: Stored, readmission: Readmission | None = None) -> Stored:
    """The initial state of a replica; ``founder`` is its initial state on an empty disk.

    With a ``readmission`` it only listens at first.  Raises ValueError if the stored data is not that of a replica.
    """
    if not recovered.state and not recovered.records and recovered.snapshot is None:
        if readmission is None:
            return founder
        return Stored(founder.hard_state, founder.snapshot, [], readmission=readmission)
    state = state_of(recovered.state) if recovered.state else HardState(0, 0, 0)
    snapshot = founder.snapshot
    if recovered.snapshot is not None:
        term, membership = meta_of(recovered.snapshot.meta)
        snapshot = Snapshot(recovered.snapshot.index, term, membership, recovered.snapshot.data)
    entries = [entry_of(record.index, record.data) for record in recovered.records if record.index > snapshot.index]
    return Stored(state, snapshot, entries, readmission=readmission)
