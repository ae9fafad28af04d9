"""What must hold between Raft's replicas, as seen by somebody who sees them all at once.

:class:`~catenet.application.consensus.raft.invariants.Invariants` watches what replicas do; these rules look at whether
what they do is *safe*: whether it would still stand if the worst came next.  So a mistake shows when it is made, and
not only when it has done harm.  What each step costs does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Membership
from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.raft.core import RaftCore, is_change
from catenet.application.consensus.raft.invariants import InvariantError
from catenet.application.consensus.raft.log import NO_TERM, Log
from catenet.application.consensus.raft.messages import AppendReply, InstallSnapshot, RequestVote, TimeoutNow, VoteReply
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.experiments.chaos.census import Census
from catenet.experiments.chaos.majorities import always_meet, majority_of


@dataclass(frozen=True)
class Acknowledged:
    """The furthest that a replica has said its log is its leader's: in which term, up to where, and the entry there."""

    term: int
    index: int
    entry_term: int


class Was:
    """What a replica was when it was last seen."""

    def __init__(self, core: RaftCore) -> None:
        self.leading_term = 0
        self.committed: int = core.log.committed
        self.last_index: int = core.log.last_index
        self.applied: int = core.log.applied
        self.membership: Membership = core.membership


def has(log: Log, index: int, term: int) -> bool:
    """Whether a log holds that entry, or a snapshot of what it led to."""
    return log.base >= index or log.matches(index, term)


def is_ahead(log: Log, last_index: int, last_term: int) -> bool:
    """Whether a log is more up to date than one that ends so (§5.4.1)."""
    return (log.last_term, log.last_index) > (last_term, last_index)


class RaftRules:
    """Of one group.  Each method raises InvariantError, whose words say who did what, and why it is not safe."""

    def __init__(self, census: Census, is_up: Callable[[int], bool]) -> None:
        self._census: Final = census
        self._is_up: Final = is_up
        self._cores: Final[dict[int, RaftCore]] = {}
        self._was: Final[dict[int, Was]] = {}
        self._acknowledged: Final[dict[int, Acknowledged]] = {}
        self._votes: Final[dict[tuple[int, int], set[int]]] = {}
        self._candidates: Final[dict[int, set[int]]] = {}
        self._lost: Final[set[int]] = set()
        """Replicas whose disk was damaged: nothing is held against them."""

    def leader(self) -> int:
        """Who leads the newest term, as far as it knows itself; 0 if nobody does."""
        leading = self._leading()
        return max(leading, key=lambda core: core.term).id if leading else 0

    def _leading(self) -> list[RaftCore]:
        return [core for core in self._cores.values() if core.role == ROLE_LEADER and self._is_up(core.id)]

    def is_stale(self, replica: RaftReplica) -> bool:
        """Whether it believes that it leads, and another leads a newer term."""
        core = replica.core
        return core.role == ROLE_LEADER and any(other.term > core.term for other in self._leading())

    def is_new(self, replica: RaftReplica) -> bool:
        """Whether it leads, and does not know yet what those before it have committed."""
        return replica.core.role == ROLE_LEADER and not replica.core.committed_in_term()

    # -- it begins

    def restarted(self, replica: RaftReplica) -> None:
        """What it acknowledged before is still there."""
        core, told = replica.core, self._acknowledged.get(replica.id)
        if replica.id in self._cores:
            self._census.met("restarts")
        self._cores[replica.id] = core
        self._was[replica.id] = Was(core)
        if told is not None and not has(core.log, told.index, told.entry_term):
            del self._acknowledged[replica.id]
            raise InvariantError(
                f"node {replica.id} had acknowledged entry {told.index} of term {told.entry_term}, so that its leader"
                f" may have counted it; after its restart its log ends at {core.log.last_index} and does not hold it"
            )

    def forgotten(self, node: int) -> None:
        """Its disk was damaged, and it knows that."""
        self._acknowledged.pop(node, None)
        self._lost.add(node)

    # -- it speaks

    def sent(self, message: Message) -> None:
        """A message leaves a replica."""
        if isinstance(message, AppendReply):
            if message.rejected:
                self._count_conflict(message)
            else:
                self._check_acknowledgment(message)
        elif isinstance(message, VoteReply):
            if message.granted:
                self._votes.setdefault((message.term, message.to), set()).add(message.sender)
        elif isinstance(message, RequestVote):
            self._check_campaign(message)
            rivals = self._candidates.setdefault(message.term, set())
            if message.sender not in rivals:
                rivals.add(message.sender)
                self._census.met("split votes", len(rivals) == 2)
        elif isinstance(message, InstallSnapshot):
            self._census.met("snapshots sent")
            receiver = self._cores.get(message.to)
            if receiver is not None and receiver.log.last_index > message.index:
                self._census.met("snapshot against a longer log")
                self._census.met("snapshot within a log", receiver.log.matches(message.index, message.index_term))
                self._census.met("snapshot below a commit", receiver.log.base < message.index < receiver.log.committed)
        elif isinstance(message, TimeoutNow):
            self._census.met("transfers")

    def _check_campaign(self, message: RequestVote) -> None:
        """Who campaigns counts by the latest membership that it knows of (dissertation section 4.1).

        Here that is the latest one that it knows to be committed: changes take effect when they are applied.
        """
        core, was = self._cores.get(message.sender), self._was.get(message.sender)
        if core is None or was is None:
            return
        log = core.log
        for at in _changes(log, log.applied, min(was.committed, log.last_index)):
            raise InvariantError(
                f"node {core.id} campaigns for term {message.term} among {_members(core.membership)}, and knows"
                f" that entry {at} of its log, which is committed, makes them others"
            )

    def _count_conflict(self, message: AppendReply) -> None:
        core = self._cores.get(message.sender)
        if core is not None and core.log.base < message.index <= core.log.last_index:
            self._census.met("term conflicts")

    def _check_acknowledgment(self, message: AppendReply) -> None:
        """An acknowledgment is true: up to there, the log of who gives it is its leader's."""
        core, leader = self._cores.get(message.sender), self._cores.get(message.to)
        if core is None or leader is None or core.term != message.term:
            return
        index, ours = message.index, core.log.term(message.index)
        if leader.role == ROLE_LEADER and leader.term == message.term:
            theirs = leader.log.term(index)
            if index > leader.log.last_index or (NO_TERM not in (ours, theirs) and ours != theirs):
                raise InvariantError(
                    f"node {message.sender} says to leader {message.to} of term {message.term} that their logs are the"
                    f" same up to {index}; there it has an entry of term {ours}, and the leader "
                    + (f"one of term {theirs}" if theirs != NO_TERM else f"has {leader.log.last_index} entries")
                )
        told = self._acknowledged.get(message.sender)
        if ours != NO_TERM and (told is None or told.term < message.term or told.index < index):
            self._acknowledged[message.sender] = Acknowledged(message.term, index, ours)

    # -- it does something

    def observe(self, replica: RaftReplica) -> None:
        """Something happened to it."""
        core, was = replica.core, self._was[replica.id]
        self._check_kept(core, was)
        if core.role != ROLE_LEADER:
            was.leading_term = 0
        else:
            if was.leading_term != core.term:
                was.leading_term = core.term
                self._check_elected(core, was)
            self._check_changes(core, was)
        if core.log.committed > was.committed:
            if core.role == ROLE_LEADER:
                self._check_commit(core, was)
            was.committed = core.log.committed
        if core.membership is not was.membership:
            self._count_membership(core.membership)
            was.membership = core.membership
        was.last_index, was.applied = core.log.last_index, core.log.applied

    def _check_kept(self, core: RaftCore, was: Was) -> None:
        """What was acknowledged to a leader is kept as long as that one leads."""
        told = self._acknowledged.get(core.id)
        if core.log.last_index < was.last_index:
            self._census.met("truncations")
        if told is None or has(core.log, told.index, told.entry_term):
            return
        if told.term == core.term:
            raise InvariantError(
                f"node {core.id} had acknowledged entry {told.index} in term {told.term}, and has removed it in the"
                f" same term: its log ends at {core.log.last_index} now, while its leader counts on that entry"
            )
        del self._acknowledged[core.id]  # a newer leader has the last word, and others look after what it may replace

    def _check_elected(self, core: RaftCore, was: Was) -> None:
        """A leader stands on the votes of a majority."""
        self._census.met("elections")
        self._census.met("two leaders", len(self._leading()) > 1)
        log = core.log
        if any(log.term(index) != core.term for index in range(log.committed + 1, log.last_index + 1)):
            self._census.met("inherited entries")
        votes = self._votes.get((core.term, core.id), set())
        if not (majority_of(core.membership, votes) or majority_of(was.membership, votes)):
            raise InvariantError(
                f"node {core.id} leads term {core.term} with the votes of {_list(votes)} alone, which are no majority"
                f" of {_members(core.membership)}: another may be elected, too"
            )

    def _check_changes(self, core: RaftCore, was: Was) -> None:
        """One change of membership at a time, each so that majorities before and after it meet (§6).

        Both are what the dissertation's section 4.1 proves the safety of changes from: the next is not begun before the
        last one has committed, and any two majorities of neighbouring memberships overlap.
        """
        log = core.log
        for index in range(max(was.last_index, log.base) + 1, log.last_index + 1):
            entry = log.entry(index)
            pending = _changes(log, log.applied, index - 1) if entry.term == core.term and is_change(entry) else []
            if pending:
                raise InvariantError(
                    f"leader {core.id} of term {core.term} appends a change of membership at {index}, and the one at"
                    f" {pending[-1]} has not taken effect: nobody knows from which members it starts"
                )
        one_more = core.membership is not was.membership and log.base <= was.applied
        if one_more and len(_changes(log, was.applied, log.applied)) == 1:
            self._check_meeting(core, was)

    def _check_meeting(self, core: RaftCore, was: Was) -> None:
        if not always_meet(was.membership, core.membership):
            raise InvariantError(
                f"leader {core.id} of term {core.term} goes from {_members(was.membership)} to"
                f" {_members(core.membership)} in one step: there are majorities of the two that share nobody, and each"
                " can elect a leader"
            )

    def _check_commit(self, core: RaftCore, was: Was) -> None:
        """What a leader calls committed stands in a majority's logs, and nobody without it can be elected."""
        index = core.log.committed
        term = core.log.term(index)
        if term == NO_TERM:
            return
        holders = {node for node, other in self._cores.items() if has(other.log, index, term)} | self._lost
        if not (majority_of(core.membership, holders) or majority_of(was.membership, holders)):
            raise InvariantError(
                f"leader {core.id} of term {core.term} calls entry {index} committed, and only {_list(holders)} of"
                f" {_members(core.membership)} have it: that is no majority"
            )
        for rival in self._cores.values():
            if rival.id not in holders and self._may_stand(rival):
                self._check_cannot_win(rival, core, index, term)

    def _may_stand(self, core: RaftCore) -> bool:
        """Whether it may campaign: it has a vote, its whole log, and no change before it that it knows to be decided.

        Who has read in its log that the membership changed waits until it has taken effect.
        """
        log = core.log
        if core.id not in core.membership.voters + core.membership.outgoing or log.restoring is not None:
            return False
        return not _changes(log, log.applied, log.committed)

    def _check_cannot_win(self, rival: RaftCore, leader: RaftCore, index: int, term: int) -> None:
        members = rival.membership
        last_index, last_term = rival.log.last_index, rival.log.last_term
        helpers = {
            voter
            for voter in members.voters + members.outgoing
            if voter not in self._lost
            and (voter not in self._cores or not is_ahead(self._cores[voter].log, last_index, last_term))
        }
        if majority_of(members, helpers):
            raise InvariantError(
                f"leader {leader.id} of term {leader.term} calls entry {index} (of term {term}) committed, but node"
                f" {rival.id}, which does not have it, can still be elected: the logs of {_list(helpers)} let them vote"
                f" for it, a majority of {_members(members)}, which are the members that it knows of"
            )

    def _count_membership(self, membership: Membership) -> None:
        self._census.met("membership changes")
        self._census.met("joint memberships", bool(membership.outgoing))
        self._census.met("learners", bool(membership.learners))


def _changes(log: Log, after: int, last: int) -> list[int]:
    """Where changes of membership stand between the two."""
    return [at for at in range(max(after, log.base) + 1, last + 1) if is_change(log.entry(at))]


def _list(nodes: set[int]) -> str:
    return ", ".join(map(str, sorted(nodes))) or "nobody"


def _members(membership: Membership) -> str:
    voters = ", ".join(map(str, membership.voters))
    return f"{voters} and {', '.join(map(str, membership.outgoing))}" if membership.outgoing else voters
