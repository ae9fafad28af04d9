"""What must hold between the states that the replicas of the store come to, and between its groups.

**State machine safety** (Raft, §5.4.3; Schneider 1990, "The state machine approach"): replicas that have carried out
the same entries hold the same, whether they carried out each of them or began from a snapshot.  **A slot has one
owner**: a group installs a slot only after the group that had it has let go of it, as told by the entries of both logs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from catenet.application.kv.state.commands import Configure, Install
from catenet.application.kv.state.machines import GroupMachine
from catenet.application.kv.state.slot_map import NOBODY
from catenet.application.kv.state.slots import Slot
from catenet.application.kv.state.store import Store

COMPARED_EVERY: Final = 8
"""Entries."""


def _listed(part: object) -> object:
    if isinstance(part, deque):
        return list(part)
    assert isinstance(part, Slot), f"{part!r} is no part of a state"
    return vars(part)


_encoder: Final = msgspec.msgpack.Encoder(enc_hook=_listed)


def state_of(group: GroupMachine) -> bytes:
    """All that a replica of the store holds, read from where it stands, not from what it would write into a snapshot.

    So a snapshot that lacks something shows where it is restored.  Slots to which nothing has happened are left out.
    """
    machine = group.machine
    if not isinstance(machine, Store):
        return _encoder.encode((group.nodes, machine.layouts))
    used = {number: slot for number, slot in machine.slots.items() if slot.clock}
    where = machine.number, machine.owners, list(machine.slots), machine.awaited, list(machine.departing.items())
    return _encoder.encode((group.nodes, where, used, machine.leases))


class StateError(AssertionError):
    """Replicas that differ, or a slot with two owners; the words say whose."""


class StateRules:
    """Of one group: the octets of its state after every eighth entry, as the first replica had them."""

    def __init__(self) -> None:
        self._states: Final[dict[int, tuple[int, bytes]]] = {}

    def wants(self, index: int) -> bool:
        """Whether the state after this entry is compared."""
        return index > 0 and index % COMPARED_EVERY == 0

    def holds(self, node: int, index: int, state: bytes) -> None:
        """A replica has carried out all up to this entry, and holds this.  Raises StateError."""
        other, known = self._states.setdefault(index, (node, state))
        if state != known:
            raise StateError(
                f"state machine safety: nodes {other} and {node} have carried out the same entries up to {index}, and"
                " do not hold the same: keys, or what is remembered of clients' commands, differ"
            )


class _Held:
    def __init__(self) -> None:
        self.number = 0
        self.owners: Sequence[int] = ()
        self.slots: set[int] = set()
        self.awaited: set[int] = set()


class SlotRules:
    """Of all groups: which slots each has, by what is decided in its log."""

    def __init__(self) -> None:
        self._groups: Final[dict[int, _Held]] = {}

    def configured(self, group: int, command: Configure) -> None:
        """The group carries out a new layout.  Raises StateError."""
        held = self._groups.setdefault(group, _Held())
        if command.number != held.number + 1 or held.awaited:
            return  # it came twice
        for slot, after in enumerate(command.owners):
            before = held.owners[slot] if held.owners else NOBODY
            if before == group != after:
                held.slots.discard(slot)
            elif after == group != before:
                if before == NOBODY:
                    self._take(group, slot, command.number)
                else:
                    held.awaited.add(slot)
        held.number, held.owners = command.number, command.owners

    def installed(self, group: int, command: Install) -> None:
        """A slot arrives from another group.  Raises StateError."""
        held = self._groups.setdefault(group, _Held())
        if command.number == held.number and command.slot in held.awaited:
            held.awaited.remove(command.slot)
            self._take(group, command.slot, command.number)

    def _take(self, group: int, slot: int, number: int) -> None:
        for other, theirs in self._groups.items():
            if other != group and slot in theirs.slots:
                raise StateError(
                    f"group {group} takes slot {slot} by layout {number}, and group {other} still has it by layout"
                    f" {theirs.number}: clients may change it in both"
                )
        self._groups[group].slots.add(slot)
