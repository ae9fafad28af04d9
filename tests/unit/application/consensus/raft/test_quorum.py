"""Majorities, against what they mean: every group of up to five, and every pair of groups."""

from __future__ import annotations

from itertools import product

import pytest

from catenet.application.consensus.raft.quorum import (
    LOST,
    PENDING,
    UNBOUNDED,
    WON,
    agreed_index,
    joint_agreed_index,
    joint_vote_result,
    majority,
    vote_result,
)

GROUPS = [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4, 5)]


@pytest.mark.parametrize(("voters", "more_than_half"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)])
def test_a_majority_is_more_than_half(voters: int, more_than_half: int) -> None:
    assert majority(voters) == more_than_half


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_agreed_is_the_highest_index_that_more_than_half_have(group: tuple[int, ...]) -> None:
    """Counted too low nothing is ever committed; too high, what a minority has."""
    for indexes in product((None, 3, 7, 9), repeat=len(group)):
        acknowledged = {voter: index for voter, index in zip(group, indexes, strict=True) if index is not None}
        held = [index or 0 for index in indexes]
        wanted = max((at for at in {0, *held} if 2 * sum(one >= at for one in held) > len(held)), default=UNBOUNDED)
        assert agreed_index(group, acknowledged) == (wanted if group else UNBOUNDED)


@pytest.mark.parametrize("group", GROUPS)
def test_an_election_is_won_or_lost_when_those_who_are_silent_cannot_change_it(group: tuple[int, ...]) -> None:
    for said in product((None, True, False), repeat=len(group)):
        votes = {voter: vote for voter, vote in zip(group, said, strict=True) if vote is not None}
        yes, silent = said.count(True), said.count(None)
        if not group or 2 * yes > len(group):
            wanted = WON
        else:
            wanted = PENDING if 2 * (yes + silent) > len(group) else LOST
        assert vote_result(group, votes) == wanted
        assert vote_result(group, {**votes, 99: True}) == wanted, "a stranger's vote does not count"


def test_two_groups_agree_on_what_both_agree_on() -> None:
    acknowledged = {1: 9, 2: 7, 3: 3, 4: 5, 5: 4}
    assert joint_agreed_index((1, 2, 3), (), acknowledged) == 7
    assert joint_agreed_index((1, 2, 3), (3, 4, 5), acknowledged) == 4
    assert joint_agreed_index((3, 4, 5), (1, 2, 3), acknowledged) == 4
    assert joint_agreed_index((), (), acknowledged) == UNBOUNDED


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (WON, WON, WON),
        (WON, PENDING, PENDING),
        (WON, LOST, LOST),
        (PENDING, PENDING, PENDING),
        (PENDING, LOST, LOST),
        (LOST, LOST, LOST),
    ],
)
def test_both_groups_must_elect(first: int, second: int, both: int) -> None:
    said: dict[int, dict[str, bool]] = {WON: {"vote": True}, LOST: {"vote": False}, PENDING: {}}
    for one, other in ((first, second), (second, first)):
        votes = {voter: vote for voter, result in ((1, one), (2, other)) for vote in said[result].values()}
        assert joint_vote_result((1,), (2,), votes) == both
    assert joint_vote_result((1,), (), {1: True}) == WON
