"""Changes of membership take effect here, when their entries are applied (§6)."""

from __future__ import annotations

from catenet.application.consensus.effects import MembershipChanged
from catenet.application.consensus.entry import CHANGE, NONE, Entry
from catenet.application.consensus.raft.membership.codec import parse_change
from catenet.application.consensus.raft.membership.config import Changed, ChangeError, apply_change, is_change
from catenet.application.consensus.raft.proposals import lead_proposals
from catenet.application.consensus.raft.replication import commit_known, send_append, want_append
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.transfer import start_transfer
from catenet.application.consensus.raft.votes import become_follower
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER


def apply_memberships(server: RaftServer, index: int) -> None:
    """All changes up to ``index`` count from now on."""
    assert index <= server.commit_index, f"the membership at {index} is not decided yet"
    log = server.log
    for at in range(max(server.members.index, log.base) + 1, index + 1):
        entry = log.entry(at)
        server.members.index = at
        if is_change(entry):
            change_membership(server, entry)


def change_membership(server: RaftServer, entry: Entry) -> None:
    """One change. One that does not fit changes nothing, here and on all others alike."""
    try:
        changed = apply_change(server.membership, parse_change(entry.data))
    except ChangeError as error:
        server.notice(f"the change of membership at {entry.index} does not fit: {error.rule}")
        return
    assert entry.index > server.members.history[-1][0], "changes take effect in the order of the log"
    assert changed.membership.voters, "somebody can still decide"
    server.members.history.append((entry.index, changed.membership))
    server.effects.append(MembershipChanged(changed.membership, entry.index))
    switch(server, changed)


def switch(server: RaftServer, changed: Changed) -> None:
    """Count by the new membership, and let those who are new in it hear of it."""
    server.set_membership(changed.membership, changed.renewed)
    if server.role != ROLE_LEADER:
        if server.role != ROLE_FOLLOWER and not server.is_eligible():
            become_follower(server, server.term, NONE)
        return
    own = server.leading.progress.get(server.id)
    if own is None or own.learner:
        if server.options.step_down_on_removal:
            become_follower(server, server.term, NONE)
        return
    if commit_known(server):
        want_append(server)
    else:
        for peer in server.members.peers:
            send_append(server, peer, even_empty=False)
    voters = server.membership.voters + server.membership.outgoing
    if server.leading.transfer_to not in voters:
        server.leading.transfer_to = NONE


def on_applied(server: RaftServer, index: int) -> None:
    """The application has applied all up to ``index``."""
    log = server.log
    before = server.last_applied
    index = max(index, before)
    apply_memberships(server, index)
    server.volatile.apply_to(index)
    leave_joint_if_due(server)
    octets = 0
    for at in range(max(before, log.base) + 1, index + 1):
        octets += len(log.entry(at).data)
    server.leading.uncommitted_octets = max(server.leading.uncommitted_octets - octets, 0)


def leave_joint_if_due(server: RaftServer) -> None:
    """The leader ends a joint membership that is to end by itself.

    One that will be gone by that, and leaves witnesses behind, first finds a successor that has all it has.
    """
    due = server.membership.auto_leave and server.last_applied >= server.leading.pending_change_index
    if (
        not due
        or server.role != ROLE_LEADER
        or server.id not in server.leading.progress
        or server.leading.transfer_to != NONE
    ):
        return
    members = server.membership
    if not members.witnesses or server.id in members.voters:
        lead_proposals(server, [Entry(0, 0, CHANGE, b"")], 0)
        return
    for voter in members.voters:
        if voter not in members.witnesses and server.leading.progress[voter].match == server.log.last_index:
            start_transfer(server, voter, 0)
            return
