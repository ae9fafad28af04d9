"""Proposals: into the leader's log, or on to the leader; and which change of membership may follow another."""

from __future__ import annotations

from catenet.application.consensus.effects import Accepted
from catenet.application.consensus.entry import CHANGE, COMMAND, NONE, READMISSION, Entry, mark_octets
from catenet.application.consensus.events import AUTO, ChangeMembership, Propose, Readmit
from catenet.application.consensus.raft.membership.codec import emit_change, parse_change
from catenet.application.consensus.raft.membership.config import (
    SINGLE_CHANGE,
    Change,
    ChangeError,
    apply_change,
    is_change,
    is_joint,
)
from catenet.application.consensus.raft.messages import ForwardProposal
from catenet.application.consensus.raft.replication import append_own, want_append
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER

SINGLE = 3  # a transition of `ChangeMembership`: one step, never joint


def on_propose(server: RaftServer, event: Propose) -> None:
    """Commands from the application here."""
    propose(server, [Entry(0, 0, COMMAND, command) for command in event.commands], event.tag, server.id)


def on_change_membership(server: RaftServer, event: ChangeMembership) -> None:
    """A change of membership from here."""
    if event.transition != SINGLE:
        change, kind = Change(event.changes, event.transition, event.context), CHANGE
    elif len(event.changes) == 1:
        change, kind = Change(event.changes, AUTO, event.context), SINGLE_CHANGE
    else:
        server.refuse(event.tag, "a single change is one step")
        return
    propose(server, [Entry(0, 0, kind, emit_change(change))], event.tag, server.id)


def on_readmit(server: RaftServer, event: Readmit) -> None:
    """Mark the place from which a replica that lost its disk counts again, and know nothing of its log any more."""
    if server.role != ROLE_LEADER or event.replica == server.id:
        server.refuse(event.tag, "not the leader")
        return
    if not lead_proposals(server, [Entry(0, 0, READMISSION, mark_octets(event.replica))], event.tag):
        return
    known = server.leading.progress.get(event.replica)
    if known is not None:
        fresh = server.leading.new_progress(server.log.last_index + 1, known.learner, False)
        server.leading.progress[event.replica] = fresh


def propose(server: RaftServer, proposals: list[Entry], tag: int, sender: int) -> None:
    """Into the log of the leader, wherever that is; proposals have no place yet (term and index 0)."""
    if server.role == ROLE_LEADER:
        lead_proposals(server, proposals, tag)
    elif server.role != ROLE_FOLLOWER or server.leader == NONE:
        server.refuse(tag, "no leader")
    elif not server.options.forward_proposals:
        server.refuse(tag, "not the leader")
    else:
        server.send(ForwardProposal(sender, server.leader, proposals))


def lead_proposals(server: RaftServer, proposals: list[Entry], tag: int) -> bool:
    """Append and replicate. A change of membership that may not follow becomes an empty entry."""
    if server.id not in server.leading.progress:
        server.refuse(tag, "no member")
        return False
    if server.leading.transfer_to != NONE:
        server.refuse(tag, "leadership is being transferred")
        return False
    first = server.log.last_index + 1
    for at, proposal in enumerate(proposals):
        if is_change(proposal):
            failed = objection(server, parse_change(proposal.data)) if server.options.validate_changes else ""
            if failed:
                server.refuse(tag, failed)
                tag = 0
                proposal = Entry(0, 0, COMMAND, b"")
            else:
                server.leading.pending_change_index = first + at
                proposal = with_founders(server, proposal)
            proposals = [*proposals[:at], proposal, *proposals[at + 1 :]]
    if not append_own(server, proposals):
        server.refuse(tag, "too much is uncommitted")
        return False
    if tag:
        server.effects.append(Accepted(tag, first, server.term))
    want_append(server)
    return True


def with_founders(server: RaftServer, proposal: Entry) -> Entry:
    """A newcomer that gets the log from its start knows of nobody until it sees the first change: tell it there."""
    if server.log.base or not proposal.data:
        return proposal
    change = parse_change(proposal.data)
    change = Change(change.changes, change.transition, change.context, server.membership)
    return Entry(0, 0, proposal.kind, emit_change(change))


def objection(server: RaftServer, change: Change) -> str:
    """Why a change may not be proposed now; empty if it may.

    Changes take effect when they are applied, so one may only follow when the one before is.
    """
    if server.leading.pending_change_index > server.last_applied:
        return "another change may be pending"
    if is_joint(server.membership) and change.changes:
        return "leave the joint membership first"
    if not is_joint(server.membership) and not change.changes:
        return "no joint membership to leave"
    try:
        after = apply_change(server.membership, change).membership
    except ChangeError as error:
        return error.rule
    if change.changes and after.witnesses and server.id not in after.voters:
        # With a witness's help all may be committed that only this leader holds.
        return "hand leadership over before leaving a group with witnesses"
    return ""
