"""What a replica is told. ``tag`` is the caller's own number for a request; answers carry it back."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message

ADD_VOTER: Final = 0
REMOVE: Final = 1
ADD_LEARNER: Final = 3
ADD_WITNESS: Final = 4
UPDATE: Final = 2  # nothing changes but what the application reads from the change's context

AUTO: Final = 0  # one at a time where one is enough, else through a joint membership that is left by itself
JOINT_IMPLICIT: Final = 1  # always joint, left by itself
JOINT_EXPLICIT: Final = 2  # always joint, left by an empty change


class Event:
    """Base of all that may happen to a replica."""


class Tick(Event):
    """The time of ``deadline_ns()`` has come; harmless when it has not."""


class Receive(Event):
    """A message arrived, from another replica or from this one (see effects)."""

    def __init__(self, message: Message) -> None:
        self.message: Final = message


class Appended(Event):
    """An append is durable, as are all before it."""

    def __init__(self, token: int) -> None:
        self.token: Final = token


class Applied(Event):
    """The application has applied everything up to ``index``."""

    def __init__(self, index: int) -> None:
        self.index: Final = index


class Propose(Event):
    """Put commands into the log, in order. Answered by Accepted or Refused; a follower passes them on unanswered."""

    def __init__(self, commands: list[bytes], tag: int = 0) -> None:
        self.commands: Final = commands
        self.tag: Final = tag


class Read(Event):
    """Ask for an index from which a linearizable read may be served: ReadReady or Refused.

    ``lease``: this one may rely on the leader's lease, where there are leases.
    """

    def __init__(self, tag: int, lease: bool = False) -> None:
        self.tag: Final = tag
        self.lease: Final = lease


class MemberChange:
    """One step of a change of membership: one of ADD_VOTER, REMOVE, ADD_LEARNER, ADD_WITNESS, UPDATE, and an id."""

    def __init__(self, operation: int, replica: int) -> None:
        self.operation: Final = operation
        self.replica: Final = replica

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MemberChange) and (self.operation, self.replica) == (other.operation, other.replica)

    def __hash__(self) -> int:
        return hash((self.operation, self.replica))

    def __repr__(self) -> str:
        return f"MemberChange({self.operation}, {self.replica})"


class ChangeMembership(Event):
    """Propose a change. No changes at all means: leave the joint membership. ``context`` is the application's."""

    def __init__(self, changes: list[MemberChange], transition: int = AUTO, tag: int = 0, context: bytes = b"") -> None:
        self.changes: Final = changes
        self.transition: Final = transition
        self.tag: Final = tag
        self.context: Final = context


class Readmit(Event):
    """A replica has lost its disk and is silent: put a mark into the log (see `entry.Readmission`), and begin anew to
    bring that replica along. Answered by Accepted or Refused.
    """

    def __init__(self, replica: int, tag: int = 0) -> None:
        self.replica: Final = replica
        self.tag: Final = tag


class Transfer(Event):
    """Hand leadership to another replica."""

    def __init__(self, to: int, tag: int = 0) -> None:
        self.to: Final = to
        self.tag: Final = tag


class Campaign(Event):
    """Try to become leader now."""


class ForgetLeader(Event):
    """A follower has been told by other means that its leader is gone, and may vote for another at once."""


class Unreachable(Event):
    """The transport could not deliver the last message to ``peer``."""

    def __init__(self, peer: int) -> None:
        self.peer: Final = peer


class SnapshotTaken(Event):
    """The application wrote down its state as of ``index``, which it has applied."""

    def __init__(self, index: int, data: bytes) -> None:
        self.index: Final = index
        self.data: Final = data


class Compact(Event):
    """Entries up to ``index`` (at most the newest snapshot's) need not be kept in memory."""

    def __init__(self, index: int) -> None:
        self.index: Final = index
