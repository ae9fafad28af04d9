"""The safety rules of the states of the store's replicas and groups.

**State machine safety** (Raft, §5.4.3; Schneider 1990, "The state machine approach"): replicas that have applied the
same entries have the same state, whether they applied each entry or started from a snapshot.  **A slot has one
owner**: a group installs a slot only after its previous group has released it, according to the entries of both logs.
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
    assert isinstance(part, Slot), f"{part!r} is not a part of a state"
    return vars(part)


_encoder: Final = msgspec.msgpack.Encoder(enc_hook=_listed)


def state_of(group: GroupMachine) -> bytes:
    """The state of a replica of the store, read directly instead of from a snapshot.

    So an incomplete snapshot shows when it is restored.  Slots without any write are omitted.
    """
    machine = group.machine
    if not isinstance(machine, Store):
        return _encoder.encode((group.nodes, machine.layouts))
    used = {number: slot for number, slot in machine.slots.items() if slot.clock}
    where = machine.number, machine.owners, list(machine.slots), machine.awaited, list(machine.departing.items())
    return _encoder.encode((group.nodes, where, used, machine.leases))


class StateError(AssertionError):
    """Replicas with different states, or a slot with two owners; the message names them."""


class StateRules:
    """The rules of one group: its state after every eighth entry, as the first replica had it."""

    def __init__(self) -> None:
        self._states: Final[dict[int, tuple[int, bytes]]] = {}

    def wants(self, index: int) -> bool:
        """Whether the state after this entry is compared."""
        return index > 0 and index % COMPARED_EVERY == 0

    def holds(self, node: int, index: int, state: bytes) -> None:
        """Compare the state of a replica that has applied all entries up to ``index``.  Raises StateError."""
        other, known = self._states.setdefault(index, (node, state))
        if state != known:
            raise StateError(
                f"state machine safety: nodes {other} and {node} have applied the same entries up to {index}, but their"
                " states differ: in keys, or in the records of clients' commands"
            )


class _Held:
    def __init__(self) -> None:
        self.number = 0
        self.owners: Sequence[int] = ()
        self.slots: set[int] = set()
        self.awaited: set[int] = set()


class SlotRules:
    """The rules of all groups: the slots of each, according to its log."""

    def __init__(self) -> None:
        self._groups: Final[dict[int, _Held]] = {}

    def configured(self, group: int, command: Configure) -> None:
        """A group applies a new layout.  Raises StateError."""
        held = self._groups.setdefault(group, _Held())
        if command.number != held.number + 1 or held.awaited:
            return  # a duplicate
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
                    f"group {group} takes slot {slot} by layout {number}, but group {other} still has it by layout"
                    f" {theirs.number}: clients may change it in both"
                )
        self._groups[group].slots.add(slot)
