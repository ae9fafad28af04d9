"""Changes of membership, as pure functions (§6, dissertation chapter 4).

A *simple* change moves at most one voter, so that majorities before and after it overlap. Any other goes
through a *joint* membership, where both groups of voters must agree, and leaves it again.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import mypyc_attr

from catenet.application.consensus.entry import CHANGE, Entry, Membership
from catenet.application.consensus.events import (
    ADD_LEARNER,
    ADD_VOTER,
    ADD_WITNESS,
    AUTO,
    JOINT_EXPLICIT,
    REMOVE,
    UPDATE,
    MemberChange,
)

SINGLE_CHANGE: Final = 1  # the kind of an entry whose change must be one step and never joint

# Why a change is refused: `ChangeError.rule`
ALREADY_JOINT: Final = "already joint"
NOT_JOINT: Final = "not joint"
NO_VOTERS: Final = "no voters yet"
LAST_VOTER: Final = "no voter would be left, or only witnesses"
TOO_MANY: Final = "more than one voter at once"
JOINT: Final = "leave the joint membership first"
WITNESS: Final = "a witness is added and removed, and never turned into anything else"
UNKNOWN: Final = "unknown operation"


@mypyc_attr(native_class=False)
class ChangeError(ValueError):
    """The change does not fit the membership; ``rule`` is one of this file's constants."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Change:
    """What a CHANGE entry holds. ``before`` is the founding membership, where no snapshot tells a newcomer of it."""

    def __init__(
        self,
        changes: list[MemberChange],
        transition: int = AUTO,
        context: bytes = b"",
        before: Membership | None = None,
    ) -> None:
        self.changes: Final = changes
        self.transition: Final = transition
        self.context: Final = context
        self.before: Final = before

    def leaves_joint(self) -> bool:
        """An empty change ends a joint membership."""
        return not self.changes and self.transition == AUTO

    def enters_joint(self) -> bool:
        """Goes through a joint membership, by wish or because it must."""
        return self.transition != AUTO or len(self.changes) > 1

    def leaves_by_itself(self) -> bool:
        """The leader ends the joint membership as soon as it is applied."""
        return self.transition != JOINT_EXPLICIT


class Changed:
    """The new membership; ``renewed`` are replicas of which nothing is known although they were there before."""

    def __init__(self, membership: Membership, renewed: list[int]) -> None:
        self.membership: Final = membership
        self.renewed: Final = renewed


def is_change(entry: Entry) -> bool:
    """Changes the membership."""
    return entry.kind == CHANGE or entry.kind == SINGLE_CHANGE


def is_joint(membership: Membership) -> bool:
    """Two groups of voters must agree."""
    return bool(membership.outgoing)


def members_of(membership: Membership) -> list[int]:
    """Everybody, sorted."""
    everyone = {
        member: True
        for group in (membership.voters, membership.outgoing, membership.learners, membership.learners_next)
        for member in group
    }
    return sorted(everyone)


class _Draft:
    """A membership while it is being changed."""

    def __init__(self, before: Membership) -> None:
        self.voters = set(before.voters)
        self.outgoing = set(before.outgoing)
        self.learners = set(before.learners)
        self.learners_next = set(before.learners_next)
        self.witnesses = set(before.witnesses)
        self.renewed: list[int] = []
        self.known = set(members_of(before))

    def apply(self, changes: list[MemberChange]) -> None:
        for change in changes:
            if change.replica:
                self._apply_one(change.operation, change.replica)
        if not self.voters - self.witnesses:
            raise ChangeError(LAST_VOTER)

    def _apply_one(self, operation: int, replica: int) -> None:
        if operation == REMOVE:
            self._remove(replica)
        elif operation == UPDATE:
            return
        elif operation == ADD_WITNESS:
            self._make_witness(replica)
        elif replica in self.witnesses:
            raise ChangeError(WITNESS)
        elif operation == ADD_VOTER:
            self._make_voter(replica)
        elif operation == ADD_LEARNER:
            self._make_learner(replica)
        else:
            raise ChangeError(UNKNOWN)

    def _make_voter(self, replica: int) -> None:
        self._meet(replica)
        self.learners.discard(replica)
        self.learners_next.discard(replica)
        self.voters.add(replica)

    def _make_witness(self, replica: int) -> None:
        if replica in self.known and replica not in self.witnesses:
            raise ChangeError(WITNESS)
        self._meet(replica)
        self.voters.add(replica)
        self.witnesses.add(replica)

    def _make_learner(self, replica: int) -> None:
        if replica in self.learners or replica in self.learners_next:
            return
        self._meet(replica)
        self.voters.discard(replica)
        # Who still votes in the outgoing group cannot be a learner at the same time.
        (self.learners_next if replica in self.outgoing else self.learners).add(replica)

    def _remove(self, replica: int) -> None:
        self.voters.discard(replica)
        self.learners.discard(replica)
        self.learners_next.discard(replica)
        if replica not in self.outgoing:
            self.witnesses.discard(replica)
            self.known.discard(replica)

    def _meet(self, replica: int) -> None:
        if replica not in self.known:
            self.known.add(replica)
            self.renewed.append(replica)

    def finish(self, auto_leave: bool) -> Changed:
        membership = Membership(
            tuple(sorted(self.voters)),
            tuple(sorted(self.outgoing)),
            tuple(sorted(self.learners)),
            tuple(sorted(self.learners_next)),
            tuple(sorted(self.witnesses)),
            auto_leave,
        )
        return Changed(membership, self.renewed)


def simple(before: Membership, changes: list[MemberChange]) -> Changed:
    """Change at most one voter, and any number of learners."""
    if is_joint(before):
        raise ChangeError(JOINT)
    draft = _Draft(before)
    draft.apply(changes)
    if len(draft.voters.symmetric_difference(before.voters)) > 1:
        raise ChangeError(TOO_MANY)
    return draft.finish(auto_leave=False)


def enter_joint(before: Membership, changes: list[MemberChange], auto_leave: bool) -> Changed:
    """The voters of before become the outgoing group; the changes make the incoming one."""
    if is_joint(before):
        raise ChangeError(ALREADY_JOINT)
    if not before.voters:
        raise ChangeError(NO_VOTERS)
    draft = _Draft(before)
    draft.outgoing = set(before.voters)
    draft.apply(changes)
    return draft.finish(auto_leave)


def leave_joint(before: Membership) -> Changed:
    """The incoming group decides alone from now on; who only voted in the outgoing one is gone."""
    if not is_joint(before):
        raise ChangeError(NOT_JOINT)
    draft = _Draft(before)
    draft.learners |= draft.learners_next
    draft.learners_next = set()
    draft.outgoing = set()
    draft.witnesses &= draft.voters
    return draft.finish(auto_leave=False)


def apply_change(before: Membership, change: Change) -> Changed:
    """What a CHANGE entry makes of a membership. Raises ChangeError where it does not fit."""
    if change.before is not None and not before.voters:
        before = change.before
    if change.leaves_joint():
        return leave_joint(before)
    if change.enters_joint():
        return enter_joint(before, change.changes, change.leaves_by_itself())
    return simple(before, change.changes)
