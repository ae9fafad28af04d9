"""One slot: a part of all keys that moves between groups as a whole, with its sessions, events and leases.

A key's slot depends only on its octets.  A slot counts its changes: its ``clock`` is the revision of the last write,
the position from which a watch continues, and the age of sessions; it continues in the next group.
"""

from __future__ import annotations

import zlib
from collections import deque
from typing import Final

import msgspec

from catenet.application.kv.state.results import OUTDATED, SESSION_EXPIRED, Result

SLOTS: Final = 256
MAX_SESSIONS: Final = 1024
"""The maximum number of sessions per slot; beyond it, the least recently used one is dropped."""
MAX_EVENTS: Final = 1024
"""The number of events that a slot remembers for watches."""


def slot_of(key: bytes) -> int:
    """The slot of a key, 0 to :data:`SLOTS` - 1."""
    return zlib.crc32(key) % SLOTS


class Record(msgspec.Struct, frozen=True, array_like=True):
    """The record of a key; ``created`` and ``modified`` are the slot's clock at these times."""

    value: bytes
    created: int
    modified: int
    lease: int


class Event(msgspec.Struct, frozen=True, array_like=True):
    """An event for watchers: the new value of a key, or None if it was deleted."""

    clock: int
    key: bytes
    value: bytes | None


class Session(msgspec.Struct, frozen=True, array_like=True):
    """The last command of a client's session, its result, and the slot's clock at that time."""

    sequence: int
    result: Result
    clock: int


class SlotContent(msgspec.Struct, frozen=True, array_like=True):
    """A slot as it is moved and stored."""

    clock: int
    forgotten: int
    unseen: int
    records: dict[bytes, Record]
    sessions: dict[int, Session]
    events: list[Event]
    leases: dict[int, int]


class Slot:
    """Keys, sessions and recent events.  Dicts keep insertion order, so all replicas iterate in the same order."""

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
        """Write a key; returns the new clock."""
        self.clock += 1
        before = self.records.get(key)
        created = self.clock if before is None else before.created
        self.records[key] = Record(value, created, self.clock, lease)
        self._add_event(key, value)
        return self.clock

    def remove(self, key: bytes) -> int:
        """Delete an existing key; returns the new clock."""
        self.clock += 1
        del self.records[key]
        self._add_event(key, None)
        return self.clock

    def _add_event(self, key: bytes, value: bytes | None) -> None:
        self.events.append(Event(self.clock, key, value))
        if len(self.events) > MAX_EVENTS:
            self._unseen = self.events.popleft().clock

    def recall(self, after: int) -> tuple[int, list[Event]]:
        """The remembered events after a clock, and the clock from which on they are complete."""
        since = max(after, self._unseen)
        return since, [event for event in self.events if event.clock > since]

    # -- sessions

    def remembered(self, session: int, sequence: int, born: int) -> Result | None:
        """The result of this command, or of its refusal; None if it must be executed now."""
        last = self._sessions.get(session)
        if last is None:
            return Result(SESSION_EXPIRED, self.clock) if born < self._forgotten else None
        if sequence == last.sequence:
            return last.result
        return Result(OUTDATED, self.clock) if sequence < last.sequence else None

    def remember(self, session: int, sequence: int, result: Result) -> None:
        """Record the result of a command."""
        self.clock += 1
        self._sessions.pop(session, None)
        self._sessions[session] = Session(sequence, result, self.clock)
        if len(self._sessions) > MAX_SESSIONS:
            oldest = next(iter(self._sessions))
            self._forgotten = self._sessions.pop(oldest).clock

    # -- moving

    def content(self, leases: dict[int, int]) -> SlotContent:
        """The contents; ``leases`` are those of its keys."""
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
        """The slot with these contents."""
        slot = Slot()
        slot.clock, slot._forgotten, slot._unseen = content.clock, content.forgotten, content.unseen
        slot.records = dict(content.records)
        slot._sessions = dict(content.sessions)
        slot.events.extend(content.events)
        return slot
