"""Replicas that have done the same hold the same, and a slot has one owner."""

from __future__ import annotations

import pytest

from catenet.application.kv.state.commands import Configure, Install, Put, Request
from catenet.application.kv.state.machines import GroupMachine, entry
from catenet.application.kv.state.slots import SLOTS
from catenet.application.kv.state.store import Store
from catenet.experiments.chaos.state_rules import SlotRules, StateError, StateRules, state_of


def with_writes() -> GroupMachine:
    """A group that has all slots, and two clients' writes."""
    machine = GroupMachine(Store(1))
    machine.apply(1, entry(Configure(1, (1,) * SLOTS)))
    for client in (1, 2):
        machine.apply(1 + client, entry(Request(client, 1, 0, Put(b"key", b"value", 0))))
    return machine


def copy_of(machine: GroupMachine) -> GroupMachine:
    copied = GroupMachine(Store(1))
    copied.restore(machine.snapshot())
    return copied


def test_a_restored_replica_holds_the_same() -> None:
    rules, machine = StateRules(), with_writes()
    rules.holds(1, 8, state_of(machine))
    rules.holds(2, 8, state_of(copy_of(machine)))


def test_a_restored_replica_that_has_forgotten_a_session_differs() -> None:
    rules, machine = StateRules(), with_writes()
    store = copy_of(machine).machine
    assert isinstance(store, Store)
    (slot,) = [slot for slot in store.slots.values() if slot.clock]
    slot._sessions.clear()
    rules.holds(1, 8, state_of(machine))
    with pytest.raises(StateError, match="have applied the same entries up to 8, but their states differ"):
        rules.holds(2, 8, state_of(GroupMachine(store)))


def owners(first: int) -> tuple[int, ...]:
    return (first,) + (2,) * (SLOTS - 1)


def test_a_slot_is_taken_only_when_its_owner_has_let_go_of_it() -> None:
    rules = SlotRules()
    for group in (1, 2):
        rules.configured(group, Configure(1, owners(1)))
    rules.configured(2, Configure(2, owners(2)))
    with pytest.raises(StateError, match="group 2 takes slot 0 by layout 2, but group 1 still has it by layout 1"):
        rules.installed(2, Install(2, 0, b""))


def test_a_slot_that_was_let_go_of_moves() -> None:
    rules = SlotRules()
    for group in (1, 2):
        rules.configured(group, Configure(1, owners(1)))
    rules.configured(1, Configure(2, owners(2)))
    rules.configured(2, Configure(2, owners(2)))
    rules.installed(2, Install(2, 0, b""))
