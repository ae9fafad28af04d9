"""Leader election (§5.2), safe by the rule of §5.4.1, with pre-votes and leases (dissertation §9.6, §4.2.3).

*When* to campaign is decided by an elector, a part that may be exchanged; *who may win* is decided here.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.interface import ROLE_CANDIDATE, ROLE_LEADER, ROLE_PRE_CANDIDATE
from catenet.application.consensus.raft.messages import PreVoteReply, RequestPreVote, RequestVote, VoteReply
from catenet.application.consensus.raft.quorum import LOST, WON
from catenet.application.consensus.raft.replication import broadcast_append
from catenet.application.consensus.raft.server import RaftServer

UNPROMOTABLE: Final = "is unpromotable and can not campaign"
CHANGE_PENDING: Final = "has a committed change of membership to apply before it can campaign"


def campaign(server: RaftServer, taking_over: bool) -> None:
    """Try to become leader. Who takes over does not ask first, and is not held back by leases."""
    if server.role == ROLE_LEADER:
        return
    if not server.is_eligible():
        server.notice(f"{server.id} {UNPROMOTABLE}")
    elif server.has_pending_changes():
        server.notice(f"{server.id} {CHANGE_PENDING}")
    elif server.options.pre_vote and not taking_over:
        ask_pre_votes(server)
    else:
        ask_votes(server, taking_over)


def electorate(server: RaftServer) -> list[int]:
    """All who vote, in order; of a joint membership, both groups."""
    everyone = set(server.membership.voters) | set(server.membership.outgoing)
    return sorted(everyone)


def ask_pre_votes(server: RaftServer) -> None:
    """Of all voters, this one among them."""
    server.become_pre_candidate()
    log = server.log
    term = server.term + 1
    for voter in electorate(server):
        if voter == server.id:
            server.reply(PreVoteReply(server.id, voter, term, True))
        else:
            server.send(RequestPreVote(server.id, voter, term, log.last_index, log.last_term))


def ask_votes(server: RaftServer, taking_over: bool) -> None:
    """In a new term; one's own vote counts, like any other, when it is on disk."""
    server.become_candidate()
    log = server.log
    for voter in electorate(server):
        if voter == server.id:
            server.reply(VoteReply(server.id, voter, server.term, True))
        else:
            server.send(RequestVote(server.id, voter, server.term, log.last_index, log.last_term, taking_over))


def held_back(server: RaftServer) -> bool:
    """A leader was heard within the minimum election timeout: help nobody to replace it.

    With lease reads an answered heartbeat is a promise to do so: it holds whatever term comes next, and a replica that
    restarts may have given it before.
    """
    if not server.options.check_quorum:
        return False
    return server.now_ns < server.grace_until_ns or (
        server.leader != NONE and server.elector.within_lease(server.now_ns)
    )


def may_vote(server: RaftServer, candidate: int) -> bool:
    """For it again, or for the first one to ask while no leader is known."""
    if server.is_listening():
        return False
    return server.vote == candidate or (server.vote == NONE and server.leader == NONE)


def on_request_vote(server: RaftServer, message: RequestVote) -> None:
    """One vote in a term, and only for who has all that may be committed (§5.2, §5.4.1). Learners vote too:
    who asks them knows of their promotion before they do.
    """
    granted = may_vote(server, message.sender) and server.log.is_current(message.last_index, message.last_term)
    log = server.log
    server.reply(VoteReply(server.id, message.sender, server.term, granted, log.committed, log.term(log.committed)))
    if granted:
        server.elector.heard(server.now_ns)
        server.vote = message.sender


def on_request_pre_vote(server: RaftServer, message: RequestPreVote) -> None:
    """As one would vote in that term; nothing is promised by it."""
    may = not server.is_listening() and (message.term > server.term or may_vote(server, message.sender))
    granted = may and server.log.is_current(message.last_index, message.last_term)
    answer_pre_vote(server, message.sender, message.term if granted else server.term, granted)


def answer_pre_vote(server: RaftServer, to: int, term: int, granted: bool) -> None:
    """With the commit index, as any answer to a candidate."""
    log = server.log
    server.reply(PreVoteReply(server.id, to, term, granted, log.committed, log.term(log.committed)))


def learn_commit(server: RaftServer, message: VoteReply | PreVoteReply) -> None:
    """What is committed anywhere is committed, if it is the entry that stands here, too.

    Who learns so that others vote now has asked the wrong ones: their majority may share nobody with the right ones.
    """
    if message.commit <= server.log.committed or not server.log.matches(message.commit, message.commit_term):
        return
    server.log.commit_to(message.commit)
    if server.role in (ROLE_CANDIDATE, ROLE_PRE_CANDIDATE) and server.has_pending_changes():
        server.notice(f"{server.id} {CHANGE_PENDING}")
        server.become_follower(server.term, NONE)


def on_vote_reply(server: RaftServer, message: VoteReply) -> None:
    """Lead with a majority; give up when one is out of reach.

    One's own vote must be among them: while the term is not on our disk we could forget it in a crash, be
    elected in it again by the same votes, and fill the same places of the log with other entries.
    """
    if server.role != ROLE_CANDIDATE:
        return
    result = _count(server, message, message.granted)
    if result == WON and server.id in server.votes:
        server.become_leader()
        if server.options.batching:
            server.append_wanted = True
        else:
            broadcast_append(server)
    elif result == LOST:
        server.become_follower(server.term, NONE)


def on_pre_vote_reply(server: RaftServer, message: PreVoteReply) -> None:
    """With a majority it is worth while to ask for votes."""
    if server.role != ROLE_PRE_CANDIDATE:
        return
    result = _count(server, message, message.granted)
    if result == WON:
        ask_votes(server, taking_over=False)
    elif result == LOST:
        server.become_follower(server.term, NONE)


def _count(server: RaftServer, message: Message, granted: bool) -> int:
    server.votes.setdefault(message.sender, granted)
    return server.vote_result(server.votes)
