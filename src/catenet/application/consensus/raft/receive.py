"""A message arrives: first its term (§5.1), then its kind."""

from __future__ import annotations

from catenet.application.consensus.effects import Message
from catenet.application.consensus.elector import ElectorMessage
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
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
    PreVoteReply,
    ReadReply,
    ReadRequest,
    RequestPreVote,
    RequestVote,
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
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.snapshot import on_install_snapshot, on_snapshot_reply
from catenet.application.consensus.raft.transfer import continue_transfer, on_forward_transfer


def receive(server: RaftServer, message: Message) -> None:
    """From another replica, or from this one."""
    term = message.term
    if isinstance(message, VoteReply | PreVoteReply):
        learn_commit(server, message)
    if term != server.term and term != 0 and not _settle_term(server, message, term):
        return
    match message:
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            follow(server, message)
        case AppendReply() | HeartbeatReply() | SnapshotReply():
            lead(server, message)
        case RequestVote():
            on_request_vote(server, message)
        case VoteReply():
            on_vote_reply(server, message)
        case RequestPreVote():
            on_request_pre_vote(server, message)
        case PreVoteReply():
            on_pre_vote_reply(server, message)
        case _:
            _receive_request(server, message)


def _receive_request(server: RaftServer, message: Message) -> None:
    """What is asked of a leader, by others or on the way through a follower; and what belongs to no term."""
    match message:
        case ForwardProposal():
            propose(server, message.entries, 0, message.sender)
        case ReadRequest():
            on_read_request(server, message)
        case ReadReply():
            on_read_reply(server, message)
        case ForwardTransfer():
            on_forward_transfer(server, message)
        case TimeoutNow():
            if server.role == ROLE_FOLLOWER:
                campaign(server, taking_over=True)
        case ElectorMessage():
            server.elector.receive(message, server.now_ns)


def _settle_term(server: RaftServer, message: Message, term: int) -> bool:
    """Another term than ours. False if the message is done with."""
    if isinstance(message, ElectorMessage):
        return True
    if term > server.term:
        return _newer_term(server, message, term)
    if isinstance(message, RequestPreVote):
        answer_pre_vote(server, message.sender, server.term, granted=False)
    elif isinstance(message, AppendEntries | Heartbeat) and (server.options.check_quorum or server.options.pre_vote):
        # Our term is ahead because we campaigned while cut off, and with leases nobody follows us there. The old
        # leader must learn of the term, or it and we would ignore each other for ever.
        server.reply(AppendReply(server.id, message.sender, server.term, 0))
    return False


def _newer_term(server: RaftServer, message: Message, term: int) -> bool:
    match message:
        case RequestVote():
            if not message.transfer and held_back(server):
                return False
            server.become_follower(term, NONE)
        case RequestPreVote():
            return not held_back(server)
        case PreVoteReply():
            if not message.granted:
                server.become_follower(term, NONE)
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            server.become_follower(term, message.sender)
        case _:
            server.become_follower(term, NONE)
    return True


def follow(server: RaftServer, message: AppendEntries | Heartbeat | InstallSnapshot) -> None:
    """The sender leads this term: at most one does, so whoever else thought to, follows."""
    if server.role == ROLE_LEADER:
        return
    if server.role != ROLE_FOLLOWER:
        server.become_follower(server.term, message.sender)
    else:
        if server.leader != message.sender:
            server.policy.leader_changed()
        server.elector.heard(server.now_ns)
        server.leader = message.sender
    if isinstance(message, AppendEntries):
        on_append_entries(server, message)
    elif isinstance(message, Heartbeat):
        on_heartbeat(server, message)
    else:
        on_install_snapshot(server, message)


def lead(server: RaftServer, message: AppendReply | HeartbeatReply | SnapshotReply) -> None:
    """A follower answers."""
    if server.role != ROLE_LEADER:
        return
    known = server.progress.get(message.sender)
    if known is None:
        return
    if isinstance(message, AppendReply):
        known.active = True
        if message.rejected:
            on_rejection(server, message, known)
        elif on_acknowledgment(server, message, known):
            if commit_and_continue(server, message.sender):
                release_early(server)
            continue_transfer(server, message.sender)
    elif isinstance(message, HeartbeatReply):
        on_heartbeat_reply(server, message, known)
        release_confirmed(server)
    else:
        on_snapshot_reply(server, message, known)
