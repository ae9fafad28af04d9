"""A message arrives: first its term (§5.1), then its kind."""

from __future__ import annotations

from catenet.application.consensus.effects import Message
from catenet.application.consensus.elector import ElectorMessage
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.raft import election, proposals, reads, replication, snapshot, transfer
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
    VoteAnswer,
    VoteReply,
)
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER


def receive(server: RaftServer, message: Message) -> None:
    """From another replica, or from this one."""
    term = message.term
    if isinstance(message, VoteAnswer):
        election.learn_commit(server, message)
    if term != server.term and term != 0 and not _settle_term(server, message, term):
        return
    match message:
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            follow(server, message)
        case AppendReply() | HeartbeatReply() | SnapshotReply():
            lead(server, message)
        case RequestVote():
            election.on_request_vote(server, message)
        case VoteReply():
            election.on_vote_reply(server, message)
        case RequestPreVote():
            election.on_request_pre_vote(server, message)
        case PreVoteReply():
            election.on_pre_vote_reply(server, message)
        case _:
            _receive_request(server, message)


def _receive_request(server: RaftServer, message: Message) -> None:
    """What is asked of a leader, by others or on the way through a follower; and what belongs to no term."""
    match message:
        case ForwardProposal():
            proposals.propose(server, message.entries, 0, message.sender)
        case ReadRequest():
            reads.on_read_request(server, message)
        case ReadReply():
            reads.on_read_reply(server, message)
        case ForwardTransfer():
            transfer.on_forward_transfer(server, message)
        case TimeoutNow():
            if server.role == ROLE_FOLLOWER:
                election.campaign(server, taking_over=True)
        case ElectorMessage():
            server.elector.receive(message, server.now_ns)


def _settle_term(server: RaftServer, message: Message, term: int) -> bool:
    """Another term than ours. False if the message is done with."""
    if isinstance(message, ElectorMessage):
        return True
    if term > server.term:
        return _newer_term(server, message, term)
    if isinstance(message, RequestPreVote):
        election.answer_pre_vote(server, message.sender, server.term, granted=False)
    elif isinstance(message, AppendEntries | Heartbeat) and (server.options.check_quorum or server.options.pre_vote):
        # Our term is ahead because we campaigned while cut off, and with leases nobody follows us there. The old
        # leader must learn of the term, or it and we would ignore each other for ever.
        server.reply(AppendReply(server.id, message.sender, server.term, 0))
    return False


def _newer_term(server: RaftServer, message: Message, term: int) -> bool:
    match message:
        case RequestVote():
            if not message.transfer and election.held_back(server):
                return False
            election.become_follower(server, term, NONE)
        case RequestPreVote():
            return not election.held_back(server)
        case PreVoteReply():
            if not message.granted:
                election.become_follower(server, term, NONE)
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            election.become_follower(server, term, message.sender)
        case _:
            election.become_follower(server, term, NONE)
    return True


def follow(server: RaftServer, message: AppendEntries | Heartbeat | InstallSnapshot) -> None:
    """The sender leads this term: at most one does, so whoever else thought to, follows."""
    if server.role == ROLE_LEADER:
        return
    if server.role != ROLE_FOLLOWER:
        election.become_follower(server, server.term, message.sender)
    else:
        if server.leader != message.sender:
            server.policy.leader_changed()
        server.elector.heard(server.now_ns)
        server.leader = message.sender
    if isinstance(message, AppendEntries):
        replication.on_append_entries(server, message)
    elif isinstance(message, Heartbeat):
        replication.on_heartbeat(server, message)
    else:
        snapshot.on_install_snapshot(server, message)


def lead(server: RaftServer, message: AppendReply | HeartbeatReply | SnapshotReply) -> None:
    """A follower answers."""
    if server.role != ROLE_LEADER:
        return
    known = server.leading.progress.get(message.sender)
    if known is None:
        return
    if isinstance(message, AppendReply):
        known.active = True
        if message.rejected:
            replication.on_rejection(server, message, known)
        elif replication.on_acknowledgment(server, message, known):
            if replication.commit_and_continue(server, message.sender):
                reads.release_early(server)
            transfer.continue_transfer(server, message.sender)
    elif isinstance(message, HeartbeatReply):
        replication.on_heartbeat_reply(server, message, known)
        reads.release_confirmed(server)
    else:
        snapshot.on_snapshot_reply(server, message, known)
