"""Two memberships that follow one another are safe if no majority of one can do without the other's."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import Membership
from catenet.experiments.chaos.majorities import always_meet, majority_of

THREE, FOUR, FIVE = Membership((1, 2, 3)), Membership((1, 2, 3, 4)), Membership((1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("before", "after", "safe"),
    [
        (THREE, THREE, True),
        (THREE, FOUR, True),
        (FOUR, FIVE, True),
        (THREE, FIVE, False),  # 1 and 2 of three, 3, 4 and 5 of five
        (THREE, Membership((3, 4, 5)), False),
        (Membership((1,)), Membership((1, 2)), True),
        (Membership((1,)), Membership((2,)), False),
        (THREE, Membership((3, 4, 5), (1, 2, 3)), True),  # into a joint membership, and out of it
        (Membership((3, 4, 5), (1, 2, 3)), Membership((3, 4, 5)), True),
        (Membership((3, 4, 5), (1, 2, 3)), Membership((6, 7)), False),
    ],
)
def test_whether_all_majorities_meet(before: Membership, after: Membership, safe: bool) -> None:
    assert always_meet(before, after) is safe
    assert always_meet(after, before) is safe


def test_a_joint_membership_needs_a_majority_of_each_half() -> None:
    joint = Membership((3, 4, 5), (1, 2, 3))
    assert majority_of(joint, {1, 3, 4})
    assert not majority_of(joint, {3, 4, 5})
    assert not majority_of(Membership(()), {1})
