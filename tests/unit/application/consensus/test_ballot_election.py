"""Ballot leader election: who reaches a majority leads, and one is enough (Omni-Paxos, section 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.ballot_election import (
    BallotElector,
    HBReply,
    HBRequest,
    emit_ballot_message,
    parse_ballot_message,
)
from catenet.application.consensus.effects import Message
from catenet.application.consensus.election_timeout import TAKE_OVER, WAIT

ROUND = 100
numbers = st.integers(0, 1 << 40)


class Group:
    """Electors that hear each other within a round, unless they are cut off from one another."""

    def __init__(self, count: int, priorities: dict[int, int] | None = None) -> None:
        chosen = priorities or {}
        self.electors = {n: BallotElector(n, ROUND, chosen.get(n, 0)) for n in range(1, count + 1)}
        self.cut: set[frozenset[int]] = set()
        self.leaders: set[int] = set()
        self.now = 0
        for elector in self.electors.values():
            elector.peers_changed(tuple(self.electors))

    def rounds(self, count: int) -> list[int]:
        """So many rounds; who was told to take over, in order."""
        told: list[int] = []
        for _ in range(count):
            for number, elector in self.electors.items():
                if elector.tick(self.now, number in self.leaders, True) == TAKE_OVER:
                    told.append(number)
                    self.leaders.add(number)
            for _ in range(2):
                for number, elector in self.electors.items():
                    messages, elector.outbox = elector.outbox, []
                    for message in messages:
                        assert message.sender == number
                        if frozenset((number, message.to)) not in self.cut:
                            self.electors[message.to].receive(message, self.now)
            self.now += ROUND
        return told

    def isolate(self, number: int) -> None:
        self.cut |= {frozenset((number, other)) for other in self.electors if other != number}


def test_one_leader_is_elected_after_one_round_and_stays() -> None:
    group = Group(5)
    assert group.rounds(1) == []
    assert group.rounds(10) == [5]
    assert {elector.leader for elector in group.electors.values()} == {group.electors[5].ballot}


def test_priority_wins() -> None:
    assert Group(5, {2: 7}).rounds(3) == [2]


def test_a_leader_that_is_cut_off_is_replaced_by_one_other() -> None:
    group = Group(5)
    group.rounds(3)
    group.isolate(5)
    told = group.rounds(6)
    assert len(told) == 1
    assert told[0] != 5
    assert not group.electors[5].connected
    group.cut.clear()
    assert group.rounds(6) == [], "who comes back does not call another election"
    assert group.electors[5].connected


def test_the_only_one_that_reaches_a_majority_leads() -> None:
    """The quorum-loss case of the paper: all but one have lost each other, and that one hears a majority."""
    group = Group(5)
    group.rounds(3)
    others = [number for number in group.electors if number != 2]
    group.cut = {frozenset((a, b)) for a in others for b in others if a != b}
    told = group.rounds(8)
    assert told == [2]


def test_half_is_no_majority() -> None:
    group = Group(4)
    group.cut = {frozenset((a, b)) for a in (1, 2) for b in (3, 4)}
    assert group.rounds(6) == []
    assert not any(elector.connected for elector in group.electors.values())


def test_an_answer_of_an_earlier_round_or_of_a_stranger_does_not_count() -> None:
    elector = BallotElector(1, ROUND)
    elector.peers_changed((1, 2, 3))
    elector.tick(0, False, True)
    elector.tick(ROUND, False, True)
    assert not elector.connected
    elector.receive(HBReply(2, 1, elector.round - 1, 999, True), ROUND)
    elector.receive(HBReply(9, 1, elector.round, 999, True), ROUND)
    elector.tick(2 * ROUND, False, True)
    assert not elector.connected
    elector.receive(HBReply(2, 1, elector.round, 0, True), 2 * ROUND)
    assert elector.tick(3 * ROUND, False, True) == TAKE_OVER
    assert elector.connected


def test_who_may_not_lead_waits_and_so_does_who_leads() -> None:
    for leading, eligible in ((True, True), (False, False)):
        elector = BallotElector(1, ROUND)
        elector.peers_changed((1,))
        elector.tick(0, leading, eligible)
        assert elector.tick(ROUND, leading, eligible) == WAIT
        assert elector.tick(ROUND, False, True) == TAKE_OVER, "it was elected, and is told as soon as it may"
        assert elector.tick(ROUND, False, True) == WAIT, "once"


def test_rounds_follow_one_another_at_their_length() -> None:
    elector = BallotElector(1, ROUND)
    elector.peers_changed((1, 2))
    elector.tick(7, False, True)
    assert (elector.round, elector.deadline_ns()) == (1, 107)
    (question,) = elector.outbox
    assert (question.sender, question.to) == (1, 2)
    elector.tick(106, False, True)
    assert elector.round == 1
    elector.tick(107, False, True)
    assert (elector.round, elector.deadline_ns()) == (2, 207)


def test_a_lease_is_a_round_from_when_the_leader_was_heard() -> None:
    elector = BallotElector(1, ROUND)
    assert not elector.within_lease(0)
    elector.heard(0)
    assert elector.within_lease(99)
    assert not elector.within_lease(100)


def test_a_round_takes_time() -> None:
    with pytest.raises(ValueError, match="longer than 0 ns"):
        BallotElector(1, 0)


@pytest.mark.slow
@given(numbers, numbers, numbers, numbers, st.booleans())
def test_a_message_arrives_as_it_was_sent(sender: int, to: int, round_: int, ballot: int, connected: bool) -> None:
    asked = parse_ballot_message(emit_ballot_message(HBRequest(sender, to, round_)))
    assert isinstance(asked, HBRequest)
    assert (asked.sender, asked.to, asked.round) == (sender, to, round_)
    written = emit_ballot_message(HBReply(sender, to, round_, ballot, connected))
    told = parse_ballot_message(written)
    assert isinstance(told, HBReply)
    assert (told.sender, told.to, told.round, told.ballot, told.connected) == (sender, to, round_, ballot, connected)
    with pytest.raises(ValueError, match="cut off"):
        parse_ballot_message(written[:-1])
    for wrong in (written + b"\x00", emit_ballot_message(HBRequest(sender, to, round_)) + b"\x00", b"\x01\x01\x01\x01"):
        with pytest.raises(ValueError, match="no message of ballot leader election"):
            parse_ballot_message(wrong)


def test_only_its_own_messages_are_written() -> None:
    with pytest.raises(TypeError, match="Message is none of ballot leader election's messages"):
        emit_ballot_message(Message(1, 2, 3))
