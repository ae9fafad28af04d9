"""Roles, and leader election (§5.2), safe by the rule of §5.4.1, with pre-votes and leases (dissertation §9.6, §4.2.3).

*When* to campaign is decided by an elector, a part that may be exchanged; *who may win* is decided here.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import COMMAND, NONE, Entry
from catenet.application.consensus.raft.log import NO_LIMIT
from catenet.application.consensus.raft.membership.config import is_change
from catenet.application.consensus.raft.messages import PreVoteReply, RequestPreVote, RequestVote, VoteAnswer, VoteReply
from catenet.application.consensus.raft.quorum import LOST, WON
from catenet.application.consensus.raft.replication import append_own, broadcast_append
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.state import LeaderState
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER, ROLE_PRE_CANDIDATE

UNPROMOTABLE: Final = "is unpromotable and can not campaign"
CHANGE_PENDING: Final = "has a committed change of membership to apply before it can campaign"


# Roles (Figure 4)


def reset(server: RaftServer, term: int) -> None:
    """Start a role anew: nextIndex[] becomes the index after the last entry, matchIndex[] 0 (Figure 2)."""
    assert term >= server.term, f"terms only grow (§5.1): {term} after {server.term}"
    if term != server.term:
        server.persistent.begin_term(term)
    server.leader = NONE
    server.elector.restart(server.now_ns)
    server.votes = {}
    server.incoming = None
    before = server.leading
    leading = server.leading = LeaderState(server.options, server.now_ns)
    last = server.log.last_index
    for member, known in before.progress.items():
        leading.progress[member] = leading.new_progress(last + 1, known.learner, False)
    if server.id in leading.progress:
        leading.progress[server.id].match = last
    for read in before.rounds.reads + before.early_reads:
        if read.requester == server.id:
            server.refuse(read.tag, "leadership lost")


def become_follower(server: RaftServer, term: int, leader: int) -> None:
    """Of a leader, or of nobody yet."""
    reset(server, term)
    server.role = ROLE_FOLLOWER
    assert leader != server.id, "a server does not follow itself"
    server.leader = leader
    server.policy.leader_changed()


def become_pre_candidate(server: RaftServer) -> None:
    """Ask whether it is worth while: neither term nor vote nor timer changes (dissertation §9.6)."""
    assert server.role != ROLE_LEADER, "a leader does not campaign"
    server.votes = {}
    server.leader = NONE
    server.role = ROLE_PRE_CANDIDATE


def become_candidate(server: RaftServer) -> None:
    """In a new term, with one's own vote (§5.2)."""
    assert server.role != ROLE_LEADER, "a leader does not campaign"
    reset(server, server.term + 1)
    assert server.persistent.vote == NONE, "nobody has a vote in a new term (§5.2)"
    server.persistent.vote = server.id
    server.role = ROLE_CANDIDATE


def become_leader(server: RaftServer) -> None:
    """Mark the new term with an empty entry: only entries of it are committed by counting (§5.4.2, §8)."""
    assert server.role == ROLE_CANDIDATE, "only a candidate is elected"
    assert server.persistent.vote == server.id, "a candidate votes for itself (§5.2)"
    reset(server, server.term)
    server.role = ROLE_LEADER
    server.leader = server.id
    own = server.leading.progress[server.id]
    own.become_replicate()
    own.active = True
    assert own.match == server.log.last_index, "a leader's own log matches itself"
    # There may be a change of membership among the entries that are not applied yet: wait for all of them.
    server.leading.pending_change_index = server.log.last_index
    append_own(server, [Entry(0, 0, COMMAND, b"")])


# Votes


def campaign(server: RaftServer, taking_over: bool) -> None:
    """Try to become leader. Who takes over does not ask first, and is not held back by leases."""
    if server.role == ROLE_LEADER:
        return
    if not server.is_eligible():
        server.notice(f"{server.id} {UNPROMOTABLE}")
    elif has_pending_changes(server):
        server.notice(f"{server.id} {CHANGE_PENDING}")
    elif server.options.pre_vote and not taking_over:
        ask_pre_votes(server)
    else:
        ask_votes(server, taking_over)


def ask_pre_votes(server: RaftServer) -> None:
    """Of all voters, this one among them."""
    become_pre_candidate(server)
    log = server.log
    term = server.term + 1
    for voter in server.members.electorate():
        if voter == server.id:
            server.reply(PreVoteReply(server.id, voter, term, True))
        else:
            server.send(RequestPreVote(server.id, voter, term, log.last_index, log.last_term))


def ask_votes(server: RaftServer, taking_over: bool) -> None:
    """In a new term; one's own vote counts, like any other, when it is on disk."""
    become_candidate(server)
    log = server.log
    for voter in server.members.electorate():
        if voter == server.id:
            server.reply(VoteReply(server.id, voter, server.term, True))
        else:
            server.send(RequestVote(server.id, voter, server.term, log.last_index, log.last_term, taking_over))


def has_pending_changes(server: RaftServer) -> bool:
    """A change of membership is committed and not applied: who campaigns now would count wrong."""
    applied, committed = server.last_applied, server.commit_index
    for entry in server.log.slice(applied + 1, committed + 1, NO_LIMIT) if applied < committed else []:
        if is_change(entry):
            return True
    return False


def held_back(server: RaftServer) -> bool:
    """A leader was heard within the minimum election timeout: help nobody to replace it.

    With lease reads an answered heartbeat is a promise to do so: it holds whatever term comes next, and a replica that
    restarts may have given it before.
    """
    return server.options.check_quorum and server.within_lease(NONE)


def may_vote(server: RaftServer, candidate: int) -> bool:
    """For it again, or for the first one to ask while no leader is known."""
    if server.is_listening():
        return False
    vote = server.persistent.vote
    return vote == candidate or (vote == NONE and server.leader == NONE)


def on_request_vote(server: RaftServer, message: RequestVote) -> None:
    """One vote in a term, and only for who has all that may be committed (§5.2, §5.4.1). Learners vote too:
    who asks them knows of their promotion before they do.
    """
    granted = may_vote(server, message.sender) and server.log.is_current(message.last_index, message.last_term)
    commit = server.commit_index
    server.reply(VoteReply(server.id, message.sender, server.term, granted, commit, server.log.term(commit)))
    if granted:
        assert server.persistent.vote in (NONE, message.sender), "one vote in a term (§5.2)"
        assert message.term == server.term, "a vote is given in the term that it was asked for in"
        server.elector.heard(server.now_ns)
        server.persistent.vote = message.sender


def on_request_pre_vote(server: RaftServer, message: RequestPreVote) -> None:
    """As one would vote in that term; nothing is promised by it."""
    may = not server.is_listening() and (message.term > server.term or may_vote(server, message.sender))
    granted = may and server.log.is_current(message.last_index, message.last_term)
    answer_pre_vote(server, message.sender, message.term if granted else server.term, granted)


def answer_pre_vote(server: RaftServer, to: int, term: int, granted: bool) -> None:
    """With the commit index, as any answer to a candidate."""
    commit = server.commit_index
    server.reply(PreVoteReply(server.id, to, term, granted, commit, server.log.term(commit)))


def learn_commit(server: RaftServer, message: VoteAnswer) -> None:
    """What is committed anywhere is committed, if it is the entry that stands here, too.

    Who learns so that others vote now has asked the wrong ones: their majority may share nobody with the right ones.
    """
    if message.commit <= server.commit_index or not server.log.matches(message.commit, message.commit_term):
        return
    server.volatile.commit_to(message.commit)
    if server.role in (ROLE_CANDIDATE, ROLE_PRE_CANDIDATE) and has_pending_changes(server):
        server.notice(f"{server.id} {CHANGE_PENDING}")
        become_follower(server, server.term, NONE)


def on_vote_reply(server: RaftServer, message: VoteReply) -> None:
    """Lead with a majority; give up when one is out of reach.

    One's own vote must be among them: while the term is not on our disk we could forget it in a crash, be
    elected in it again by the same votes, and fill the same places of the log with other entries.
    """
    if server.role != ROLE_CANDIDATE:
        return
    assert message.term == server.term, "a vote counts in its own term alone (§5.2)"
    result = _count(server, message, message.granted)
    if result == WON and server.id in server.votes:
        become_leader(server)
        if server.options.batching:
            server.leading.append_wanted = True
        else:
            broadcast_append(server)
    elif result == LOST:
        become_follower(server, server.term, NONE)


def on_pre_vote_reply(server: RaftServer, message: PreVoteReply) -> None:
    """With a majority it is worth while to ask for votes."""
    if server.role != ROLE_PRE_CANDIDATE:
        return
    result = _count(server, message, message.granted)
    if result == WON:
        ask_votes(server, taking_over=False)
    elif result == LOST:
        become_follower(server, server.term, NONE)


def _count(server: RaftServer, message: Message, granted: bool) -> int:
    server.votes.setdefault(message.sender, granted)
    return server.members.vote_result(server.votes)
