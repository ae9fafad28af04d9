"""A message arrives: first its term (§5.1), then its kind."""

from __future__ import annotations

from catenet.application.consensus.effects import Message
from catenet.application.consensus.elector import ElectorMessage
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.raft.core import RaftCore
from catenet.application.consensus.raft.election import (
    answer_pre_vote,
    campaign,
    held_back,
    learn_commit,
    on_pre_vote_reply,
    on_request_pre_vote,
    on_request_vote,
    on_vote_reply,
)
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    AppendReply,
    ForwardProposal,
    ForwardTransfer,
    Heartbeat,
    HeartbeatReply,
    InstallSnapshot,
    PreVoteReply,
    ReadReply,
    ReadRequest,
    RequestPreVote,
    RequestVote,
    SnapshotReply,
    TimeoutNow,
    VoteReply,
)
from catenet.application.consensus.raft.proposals import propose
from catenet.application.consensus.raft.reads import on_read_reply, on_read_request, release_confirmed, release_early
from catenet.application.consensus.raft.replication import (
    commit_and_continue,
    on_acknowledgment,
    on_append_entries,
    on_heartbeat,
    on_heartbeat_reply,
    on_rejection,
)
from catenet.application.consensus.raft.snapshot import on_install_snapshot, on_snapshot_reply
from catenet.application.consensus.raft.transfer import continue_transfer, on_forward_transfer


def receive(core: RaftCore, message: Message) -> None:
    """From another replica, or from this one."""
    term = message.term
    if isinstance(message, VoteReply | PreVoteReply):
        learn_commit(core, message)
    if term != core.term and term != 0 and not _settle_term(core, message, term):
        return
    match message:
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            follow(core, message)
        case AppendReply() | HeartbeatReply() | SnapshotReply():
            lead(core, message)
        case RequestVote():
            on_request_vote(core, message)
        case VoteReply():
            on_vote_reply(core, message)
        case RequestPreVote():
            on_request_pre_vote(core, message)
        case PreVoteReply():
            on_pre_vote_reply(core, message)
        case _:
            _receive_request(core, message)


def _receive_request(core: RaftCore, message: Message) -> None:
    """What is asked of a leader, by others or on the way through a follower; and what belongs to no term."""
    match message:
        case ForwardProposal():
            propose(core, message.entries, 0, message.sender)
        case ReadRequest():
            on_read_request(core, message)
        case ReadReply():
            on_read_reply(core, message)
        case ForwardTransfer():
            on_forward_transfer(core, message)
        case TimeoutNow():
            if core.role == ROLE_FOLLOWER:
                campaign(core, taking_over=True)
        case ElectorMessage():
            core.elector.receive(message, core.now_ns)


def _settle_term(core: RaftCore, message: Message, term: int) -> bool:
    """Another term than ours. False if the message is done with."""
    if isinstance(message, ElectorMessage):
        return True
    if term > core.term:
        return _newer_term(core, message, term)
    if isinstance(message, RequestPreVote):
        answer_pre_vote(core, message.sender, core.term, granted=False)
    elif isinstance(message, AppendEntries | Heartbeat) and (core.options.check_quorum or core.options.pre_vote):
        # Our term is ahead because we campaigned while cut off, and with leases nobody follows us there. The old
        # leader must learn of the term, or it and we would ignore each other for ever.
        core.reply(AppendReply(core.id, message.sender, core.term, 0))
    return False


def _newer_term(core: RaftCore, message: Message, term: int) -> bool:
    match message:
        case RequestVote():
            if not message.transfer and held_back(core):
                return False
            core.become_follower(term, NONE)
        case RequestPreVote():
            return not held_back(core)
        case PreVoteReply():
            if not message.granted:
                core.become_follower(term, NONE)
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            core.become_follower(term, message.sender)
        case _:
            core.become_follower(term, NONE)
    return True


def follow(core: RaftCore, message: AppendEntries | Heartbeat | InstallSnapshot) -> None:
    """The sender leads this term: at most one does, so whoever else thought to, follows."""
    if core.role == ROLE_LEADER:
        return
    if core.role != ROLE_FOLLOWER:
        core.become_follower(core.term, message.sender)
    else:
        if core.leader != message.sender:
            core.policy.leader_changed()
        core.elector.heard(core.now_ns)
        core.leader = message.sender
    if isinstance(message, AppendEntries):
        on_append_entries(core, message)
    elif isinstance(message, Heartbeat):
        on_heartbeat(core, message)
    else:
        on_install_snapshot(core, message)


def lead(core: RaftCore, message: AppendReply | HeartbeatReply | SnapshotReply) -> None:
    """A follower answers."""
    if core.role != ROLE_LEADER:
        return
    known = core.progress.get(message.sender)
    if known is None:
        return
    if isinstance(message, AppendReply):
        known.active = True
        if message.rejected:
            on_rejection(core, message, known)
        elif on_acknowledgment(core, message, known):
            if commit_and_continue(core, message.sender):
                release_early(core)
            continue_transfer(core, message.sender)
    elif isinstance(message, HeartbeatReply):
        on_heartbeat_reply(core, message, known)
        release_confirmed(core)
    else:
        on_snapshot_reply(core, message, known)
