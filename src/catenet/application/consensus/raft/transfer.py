"""Handing leadership over (dissertation §3.10): bring the target up to date, then let it campaign at once."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE
from catenet.application.consensus.events import Transfer
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.raft.core import RaftCore
from catenet.application.consensus.raft.messages import ForwardTransfer, TimeoutNow
from catenet.application.consensus.raft.replication import send_append


def on_transfer(core: RaftCore, event: Transfer) -> None:
    """Asked for here."""
    if core.role == ROLE_LEADER:
        start_transfer(core, event.to, event.tag)
    elif core.role == ROLE_FOLLOWER and core.leader != NONE:
        core.send(ForwardTransfer(core.id, core.leader, core.term, event.to))
    else:
        core.refuse(event.tag, "no leader")


def on_forward_transfer(core: RaftCore, message: ForwardTransfer) -> None:
    """Asked for at a follower."""
    if core.role == ROLE_LEADER:
        start_transfer(core, message.target, 0)
    elif core.role == ROLE_FOLLOWER and core.leader != NONE:
        core.send(ForwardTransfer(core.id, core.leader, core.term, message.target))


def start_transfer(core: RaftCore, to: int, tag: int) -> None:
    """It has one election timeout; meanwhile no proposals are taken."""
    known = core.progress.get(to)
    if known is None or known.learner or to in core.membership.witnesses:
        core.refuse(tag, "cannot lead")
        return
    if to == core.transfer_to:
        return
    core.transfer_to = NONE
    if to == core.id:
        return
    core.check_since_ns = core.now_ns
    core.elector.heard(core.now_ns)
    core.transfer_to = to
    if known.match == core.log.last_index:
        send_timeout_now(core, to)
    else:
        send_append(core, to, even_empty=True)


def continue_transfer(core: RaftCore, peer: int) -> None:
    """The target acknowledged something: has it all?"""
    if peer == core.transfer_to and core.progress[peer].match == core.log.last_index:
        send_timeout_now(core, peer)


def send_timeout_now(core: RaftCore, to: int) -> None:
    """From now on someone may be elected during this leader's lease, however late the message arrives."""
    core.lease_void = True
    core.send(TimeoutNow(core.id, to, core.term))


def prefer(core: RaftCore) -> None:
    """Hand leadership to an active follower of higher priority that is up to date."""
    if not core.options.priorities or core.transfer_to != NONE:
        return
    best = core.id
    for peer in core.membership.voters:
        known = core.progress[peer]
        if known.active and known.match == core.log.last_index and peer not in core.membership.witnesses:
            if core.options.priority(peer) > core.options.priority(best):
                best = peer
    if best != core.id:
        start_transfer(core, best, 0)
