"""Ballot leader election (Ng, Haridi and Carbone, "Omni-Paxos", EuroSys 2023, section 5): who can reach a quorum leads.

An elector that can be plugged into Raft or Multi-Paxos.  In rounds, each server asks all others for their ballots and
for whether they were **quorum-connected** in their last round, that is, heard a majority.  Who hears a majority itself
looks for the highest ballot among the quorum-connected ones.  If the leader's is not among them, it raises its own
ballot above the leader's.  So a server leads only if it can reach a quorum, one such server is enough, and servers that
cannot see each other do not call elections in turns, for nobody speaks of a leader that it has only heard of.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.election_timeout import TAKE_OVER, WAIT, Elector, ElectorMessage
from catenet.application.consensus.fields import Reader, Writer
from catenet.application.consensus.paxos.ballot import above, node_of

HB_REQUEST: Final = 64
HB_REPLY: Final = 65


class HBRequest(ElectorMessage):
    """What is your ballot?"""

    def __init__(self, sender: int, to: int, round_: int) -> None:
        super().__init__(sender, to, 0)
        self.round: Final = round_


class HBReply(ElectorMessage):
    """The answer; and whether the sender heard a majority in its last round."""

    def __init__(self, sender: int, to: int, round_: int, ballot: int, connected: bool) -> None:
        super().__init__(sender, to, 0)
        self.round: Final = round_
        self.ballot: Final = ballot
        self.connected: Final = connected


class BallotElector(Elector):
    """``round_ns`` is a round's length: longer than a round trip to a majority.  Higher ``priority`` wins ties.

    Ballots need not be kept on disk: who restarts begins below all others, and what makes a leader safe is not here.
    """

    def __init__(self, replica_id: int, round_ns: int, priority: int = 0) -> None:
        super().__init__()
        if round_ns <= 0:
            raise ValueError(f"a round takes longer than {round_ns} ns")
        self.id: Final = replica_id
        self.round_ns: Final = round_ns
        self.priority: Final = priority
        self.voters: tuple[int, ...] = ()
        self.ballot: int = above(0, replica_id, priority)
        self.leader: int = 0
        self.connected: bool = True
        self.round: int = 0
        self._ballots: dict[int, tuple[int, bool]] = {}
        self._end_ns = 0
        self._heard_ns = -1
        self._elected = False

    def peers_changed(self, voters: tuple[int, ...]) -> None:
        self.voters = voters

    def heard(self, now_ns: int) -> None:
        self._heard_ns = now_ns

    def within_lease(self, now_ns: int) -> bool:
        return self._heard_ns >= 0 and now_ns - self._heard_ns < self.round_ns

    def deadline_ns(self) -> int:
        return self._end_ns

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        if now_ns >= self._end_ns:
            if self.round:
                self._check_leader()
            self._begin(now_ns)
        if self._elected and eligible and not leading:
            self._elected = False
            return TAKE_OVER
        return WAIT

    def _begin(self, now_ns: int) -> None:
        self.round += 1
        self._end_ns = now_ns + self.round_ns
        self._ballots = {self.id: (self.ballot, self.connected)}
        for voter in self.voters:
            if voter != self.id:
                self.outbox.append(HBRequest(self.id, voter, self.round))

    def _check_leader(self) -> None:
        """The end of a round (algorithm 2 of the paper: checkLeader)."""
        if len(self._ballots) * 2 <= len(self.voters):
            self.connected = False
            return
        self.connected = True
        self._ballots[self.id] = (self.ballot, True)
        candidates = [ballot for ballot, connected in self._ballots.values() if connected]
        highest = max(candidates)
        if highest < self.leader:
            self.ballot = above(self.leader, self.id, self.priority)
        elif highest > self.leader:
            self.leader = highest
            self._elected = node_of(highest) == self.id

    def receive(self, message: Message, now_ns: int) -> None:
        match message:
            case HBRequest():
                self.outbox.append(HBReply(self.id, message.sender, message.round, self.ballot, self.connected))
            case HBReply():
                if message.round == self.round and message.sender in self.voters:
                    self._ballots[message.sender] = (message.ballot, message.connected)


def emit_ballot_message(message: Message) -> bytes:
    """Raises TypeError for a message that is none of this elector's."""
    writer = Writer()
    match message:
        case HBRequest():
            numbers = [HB_REQUEST, message.sender, message.to, message.round]
        case HBReply():
            connected = int(message.connected)
            numbers = [HB_REPLY, message.sender, message.to, message.round, message.ballot, connected]
        case _:
            raise TypeError(f"{type(message).__name__} is none of ballot leader election's messages")
    for number in numbers:
        writer.number(number)
    return writer.data()


def parse_ballot_message(data: bytes) -> Message:
    """The inverse of :func:`emit_ballot_message`.  Raises ValueError for what that cannot have made."""
    reader = Reader(data)
    try:
        kind, sender, to, round_ = reader.number(), reader.number(), reader.number(), reader.number()
        if kind == HB_REQUEST and reader.ended():
            return HBRequest(sender, to, round_)
        if kind == HB_REPLY:
            message = HBReply(sender, to, round_, reader.number(), reader.flag())
            if reader.ended():
                return message
    except IndexError:
        raise ValueError("a message is cut off") from None
    raise ValueError("no message of ballot leader election")
