"""Ballots: who speaks, and which of two has the last word (Lamport 2001, section 2.2).

A ballot is one number, so that it fits where Raft has its term: round, then priority, then node, from the high bits
down.  No two nodes ever use the same one.
"""

from __future__ import annotations

from typing import Final

NODE_BITS: Final = 12
PRIORITY_BITS: Final = 8
MAX_NODE: Final = (1 << NODE_BITS) - 1
MAX_PRIORITY: Final = (1 << PRIORITY_BITS) - 1

LOWEST: Final = 0
"""Below all that are used: nodes are numbered from 1."""


def ballot(round_: int, node: int, priority: int = 0) -> int:
    """The ballot of a node in a round.  Raises ValueError for numbers that do not fit."""
    if not 1 <= node <= MAX_NODE or not 0 <= priority <= MAX_PRIORITY or round_ < 0:
        raise ValueError(
            f"a ballot has a round of at least 0, a node of 1 to {MAX_NODE} and a priority of 0 to {MAX_PRIORITY}, "
            f"not {round_}, {node} and {priority}"
        )
    return (round_ << PRIORITY_BITS | priority) << NODE_BITS | node


def round_of(number: int) -> int:
    """The round of a ballot."""
    return number >> NODE_BITS + PRIORITY_BITS


def node_of(number: int) -> int:
    """Whose ballot it is; 0 for :data:`LOWEST`."""
    return number & MAX_NODE


def above(other: int, node: int, priority: int = 0) -> int:
    """The least ballot of a node that is higher than another."""
    mine = ballot(round_of(other), node, priority)
    return mine if mine > other else ballot(round_of(other) + 1, node, priority)
