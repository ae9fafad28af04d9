"""What makes the lease of a leader safe, at each instant of the simulation's own time.

A voter that answers a heartbeat promises to help elect nobody else within a minimum election time-out, by its clock
(Ongaro's dissertation, sections 4.2.3 and 6.4.1); a leader reads alone as long as it may count on a majority's
promises.  So two things must hold.  **Who promised keeps it**, also over a restart.  **A lease lies within the
promises** of a majority, the leader among it: while it holds, those who are free to elect another are too few.  A
leader that has told another to take over has let everybody go, for whoever takes over is not held back.

Instants are compared, not durations: each promise ends when its voter's own clock says so, whatever its drift.
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
    """A lease that nothing backs, or a promise that was broken; the words say whose."""


@dataclass(frozen=True)
class Promised:
    """A voter has answered this leader of that term (or ballot), and is bound until its clock says so."""

    leader: int
    term: int
    until_ns: int


class LeaseRules:
    """Of one group.  ``clock_ns`` gives a node's own clock, ``minimum_ns`` is the minimum election time-out.

    ``judged`` False: clocks differ by more than leases allow, so that only voters are looked at.
    """

    def __init__(self, coverage: Coverage, minimum_ns: int, clock_ns: Callable[[int], int], *, judged: bool) -> None:
        self._coverage: Final = coverage
        self._minimum_ns: Final = minimum_ns
        self._judged: Final = judged
        self._clock_ns: Final = clock_ns
        self._promised: Final[dict[int, Promised]] = {}
        self._let_go: Final[set[tuple[int, int]]] = set()
        """Leaders, and their terms, that have told another to take over."""
        self._campaigns: Final[dict[tuple[int, int], bool]] = {}
        """By candidate and term: whether it takes over, so that nobody is held back."""
        self._checked_ns: Final[dict[int, int]] = {}

    # -- voters

    def asked_for(self, replica: RaftReplica | PaxosReplica, asked: Iterable[Effect]) -> None:
        """A replica has done something, and asks for this.  Raises LeaseError."""
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
                f" it answered a heartbeat of leader {promised.leader}, which counts on it for"
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
            why = "it has told another to take over, whom nobody holds back"
        elif 2 * len(free) > len(voters):
            why = f"{', '.join(map(str, free))} of {', '.join(map(str, voters))} may elect another now"
        else:
            return
        raise LeaseError(f"leader {leader} of term {term} believes that its lease holds, and {why}")

    def _is_bound(self, voter: int, leader: int, term: int) -> bool:
        promised = self._promised.get(voter)
        if promised is None or (promised.leader, promised.term) != (leader, term):
            return False
        return self._clock_ns(voter) < promised.until_ns
