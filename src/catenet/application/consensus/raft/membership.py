"""Changes of membership take effect here, when their entries are applied (§6)."""

from __future__ import annotations

from catenet.application.consensus.effects import MembershipChanged
from catenet.application.consensus.entry import CHANGE, NONE, Entry
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.raft.change_codec import parse_change
from catenet.application.consensus.raft.config import Changed, ChangeError, apply_change
from catenet.application.consensus.raft.core import RaftCore, is_change
from catenet.application.consensus.raft.proposals import lead_proposals
from catenet.application.consensus.raft.replication import send_append, want_append
from catenet.application.consensus.raft.transfer import start_transfer


def apply_memberships(core: RaftCore, index: int) -> None:
    """All changes up to ``index`` count from now on."""
    log = core.log
    for at in range(max(core.membership_index, log.base) + 1, index + 1):
        entry = log.entry(at)
        core.membership_index = at
        if is_change(entry):
            change_membership(core, entry)


def change_membership(core: RaftCore, entry: Entry) -> None:
    """One change. One that does not fit changes nothing, here and on all others alike."""
    try:
        changed = apply_change(core.membership, parse_change(entry.data))
    except ChangeError as error:
        core.notice(f"the change of membership at {entry.index} does not fit: {error.rule}")
        return
    core.memberships.append((entry.index, changed.membership))
    core.notes.append(MembershipChanged(changed.membership, entry.index))
    switch(core, changed)


def switch(core: RaftCore, changed: Changed) -> None:
    """Count by the new membership, and let those who are new in it hear of it."""
    core.set_membership(changed.membership, changed.renewed)
    if core.role != ROLE_LEADER:
        if core.role != ROLE_FOLLOWER and not core.is_eligible():
            core.become_follower(core.term, NONE)
        return
    own = core.progress.get(core.id)
    if own is None or own.learner:
        if core.options.step_down_on_removal:
            core.become_follower(core.term, NONE)
        return
    if core.commit_known():
        want_append(core)
    else:
        for peer in core.peers:
            send_append(core, peer, even_empty=False)
    voters = core.membership.voters + core.membership.outgoing
    if core.transfer_to not in voters:
        core.transfer_to = NONE


def on_applied(core: RaftCore, index: int) -> None:
    """The application has applied all up to ``index``."""
    log = core.log
    before = log.applied
    index = max(index, before)
    apply_memberships(core, index)
    log.apply_to(index)
    leave_joint_if_due(core)
    octets = 0
    for at in range(max(before, log.base) + 1, index + 1):
        octets += len(log.entry(at).data)
    core.uncommitted_octets = max(core.uncommitted_octets - octets, 0)


def leave_joint_if_due(core: RaftCore) -> None:
    """The leader ends a joint membership that is to end by itself.

    One that will be gone by that, and leaves witnesses behind, first finds a successor that has all it has.
    """
    due = core.membership.auto_leave and core.log.applied >= core.pending_change_index
    if not due or core.role != ROLE_LEADER or core.id not in core.progress or core.transfer_to != NONE:
        return
    members = core.membership
    if not members.witnesses or core.id in members.voters:
        lead_proposals(core, [Entry(0, 0, CHANGE, b"")], 0)
        return
    for voter in members.voters:
        if voter not in members.witnesses and core.progress[voter].match == core.log.last_index:
            start_transfer(core, voter, 0)
            return
