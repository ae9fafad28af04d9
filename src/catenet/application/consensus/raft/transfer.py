"""Handing leadership over (dissertation §3.10): bring the target up to date, then let it campaign at once."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE
from catenet.application.consensus.events import Transfer
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.raft.messages import ForwardTransfer
from catenet.application.consensus.raft.replication import send_append
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER


def on_transfer(server: RaftServer, event: Transfer) -> None:
    """Asked for here."""
    if server.role == ROLE_LEADER:
        start_transfer(server, event.to, event.tag)
    elif server.role == ROLE_FOLLOWER and server.leader != NONE:
        server.send(ForwardTransfer(server.id, server.leader, server.term, event.to))
    else:
        server.refuse(event.tag, "no leader")


def on_forward_transfer(server: RaftServer, message: ForwardTransfer) -> None:
    """Asked for at a follower."""
    if server.role == ROLE_LEADER:
        start_transfer(server, message.target, 0)
    elif server.role == ROLE_FOLLOWER and server.leader != NONE:
        server.send(ForwardTransfer(server.id, server.leader, server.term, message.target))


def start_transfer(server: RaftServer, to: int, tag: int) -> None:
    """It has one election timeout; meanwhile no proposals are taken."""
    assert server.role == ROLE_LEADER, "only a leader hands leadership over (dissertation §3.10)"
    known = server.leading.progress.get(to)
    if known is None or known.learner or to in server.membership.witnesses:
        server.refuse(tag, "cannot lead")
        return
    if to == server.leading.transfer_to:
        return
    server.leading.transfer_to = NONE
    if to == server.id:
        return
    server.leading.check_since_ns = server.now_ns
    server.elector.heard(server.now_ns)
    server.leading.transfer_to = to
    if known.match == server.log.last_index:
        send_timeout_now(server, to)
    else:
        send_append(server, to, even_empty=True)


def continue_transfer(server: RaftServer, peer: int) -> None:
    """The target acknowledged something: has it all?"""
    if peer == server.leading.transfer_to and server.leading.progress[peer].match == server.log.last_index:
        send_timeout_now(server, peer)


def send_timeout_now(server: RaftServer, to: int) -> None:
    """From now on someone may be elected during this leader's lease, however late the message arrives."""
    assert server.leading.progress[to].match == server.log.last_index, "who takes over has the whole log"
    server.leading.rounds.lease_void = True
    server.send(TimeoutNow(server.id, to, server.term))


def prefer(server: RaftServer) -> None:
    """Hand leadership to an active follower of higher priority that is up to date."""
    if not server.options.priorities or server.leading.transfer_to != NONE:
        return
    best = server.id
    for peer in server.membership.voters:
        known = server.leading.progress[peer]
        if known.active and known.match == server.log.last_index and peer not in server.membership.witnesses:
            if server.options.priority(peer) > server.options.priority(best):
                best = peer
    if best != server.id:
        start_transfer(server, best, 0)
