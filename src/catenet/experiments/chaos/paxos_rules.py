"""What must hold between Multi-Paxos's replicas, as seen by somebody who sees them all at once.

:class:`~catenet.application.consensus.paxos.multi.invariants.PaxosInvariants` watches that no two values are chosen.
These rules are what Lamport proves that from ("Paxos Made Simple", 2001, section 2.2), so that a mistake shows when it
is made: P2b, whatever is proposed after a value was chosen is that value; and P2c, a majority stands behind each
proposal of which nobody has accepted anything in a lower ballot, or the proposal is what was accepted in the highest
of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import COMMAND, Entry, Membership
from catenet.application.consensus.messages import InstallSnapshot, TimeoutNow
from catenet.application.consensus.paxos.ballot import node_of, round_of
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariantError, Value
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    HeartbeatReply,
    Prepare,
    Promise,
    Reject,
)
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.paxos.quorums import Quorums
from catenet.application.consensus.server import ROLE_LEADER
from catenet.experiments.chaos.coverage import Coverage


class Reported:
    """What one acceptor has said in its promises of one ballot: by place, what it accepted, and in which ballot."""

    def __init__(self) -> None:
        self.accepted: dict[int, tuple[int, Value]] = {}
        self.chosen = 0


def majority_of(quorums: Quorums, nodes: Iterable[int]) -> bool:
    """Whether these are a majority of those that decide.  A run has no other quorums."""
    there = set(nodes)
    return 2 * sum(member in there for member in quorums.members) > len(quorums.members)


class PaxosRules:
    """Of one group.  Each method raises PaxosInvariantError, whose words say who did what, and why it is not safe."""

    def __init__(self, coverage: Coverage, is_up: Callable[[int], bool]) -> None:
        self._coverage: Final = coverage
        self._is_up: Final = is_up
        self._servers: Final[dict[int, PaxosServer]] = {}
        self._quorums: Final[dict[int, list[Quorums]]] = {}
        self._members: Final[dict[int, tuple[Membership, Membership]]] = {}
        self._leading: Final[dict[int, int]] = {}
        self._committed: Final[dict[int, int]] = {}
        self._accepted: Final[dict[int, dict[int, int]]] = {}
        """By acceptor and place: the highest ballot in which it said it had accepted something there."""
        self._votes: Final[dict[int, dict[int, set[int]]]] = {}
        """By place and ballot: who said so."""
        self._proposed: Final[dict[tuple[int, int], Value]] = {}
        self._deciding: Final[dict[int, tuple[int, ...]]] = {}
        """By place: who decides there, as the first leader to propose something for it took it to be."""
        self._decided: Final[dict[int, tuple[int, Value]]] = {}
        self._promises: Final[dict[int, dict[int, Reported]]] = {}
        """By ballot and acceptor."""
        self._firsts: Final[dict[tuple[int, int, int], int]] = {}
        self._rivals: Final[dict[int, set[int]]] = {}
        self._lost: Final[set[int]] = set()

    def leader(self) -> int:
        """Who leads in the highest ballot, as far as it knows itself; 0 if nobody does."""
        leading = self._leaders()
        return max(leading, key=lambda server: server.proposer.ballot).id if leading else 0

    def _leaders(self) -> list[PaxosServer]:
        return [server for server in self._servers.values() if server.role == ROLE_LEADER and self._is_up(server.id)]

    def is_stale(self, replica: PaxosReplica) -> bool:
        """Whether it believes that it leads, and another leads in a higher ballot."""
        server = replica.server
        return server.role == ROLE_LEADER and any(
            other.proposer.ballot > server.proposer.ballot for other in self._leaders()
        )

    def is_new(self, replica: PaxosReplica) -> bool:
        """Whether it leads, and has not chosen again all that those before it may have chosen."""
        return replica.server.role == ROLE_LEADER and replica.server.proposer.adopted_to > replica.server.log.chosen

    # -- it begins

    def restarted(self, replica: PaxosReplica) -> None:
        """What it said it had accepted is still there."""
        server = replica.server
        if replica.id in self._servers:
            self._coverage.met("restarts")
        self._servers[replica.id] = server
        self._quorums[replica.id] = server.members.all_quorums()
        self._members[replica.id] = server.members.now, server.members.latest
        self._leading[replica.id] = 0
        self._committed[replica.id] = server.log.chosen
        for index, ballot in self._accepted.get(replica.id, {}).items():
            entry = server.log.get(index)
            if index > server.log.base and (entry is None or entry.term < ballot):
                self._accepted.pop(replica.id)
                raise PaxosInvariantError(
                    f"node {replica.id} had said that it accepted a value for place {index} in ballot {ballot}, so that"
                    f" it may be chosen; after its restart it has "
                    + ("nothing there" if entry is None else f"one of ballot {entry.term} there")
                )

    def forgotten(self, node: int) -> None:
        """Its disk was damaged, and it knows that."""
        self._accepted.pop(node, None)
        self._lost.add(node)

    # -- it speaks

    def sent(self, message: Message) -> None:
        """A message leaves a replica."""
        match message:
            case Accept():
                for entry in message.entries:
                    self._check_proposal(message.sender, message.term, entry)
            case Accepted():
                self._count_accepted(message.sender, message.term, message.first, message.last)
            case HeartbeatReply():
                self._count_accepted(message.sender, message.term, message.chosen + 1, message.accepted)
            case Prepare():
                self._firsts[message.term, message.to, message.attempt] = message.first
                self._count_rivals(message.term, message.sender)
            case Promise():
                self._gather(message)
            case Reject():
                self._coverage.met("rejected ballots")
            case TimeoutNow():
                self._coverage.met("transfers")
            case InstallSnapshot():
                self._coverage.met("snapshots sent")
                receiver = self._servers.get(message.to)
                if receiver is not None and receiver.log.last > message.index:
                    self._coverage.met("snapshot against a longer log")

    def _count_rivals(self, ballot: int, candidate: int) -> None:
        rivals = self._rivals.setdefault(round_of(ballot), set())
        if candidate not in rivals:
            rivals.add(candidate)
            self._coverage.met("split votes", len(rivals) == 2)

    def _count_accepted(self, sender: int, ballot: int, first: int, last: int) -> None:
        """Who says that it has accepted has; and a value that a quorum has accepted is chosen, known or not."""
        server = self._servers.get(sender)
        if server is None:
            return
        mine = self._accepted.setdefault(sender, {})
        for index in range(max(first, server.log.base + 1), last + 1):
            if mine.get(index, 0) >= ballot:
                continue
            entry = server.log.get(index)
            if entry is None or (entry.term < ballot and index > server.log.chosen):
                raise PaxosInvariantError(
                    f"node {sender} says that it has accepted ballot {ballot} for place {index}, and has not"
                )
            mine[index] = min(ballot, entry.term)  # what it knows to be chosen, it does not accept once more
            voters = self._votes.setdefault(index, {}).setdefault(ballot, set())
            voters.add(sender)
            self._decide(ballot, index, voters, (entry.kind, entry.data))

    def _decide(self, ballot: int, index: int, voters: set[int], value: Value) -> None:
        proposer = self._servers.get(node_of(ballot))
        if (
            index in self._decided
            or proposer is None
            or proposer.proposer.ballot != ballot
            or proposer.role != ROLE_LEADER
        ):
            return
        if index > proposer.log.chosen and majority_of(proposer.members.quorums_at(index), voters):
            self._decided[index] = ballot, value

    def _gather(self, message: Promise) -> None:
        promises = self._promises.setdefault(message.term, {})
        reported = promises.setdefault(message.sender, Reported())
        reported.chosen = max(reported.chosen, message.chosen)
        for entry in message.entries:
            known = reported.accepted.get(entry.index)
            if known is None or known[0] < entry.term:
                reported.accepted[entry.index] = entry.term, (entry.kind, entry.data)
        if message.last:
            self._check_promise(message, reported)

    def _check_promise(self, message: Promise, reported: Reported) -> None:
        """A promise tells all that its sender has said it accepted."""
        first = self._firsts.get((message.term, message.sender, message.attempt))
        if first is None:
            return
        for index, ballot in self._accepted.get(message.sender, {}).items():
            if index < first or index <= max(message.base, message.chosen):
                continue
            told = reported.accepted.get(index)
            if ballot < message.term and (told is None or told[0] < ballot):
                raise PaxosInvariantError(
                    f"node {message.sender} promises ballot {message.term} without saying that it has accepted a value"
                    f" for place {index} in ballot {ballot}: its candidate may propose another, and that one is chosen"
                )

    def _check_proposal(self, leader: int, ballot: int, entry: Entry) -> None:
        """P2b and P2c, the first time that a leader proposes something for a place."""
        index, value = entry.index, (entry.kind, entry.data)
        if (ballot, index) in self._proposed or entry.term != ballot:
            return
        self._proposed[ballot, index] = value
        self._check_order(leader, ballot, index)
        decided = self._decided.get(index)
        if decided is not None and decided[0] < ballot and decided[1] != value:
            raise PaxosInvariantError(
                f"leader {leader} proposes {_words(value)} for place {index} in ballot {ballot}, where"
                f" {_words(decided[1])} was accepted by a majority in ballot {decided[0]}, and so is chosen (P2b)"
            )
        server = self._servers.get(leader)
        promises = self._promises.get(ballot)
        if server is not None and index > server.log.chosen:
            self._check_deciders(server, index)
        if server is not None and promises is not None and index > server.log.chosen:
            self._coverage.met("gaps", index < server.proposer.adopted_to and entry.kind == COMMAND and not entry.data)
            self._check_support(server, promises, ballot, index, value)

    def _check_order(self, leader: int, ballot: int, index: int) -> None:
        """A leader leaves no place out: where nobody may have chosen anything, it proposes nothing (section 3)."""
        server = self._servers.get(leader)
        if server is None or index - 1 <= server.log.chosen or (ballot, index - 1) in self._proposed:
            return
        raise PaxosInvariantError(
            f"leader {leader} proposes a value for place {index} in ballot {ballot}, and has proposed none for place"
            f" {index - 1}, of which it does not know what is chosen there: no later command can be carried out"
        )

    def _check_deciders(self, server: PaxosServer, index: int) -> None:
        """A place has one set of acceptors, whoever leads: what the commands up to place i - α lead to (section 3)."""
        ours = tuple(sorted(server.members.quorums_at(index).members))
        known = self._deciding.setdefault(index, ours)
        if ours != known:
            raise PaxosInvariantError(
                f"leader {server.id} takes {_list(list(ours))} to decide about place {index}, for which a value was"
                f" proposed when {_list(list(known))} decided there: majorities of the two may choose different values"
            )

    def _check_support(
        self, server: PaxosServer, promises: dict[int, Reported], ballot: int, index: int, value: Value
    ) -> None:
        """P2c: some majority of those that promised would let this value be proposed."""
        quorums = server.members.quorums_at(index)
        told = {node: one.accepted.get(index, (0, None)) for node, one in promises.items()}
        told = {node: one for node, one in told.items() if promises[node].chosen < index}
        knows_chosen = [node for node in promises if node not in told]
        same = [highest for highest, known in told.values() if known == value]
        self._coverage.met("adopted values", bool(same))
        for highest in (0, *same):
            behind = [
                node for node, (theirs, known) in told.items() if theirs < highest or (theirs, known) == (0, None)
            ]
            behind += [node for node, (theirs, known) in told.items() if theirs == highest and known == value]
            if majority_of(quorums, [*behind, *knows_chosen]):
                return
        raise PaxosInvariantError(
            f"leader {server.id} proposes {_words(value)} for place {index} in ballot {ballot}, and no majority of"
            f" those that promised lets it: they had accepted "
            + "; ".join(
                f"node {node}: {'nothing' if known is None else _words(known) + f' in ballot {theirs}'}"
                for node, (theirs, known) in sorted(told.items())
            )
            + " (P2c)"
        )

    # -- it does something

    def observe(self, replica: PaxosReplica) -> None:
        """Something happened to it."""
        server = replica.server
        if server.role == ROLE_LEADER and self._leading[replica.id] != server.proposer.ballot:
            self._leading[replica.id] = server.proposer.ballot
            self._check_elected(server)
        if server.log.chosen > self._committed[replica.id]:
            if server.role == ROLE_LEADER:
                self._check_chosen(server, self._committed[replica.id] + 1)
            self._committed[replica.id] = server.log.chosen
        members = server.members.now, server.members.latest
        if members[0] is not self._members[replica.id][0] or members[1] is not self._members[replica.id][1]:
            self._members[replica.id] = members
            self._quorums[replica.id] = server.members.all_quorums()
            self._check_changes(server)
            if server.role == ROLE_LEADER:
                for index in range(server.log.chosen + 1, server.proposer.next_index):
                    self._check_deciders(server, index)
            if members[0] is members[1]:
                self._coverage.met("membership changes")
                self._coverage.met("learners", bool(members[0].learners))

    def _check_elected(self, server: PaxosServer) -> None:
        self._coverage.met("elections")
        self._coverage.met("two leaders", len(self._leaders()) > 1)
        self._coverage.met("inherited entries", server.proposer.adopted_to > server.log.chosen)
        promised = list(self._promises.get(server.proposer.ballot, {}))
        known = [*server.members.all_quorums(), *self._quorums[server.id]]
        if not any(majority_of(quorums, promised) for quorums in known):
            raise PaxosInvariantError(
                f"node {server.id} leads in ballot {server.proposer.ballot} with the promises of {_list(promised)}"
                f" alone, which are no majority of {_list(list(known[0].members))}"
            )

    def _check_changes(self, server: PaxosServer) -> None:
        """One change of membership at a time: the next is chosen when the last one counts.

        So each place has one set of acceptors that everybody derives from what was chosen before it ("Paxos Made
        Simple", section 3: the commands up to place i fix who decides place i + α).
        """
        if len(server.members.all_quorums()) > 2:
            raise PaxosInvariantError(
                f"node {server.id} knows of two changes of membership that are chosen and do not count yet: the second"
                " does not start from what the first leads to"
            )

    def _check_promised(self, server: PaxosServer, index: int) -> None:
        """A majority of those who decide about a place has promised the ballot in which it is chosen.

        That is phase 1 of "Paxos Made Simple" (section 2.2): without it P2c says nothing of what they accepted before.
        """
        if index < server.members.now_from:
            return  # others decided there
        promised = self._promises.get(server.proposer.ballot, {})
        deciding = server.members.quorums_at(index)
        if not majority_of(deciding, promised):
            raise PaxosInvariantError(
                f"leader {server.id} calls place {index} chosen in ballot {server.proposer.ballot}, which only"
                f" {_list(list(promised))} have promised: that is no majority of {_list(list(deciding.members))}, who"
                " decide there"
            )

    def _check_chosen(self, server: PaxosServer, first: int) -> None:
        """What a leader calls chosen has been accepted by a majority, in its ballot or if told so, in another."""
        known = [*server.members.all_quorums(), *self._quorums[server.id]]
        for index in range(max(first, server.log.base + 1), server.log.chosen + 1):
            entry = server.log.get(index)
            votes = self._votes.get(index, {})
            if entry is None or entry.term != server.proposer.ballot:
                continue
            self._check_promised(server, index)
            if index in self._decided:
                continue
            if not any(majority_of(quorums, who | self._lost) for quorums in known for who in votes.values()):
                voters = list(votes.get(server.proposer.ballot, set()))
                raise PaxosInvariantError(
                    f"leader {server.id} calls place {index} chosen in ballot {server.proposer.ballot}, and only"
                    f" {_list(voters)}"
                    f" have said that they accepted it: that is no majority of {_list(list(known[0].members))}"
                )


def _list(nodes: list[int]) -> str:
    return ", ".join(map(str, sorted(set(nodes)))) or "nobody"


def _words(value: Value) -> str:
    kind, data = value
    return "nothing" if not data else f"{data[:40]!r}" + (f" (kind {kind})" if kind else "")
