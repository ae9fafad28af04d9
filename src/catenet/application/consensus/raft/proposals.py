"""Proposals: into the leader's log, or on to the leader; and which change of membership may follow another."""

from __future__ import annotations

from catenet.application.consensus.effects import Accepted
from catenet.application.consensus.entry import CHANGE, COMMAND, NONE, READMISSION, Entry, mark_octets
from catenet.application.consensus.events import AUTO, ChangeMembership, Propose, Readmit
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.raft.change_codec import emit_change, parse_change
from catenet.application.consensus.raft.config import Change, ChangeError, apply_change, is_joint
from catenet.application.consensus.raft.core import SINGLE_CHANGE, RaftCore, is_change
from catenet.application.consensus.raft.messages import ForwardProposal
from catenet.application.consensus.raft.progress import Progress
from catenet.application.consensus.raft.replication import want_append

SINGLE = 3  # a transition of `ChangeMembership`: one step, never joint


def on_propose(core: RaftCore, event: Propose) -> None:
    """Commands from the application here."""
    propose(core, [Entry(0, 0, COMMAND, command) for command in event.commands], event.tag, core.id)


def on_change_membership(core: RaftCore, event: ChangeMembership) -> None:
    """A change of membership from here."""
    if event.transition != SINGLE:
        change, kind = Change(event.changes, event.transition, event.context), CHANGE
    elif len(event.changes) == 1:
        change, kind = Change(event.changes, AUTO, event.context), SINGLE_CHANGE
    else:
        core.refuse(event.tag, "a single change is one step")
        return
    propose(core, [Entry(0, 0, kind, emit_change(change))], event.tag, core.id)


def on_readmit(core: RaftCore, event: Readmit) -> None:
    """Mark the place from which a replica that lost its disk counts again, and know nothing of its log any more."""
    if core.role != ROLE_LEADER or event.replica == core.id:
        core.refuse(event.tag, "not the leader")
        return
    if not lead_proposals(core, [Entry(0, 0, READMISSION, mark_octets(event.replica))], event.tag):
        return
    known = core.progress.get(event.replica)
    if known is not None:
        fresh = Progress(0, core.log.last_index + 1, core.new_inflight(), known.learner, False)
        core.progress[event.replica] = fresh


def propose(core: RaftCore, proposals: list[Entry], tag: int, sender: int) -> None:
    """Into the log of the leader, wherever that is; proposals have no place yet (term and index 0)."""
    if core.role == ROLE_LEADER:
        lead_proposals(core, proposals, tag)
    elif core.role != ROLE_FOLLOWER or core.leader == NONE:
        core.refuse(tag, "no leader")
    elif not core.options.forward_proposals:
        core.refuse(tag, "not the leader")
    else:
        core.send(ForwardProposal(sender, core.leader, proposals))


def lead_proposals(core: RaftCore, proposals: list[Entry], tag: int) -> bool:
    """Append and replicate. A change of membership that may not follow becomes an empty entry."""
    if core.id not in core.progress:
        core.refuse(tag, "no member")
        return False
    if core.transfer_to != NONE:
        core.refuse(tag, "leadership is being transferred")
        return False
    first = core.log.last_index + 1
    for at, proposal in enumerate(proposals):
        if is_change(proposal):
            failed = objection(core, parse_change(proposal.data)) if core.options.validate_changes else ""
            if failed:
                core.refuse(tag, failed)
                tag = 0
                proposal = Entry(0, 0, COMMAND, b"")
            else:
                core.pending_change_index = first + at
                proposal = with_founders(core, proposal)
            proposals = [*proposals[:at], proposal, *proposals[at + 1 :]]
    if not core.append_own(proposals):
        core.refuse(tag, "too much is uncommitted")
        return False
    if tag:
        core.notes.append(Accepted(tag, first, core.term))
    want_append(core)
    return True


def with_founders(core: RaftCore, proposal: Entry) -> Entry:
    """A newcomer that gets the log from its start knows of nobody until it sees the first change: tell it there."""
    if core.log.base or not proposal.data:
        return proposal
    change = parse_change(proposal.data)
    change = Change(change.changes, change.transition, change.context, core.membership)
    return Entry(0, 0, proposal.kind, emit_change(change))


def objection(core: RaftCore, change: Change) -> str:
    """Why a change may not be proposed now; empty if it may.

    Changes take effect when they are applied, so one may only follow when the one before is.
    """
    if core.pending_change_index > core.log.applied:
        return "another change may be pending"
    if is_joint(core.membership) and change.changes:
        return "leave the joint membership first"
    if not is_joint(core.membership) and not change.changes:
        return "no joint membership to leave"
    try:
        after = apply_change(core.membership, change).membership
    except ChangeError as error:
        return error.rule
    if change.changes and after.witnesses and core.id not in after.voters:
        # With a witness's help all may be committed that only this leader holds.
        return "hand leadership over before leaving a group with witnesses"
    return ""
