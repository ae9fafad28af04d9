"""Majorities, of one group of voters or of two at once (§5.2, §5.3, §6). Pure functions over ids.

A joint decision needs a majority of both groups. An empty group agrees with everything, so that one group
alone is a joint one whose other half is empty.
"""

from __future__ import annotations

from typing import Final

UNBOUNDED: Final = 1 << 62  # what a group of nobody has agreed on

PENDING: Final = 1
LOST: Final = 2
WON: Final = 3


def majority(voters: int) -> int:
    """How many of them are more than half."""
    return voters // 2 + 1


def agreed_index(voters: tuple[int, ...], acknowledged: dict[int, int]) -> int:
    """The highest index that a majority has acknowledged; who said nothing has acknowledged 0."""
    if not voters:
        return UNBOUNDED
    indexes = [acknowledged.get(voter, 0) for voter in voters]
    indexes.sort()
    return indexes[len(indexes) - majority(len(indexes))]


def joint_agreed_index(voters: tuple[int, ...], outgoing: tuple[int, ...], acknowledged: dict[int, int]) -> int:
    """What both groups have agreed on."""
    index = agreed_index(voters, acknowledged)
    return min(index, agreed_index(outgoing, acknowledged)) if outgoing else index


def vote_result(voters: tuple[int, ...], votes: dict[int, bool]) -> int:
    """WON, LOST, or PENDING while the voters that are missing could still decide it."""
    granted = 0
    missing = 0
    for voter in voters:
        if voter not in votes:
            missing += 1
        elif votes[voter]:
            granted += 1
    needed = majority(len(voters)) if voters else 0
    if granted >= needed:
        return WON
    return PENDING if granted + missing >= needed else LOST


def joint_vote_result(voters: tuple[int, ...], outgoing: tuple[int, ...], votes: dict[int, bool]) -> int:
    """Both groups must say yes; one that says no is enough to lose."""
    first = vote_result(voters, votes)
    second = vote_result(outgoing, votes)
    if first == second:
        return first
    return LOST if LOST in (first, second) else PENDING
