"""Leader election (§5.2), safe by the rule of §5.4.1, with pre-votes and leases (dissertation §9.6, §4.2.3).

*When* to campaign is decided by an elector, a part that may be exchanged; *who may win* is decided here.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.interface import ROLE_CANDIDATE, ROLE_LEADER, ROLE_PRE_CANDIDATE
from catenet.application.consensus.raft.core import RaftCore
from catenet.application.consensus.raft.messages import PreVoteReply, RequestPreVote, RequestVote, VoteReply
from catenet.application.consensus.raft.quorum import LOST, WON
from catenet.application.consensus.raft.replication import broadcast_append

UNPROMOTABLE: Final = "is unpromotable and can not campaign"
CHANGE_PENDING: Final = "has a committed change of membership to apply before it can campaign"


def campaign(core: RaftCore, taking_over: bool) -> None:
    """Try to become leader. Who takes over does not ask first, and is not held back by leases."""
    if core.role == ROLE_LEADER:
        return
    if not core.is_eligible():
        core.notice(f"{core.id} {UNPROMOTABLE}")
    elif core.has_pending_changes():
        core.notice(f"{core.id} {CHANGE_PENDING}")
    elif core.options.pre_vote and not taking_over:
        ask_pre_votes(core)
    else:
        ask_votes(core, taking_over)


def electorate(core: RaftCore) -> list[int]:
    """All who vote, in order; of a joint membership, both groups."""
    everyone = set(core.membership.voters) | set(core.membership.outgoing)
    return sorted(everyone)


def ask_pre_votes(core: RaftCore) -> None:
    """Of all voters, this one among them."""
    core.become_pre_candidate()
    log = core.log
    term = core.term + 1
    for voter in electorate(core):
        if voter == core.id:
            core.reply(PreVoteReply(core.id, voter, term, True))
        else:
            core.send(RequestPreVote(core.id, voter, term, log.last_index, log.last_term))


def ask_votes(core: RaftCore, taking_over: bool) -> None:
    """In a new term; one's own vote counts, like any other, when it is on disk."""
    core.become_candidate()
    log = core.log
    for voter in electorate(core):
        if voter == core.id:
            core.reply(VoteReply(core.id, voter, core.term, True))
        else:
            core.send(RequestVote(core.id, voter, core.term, log.last_index, log.last_term, taking_over))


def held_back(core: RaftCore) -> bool:
    """A leader was heard within the minimum election timeout: help nobody to replace it.

    With lease reads an answered heartbeat is a promise to do so: it holds whatever term comes next, and a replica that
    restarts may have given it before.
    """
    if not core.options.check_quorum:
        return False
    return core.now_ns < core.grace_until_ns or (core.leader != NONE and core.elector.within_lease(core.now_ns))


def may_vote(core: RaftCore, candidate: int) -> bool:
    """For it again, or for the first one to ask while no leader is known."""
    if core.is_listening():
        return False
    return core.vote == candidate or (core.vote == NONE and core.leader == NONE)


def on_request_vote(core: RaftCore, message: RequestVote) -> None:
    """One vote in a term, and only for who has all that may be committed (§5.2, §5.4.1). Learners vote too:
    who asks them knows of their promotion before they do.
    """
    granted = may_vote(core, message.sender) and core.log.is_current(message.last_index, message.last_term)
    log = core.log
    core.reply(VoteReply(core.id, message.sender, core.term, granted, log.committed, log.term(log.committed)))
    if granted:
        core.elector.heard(core.now_ns)
        core.vote = message.sender


def on_request_pre_vote(core: RaftCore, message: RequestPreVote) -> None:
    """As one would vote in that term; nothing is promised by it."""
    may = not core.is_listening() and (message.term > core.term or may_vote(core, message.sender))
    granted = may and core.log.is_current(message.last_index, message.last_term)
    answer_pre_vote(core, message.sender, message.term if granted else core.term, granted)


def answer_pre_vote(core: RaftCore, to: int, term: int, granted: bool) -> None:
    """With the commit index, as any answer to a candidate."""
    log = core.log
    core.reply(PreVoteReply(core.id, to, term, granted, log.committed, log.term(log.committed)))


def learn_commit(core: RaftCore, message: VoteReply | PreVoteReply) -> None:
    """What is committed anywhere is committed, if it is the entry that stands here, too.

    Who learns so that others vote now has asked the wrong ones: their majority may share nobody with the right ones.
    """
    if message.commit <= core.log.committed or not core.log.matches(message.commit, message.commit_term):
        return
    core.log.commit_to(message.commit)
    if core.role in (ROLE_CANDIDATE, ROLE_PRE_CANDIDATE) and core.has_pending_changes():
        core.notice(f"{core.id} {CHANGE_PENDING}")
        core.become_follower(core.term, NONE)


def on_vote_reply(core: RaftCore, message: VoteReply) -> None:
    """Lead with a majority; give up when one is out of reach.

    One's own vote must be among them: while the term is not on our disk we could forget it in a crash, be
    elected in it again by the same votes, and fill the same places of the log with other entries.
    """
    if core.role != ROLE_CANDIDATE:
        return
    result = _count(core, message, message.granted)
    if result == WON and core.id in core.votes:
        core.become_leader()
        if core.options.batching:
            core.append_wanted = True
        else:
            broadcast_append(core)
    elif result == LOST:
        core.become_follower(core.term, NONE)


def on_pre_vote_reply(core: RaftCore, message: PreVoteReply) -> None:
    """With a majority it is worth while to ask for votes."""
    if core.role != ROLE_PRE_CANDIDATE:
        return
    result = _count(core, message, message.granted)
    if result == WON:
        ask_votes(core, taking_over=False)
    elif result == LOST:
        core.become_follower(core.term, NONE)


def _count(core: RaftCore, message: Message, granted: bool) -> int:
    core.votes.setdefault(message.sender, granted)
    return core.vote_result(core.votes)
