"""Snapshots (§7): sent in pieces to a follower whose log ends before the leader's begins."""

from __future__ import annotations

from catenet.application.consensus.effects import Restore, StoreSnapshot
from catenet.application.consensus.entry import Snapshot
from catenet.application.consensus.events import SnapshotTaken
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply
from catenet.application.consensus.raft.messages import AppendReply
from catenet.application.consensus.raft.progress import Progress
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot, piece_of

# The leader's side


def send_snapshot(server: RaftServer, to: int, known: Progress) -> bool:
    """Start sending the newest one. False to a follower that is silent: it would be for nothing."""
    if not known.active:
        return False
    snapshot = server.persistent.snapshot
    assert snapshot.index >= server.log.base, "entries were discarded that no snapshot holds"
    if to in server.membership.witnesses:
        snapshot = Snapshot(snapshot.index, snapshot.term, snapshot.membership, b"")
    known.become_snapshot(snapshot)
    send_piece(server, to, known)
    return True


def send_piece(server: RaftServer, to: int, known: Progress) -> None:
    """From where its pieces have arrived."""
    snapshot = known.snapshot
    assert snapshot is not None, "no snapshot is being sent"
    assert known.snapshot_offset <= len(snapshot.data), "no more of it has arrived than there is"
    known.snapshot_sent_ns = server.now_ns
    most = server.options.snapshot_chunk_octets
    server.send(piece_of(snapshot, server.id, to, server.term, known.snapshot_offset, most))


def on_snapshot_reply(server: RaftServer, message: SnapshotReply, known: Progress) -> None:
    """Send the next piece, unless the answer is an old one."""
    known.active = True
    snapshot = known.snapshot
    if snapshot is None or snapshot.index != message.index or not 0 <= message.offset <= len(snapshot.data):
        return
    if message.offset > known.snapshot_offset or message.offset == 0:
        known.snapshot_offset = message.offset
        send_piece(server, message.sender, known)


# The follower's side


def on_install_snapshot(server: RaftServer, message: InstallSnapshot) -> None:
    """Gather the pieces; with the last one, the snapshot replaces the log."""
    if message.index <= server.commit_index:
        server.incoming = None
        server.reply(AppendReply(server.id, message.sender, server.term, server.commit_index))
        return
    incoming = server.incoming
    if incoming is None or not incoming.is_part(message):
        incoming = server.incoming = IncomingSnapshot(message.index, message.index_term)
    snapshot = incoming.add(message)
    if snapshot is None:
        server.send(SnapshotReply(server.id, message.sender, server.term, message.index, incoming.octets))
        return
    server.incoming = None
    restore(server, snapshot)
    server.reply(AppendReply(server.id, message.sender, server.term, server.commit_index))


def restore(server: RaftServer, snapshot: Snapshot) -> None:
    """Replace the log by a snapshot, unless it holds nothing new.

    It may be from before this replica was added: the entries after it will tell.
    """
    log = server.log
    if snapshot.index <= server.commit_index or server.role != ROLE_FOLLOWER:
        return
    if log.matches(snapshot.index, snapshot.term):
        server.volatile.commit_to(snapshot.index)
        return
    assert log.restoring is None or log.restoring.index < snapshot.index, "a later snapshot replaces an earlier one"
    server.volatile.restore(snapshot)
    server.persistent.snapshot = snapshot
    server.leading.progress = {}
    server.set_membership(snapshot.membership, [])
    server.members.index = snapshot.index
    server.members.history = [(snapshot.index, snapshot.membership)]


def on_restored(server: RaftServer, index: int) -> None:
    """The snapshot is on disk: the application's turn."""
    snapshot = server.log.restoring
    server.log.mark_snapshot_stable(index)
    if snapshot is not None and snapshot.index == index:
        server.volatile.jump_to(snapshot)
        server.effects.append(Restore(snapshot))


# The application's own


def on_snapshot_taken(server: RaftServer, event: SnapshotTaken) -> None:
    """Keep it for followers that need it, put it on disk, and forget what it covers but for the last entries."""
    log = server.log
    if event.index <= server.persistent.snapshot.index or event.index > server.commit_index:
        return
    membership = server.members.taken_at(event.index)
    server.persistent.snapshot = Snapshot(event.index, log.term(event.index), membership, event.data)
    server.members.forget_before(event.index, membership)
    discard_to = log.base
    if server.options.keep_entries >= 0:
        discard_to = max(min(event.index, server.last_applied) - server.options.keep_entries, log.base)
        server.volatile.discard(discard_to)
    server.effects.append(StoreSnapshot(server.persistent.snapshot, discard_to))
