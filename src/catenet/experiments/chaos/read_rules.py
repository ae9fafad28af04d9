"""The safety rules of reads: a read must see everything that was committed when it was requested.

ReadIndex and leases guarantee this (Raft's dissertation, section 6.4; the same for Multi-Paxos).  The index of a read
must not be below the highest commit index that any replica knew at the time of the request.  Without a lease, a
majority must have answered a heartbeat that the leader sent after the request: earlier answers do not prove that it
still leads.  So a bug shows as soon as the leader decides, even if no write has made it visible.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from catenet.application.consensus.effects import Effect, ReadReady, Send
from catenet.application.consensus.paxos.multi import messages as paxos
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft import messages as raft
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.experiments.chaos.majorities import halves


class ReadError(AssertionError):
    """A read that may miss a committed write."""


class Came(NamedTuple):
    """A requested read: the commit index then (0: not checked), and the round of the last heartbeats."""

    committed: int
    term: int
    round: int


class Waiting(NamedTuple):
    """A read that waits at its leader; ``lease`` if a lease is sufficient."""

    tag: int
    lease: bool


class ReadRules:
    """The rules of one group: pending reads by replica and tag."""

    def __init__(self) -> None:
        self._floors: Final[dict[int, dict[int, Came]]] = {}
        self._by_lease: Final[dict[int, set[int]]] = {}
        self._came: Final[dict[int, Came]] = {}
        """By replica: the lowest commit index at which a read was requested since its last step."""
        self._begun: Final[dict[int, tuple[int, int]]] = {}
        """By leader: the term and the round of its last heartbeats."""
        self._answered: Final[dict[tuple[int, int], dict[int, int]]] = {}
        """By leader and term: the last round that each replica answered."""
        self._voters: Final[dict[int, list[tuple[int, ...]]]] = {}

    def restarted(self, node: int) -> None:
        """Drop the reads of a restarted replica."""
        for table in (self._floors, self._came, self._begun, self._by_lease, self._voters):
            table.pop(node, None)

    def asked(self, replica: RaftReplica | PaxosReplica, committed: int) -> None:
        """A read is requested at a commit index; 0 for one that may be answered from any state."""
        node = replica.id
        term, round_ = self._begun.get(node, (0, 0))
        before = self._came.get(node)
        committed = committed if before is None else min(committed, before.committed)
        self._came[node] = Came(committed, replica.term, round_ if term == replica.term else 0)

    def effects_emitted(self, replica: RaftReplica | PaxosReplica, asked: Iterable[Effect]) -> None:
        """A replica has made a step.  Raises ReadError."""
        node = replica.id
        floors, by_lease = self._floors.setdefault(node, {}), self._by_lease.setdefault(node, set())
        came = self._came.pop(node, None)
        voters = _voters(replica) if floors else []
        for effect in asked:
            if isinstance(effect, Send):
                self._look_at(effect.message)
            elif isinstance(effect, ReadReady):
                floor = floors.pop(effect.tag, None)
                self._check(node, effect.index, floor or came)
                if floor is not None and effect.tag not in by_lease:
                    self._check_confirmed(node, floor, voters)
        if replica.role != ROLE_LEADER:
            floors.clear()
            by_lease.clear()
            return
        for read in _waiting(replica):
            if read.tag not in floors:
                floors[read.tag] = came or Came(0, replica.term, 0)
                if read.lease:
                    by_lease.add(read.tag)
        self._voters[node] = _voters(replica) if floors else []

    def _look_at(self, message: object) -> None:
        if isinstance(message, raft.Heartbeat | paxos.Heartbeat):
            self._begun[message.sender] = message.term, message.round
        elif isinstance(message, raft.HeartbeatReply | paxos.HeartbeatReply):
            answered = self._answered.setdefault((message.to, message.term), {})
            answered[message.sender] = max(message.round, answered.get(message.sender, 0))

    def _check(self, node: int, index: int, came: Came | None) -> None:
        if came is not None and index < came.committed:
            raise ReadError(
                f"node {node} lets a read be answered from entry {index}, but at the time of the request, entry"
                f" {came.committed} was committed: a client may see the state before another's finished write"
            )

    def _check_confirmed(self, node: int, came: Came, voters: list[tuple[int, ...]]) -> None:
        answered = self._answered.get((node, came.term), {})
        there = {node, *(voter for voter, round_ in answered.items() if round_ > came.round)}
        for group in [*voters, *self._voters.get(node, [])]:
            if 2 * sum(voter in there for voter in group) > len(group):
                return
        named = ", ".join(map(str, sorted(there)))
        raise ReadError(
            f"node {node} lets a read be answered in term {came.term}, but only {named} have answered a heartbeat"
            " that was sent after the request: that is no majority, so another leader may have committed more"
        )


def _voters(replica: RaftReplica | PaxosReplica) -> list[tuple[int, ...]]:
    """The groups of voters; a majority of any of them suffices while the membership changes."""
    if isinstance(replica, RaftReplica):
        return halves(replica.server.membership)
    return [tuple(quorums.members) for quorums in replica.server.members.all_quorums()]


def _waiting(replica: RaftReplica | PaxosReplica) -> list[Waiting]:
    """The pending reads of the replica's own application."""
    if isinstance(replica, RaftReplica):
        leading, own = replica.server.leading, replica.id
        early = [Waiting(read.tag, read.lease) for read in leading.early_reads if read.requester == own]
        return early + [Waiting(read.tag, False) for read in leading.rounds.reads if read.requester == own]
    return [Waiting(read.tag, False) for read in replica.server.proposer.rounds.reads]
