"""Majorities of memberships, plain and joint, and whether those of two memberships always share a voter."""

from __future__ import annotations

from catenet.application.consensus.entry import Membership


def halves(membership: Membership) -> list[tuple[int, ...]]:
    """The groups of voters that must each agree: one, or the two of a joint membership."""
    return [half for half in (membership.voters, membership.outgoing) if half]


def majority_of(membership: Membership, nodes: set[int]) -> bool:
    """Whether these are a majority of the voters; of a joint membership, of each half."""
    there = halves(membership)
    return bool(there) and all(2 * sum(voter in nodes for voter in half) > len(half) for half in there)


def always_meet(before: Membership, after: Membership) -> bool:
    """Whether any two majorities, one of each membership, share a voter.  O(2ⁿ) in the (few) voters.

    They do not where the voters can be parted so that one part is a majority of one, and the other of the other.
    """
    voters = sorted({voter for membership in (before, after) for half in halves(membership) for voter in half})
    for parting in range(1 << len(voters)):
        ours = {voter for at, voter in enumerate(voters) if parting >> at & 1}
        if majority_of(before, ours) and majority_of(after, set(voters) - ours):
            return False
    return True
