"""A message arrives: first its term (§5.1), then its kind."""

from __future__ import annotations

from catenet.application.consensus.effects import Message
from catenet.application.consensus.election_timeout import ElectorMessage
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.raft import proposals, reads, replication, snapshot, transfer, votes
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
        # §5.4.3: what is committed stays so in all later terms, so the answer's own term does not matter.
        votes.learn_commit(server, message)
    # §5.1: terms are compared on every exchange; forwarded requests carry none.
    if term != server.term and term != 0 and not _other_term(server, message, term):
        return
    match message:
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            # §5.2: only the leader of the term sends these.
            follow(server, message)
        case AppendReply() | HeartbeatReply() | SnapshotReply():
            # §5.3: they say how far the sender's log matches the leader's.
            lead(server, message)
        case RequestVote():
            # §5.2: one vote in a term, for the first to ask; §5.4.1: if its log is as up to date as ours.
            votes.on_request_vote(server, message)
        case VoteReply():
            # §5.2: a majority of the votes of one term elects.
            votes.on_vote_reply(server, message)
        case RequestPreVote():
            # Dissertation §9.6: would it be elected? Neither term nor vote changes.
            votes.on_request_pre_vote(server, message)
        case PreVoteReply():
            # Dissertation §9.6: only with a majority is it worth while to begin a term.
            votes.on_pre_vote_reply(server, message)
        case _:
            _receive_request(server, message)


def _receive_request(server: RaftServer, message: Message) -> None:
    """What is asked of a leader, by others or on the way through a follower; and what belongs to no term."""
    match message:
        case ForwardProposal():
            # §8: the leader alone takes requests; others pass them on.
            proposals.propose(server, message.entries, 0, message.sender)
        case ReadRequest():
            # Dissertation §6.4: a follower reads at the leader's read index.
            reads.on_read_request(server, message)
        case ReadReply():
            # Dissertation §6.4: it is served once the read index is applied here.
            reads.on_read_reply(server, message)
        case ForwardTransfer():
            # Dissertation §3.10: the leader alone can hand its leadership over.
            transfer.on_forward_transfer(server, message)
        case TimeoutNow():
            # Dissertation §3.10: the leader has made sure that this log is complete. A candidate campaigns already.
            if server.role == ROLE_FOLLOWER:
                votes.campaign(server, taking_over=True)
        case ElectorMessage():
            # Omni-Paxos §5: rounds of an elector belong to no term.
            server.elector.receive(message, server.now_ns)


def _other_term(server: RaftServer, message: Message, term: int) -> bool:
    """Another term than ours. False if the message is done with."""
    if isinstance(message, ElectorMessage):
        return True  # it belongs to no term
    if term > server.term:
        return _newer_term(server, message, term)
    # §5.1: a request of a stale term is refused; its sender learns the term where it could not go on otherwise.
    if isinstance(message, RequestPreVote):
        # Dissertation §9.6: asking raises nobody's term, so the answer must tell who lags behind of ours.
        votes.answer_pre_vote(server, message.sender, server.term, granted=False)
    elif isinstance(message, AppendEntries | Heartbeat) and (server.options.check_quorum or server.options.pre_vote):
        # Our term is ahead because we campaigned while cut off, and with leases nobody follows us there. The old
        # leader must learn of the term, or it and we would ignore each other for ever.
        server.reply(AppendReply(server.id, message.sender, server.term, 0))
    return False


def _newer_term(server: RaftServer, message: Message, term: int) -> bool:
    match message:
        case RequestVote():
            # §6, dissertation §4.2.3: a leader was heard within the minimum election timeout: neither term nor vote
            # changes, so that a server that was removed or cut off disrupts nobody. §3.10: unless the leader said so.
            if not message.transfer and votes.held_back(server):
                return False
            votes.become_follower(server, term, NONE)
        case RequestPreVote():
            # Dissertation §9.6: nobody's term changes by being asked.
            return not votes.held_back(server)
        case PreVoteReply():
            # Dissertation §9.6: granted, it repeats the term that was asked for, in which nobody is yet.
            if not message.granted:
                votes.become_follower(server, term, NONE)
        case AppendEntries() | Heartbeat() | InstallSnapshot():
            # §5.2: only an elected leader sends these: follow it.
            votes.become_follower(server, term, message.sender)
        case _:
            # §5.1: whoever hears of a newer term is a follower in it; who leads there is not known.
            votes.become_follower(server, term, NONE)
    return True


def follow(server: RaftServer, message: AppendEntries | Heartbeat | InstallSnapshot) -> None:
    """The sender leads this term: at most one does, so whoever else thought to, follows."""
    if server.role == ROLE_LEADER:
        return  # §5.2, election safety: nobody else leads this term; it is from before, or not from a leader
    if server.role != ROLE_FOLLOWER:
        # §5.2: a candidate recognises the leader of its own term, and returns to follower.
        votes.become_follower(server, server.term, message.sender)
    else:
        # §5.2: a follower stays one as long as it hears from a leader.
        if server.leader != message.sender:
            server.policy.leader_changed()
        server.elector.heard(server.now_ns)
        server.leader = message.sender
    assert server.role == ROLE_FOLLOWER, "only a follower takes a leader's entries (§5.2)"
    assert server.leader == message.sender, "a follower has one leader (§5.2)"
    if isinstance(message, AppendEntries):
        replication.on_append_entries(server, message)
    elif isinstance(message, Heartbeat):
        replication.on_heartbeat(server, message)
    else:
        snapshot.on_install_snapshot(server, message)


def lead(server: RaftServer, message: AppendReply | HeartbeatReply | SnapshotReply) -> None:
    """A follower answers."""
    if server.role != ROLE_LEADER:
        return  # the answer is to a leader that stepped down
    known = server.leading.progress.get(message.sender)
    if known is None:
        return  # §6: it has left the group, and counts in no majority
    if isinstance(message, AppendReply):
        known.active = True
        if message.rejected:
            # §5.3: the logs do not match there: decrement nextIndex, and try again.
            replication.on_rejection(server, message, known)
        elif replication.on_acknowledgment(server, message, known):
            # §5.3: matchIndex has grown: a majority may have the entry now.
            if replication.commit_and_continue(server, message.sender):
                # §8: an entry of this term may be the first that is committed.
                reads.release_early(server)
            # Dissertation §3.10: the target may have the whole log now.
            transfer.continue_transfer(server, message.sender)
    elif isinstance(message, HeartbeatReply):
        replication.on_heartbeat_reply(server, message, known)
        # Dissertation §6.4: a majority answered a round: nobody else led when it began.
        reads.release_confirmed(server)
    else:
        snapshot.on_snapshot_reply(server, message, known)
