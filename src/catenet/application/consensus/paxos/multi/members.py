"""Who decides about which place of the log.

A change of membership stands in the log like a command, at some place s, and counts from place s + window on: by then
all know it, for nobody proposes that far ahead of what is chosen (Lamport 2001, section 3).  One change at a time: the
next is refused until the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import ADD_LEARNER, ADD_VOTER, REMOVE, MemberChange
from catenet.application.consensus.paxos.quorums import Quorums


class Members:
    """The memberships that count at the places that are not chosen yet, and those to come.

    ``second`` is how many acceptors choose (0: a majority).
    """

    def __init__(self, membership: Membership, second: int) -> None:
        self._second: Final = second
        # (from which place on, who), in order; the first counts now.
        self._spans: list[tuple[int, Membership, Quorums]] = [(0, membership, self._quorums(membership))]

    def _quorums(self, membership: Membership) -> Quorums:
        return Quorums(membership.voters, 0, min(self._second, len(membership.voters)))

    @property
    def now(self) -> Membership:
        """Who decides about the next place."""
        return self._spans[0][1]

    @property
    def now_from(self) -> int:
        """Since which place they do."""
        return self._spans[0][0]

    @property
    def latest(self) -> Membership:
        """Who will, once all that is chosen counts."""
        return self._spans[-1][1]

    @property
    def pending(self) -> bool:
        """Whether a change has been chosen that does not count yet."""
        return len(self._spans) > 1

    @property
    def pending_from(self) -> int:
        """From which place on it does."""
        return self._spans[-1][0]

    def quorums_at(self, index: int) -> Quorums:
        """Who decides about a place."""
        found = self._spans[0][2]
        for first, _, quorums in self._spans:
            if first <= index:
                found = quorums
        return found

    def everyone(self) -> tuple[int, ...]:
        """All that take part now or will, learners too, in order."""
        ids: list[int] = []
        for _, membership, _ in self._spans:
            ids.extend(membership.voters)
            ids.extend(membership.learners)
        return tuple(sorted(dict.fromkeys(ids)))

    def voters(self) -> tuple[int, ...]:
        """All that decide now or will, in order."""
        ids = [voter for _, membership, _ in self._spans for voter in membership.voters]
        return tuple(sorted(dict.fromkeys(ids)))

    def is_voter(self, replica: int) -> bool:
        """Whether it decides now or will."""
        return any(replica in membership.voters for _, membership, _ in self._spans)

    def chosen(self, membership: Membership, from_index: int) -> None:
        """A change has been chosen, and counts from that place on."""
        self._spans.append((from_index, membership, self._quorums(membership)))

    def jump(self, membership: Membership) -> None:
        """A snapshot says who decides."""
        self._spans = [(0, membership, self._quorums(membership))]

    def all_quorums(self) -> list[Quorums]:
        """Those that count now, and those to come."""
        return [quorums for _, _, quorums in self._spans]

    def advance(self, next_index: int) -> bool:
        """The next place to be chosen is that one; whether others decide now."""
        changed = False
        while len(self._spans) > 1 and self._spans[1][0] <= next_index:
            del self._spans[0]
            changed = True
        return changed


def changed(membership: Membership, changes: Iterable[MemberChange]) -> Membership:
    """The membership after these steps.  Raises ValueError for one that cannot be."""
    voters, learners = dict.fromkeys(membership.voters), dict.fromkeys(membership.learners)
    for change in changes:
        voters.pop(change.replica, None)
        learners.pop(change.replica, None)
        if change.operation == ADD_VOTER:
            voters[change.replica] = None
        elif change.operation == ADD_LEARNER:
            learners[change.replica] = None
        elif change.operation != REMOVE:
            raise ValueError(f"Multi-Paxos has no change of kind {change.operation}")
    if not voters:
        raise ValueError("somebody must remain to decide")
    return Membership(tuple(sorted(voters)), (), tuple(sorted(learners)))


def emit(membership: Membership) -> bytes:
    """A membership as the octets of its entry."""
    groups = (membership.voters, membership.learners)
    return b"/".join(b",".join(b"%d" % replica for replica in group) for group in groups)


def parse(data: bytes) -> Membership:
    """The inverse of :func:`emit`.  Raises ValueError."""
    voters, learners = (tuple(int(one) for one in group.split(b",") if one) for group in data.split(b"/"))
    return Membership(voters, (), learners)
