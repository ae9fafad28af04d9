"""Changes of membership as pure functions, with witnesses; and that majorities before and after overlap."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import ADD_LEARNER, ADD_VOTER, ADD_WITNESS, REMOVE, UPDATE, MemberChange
from catenet.application.consensus.raft.membership import config
from catenet.application.consensus.raft.membership.config import (
    Change,
    ChangeError,
    apply_change,
    enter_joint,
    leave_joint,
    members_of,
    simple,
)
from catenet.application.consensus.raft.quorum import PENDING, WON, joint_agreed_index, joint_vote_result

steps = st.lists(st.builds(MemberChange, st.sampled_from((0, 1, 2, 3, 4)), st.integers(1, 6)), max_size=3)
changes = st.lists(st.builds(Change, steps, st.integers(0, 2)), max_size=8)


def after(start: Membership, history: list[Change]) -> list[Membership]:
    """Every membership on the way."""
    found = [start]
    for change in history:
        try:
            found.append(apply_change(found[-1], change).membership)
        except ChangeError:
            continue
    return found


def wins(membership: Membership, group: tuple[int, ...]) -> bool:
    """These votes elect."""
    votes = dict.fromkeys(group, True)
    return joint_vote_result(membership.voters, membership.outgoing, votes) == WON


@pytest.mark.slow
@given(changes)
def test_each_membership_is_well_formed(history: list[Change]) -> None:
    for membership in after(Membership((1, 2, 3)), history):
        voters = set(membership.voters) | set(membership.outgoing)
        assert membership.voters
        assert not voters & set(membership.learners)
        assert set(membership.learners_next) <= set(membership.outgoing) - set(membership.voters)
        assert set(membership.witnesses) <= voters
        assert set(membership.voters) - set(membership.witnesses)
        assert membership.outgoing or not (membership.auto_leave or membership.learners_next)


@pytest.mark.slow
@given(changes)
def test_majorities_of_neighbours_overlap(history: list[Change]) -> None:
    everyone = range(1, 7)
    groups = [group for size in range(1, 7) for group in combinations(everyone, size)]
    found = after(Membership((1, 2, 3)), history)
    for one, two in pairwise(found):
        first = [group for group in groups if wins(one, group)]
        second = [group for group in groups if wins(two, group)]
        assert all(set(group) & set(other) for group in first for other in second)


def test_what_is_agreed_is_what_both_groups_have() -> None:
    assert joint_agreed_index((1, 2, 3), (3, 4, 5), {1: 9, 2: 8, 3: 7, 4: 6}) == 6
    assert joint_vote_result((1, 2, 3), (3, 4, 5), {1: True, 2: True}) == PENDING


@pytest.mark.parametrize(
    ("before", "operation", "replica", "rule"),
    [
        (Membership((1, 2), witnesses=(2,)), ADD_LEARNER, 2, config.WITNESS),
        (Membership((1, 2), witnesses=(2,)), ADD_VOTER, 2, config.WITNESS),
        (Membership((1, 2)), ADD_WITNESS, 2, config.WITNESS),
        (Membership((1, 2), witnesses=(2,)), REMOVE, 1, config.LAST_VOTER),
        (Membership((1,)), REMOVE, 1, config.LAST_VOTER),
        (Membership((1,)), 9, 1, config.UNKNOWN),
    ],
)
def test_refused(before: Membership, operation: int, replica: int, rule: str) -> None:
    with pytest.raises(ChangeError) as caught:
        simple(before, [MemberChange(operation, replica)])
    assert caught.value.rule == rule


def test_a_witness_comes_and_goes() -> None:
    with_witness = simple(Membership((1, 2)), [MemberChange(ADD_WITNESS, 3)])
    assert with_witness.membership == Membership((1, 2, 3), witnesses=(3,))
    assert with_witness.renewed == [3]
    assert simple(with_witness.membership, [MemberChange(REMOVE, 3)]).membership == Membership((1, 2))
    joint = enter_joint(with_witness.membership, [MemberChange(REMOVE, 3)], auto_leave=True).membership
    assert joint == Membership((1, 2), (1, 2, 3), witnesses=(3,), auto_leave=True)
    assert leave_joint(joint).membership == Membership((1, 2))


def test_an_update_changes_nothing() -> None:
    assert simple(Membership((1,)), [MemberChange(UPDATE, 1)]).membership == Membership((1,))


def test_a_newcomer_takes_the_founders_from_the_first_change() -> None:
    change = Change([MemberChange(ADD_VOTER, 4)], before=Membership((1, 2, 3)))
    assert apply_change(Membership(), change).membership == Membership((1, 2, 3, 4))
    assert apply_change(Membership((1, 2)), change).membership == Membership((1, 2, 4))


def test_members_are_everybody_once() -> None:
    assert members_of(Membership((1, 3), (1, 2), (5,), (2,))) == [1, 2, 3, 5]
