"""What a replica asks of the program around it. It does nothing itself: it hands back a list of these.

The order of the list is an order only within one kind. The rules for the program that runs a replica:

- an :class:`Append` is written after those before it, and its token handed back (``Appended``) in the same
  order; one with ``must_sync`` is durable first, others may be told as soon as those before them are;
- a :class:`Send` whose ``after`` is not zero goes out once that token's append is durable, and never after a
  crash; others go at once. A message to the replica itself comes back to it as ``Receive``;
- :class:`Restore` and :class:`Apply` go to the application in order, and ``Applied`` says when it has done them.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import mypyc_attr

from catenet.application.consensus.entry import Entry, HardState, Membership, Snapshot


@mypyc_attr(allow_interpreted_subclasses=True)
class Message:
    """What one replica says to another; each protocol has a class for each kind. ``term`` is the sender's."""

    def __init__(self, sender: int, to: int, term: int) -> None:
        self.sender: Final = sender
        self.to: Final = to
        self.term: Final = term


class Effect:
    """Base of all that a step may ask for."""


class Append(Effect):
    """Write to the log on disk, as one batch: the snapshot first, then entries, then the hard state.

    A ``snapshot`` here came from another replica. With ``truncates`` (Raft) it replaces the whole log, and all that
    stands at the first entry's index and after it is dropped; without (Multi-Paxos) it replaces what it covers, each
    entry replaces only what stands at its own index, and gaps may be left. ``hard_state`` is None where it has not
    changed.
    """

    def __init__(
        self,
        token: int,
        hard_state: HardState | None,
        entries: list[Entry],
        snapshot: Snapshot | None,
        must_sync: bool,
        truncates: bool = True,
    ) -> None:
        self.token: Final = token
        self.hard_state: Final = hard_state
        self.entries: Final = entries
        self.snapshot: Final = snapshot
        self.must_sync: Final = must_sync
        self.truncates: Final = truncates


class Send(Effect):
    """Give a message to the network, once the append of token ``after`` is durable (0: at once)."""

    def __init__(self, message: Message, after: int) -> None:
        self.message: Final = message
        self.after: Final = after


class Apply(Effect):
    """Committed entries for the application, in order. Those that are no commands only move its index."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries: Final = entries


class Restore(Effect):
    """The application's state becomes that of a snapshot, which is durable by now."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot: Final = snapshot


class StoreSnapshot(Effect):
    """Make the application's own snapshot durable, and only then forget entries up to ``discard_to``."""

    def __init__(self, snapshot: Snapshot, discard_to: int) -> None:
        self.snapshot: Final = snapshot
        self.discard_to: Final = discard_to


class Accepted(Effect):
    """A proposal stands in the leader's log from ``index`` on; it is decided when an entry of that index *and*
    term is applied.

    In Multi-Paxos a later leader may have the same octets decided at that index in a term (ballot) of its own; so only
    an entry with other octets, or in Raft of another term, says that the proposal never will be.
    """

    def __init__(self, tag: int, index: int, term: int) -> None:
        self.tag: Final = tag
        self.index: Final = index
        self.term: Final = term


class Refused(Effect):
    """A proposal, a read, a change or a transfer is not done, and leaves no trace. ``leader`` may know better."""

    def __init__(self, tag: int, reason: str, leader: int) -> None:
        self.tag: Final = tag
        self.reason: Final = reason
        self.leader: Final = leader


class ReadReady(Effect):
    """The read may be served as soon as the application has applied ``index``."""

    def __init__(self, tag: int, index: int) -> None:
        self.tag: Final = tag
        self.index: Final = index


class RoleChanged(Effect):
    """Another role or another leader than after the last step. ``role`` is one of interface's ROLE_ numbers."""

    def __init__(self, role: int, leader: int, term: int) -> None:
        self.role: Final = role
        self.leader: Final = leader
        self.term: Final = term


class MembershipChanged(Effect):
    """The membership that counts from now on. Who is no longer in it may be disconnected."""

    def __init__(self, membership: Membership, index: int) -> None:
        self.membership: Final = membership
        self.index: Final = index  # of the entry that made it so


class Notice(Effect):
    """Something that an operator would want to read, in words of the protocol; for the trace only."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
