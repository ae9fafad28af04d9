"""One slot: the part of all keys that moves between groups as a whole, and all that has to move with it.

A key's slot is a matter of its octets alone.  A slot counts what is done to it: its ``clock`` is the revision of what
was written last, the place to go on watching from, and the age of sessions; it goes on counting in the next group.
"""

from __future__ import annotations

import zlib
from collections import deque
from typing import Final

import msgspec

from catenet.application.kv.state.results import OUTDATED, SESSION_EXPIRED, Result

SLOTS: Final = 256
MOST_SESSIONS: Final = 1024
"""Of one slot; beyond that the one that has been silent longest is forgotten."""
MOST_EVENTS: Final = 1024
"""How far back one can watch a slot."""


def slot_of(key: bytes) -> int:
    """The slot of a key, 0 to :data:`SLOTS` - 1."""
    return zlib.crc32(key) % SLOTS


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What a key holds; ``created`` and ``modified`` are its slot's clock at that time."""

    value: bytes
    created: int
    modified: int
    lease: int


class Event(msgspec.Struct, frozen=True, array_like=True):
    """Something that watchers are told: a key has a new value, or (None) is gone."""

    clock: int
    key: bytes
    value: bytes | None


class Session(msgspec.Struct, frozen=True, array_like=True):
    """The last command of a client's session, what came of it, and when it was."""

    sequence: int
    result: Result
    clock: int


class SlotContent(msgspec.Struct, frozen=True, array_like=True):
    """A slot as it travels and as it is kept."""

    clock: int
    forgotten: int
    unseen: int
    records: dict[bytes, Record]
    sessions: dict[int, Session]
    events: list[Event]
    leases: dict[int, int]


class Slot:
    """Keys, sessions and recent events.  Dicts are in order of insertion, so that all replicas agree on it."""

    def __init__(self) -> None:
        self.clock: int = 0
        self.records: dict[bytes, Record] = {}
        self.events: deque[Event] = deque()
        self._sessions: dict[int, Session] = {}
        # The clocks of the latest session and the latest event that are no longer kept.
        self._forgotten = 0
        self._unseen = 0

    # -- keys

    def write(self, key: bytes, value: bytes, lease: int) -> int:
        """Give a key a value; the new clock."""
        self.clock += 1
        before = self.records.get(key)
        created = self.clock if before is None else before.created
        self.records[key] = Record(value, created, self.clock, lease)
        self._tell(key, value)
        return self.clock

    def remove(self, key: bytes) -> int:
        """Take away a key that is there; the new clock."""
        self.clock += 1
        del self.records[key]
        self._tell(key, None)
        return self.clock

    def _tell(self, key: bytes, value: bytes | None) -> None:
        self.events.append(Event(self.clock, key, value))
        if len(self.events) > MOST_EVENTS:
            self._unseen = self.events.popleft().clock

    def recall(self, after: int) -> tuple[int, list[Event]]:
        """What happened after a clock, or after what is forgotten; and which of the two it was."""
        since = max(after, self._unseen)
        return since, [event for event in self.events if event.clock > since]

    # -- sessions

    def remembered(self, session: int, sequence: int, born: int) -> Result | None:
        """What came of this command, or why it may not be carried out; None if it is to be carried out now."""
        last = self._sessions.get(session)
        if last is None:
            return Result(SESSION_EXPIRED, self.clock) if born < self._forgotten else None
        if sequence == last.sequence:
            return last.result
        return Result(OUTDATED, self.clock) if sequence < last.sequence else None

    def remember(self, session: int, sequence: int, result: Result) -> None:
        """A command was carried out."""
        self.clock += 1
        self._sessions.pop(session, None)
        self._sessions[session] = Session(sequence, result, self.clock)
        if len(self._sessions) > MOST_SESSIONS:
            oldest = next(iter(self._sessions))
            self._forgotten = self._sessions.pop(oldest).clock

    # -- travel

    def content(self, leases: dict[int, int]) -> SlotContent:
        """All of it; ``leases`` are those of its keys."""
        return SlotContent(
            self.clock,
            self._forgotten,
            self._unseen,
            dict(self.records),
            dict(self._sessions),
            list(self.events),
            leases,
        )

    @staticmethod
    def of(content: SlotContent) -> Slot:
        """The slot that a content was made of."""
        slot = Slot()
        slot.clock, slot._forgotten, slot._unseen = content.clock, content.forgotten, content.unseen
        slot.records = dict(content.records)
        slot._sessions = dict(content.sessions)
        slot.events.extend(content.events)
        return slot
