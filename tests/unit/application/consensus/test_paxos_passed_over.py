"""A Multi-Paxos leader that hears what others have decided where it has not proposed yet: it decides nothing anew."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import (
    CHANGE,
    COMMAND,
    Entry,
    HardState,
    Membership,
    Snapshot,
    Stored,
    founding,
)
from catenet.application.consensus.messages import InstallSnapshot
from catenet.application.consensus.paxos.ballot import ballot
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariantError, PaxosInvariants
from catenet.application.consensus.paxos.multi.log import AcceptedLog
from catenet.application.consensus.paxos.multi.members import emit
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Learn,
    Prepare,
    Promise,
)
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.timing import Randomised

MS = 1_000_000
LOWER, HIGHER = ballot(1, 2), ballot(9, 3)


class Candidate:
    """Replica 1 of three or more, whose disk and messages to itself are done at once."""

    def __init__(self, entries: list[Entry], chosen: int, *, window: int = 64, voters: int = 3) -> None:
        founders = tuple(range(1, voters + 1))
        stored = Stored(HardState(LOWER, 0, chosen), founding(founders).snapshot, entries)
        policy = Randomised(150 * MS, 300 * MS, 50 * MS)
        self.replica = PaxosReplica(1, stored, PaxosOptions(window=window), policy, Random(1))
        self.said: list[asked.Message] = []
        self.applied: list[Entry] = []
        self.accepted: dict[int, tuple[int, int]] = {}
        self.refused: dict[int, str] = {}
        self.reads: dict[int, int] = {}

    def step(self, event: events.Event) -> None:
        self._do(self.replica.step(event, 0))

    def hear(self, *messages: asked.Message) -> None:
        """Messages that come within one turn: effects are taken once."""
        for message in messages:
            self.replica.handle(events.Receive(message), 0)
        self._do(self.replica.take_effects(0))

    def _do(self, effects: list[asked.Effect]) -> None:
        to_itself: list[asked.Message] = []
        for effect in effects:
            match effect:
                case asked.Append():
                    self.replica.handle(events.Appended(effect.token), 0)
                case asked.Send():
                    (to_itself if effect.message.to == 1 else self.said).append(effect.message)
                case asked.Apply():
                    self.applied.extend(effect.entries)
                    self.replica.handle(events.Applied(effect.entries[-1].index), 0)
                case asked.Accepted():
                    self.accepted[effect.tag] = effect.index, effect.term
                case asked.Refused():
                    self.refused[effect.tag] = effect.reason
                case asked.ReadReady():
                    self.reads[effect.tag] = effect.index
        if to_itself:
            self.hear(*to_itself)

    def promise(self, sender: int, entries: list[Entry], chosen: int = 0) -> Promise:
        """What an acceptor answers to the candidate's last prepare."""
        prepares = [said for said in self.said if isinstance(said, Prepare) and said.to == sender]
        return Promise(sender, 1, self.replica.term, prepares[-1].attempt, 0, True, 0, chosen, entries)

    def proposals(self) -> dict[int, bytes]:
        """What it proposes at each place."""
        return {entry.index: entry.data for said in self.said if isinstance(said, Accept) for entry in said.entries}


def commands(first: int, last: int, term: int = LOWER) -> list[Entry]:
    return [Entry(term, index, COMMAND, b"old %d" % index) for index in range(first, last + 1)]


def leading(window: int = 64) -> Candidate:
    """It leads, knows what is chosen up to 3, and nobody has told it of more."""
    candidate = Candidate(commands(1, 3), 3, window=window)
    candidate.step(events.Campaign())
    candidate.hear(candidate.promise(2, []))
    assert candidate.replica.role == ROLE_LEADER
    candidate.said.clear()
    return candidate


def test_what_others_decided_meanwhile_is_not_proposed_anew_by_who_leads_no_more() -> None:
    """Two values were chosen at one place: a replaced leader put its next command where others had decided."""
    leader = leading(window=1)
    leader.step(events.Propose([b"mine"], 1))
    leader.step(events.Propose([b"waits"], 2))
    assert leader.accepted[2] == (5, leader.replica.term)
    leader.hear(Learn(2, 1, HIGHER, [Entry(HIGHER, index, COMMAND, b"theirs") for index in (4, 5, 6)]))
    assert leader.replica.commit_index == 6
    assert [(entry.index, entry.data) for entry in leader.applied[3:]] == [(index, b"theirs") for index in (4, 5, 6)]
    assert leader.replica.role == ROLE_FOLLOWER
    assert leader.proposals() == {4: b"mine"}
    leader.step(events.Campaign())
    assert leader.replica.term > HIGHER


def test_a_new_leader_skips_what_a_late_promise_tells_to_be_decided() -> None:
    """Its own first places are decided already: it goes on behind them, and its commands keep their places."""
    candidate = Candidate(commands(1, 3), 3, window=1)
    candidate.step(events.Campaign())
    candidate.hear(candidate.promise(2, commands(4, 8)))
    assert candidate.replica.role == ROLE_LEADER
    candidate.step(events.Propose([b"mine"], 1))
    assert candidate.accepted[1] == (9, candidate.replica.term)
    candidate.said = [said for said in candidate.said if isinstance(said, Prepare)]
    candidate.hear(candidate.promise(3, commands(4, 8), chosen=8))
    assert candidate.replica.role == ROLE_LEADER
    assert [entry.data for entry in candidate.applied] == [b"old %d" % index for index in range(1, 9)]
    fresh = [entry for said in candidate.said if isinstance(said, Accept) for entry in said.entries if entry.index > 8]
    assert {(entry.index, entry.data) for entry in fresh} == {(9, b"mine")}
    assert candidate.replica.server.log.slice(4, 9, 1 << 20)[1:] == commands(5, 8)


def test_a_command_whose_place_was_decided_by_others_is_let_go_of() -> None:
    """Its proposer was told the place: at another one it would be taken for somebody else's command."""
    leader = leading(window=1)
    leader.step(events.Propose([b"mine", b"waits"], 1))
    same = leader.replica.term
    leader.hear(Learn(2, 1, same, [Entry(same, 4, COMMAND, b"mine"), *commands(5, 6)]))
    assert leader.replica.role == ROLE_FOLLOWER
    assert b"waits" not in leader.proposals().values()


def test_a_leader_that_learns_from_a_higher_ballot_does_not_say_what_is_chosen_in_its_own() -> None:
    """Who has accepted this leader's value there would take that for chosen."""
    leader = leading()
    leader.step(events.Propose([b"mine"], 1))
    assert leader.proposals() == {4: b"mine"}
    leader.said.clear()
    leader.hear(Learn(2, 1, HIGHER, [Entry(HIGHER, 4, COMMAND, b"theirs")]))
    leader.replica.handle(events.Tick(), 1000 * MS)
    leader._do(leader.replica.take_effects(1000 * MS))
    told = [
        said
        for said in leader.said
        if said.term == leader.replica.server.proposer.ballot and getattr(said, "chosen", 0) >= 4
    ]
    assert told == []


def test_a_snapshot_ends_a_reign() -> None:
    """Others have decided where it would propose; in which ballots, a snapshot does not tell."""
    leader = leading(window=1)
    leader.step(events.Propose([b"mine", b"waits"], 1))
    whole = Snapshot(9, HIGHER, Membership((1, 2, 3)), b"state")
    leader.hear(InstallSnapshot(2, 1, HIGHER, 9, HIGHER, whole.membership, 0, whole.data, True))
    assert leader.replica.commit_index == 9
    assert leader.replica.role == ROLE_FOLLOWER
    assert leader.proposals() == {4: b"mine"}


def test_a_change_that_was_decided_while_promises_came_holds_back_no_other() -> None:
    """What was found accepted and has been decided since is under way no more."""
    candidate = Candidate(commands(1, 3), 3, window=2, voters=5)
    candidate.step(events.Campaign())
    change = Entry(LOWER, 4, CHANGE, emit(Membership((1, 2, 3, 4, 5), (), (8,))))
    candidate.hear(candidate.promise(2, [change]))
    candidate.hear(Learn(3, 1, LOWER, [change, *commands(5, 6)]))
    candidate.hear(candidate.promise(3, [], chosen=6))
    assert candidate.replica.role == ROLE_LEADER
    candidate.step(events.ChangeMembership([events.MemberChange(events.ADD_LEARNER, 9)], events.AUTO, 7))
    assert candidate.refused == {}
    assert 7 in candidate.accepted


def test_what_is_decided_is_never_accepted_again() -> None:
    log = AcceptedLog(0, 0, commands(1, 3), 3)
    with pytest.raises(AssertionError, match="decided"):
        log.put(Entry(HIGHER, 3, COMMAND, b"another"))


def test_the_invariants_see_a_leader_that_calls_another_value_chosen() -> None:
    invariants = PaxosInvariants()
    leader = leading()
    invariants.observe(leader.replica)
    invariants.sent(Accept(1, 2, leader.replica.term, [Entry(leader.replica.term, 3, COMMAND, b"old 3")], 3))
    invariants.sent(Accept(1, 2, HIGHER, [Entry(HIGHER, 3, COMMAND, b"another")], 2))
    with pytest.raises(PaxosInvariantError, match="says that another value is chosen at 3"):
        invariants.sent(Accept(1, 2, HIGHER + 1, [Entry(HIGHER + 1, 3, COMMAND, b"another")], 3))
