"""The state machine of one group: the effect of each entry of its log.

It applies the entries in order, each with a :class:`~catenet.application.kv.state.results.Result`.  Nothing else
changes it, and it reads no clock, so all replicas have the same state.

A slot is **here** (in ``slots``), **awaited** (the layout gives it to this group, but it has not arrived) or
**departing** (the layout gave it to another group, which has not confirmed its arrival).  A departing slot is frozen; a
new layout is adopted only when no slot is awaited, so exactly one group serves each slot.
"""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.state.commands import (
    Command,
    CompareAndSet,
    Configure,
    Delete,
    Forget,
    Grant,
    Install,
    KeyOperation,
    Put,
    Request,
    Revoke,
)
from catenet.application.kv.state.results import AWAITED, MISMATCH, NO_LEASE, OK, REFUSED, WRONG_GROUP, Result
from catenet.application.kv.state.slot_map import NOBODY
from catenet.application.kv.state.slots import SLOTS, Record, Slot, SlotContent, slot_of


class StoreContent(msgspec.Struct, frozen=True, array_like=True):
    """The state of a store in a snapshot."""

    number: int
    owners: tuple[int, ...]
    slots: dict[int, SlotContent]
    awaited: dict[int, int]
    departing: list[tuple[int, int, SlotContent]]
    leases: dict[int, int]


_contents: Final = msgspec.msgpack.Decoder(StoreContent)
_slot_contents: Final = msgspec.msgpack.Decoder(SlotContent)
_encoder: Final = msgspec.msgpack.Encoder()


class StoreObserver:
    """An observer of a store's changes; its methods do nothing unless overridden."""

    def written(self, slot: int) -> None:
        """A slot has new events."""

    def layout_changed(self) -> None:
        """Slots have arrived or left."""

    def lease_granted(self, lease: int, ttl_ns: int) -> None:
        """A lease was granted or renewed."""

    def lease_ended(self, lease: int) -> None:
        """A lease has ended."""


class Store:
    """The keys of ``group``.  ``leases`` holds the duration of each lease, in ns."""

    def __init__(self, group: int, watcher: StoreObserver | None = None) -> None:
        self.group: Final = group
        self.watcher: StoreObserver = watcher or StoreObserver()
        self.number: int = 0
        self.owners: tuple[int, ...] = (NOBODY,) * SLOTS
        self.slots: dict[int, Slot] = {}
        self.awaited: dict[int, int] = {}
        self.departing: dict[tuple[int, int], SlotContent] = {}
        self.leases: dict[int, int] = {}
        self._held: dict[int, dict[bytes, None]] = {}

    # -- reading

    def status_of(self, slot: int) -> int:
        """Whether a slot is here: OK, AWAITED or WRONG_GROUP."""
        if slot in self.slots:
            return OK
        return AWAITED if slot in self.awaited else WRONG_GROUP

    def get(self, key: bytes) -> Record | None:
        """The record of a key, if its slot is here."""
        slot = self.slots.get(slot_of(key))
        return None if slot is None else slot.records.get(key)

    def scan(self, start: bytes, end: bytes, limit: int) -> list[tuple[bytes, Record]]:
        """The first ``limit`` keys of this group in [``start``, ``end``) (empty ``end``: no end), in order.

        Takes O(n log n) in the keys of the range, and time linear in all keys of the group.
        """
        found = [
            (key, record)
            for slot in self.slots.values()
            for key, record in slot.records.items()
            if start <= key and (not end or key < end)
        ]
        found.sort(key=lambda pair: pair[0])
        return found[:limit]

    # -- the log

    def apply(self, command: Command) -> Result:
        """Apply the next entry of the log."""
        match command:
            case Request():
                return self._request(command)
            case Configure():
                return self._configure(command)
            case Install():
                return self._install(command)
            case Forget(number, slots):
                gone = [self.departing.pop((number, slot), None) for slot in slots]
                return Result(REFUSED if None in gone else OK)

    def _request(self, request: Request) -> Result:
        operation = request.operation
        if isinstance(operation, Grant):
            return self._grant(operation)
        if isinstance(operation, Revoke):
            return self._revoke(operation.lease)
        number = slot_of(operation.key)
        slot = self.slots.get(number)
        if slot is None:
            return Result(self.status_of(number))
        remembered = slot.remembered(request.session, request.sequence, request.born)
        if remembered is not None:
            return remembered
        clock = slot.clock
        result = self._operate(slot, operation)
        changed = slot.clock != clock
        slot.remember(request.session, request.sequence, result)
        if changed:
            self.watcher.written(number)
        return result

    def _operate(self, slot: Slot, operation: KeyOperation) -> Result:
        match operation:
            case Put(key, value, lease):
                return self._put(slot, key, value, lease)
            case Delete(key):
                return self._delete(slot, key)
            case CompareAndSet(key, expected, value):
                record = slot.records.get(key)
                if (None if record is None else record.value) != expected:
                    return Result(MISMATCH, slot.clock)
                if value is None:
                    return self._delete(slot, key) if record else Result(OK, slot.clock)
                return self._put(slot, key, value, 0 if record is None else record.lease)

    def _put(self, slot: Slot, key: bytes, value: bytes, lease: int) -> Result:
        if lease and lease not in self.leases:
            return Result(NO_LEASE, slot.clock)
        self._let_go(slot, key)
        if lease:
            self._held[lease][key] = None
        return Result(OK, slot.write(key, value, lease))

    def _delete(self, slot: Slot, key: bytes) -> Result:
        if key not in slot.records:
            return Result(MISMATCH, slot.clock)
        self._let_go(slot, key)
        return Result(OK, slot.remove(key))

    def _let_go(self, slot: Slot, key: bytes) -> None:
        """Detach a key that is about to change from its lease, if it has one."""
        record = slot.records.get(key)
        if record is not None and record.lease:
            del self._held[record.lease][key]

    # -- leases

    def _grant(self, grant: Grant) -> Result:
        self.leases[grant.lease] = grant.ttl_ns
        self._held.setdefault(grant.lease, {})
        self.watcher.lease_granted(grant.lease, grant.ttl_ns)
        return Result(OK)

    def _revoke(self, lease: int) -> Result:
        if self.leases.pop(lease, None) is None:
            return Result(NO_LEASE)
        touched: dict[int, None] = {}
        for key in sorted(self._held.pop(lease)):
            self.slots[slot_of(key)].remove(key)
            touched[slot_of(key)] = None
        for number in touched:
            self.watcher.written(number)
        self.watcher.lease_ended(lease)
        return Result(OK)

    # -- slots that move

    def _configure(self, layout: Configure) -> Result:
        if layout.number != self.number + 1 or self.awaited:
            return Result(REFUSED)
        for number, (before, after) in enumerate(zip(self.owners, layout.owners, strict=True)):
            if before == after:
                continue
            if before == self.group:
                self.departing[layout.number, number] = self._take_out(number)
            elif after == self.group and before == NOBODY:
                self.slots[number] = Slot()
            elif after == self.group:
                self.awaited[number] = before
        self.number, self.owners = layout.number, layout.owners
        self.watcher.layout_changed()
        return Result(OK)

    def _take_out(self, number: int) -> SlotContent:
        slot = self.slots.pop(number)
        leases = {}
        for key, record in slot.records.items():
            if record.lease:
                leases[record.lease] = self.leases[record.lease]
                del self._held[record.lease][key]
        return slot.content(leases)

    def _install(self, install: Install) -> Result:
        if install.number != self.number or install.slot not in self.awaited:
            return Result(REFUSED)
        content = _slot_contents.decode(install.content)
        del self.awaited[install.slot]
        self.slots[install.slot] = Slot.of(content)
        for lease, ttl_ns in content.leases.items():
            if lease not in self.leases:
                self._grant(Grant(lease, ttl_ns))
        for key, record in content.records.items():
            if record.lease:
                self._held[record.lease][key] = None
        self.watcher.layout_changed()
        return Result(OK)

    def departing_content(self, number: int, slot: int) -> bytes | None:
        """The contents of a slot that layout ``number`` took from this group; None if there is none."""
        content = self.departing.get((number, slot))
        return None if content is None else _encoder.encode(content)

    # -- snapshots

    def snapshot(self) -> bytes:
        """The state, encoded; equal stores give equal octets."""
        slots = {number: slot.content({}) for number, slot in self.slots.items()}
        departing = [(number, slot, content) for (number, slot), content in self.departing.items()]
        return _encoder.encode(StoreContent(self.number, self.owners, slots, self.awaited, departing, self.leases))

    def restore(self, octets: bytes) -> None:
        """Replace the state by that of a snapshot.  Raises ValueError (of msgspec) for invalid octets."""
        content = _contents.decode(octets)
        self.number, self.owners = content.number, content.owners
        self.slots = {number: Slot.of(slot) for number, slot in content.slots.items()}
        self.awaited = dict(content.awaited)
        self.departing = {(number, slot): held for number, slot, held in content.departing}
        self.leases = dict(content.leases)
        self._held = {lease: {} for lease in self.leases}
        for slot in self.slots.values():
            for key, record in slot.records.items():
                if record.lease:
                    self._held[record.lease][key] = None
        self.watcher.layout_changed()
