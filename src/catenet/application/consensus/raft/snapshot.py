"""Snapshots (§7): sent in pieces to a follower whose log ends before the leader's begins."""

from __future__ import annotations

from catenet.application.consensus.effects import Restore, StoreSnapshot
from catenet.application.consensus.entry import Snapshot
from catenet.application.consensus.events import SnapshotTaken
from catenet.application.consensus.interface import ROLE_FOLLOWER
from catenet.application.consensus.raft.core import IncomingSnapshot, RaftCore
from catenet.application.consensus.raft.messages import AppendReply, InstallSnapshot, SnapshotReply
from catenet.application.consensus.raft.progress import Progress

# The leader's side


def send_snapshot(core: RaftCore, to: int, known: Progress) -> bool:
    """Start sending the newest one. False to a follower that is silent: it would be for nothing."""
    if not known.active:
        return False
    snapshot = core.snapshot
    assert snapshot.index >= core.log.base, "entries were discarded that no snapshot holds"
    if to in core.membership.witnesses:
        snapshot = Snapshot(snapshot.index, snapshot.term, snapshot.membership, b"")
    known.become_snapshot(snapshot)
    send_piece(core, to, known)
    return True


def send_piece(core: RaftCore, to: int, known: Progress) -> None:
    """From where its pieces have arrived."""
    snapshot = known.snapshot
    assert snapshot is not None, "no snapshot is being sent"
    start = known.snapshot_offset
    end = min(start + core.options.snapshot_chunk_octets, len(snapshot.data))
    done = end == len(snapshot.data)
    known.snapshot_sent_ns = core.now_ns
    core.send(
        InstallSnapshot(
            core.id,
            to,
            core.term,
            snapshot.index,
            snapshot.term,
            snapshot.membership,
            start,
            snapshot.data[start:end],
            done,
        )
    )


def on_snapshot_reply(core: RaftCore, message: SnapshotReply, known: Progress) -> None:
    """Send the next piece, unless the answer is an old one."""
    known.active = True
    snapshot = known.snapshot
    if snapshot is None or snapshot.index != message.index or not 0 <= message.offset <= len(snapshot.data):
        return
    if message.offset > known.snapshot_offset or message.offset == 0:
        known.snapshot_offset = message.offset
        send_piece(core, message.sender, known)


# The follower's side


def on_install_snapshot(core: RaftCore, message: InstallSnapshot) -> None:
    """Gather the pieces; with the last one, the snapshot replaces the log."""
    if message.index <= core.log.committed:
        core.incoming = None
        core.reply(AppendReply(core.id, message.sender, core.term, core.log.committed))
        return
    snapshot = _gather(core, message)
    if snapshot is None:
        incoming = core.incoming
        octets = incoming.octets if incoming is not None else 0
        core.send(SnapshotReply(core.id, message.sender, core.term, message.index, octets))
        return
    restore(core, snapshot)
    core.reply(AppendReply(core.id, message.sender, core.term, core.log.committed))


def _gather(core: RaftCore, message: InstallSnapshot) -> Snapshot | None:
    """The whole snapshot, if this was the piece that was missing."""
    incoming = core.incoming
    if incoming is None or incoming.index != message.index or incoming.index_term != message.index_term:
        incoming = IncomingSnapshot(message.index, message.index_term)
        core.incoming = incoming
    if message.offset != incoming.octets:
        return None
    incoming.pieces.append(message.data)
    incoming.octets += len(message.data)
    if not message.done:
        return None
    core.incoming = None
    return Snapshot(message.index, message.index_term, message.membership, b"".join(incoming.pieces))


def restore(core: RaftCore, snapshot: Snapshot) -> None:
    """Replace the log by a snapshot, unless it holds nothing new.

    It may be from before this replica was added: the entries after it will tell.
    """
    log = core.log
    if snapshot.index <= log.committed or core.role != ROLE_FOLLOWER:
        return
    if log.matches(snapshot.index, snapshot.term):
        log.commit_to(snapshot.index)
        return
    log.restore(snapshot)
    core.snapshot = snapshot
    core.progress = {}
    core.set_membership(snapshot.membership, [])
    core.membership_index = snapshot.index
    core.memberships = [(snapshot.index, snapshot.membership)]


def on_restored(core: RaftCore, index: int) -> None:
    """The snapshot is on disk: the application's turn."""
    snapshot = core.log.restoring
    core.log.settle_snapshot(index)
    if snapshot is not None and snapshot.index == index:
        core.log.jump_to(snapshot)
        core.notes.append(Restore(snapshot))


# The application's own


def on_snapshot_taken(core: RaftCore, event: SnapshotTaken) -> None:
    """Keep it for followers that need it, put it on disk, and forget what it covers but for the last entries."""
    log = core.log
    if event.index <= core.snapshot.index or event.index > log.committed:
        return
    membership = core.snapshot.membership
    for index, at_index in core.memberships:
        if index <= event.index:
            membership = at_index
    core.snapshot = Snapshot(event.index, log.term(event.index), membership, event.data)
    core.memberships = [(at, kept) for at, kept in core.memberships if at > event.index]
    core.memberships.insert(0, (event.index, membership))
    discard_to = log.base
    if core.options.keep_entries >= 0:
        discard_to = max(min(event.index, log.applied) - core.options.keep_entries, log.base)
        log.discard(discard_to)
    core.notes.append(StoreSnapshot(core.snapshot, discard_to))
