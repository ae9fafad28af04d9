"""Ballots: who speaks, and which of two has the last word (Lamport 2001, section 2.2)."""

from __future__ import annotations

from typing import Final, NamedTuple


class Ballot(NamedTuple):
    """Compared by round, then by priority, then by node, so that no two nodes ever use the same one."""

    round: int
    priority: int
    node: int

    def above(self, other: Ballot) -> Ballot:
        """The least ballot of this node that is higher than another's."""
        mine = Ballot(other.round, self.priority, self.node)
        return mine if mine > other else Ballot(other.round + 1, self.priority, self.node)


LOWEST: Final = Ballot(0, 0, 0)
"""Below all that are used: nodes are numbered from 1."""
