"""Bringing along who has missed what is decided: entries, or a snapshot in pieces."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Restore
from catenet.application.consensus.entry import NONE, Entry, Snapshot
from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.paxos.multi.core import IncomingSnapshot, PaxosCore, Peer
from catenet.application.consensus.paxos.multi.messages import Ask, Learn, Learned, PieceReply, SnapshotPiece

MOST_ASK_WAITS: Final = 64
"""In minimum election time-outs."""

# -- who knows


def help_along(core: PaxosCore, node: int, peer: Peer) -> None:
    """A replica knows less than it was told: send what it lacks."""
    if peer.chosen >= core.log.base:
        peer.snapshot_offset = -1
        core.send(Learn(core.id, node, core.ballot, _decided(core, peer.chosen)))
    elif peer.snapshot_offset < 0 or peer.round > peer.snapshot_round + 1:
        # It was never begun, or the last piece or its answer was lost.
        peer.snapshot_offset = max(peer.snapshot_offset, 0)
        peer.snapshot_round = peer.round
        send_piece(core, node, peer.snapshot_offset)


def _decided(core: PaxosCore, after: int) -> list[Entry]:
    return core.log.slice(after + 1, core.log.chosen + 1, core.options.max_message_octets)


def on_learned(core: PaxosCore, message: Learned, peer: Peer) -> None:
    """It has come so far: more of it, until it has all."""
    peer.chosen = max(peer.chosen, message.chosen)
    peer.snapshot_offset = -1
    if core.log.base <= peer.chosen < core.log.chosen:
        core.send(Learn(core.id, message.sender, core.ballot, _decided(core, peer.chosen)))


def on_ask(core: PaxosCore, message: Ask) -> None:
    """Anybody may tell what is decided; and who is asked by somebody that knows more asks back."""
    if message.chosen > core.log.chosen:
        core.send(Ask(core.id, message.sender, message.term, core.log.chosen))
    if message.chosen >= core.log.chosen:
        return
    if message.chosen >= core.log.base:
        core.send(Learn(core.id, message.sender, message.term, _decided(core, message.chosen)))
    else:
        send_piece(core, message.sender, 0)


def send_piece(core: PaxosCore, node: int, offset: int) -> None:
    """A piece of the newest snapshot."""
    snapshot = core.snapshot
    end = min(offset + core.options.snapshot_chunk_octets, len(snapshot.data))
    core.send(
        SnapshotPiece(
            core.id,
            node,
            core.ballot,
            snapshot.index,
            snapshot.term,
            snapshot.membership,
            offset,
            snapshot.data[offset:end],
            end == len(snapshot.data),
        )
    )


def on_piece_reply(core: PaxosCore, message: PieceReply, peer: Peer | None) -> None:
    """The next piece."""
    if message.index != core.snapshot.index or not 0 <= message.offset <= len(core.snapshot.data):
        return
    if peer is not None:
        peer.snapshot_offset, peer.snapshot_round = message.offset, peer.round
    send_piece(core, message.sender, message.offset)


# -- who learns


def ask_around(core: PaxosCore) -> None:
    """For who has no vote as far as it knows, and hears of no leader.

    It may have been given one and not know it yet; or it may be the only one to know who has one, and have lost its own
    by the same change.  Each time it waits twice as long, up to :data:`MOST_ASK_WAITS`.
    """
    core.ask_at_ns = core.now_ns + core.ask_wait_ns
    core.ask_wait_ns = min(2 * core.ask_wait_ns, MOST_ASK_WAITS * core.policy.minimum_ns)
    for node in core.members.everyone():
        if node != core.id:
            core.send(Ask(core.id, node, core.promised, core.log.chosen))


def on_learn(core: PaxosCore, message: Learn) -> None:
    """These are decided."""
    before = core.log.chosen
    for entry in message.entries:
        core.learn(entry)
    if core.log.chosen > before:
        core.heard()
        core.note_chosen(before)
    core.reply(Learned(core.id, message.sender, message.term, core.log.chosen))


def on_piece(core: PaxosCore, message: SnapshotPiece) -> None:
    """Gather the pieces of each sender; with the last one, the snapshot takes the place of all that it covers."""
    if message.index <= core.log.chosen:
        known = core.incoming.get(message.sender)
        if known is not None and known.index <= core.log.chosen:
            del core.incoming[message.sender]
        core.reply(Learned(core.id, message.sender, message.term, core.log.chosen))
        return
    incoming = _incoming(core, message)
    if message.offset == incoming.octets:
        incoming.pieces.append(message.data)
        incoming.octets += len(message.data)
        if message.done:
            _install(core, message, b"".join(incoming.pieces))
            core.reply(Learned(core.id, message.sender, message.term, core.log.chosen))
            return
    core.send(PieceReply(core.id, message.sender, message.term, message.index, incoming.octets))


def _incoming(core: PaxosCore, message: SnapshotPiece) -> IncomingSnapshot:
    """What has come of this snapshot from its sender: nothing, if the sender was last sending another one."""
    known = core.incoming.get(message.sender)
    if known is None or (known.index, known.index_term) != (message.index, message.index_term):
        known = core.incoming[message.sender] = IncomingSnapshot(message.index, message.index_term)
    return known


def _install(core: PaxosCore, message: SnapshotPiece, data: bytes) -> None:
    if core.role == ROLE_LEADER:
        core.follow(NONE)  # others have decided where it would propose, in ballots that nobody knows any more
    core.incoming.clear()
    core.snapshot = Snapshot(message.index, message.index_term, message.membership, data)
    core.snapshot_wanted = core.snapshot
    core.log.discard(message.index, message.index_term)
    core.members.jump(message.membership)
    core.elector.peers_changed(core.members.voters())
    core.applied = core.applying = message.index
    core.notes.append(Restore(core.snapshot))
