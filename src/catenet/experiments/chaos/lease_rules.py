"""The safety rules of leader leases, checked at each instant of simulated time.

A voter that answers a heartbeat promises to elect no other leader within a minimum election timeout, by its own clock
(Ongaro's dissertation, sections 4.2.3 and 6.4.1); a leader answers reads alone while it can rely on the promises of a
majority.  So two rules must hold.  **A voter keeps its promise**, also across a restart.  **A lease lies within the
promises** of a majority that includes the leader: while it lasts, too few voters are free to elect another.  A leader
that transfers leadership releases all voters, since its successor's election is not held back.

Instants are compared, not durations: each promise ends by its voter's own clock, whatever its drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from catenet.application.consensus.effects import Effect, Message, Send
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.multi import messages as paxos
from catenet.application.consensus.paxos.multi import reads as paxos_reads
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft import messages as raft
from catenet.application.consensus.raft import reads as raft_reads
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.majorities import halves

CHECKED_EVERY_NS: Final = 3_000_000


class LeaseError(AssertionError):
    """A lease without a majority of promises, or a broken promise; the message names the replicas."""


@dataclass(frozen=True)
class Promised:
    """A voter's promise to a leader of a term (or ballot), until a time of the voter's clock."""

    leader: int
    term: int
    until_ns: int


class LeaseRules:
    """The rules of one group.  ``clock_ns`` returns a node's own clock, ``minimum_ns`` is the minimum election timeout.

    ``checked=False`` means that clocks drift by more than leases allow, so only voters are checked.
    """

    def __init__(self, coverage: Coverage, minimum_ns: int, clock_ns: Callable[[int], int], *, checked: bool) -> None:
        self._coverage: Final = coverage
        self._minimum_ns: Final = minimum_ns
        self._judged: Final = checked
        self._clock_ns: Final = clock_ns
        self._promised: Final[dict[int, Promised]] = {}
        self._let_go: Final[set[tuple[int, int]]] = set()
        """Leaders, with their terms, that have transferred leadership."""
        self._campaigns: Final[dict[tuple[int, int], bool]] = {}
        """By candidate and term: whether it takes over by a transfer, so that voters are not held back."""
        self._checked_ns: Final[dict[int, int]] = {}

    # -- voters

    def asked_for(self, replica: RaftReplica | PaxosReplica, asked: Iterable[Effect]) -> None:
        """A replica has made a step, with these effects.  Raises LeaseError."""
        for effect in asked:
            if isinstance(effect, Send):
                self._look_at(effect.message)
        if self._judged and replica.role == ROLE_LEADER:
            self._look_at_lease(replica)

    def _look_at(self, message: Message) -> None:
        match message:
            case raft.HeartbeatReply() | paxos.HeartbeatReply():
                until_ns = self._clock_ns(message.sender) + self._minimum_ns
                self._promised[message.sender] = Promised(message.to, message.term, until_ns)
            case raft.RequestVote():
                self._campaigns[message.sender, message.term] = message.transfer
            case paxos.Prepare():
                self._campaigns[message.sender, message.term] = message.taking_over
            case TimeoutNow():
                self._let_go.add((message.sender, message.term))
            case raft.VoteReply():
                if message.granted:
                    self._check_kept(message.sender, message.to, message.term)
            case paxos.Promise():
                self._check_kept(message.sender, message.to, message.term)

    def _check_kept(self, voter: int, candidate: int, term: int) -> None:
        promised, now_ns = self._promised.get(voter), self._clock_ns(voter)
        if promised is None or promised.leader == candidate or self._campaigns.get((candidate, term), True):
            return
        if (promised.leader, promised.term) in self._let_go:
            return
        left_ns = promised.until_ns - now_ns
        self._coverage.met("votes after a promise", left_ns <= 0)
        if left_ns > 0 and term > promised.term:
            raise LeaseError(
                f"node {voter} votes for {candidate} in term {term}, {(self._minimum_ns - left_ns) / 1e6:.0f} ms after"
                f" it answered a heartbeat of leader {promised.leader}, which relies on it for"
                f" {self._minimum_ns / 1e6:.0f} ms"
            )

    # -- leaders

    def _look_at_lease(self, replica: RaftReplica | PaxosReplica) -> None:
        now_ns = self._clock_ns(replica.id)
        if now_ns - self._checked_ns.get(replica.id, -CHECKED_EVERY_NS) < CHECKED_EVERY_NS:
            return
        self._checked_ns[replica.id] = now_ns
        if isinstance(replica, RaftReplica):
            server = replica.server
            if server.id in server.leading.progress and raft_reads.lease_holds(server):
                for half in halves(server.membership):
                    self._check_backed(server.id, server.term, half)
        elif paxos_reads.lease_holds(replica.server, True):
            for quorums in replica.server.members.all_quorums():
                self._check_backed(replica.server.id, replica.server.proposer.ballot, tuple(quorums.members))

    def _check_backed(self, leader: int, term: int, voters: tuple[int, ...]) -> None:
        free = [voter for voter in voters if voter != leader and not self._is_bound(voter, leader, term)]
        self._coverage.met("voters free under a lease", bool(free))
        if (leader, term) in self._let_go:
            why = "it has transferred leadership to a replica that no promise holds back"
        elif 2 * len(free) > len(voters):
            why = f"{', '.join(map(str, free))} of {', '.join(map(str, voters))} may elect another now"
        else:
            return
        raise LeaseError(f"leader {leader} of term {term} believes that its lease holds, but {why}")

    def _is_bound(self, voter: int, leader: int, term: int) -> bool:
        promised = self._promised.get(voter)
        if promised is None or (promised.leader, promised.term) != (leader, term):
            return False
        return self._clock_ns(voter) < promised.until_ns
