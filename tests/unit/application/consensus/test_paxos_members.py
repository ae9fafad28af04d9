"""Who decides about which place, while changes of membership are under way, and what an acceptor tells a stranger."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import ADD_LEARNER, ADD_VOTER, REMOVE, UPDATE, MemberChange
from catenet.application.consensus.paxos.multi.members import Members, changed, emit, parse
from catenet.application.consensus.paxos.multi.messages import CatchUpRequest, Learn, Prepare, Promise
from tests.unit.application.consensus.one_paxos import One

OLD, NEW, NEWEST = Membership((1, 2, 3), (), (7,)), Membership((1, 2, 4), (), (3,)), Membership((5,))


def test_without_a_change_the_founders_decide_about_everything() -> None:
    members = Members(OLD, 0)
    assert (members.now, members.latest, members.now_from, members.pending_from) == (OLD, OLD, 0, 0)
    assert not members.pending
    assert members.quorums_at(0).members == members.quorums_at(99).members == (1, 2, 3)
    assert (members.everyone(), members.voters()) == ((1, 2, 3, 7), (1, 2, 3))
    assert [members.is_voter(replica) for replica in (1, 3, 7, 4)] == [True, True, False, False]
    assert not members.advance(99)


def test_a_change_counts_from_its_place_on_and_until_then_both_memberships_are_known() -> None:
    """Counted too early, a value could be chosen by those who were not asked before."""
    members = Members(OLD, 0)
    members.chosen(NEW, 10)
    assert (members.now, members.latest, members.now_from, members.pending_from) == (OLD, NEW, 0, 10)
    assert members.pending
    assert [members.quorums_at(index).members for index in (1, 9, 10, 11)] == [(1, 2, 3)] * 2 + [(1, 2, 4)] * 2
    assert (members.everyone(), members.voters()) == ((1, 2, 3, 4, 7), (1, 2, 3, 4))
    assert [members.is_voter(replica) for replica in (3, 4, 7)] == [True, True, False]
    assert [quorums.members for quorums in members.all_quorums()] == [(1, 2, 3), (1, 2, 4)]
    assert not members.advance(9)
    assert members.now == OLD
    assert members.advance(10)
    assert (members.now, members.now_from, members.pending) == (NEW, 10, False)
    assert not members.is_voter(3)
    assert not members.advance(11)


def test_several_changes_follow_each_other() -> None:
    members = Members(OLD, 0)
    members.chosen(NEW, 10)
    members.chosen(NEWEST, 20)
    assert (members.now, members.latest, members.pending_from) == (OLD, NEWEST, 20)
    assert [members.quorums_at(index).members for index in (9, 10, 19, 20)] == [(1, 2, 3), (1, 2, 4), (1, 2, 4), (5,)]
    assert members.advance(20)
    assert (members.now, members.pending) == (NEWEST, False)
    members.chosen(OLD, 30)
    members.jump(NEW)
    assert (members.now, members.latest, members.now_from, members.pending) == (NEW, NEW, 0, False)


@pytest.mark.parametrize(("second", "voters", "enough"), [(0, 3, 2), (1, 3, 1), (2, 4, 2), (3, 4, 3), (4, 3, 3)])
def test_so_many_choose_as_was_asked_for_but_no_more_than_there_are(second: int, voters: int, enough: int) -> None:
    quorums = Members(Membership(tuple(range(1, voters + 1))), second).quorums_at(1)
    assert quorums.second == enough
    for count in range(voters + 1):
        assert quorums.chosen(dict.fromkeys(range(1, count + 1))) == (count >= enough)
        assert quorums.promised(list(range(1, count + 1))) == (count > voters - enough)


@pytest.mark.parametrize(
    ("changes", "voters", "learners"),
    [
        ([(ADD_VOTER, 4)], (1, 2, 3, 4), (7,)),
        ([(ADD_VOTER, 7)], (1, 2, 3, 7), ()),
        ([(ADD_LEARNER, 2)], (1, 3), (2, 7)),
        ([(REMOVE, 2), (REMOVE, 7)], (1, 3), ()),
        ([(REMOVE, 9)], (1, 2, 3), (7,)),
        ([(REMOVE, 1), (ADD_VOTER, 1)], (1, 2, 3), (7,)),
    ],
)
def test_what_a_change_makes_of_a_membership(
    changes: list[tuple[int, int]], voters: tuple[int, ...], learners: tuple[int, ...]
) -> None:
    after = changed(OLD, [MemberChange(*change) for change in changes])
    assert (after.voters, after.learners, after.outgoing) == (voters, learners, ())
    assert parse(emit(after)) == after


def test_somebody_must_remain_and_other_changes_there_are_none() -> None:
    with pytest.raises(ValueError, match="somebody must remain to decide"):
        changed(OLD, [MemberChange(REMOVE, replica) for replica in (1, 2, 3)])
    with pytest.raises(ValueError, match=f"no change of kind {UPDATE}"):
        changed(OLD, [MemberChange(UPDATE, 1)])


def test_one_that_was_removed_and_stands_is_told_what_it_lacks_and_promised_nothing() -> None:
    """It does not know that it was removed: without a word it would stand for ever, or lead with others like it."""
    one = One()
    one.lead()
    one.decide(b"a", b"b")
    one.said.clear()
    promised = one.replica.term
    one.hear(Prepare(9, 1, promised + 1000, 0, 1, False, 0))
    (learn,) = one.take(Learn)
    assert (learn.to, [entry.data for entry in learn.entries]) == (9, [b"a", b"b"])
    assert one.replica.term == promised
    one.hear(Prepare(9, 1, promised + 1000, 0, 3, False, 0))
    assert one.said == [], "it has all that is here"
    one.hear(Prepare(9, 1, promised + 1000, 0, 9, False, 0))
    (ask,) = one.take(CatchUpRequest)
    assert (ask.to, ask.chosen) == (9, 2), "it knows more, and is asked"
    assert one.take(Promise) == []
