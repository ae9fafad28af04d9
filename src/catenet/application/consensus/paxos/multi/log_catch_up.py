"""Bringing along who has missed what is decided: entries, or a snapshot in pieces."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Restore
from catenet.application.consensus.entry import NONE, Entry, Snapshot
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply
from catenet.application.consensus.paxos.multi.messages import CatchUpRequest, Learn, LearnReply
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.paxos.multi.state import Peer
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot, piece_of

MAX_ASK_WAITS: Final = 64
"""In minimum election time-outs."""

# -- who knows


def help_along(server: PaxosServer, node: int, peer: Peer) -> None:
    """A replica knows less than it was told: send what it lacks."""
    if peer.chosen >= server.log.base:
        peer.snapshot_offset = -1
        server.send(Learn(server.id, node, server.proposer.ballot, _decided(server, peer.chosen)))
    elif peer.snapshot_offset < 0 or peer.round > peer.snapshot_round + 1:
        # It was never begun, or the last piece or its answer was lost.
        peer.snapshot_offset = max(peer.snapshot_offset, 0)
        peer.snapshot_round = peer.round
        send_piece(server, node, peer.snapshot_offset)


def _decided(server: PaxosServer, after: int) -> list[Entry]:
    return server.log.slice(after + 1, server.log.chosen + 1, server.options.max_message_octets)


def on_learn_reply(server: PaxosServer, message: LearnReply, peer: Peer) -> None:
    """It has come so far: more of it, until it has all."""
    peer.chosen = max(peer.chosen, message.chosen)
    peer.snapshot_offset = -1
    if server.log.base <= peer.chosen < server.log.chosen:
        server.send(Learn(server.id, message.sender, server.proposer.ballot, _decided(server, peer.chosen)))


def on_catch_up_request(server: PaxosServer, message: CatchUpRequest) -> None:
    """Anybody may tell what is decided; and who is asked by somebody that knows more asks back."""
    if message.chosen > server.log.chosen:
        server.send(CatchUpRequest(server.id, message.sender, message.term, server.log.chosen))
    if message.chosen >= server.log.chosen:
        return
    if message.chosen >= server.log.base:
        server.send(Learn(server.id, message.sender, message.term, _decided(server, message.chosen)))
    else:
        send_piece(server, message.sender, 0)


def send_piece(server: PaxosServer, node: int, offset: int) -> None:
    """A piece of the newest snapshot."""
    most = server.options.snapshot_chunk_octets
    server.send(piece_of(server.learner.snapshot, server.id, node, server.proposer.ballot, offset, most))


def on_piece_reply(server: PaxosServer, message: SnapshotReply, peer: Peer | None) -> None:
    """The next piece."""
    if message.index != server.learner.snapshot.index or not 0 <= message.offset <= len(server.learner.snapshot.data):
        return
    if peer is not None:
        peer.snapshot_offset, peer.snapshot_round = message.offset, peer.round
    send_piece(server, message.sender, message.offset)


# -- who learns


def request_catch_up(server: PaxosServer) -> None:
    """For who has no vote as far as it knows, and hears of no leader.

    It may have been given one and not know it yet; or it may be the only one to know who has one, and have lost its own
    by the same change.  Each time it waits twice as long, up to :data:`MAX_ASK_WAITS`.
    """
    server.learner.ask_at_ns = server.now_ns + server.learner.ask_wait_ns
    server.learner.ask_wait_ns = min(2 * server.learner.ask_wait_ns, MAX_ASK_WAITS * server.policy.minimum_ns)
    for node in server.members.everyone():
        if node != server.id:
            server.send(CatchUpRequest(server.id, node, server.acceptor.promised, server.log.chosen))


def on_learn(server: PaxosServer, message: Learn) -> None:
    """These are decided."""
    before = server.log.chosen
    for entry in message.entries:
        server.learn(entry)
    if server.log.chosen > before:
        server.learner.heard(server.now_ns)
        server.update_chosen(before)
    server.reply(LearnReply(server.id, message.sender, message.term, server.log.chosen))


def on_piece(server: PaxosServer, message: InstallSnapshot) -> None:
    """Gather the pieces of each sender; with the last one, the snapshot takes the place of all that it covers."""
    if message.index <= server.log.chosen:
        known = server.learner.incoming.get(message.sender)
        if known is not None and known.index <= server.log.chosen:
            del server.learner.incoming[message.sender]
        server.reply(LearnReply(server.id, message.sender, message.term, server.log.chosen))
        return
    incoming = server.learner.incoming.get(message.sender)
    if incoming is None or not incoming.is_part(message):
        incoming = server.learner.incoming[message.sender] = IncomingSnapshot(message.index, message.index_term)
    snapshot = incoming.add(message)
    if snapshot is None:
        server.send(SnapshotReply(server.id, message.sender, message.term, message.index, incoming.octets))
        return
    _install(server, snapshot)
    server.reply(LearnReply(server.id, message.sender, message.term, server.log.chosen))


def _install(server: PaxosServer, snapshot: Snapshot) -> None:
    if server.role == ROLE_LEADER:
        server.follow(NONE)  # others have decided where it would propose, in ballots that nobody knows any more
    assert snapshot.index > server.log.chosen, "a snapshot tells what is not known to be chosen"
    server.learner.install(snapshot)
    server.log.discard(snapshot.index, snapshot.term)
    server.members.jump(snapshot.membership)
    server.elector.peers_changed(server.members.voters())
    server.effects.append(Restore(snapshot))
