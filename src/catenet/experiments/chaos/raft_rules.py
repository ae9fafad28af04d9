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
from catenet.application.consensus.messages import InstallSnapshot, TimeoutNow
from catenet.application.consensus.raft.invariants import InvariantError
from catenet.application.consensus.raft.log import NO_TERM, Log
from catenet.application.consensus.raft.membership.config import is_change
from catenet.application.consensus.raft.messages import AppendReply, RequestVote, VoteReply
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.raft.replication import committed_in_term
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_LEADER
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.majorities import always_meet, majority_of


@dataclass(frozen=True)
class Acknowledged:
    """The furthest that a replica has said its log is its leader's: in which term, up to where, and the entry there."""

    term: int
    index: int
    entry_term: int


class Was:
    """What a replica was when it was last seen."""

    def __init__(self, server: RaftServer) -> None:
        self.leading_term = 0
        self.committed: int = server.commit_index
        self.last_index: int = server.log.last_index
        self.last_term: int = server.log.last_term
        self.term: int = server.term
        self.applied: int = server.last_applied
        self.membership: Membership = server.membership


def has(log: Log, index: int, term: int) -> bool:
    """Whether a log holds that entry, or a snapshot of what it led to."""
    return log.base >= index or log.matches(index, term)


def is_ahead(log: Log, last_index: int, last_term: int) -> bool:
    """Whether a log is more up to date than one that ends so (§5.4.1)."""
    return (log.last_term, log.last_index) > (last_term, last_index)


class RaftRules:
    """Of one group.  Each method raises InvariantError, whose words say who did what, and why it is not safe."""

    def __init__(self, coverage: Coverage, is_up: Callable[[int], bool]) -> None:
        self._coverage: Final = coverage
        self._is_up: Final = is_up
        self._servers: Final[dict[int, RaftServer]] = {}
        self._was: Final[dict[int, Was]] = {}
        self._acknowledged: Final[dict[int, Acknowledged]] = {}
        self._votes: Final[dict[tuple[int, int], set[int]]] = {}
        self._candidates: Final[dict[int, set[int]]] = {}
        self._lost: Final[set[int]] = set()
        """Replicas whose disk was damaged: nothing is held against them."""

    def leader(self) -> int:
        """Who leads the newest term, as far as it knows itself; 0 if nobody does."""
        leading = self._leading()
        return max(leading, key=lambda server: server.term).id if leading else 0

    def _leading(self) -> list[RaftServer]:
        return [server for server in self._servers.values() if server.role == ROLE_LEADER and self._is_up(server.id)]

    def is_stale(self, replica: RaftReplica) -> bool:
        """Whether it believes that it leads, and another leads a newer term."""
        server = replica.server
        return server.role == ROLE_LEADER and any(other.term > server.term for other in self._leading())

    def is_new(self, replica: RaftReplica) -> bool:
        """Whether it leads, and does not know yet what those before it have committed."""
        return replica.server.role == ROLE_LEADER and not committed_in_term(replica.server)

    # -- it begins

    def restarted(self, replica: RaftReplica) -> None:
        """What it acknowledged before is still there."""
        server, told = replica.server, self._acknowledged.get(replica.id)
        if replica.id in self._servers:
            self._coverage.met("restarts")
        self._servers[replica.id] = server
        self._was[replica.id] = Was(server)
        if told is not None and not has(server.log, told.index, told.entry_term):
            del self._acknowledged[replica.id]
            raise InvariantError(
                f"node {replica.id} had acknowledged entry {told.index} of term {told.entry_term}, so that its leader"
                f" may have counted it; after its restart its log ends at {server.log.last_index} and does not hold it"
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
                self._coverage.met("split votes", len(rivals) == 2)
        elif isinstance(message, InstallSnapshot):
            self._coverage.met("snapshots sent")
            receiver = self._servers.get(message.to)
            if receiver is not None and receiver.log.last_index > message.index:
                self._coverage.met("snapshot against a longer log")
                self._coverage.met("snapshot within a log", receiver.log.matches(message.index, message.index_term))
                self._coverage.met("snapshot below a commit", receiver.log.base < message.index < receiver.commit_index)
        elif isinstance(message, TimeoutNow):
            self._coverage.met("transfers")

    def _check_campaign(self, message: RequestVote) -> None:
        """Who campaigns counts by the latest membership that it knows of (dissertation section 4.1).

        Here that is the latest one that it knows to be committed: changes take effect when they are applied.
        """
        server, was = self._servers.get(message.sender), self._was.get(message.sender)
        if server is None or was is None:
            return
        log = server.log
        for at in _changes(log, server.last_applied, min(was.committed, log.last_index)):
            raise InvariantError(
                f"node {server.id} campaigns for term {message.term} among {_members(server.membership)}, and knows"
                f" that entry {at} of its log, which is committed, makes them others"
            )

    def _count_conflict(self, message: AppendReply) -> None:
        server = self._servers.get(message.sender)
        if server is not None and server.log.base < message.index <= server.log.last_index:
            self._coverage.met("term conflicts")

    def _check_acknowledgment(self, message: AppendReply) -> None:
        """An acknowledgment is true: up to there, the log of who gives it is its leader's."""
        server, leader = self._servers.get(message.sender), self._servers.get(message.to)
        if server is None or leader is None or server.term != message.term:
            return
        index, ours = message.index, server.log.term(message.index)
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
        server, was = replica.server, self._was[replica.id]
        self._check_removed(server, was)
        self._check_kept(server)
        if server.role != ROLE_LEADER:
            was.leading_term = 0
        else:
            if was.leading_term != server.term:
                was.leading_term = server.term
                self._check_elected(server, was)
            self._check_changes(server, was)
        if server.commit_index > was.committed:
            if server.role == ROLE_LEADER:
                self._check_commit(server, was)
            was.committed = server.commit_index
        if server.membership is not was.membership:
            self._count_membership(server.membership)
            was.membership = server.membership
        was.last_index, was.last_term = server.log.last_index, server.log.last_term
        was.term, was.applied = server.term, server.last_applied

    def _check_removed(self, server: RaftServer, was: Was) -> None:
        """A follower removes only what conflicts with its leader's log, and what follows that (§5.3).

        The leader may have counted what it has itself, or be about to.
        """
        if has(server.log, was.last_index, was.last_term):
            return
        self._coverage.met("truncations")
        if server.term != was.term:
            return
        for leader in self._servers.values():
            if leader.role != ROLE_LEADER or leader.term != server.term:
                continue
            if was.last_index <= leader.log.last_index and leader.log.term(was.last_index) == was.last_term:
                raise InvariantError(
                    f"node {server.id} has removed entry {was.last_index} of term {was.last_term}, which leader"
                    f" {leader.id} of term {leader.term} also has: only what differs from its leader's log is removed"
                )

    def _check_kept(self, server: RaftServer) -> None:
        """What was acknowledged to a leader is kept as long as that one leads."""
        told = self._acknowledged.get(server.id)
        if told is None or has(server.log, told.index, told.entry_term):
            return
        if told.term == server.term:
            raise InvariantError(
                f"node {server.id} had acknowledged entry {told.index} in term {told.term}, and has removed it in the"
                f" same term: its log ends at {server.log.last_index} now, while its leader counts on that entry"
            )
        del self._acknowledged[server.id]  # a newer leader has the last word, and others look after what it may replace

    def _check_elected(self, server: RaftServer, was: Was) -> None:
        """A leader stands on the votes of a majority."""
        self._coverage.met("elections")
        self._coverage.met("two leaders", len(self._leading()) > 1)
        log = server.log
        if any(log.term(index) != server.term for index in range(server.commit_index + 1, log.last_index + 1)):
            self._coverage.met("inherited entries")
        self._coverage.met(
            "newer log elsewhere",
            any(other.log.last_term > was.last_term for other in self._servers.values() if other is not server),
        )
        self._coverage.met("inherited changes", bool(_changes(log, server.last_applied, was.last_index)))
        votes = self._votes.get((server.term, server.id), set())
        if not (majority_of(server.membership, votes) or majority_of(was.membership, votes)):
            raise InvariantError(
                f"node {server.id} leads term {server.term} with the votes of {_list(votes)} alone, which are no"
                f" majority of {_members(server.membership)}: another may be elected, too"
            )

    def _check_changes(self, server: RaftServer, was: Was) -> None:
        """One change of membership at a time, each so that majorities before and after it meet (§6).

        Both are what the dissertation's section 4.1 proves the safety of changes from: the next is not begun before the
        last one has committed, and any two majorities of neighbouring memberships overlap.
        """
        log = server.log
        for index in range(max(was.last_index, log.base) + 1, log.last_index + 1):
            entry = log.entry(index)
            changes = entry.term == server.term and is_change(entry)
            pending = _changes(log, server.last_applied, index - 1) if changes else []
            if pending:
                raise InvariantError(
                    f"leader {server.id} of term {server.term} appends a change of membership at {index}, and the one"
                    f" at {pending[-1]} has not taken effect: nobody knows from which members it starts"
                )
        one_more = server.membership is not was.membership and log.base <= was.applied
        if one_more and len(_changes(log, was.applied, server.last_applied)) == 1:
            self._check_meeting(server, was)

    def _check_meeting(self, server: RaftServer, was: Was) -> None:
        if not always_meet(was.membership, server.membership):
            raise InvariantError(
                f"leader {server.id} of term {server.term} goes from {_members(was.membership)} to"
                f" {_members(server.membership)} in one step: there are majorities of the two that share nobody, and"
                " each can elect a leader"
            )

    def _check_commit(self, server: RaftServer, was: Was) -> None:
        """What a leader calls committed stands in a majority's logs, and nobody without it can be elected."""
        index = server.commit_index
        term = server.log.term(index)
        if term == NO_TERM:
            return
        holders = {node for node, other in self._servers.items() if has(other.log, index, term)} | self._lost
        if not (majority_of(server.membership, holders) or majority_of(was.membership, holders)):
            raise InvariantError(
                f"leader {server.id} of term {server.term} calls entry {index} committed, and only {_list(holders)} of"
                f" {_members(server.membership)} have it: that is no majority"
            )
        for rival in self._servers.values():
            if rival.id not in holders and self._may_stand(rival):
                self._check_cannot_win(rival, server, index, term)

    def _may_stand(self, server: RaftServer) -> bool:
        """Whether it may campaign: it has a vote, its whole log, and no change before it that it knows to be decided.

        Who has read in its log that the membership changed waits until it has taken effect.
        """
        log = server.log
        if server.id not in server.membership.voters + server.membership.outgoing or log.restoring is not None:
            return False
        return not _changes(log, server.last_applied, server.commit_index)

    def _check_cannot_win(self, rival: RaftServer, leader: RaftServer, index: int, term: int) -> None:
        members = rival.membership
        last_index, last_term = rival.log.last_index, rival.log.last_term
        helpers = {
            voter
            for voter in members.voters + members.outgoing
            if voter not in self._lost
            and (voter not in self._servers or not is_ahead(self._servers[voter].log, last_index, last_term))
        }
        if majority_of(members, helpers):
            raise InvariantError(
                f"leader {leader.id} of term {leader.term} calls entry {index} (of term {term}) committed, but node"
                f" {rival.id}, which does not have it, can still be elected: the logs of {_list(helpers)} let them vote"
                f" for it, a majority of {_members(members)}, which are the members that it knows of"
            )

    def _count_membership(self, membership: Membership) -> None:
        self._coverage.met("membership changes")
        self._coverage.met("joint memberships", bool(membership.outgoing))
        self._coverage.met("learners", bool(membership.learners))


def _changes(log: Log, after: int, last: int) -> list[int]:
    """Where changes of membership stand between the two."""
    return [at for at in range(max(after, log.base) + 1, last + 1) if is_change(log.entry(at))]


def _list(nodes: set[int]) -> str:
    return ", ".join(map(str, sorted(nodes))) or "nobody"


def _members(membership: Membership) -> str:
    voters = ", ".join(map(str, membership.voters))
    return f"{voters} and {', '.join(map(str, membership.outgoing))}" if membership.outgoing else voters
