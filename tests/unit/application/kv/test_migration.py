"""Slots on their way between groups, with steps that come late, twice or after a restart: none is lost or doubled."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.kv.state.commands import Configure, Forget, Install, Put, Request
from catenet.application.kv.state.results import OK
from catenet.application.kv.state.slot_map import Layout, balanced_layout
from catenet.application.kv.state.slots import SLOTS, slot_of
from catenet.application.kv.state.store import Store

KEYS = [b"key %d" % number for number in range(40)]
SETS = [{1}, {1, 2}, {2}, {1, 2, 3}, {3}, {1, 3}]


@dataclass
class Move:
    """Groups, the layouts that they take one after the other, and what was sent between them and may come again."""

    layouts: list[Layout] = field(default_factory=lambda: [Layout()])
    installs: list[tuple[int, Install]] = field(default_factory=list)
    forgets: list[tuple[int, Forget]] = field(default_factory=list)
    written: dict[bytes, bytes] = field(default_factory=dict)
    sequence: int = 0

    def __post_init__(self) -> None:
        self.stores = {group: Store(group) for group in (1, 2, 3)}

    def lay_out(self, groups: set[int]) -> None:
        addresses = {group: (f"n{group}:1",) for group in groups}
        self.layouts.append(balanced_layout(len(self.layouts), addresses))

    def configure(self, group: int, number: int) -> None:
        if number < len(self.layouts):
            self.stores[group].apply(Configure(number, self.layouts[number].owners))

    def fetch(self, group: int, dice: Random) -> None:
        """Ask a slot's old owner for it, and keep what it said: it may be put into the log now, later, or twice."""
        store = self.stores[group]
        for slot in dice.sample(sorted(store.awaited), min(40, len(store.awaited))):
            content = self.stores[store.awaited[slot]].departing_content(store.number, slot)
            if content is not None:
                self.installs.append((group, Install(store.number, slot, content)))

    def install(self, dice: Random, count: int) -> None:
        for group, install in dice.sample(self.installs, min(count, len(self.installs))):
            self.stores[group].apply(install)

    def forget(self, group: int) -> None:
        """As the old owner does it: only what the new one says that it has."""
        for number, slot in list(self.stores[group].departing):
            owner = self.stores[self.layouts[number].owners[slot]]
            missing = owner.awaited if owner.number == number else {}
            if owner.number >= number and slot not in missing:
                self.forgets.append((group, Forget(number, (slot,))))

    def forget_now(self, dice: Random, count: int) -> None:
        for group, forget in dice.sample(self.forgets, min(count, len(self.forgets))):
            self.stores[group].apply(forget)

    def write(self, key: bytes) -> None:
        """Every group is asked; exactly those that have the slot do it."""
        self.sequence += 1
        value = b"%d" % self.sequence
        request = Request(7, self.sequence, 0, Put(key, value, 0))
        done = [store for store in self.stores.values() if store.apply(request).status == OK]
        assert len(done) <= 1, f"{len(done)} groups wrote to slot {slot_of(key)}"
        if done:
            self.written[key] = value

    def restart(self, group: int) -> None:
        again = Store(group)
        again.restore(self.stores[group].snapshot())
        self.stores[group] = again

    def finish(self, dice: Random) -> None:
        for _ in range(60 * len(self.layouts)):
            for group, store in self.stores.items():
                self.configure(group, store.number + 1)
                self.fetch(group, dice)
                self.forget(group)
            self.install(dice, len(self.installs))
            self.forget_now(dice, len(self.forgets))
            if all(store.number == len(self.layouts) - 1 and not store.awaited for store in self.stores.values()):
                break
        for group in self.stores:
            self.forget(group)
        self.forget_now(dice, len(self.forgets))


@pytest.mark.slow
@given(seed=st.integers(0, 1 << 32), steps=st.integers(5, 120))
@settings(max_examples=15, deadline=None)
def test_every_slot_has_one_owner_and_keeps_what_was_written(seed: int, steps: int) -> None:
    dice, move = Random(seed), Move()
    move.lay_out({1})
    for group in move.stores:
        move.configure(group, 1)
    for _ in range(steps):
        group = dice.choice([1, 2, 3])
        match dice.randrange(8):
            case 0 if len(move.layouts) < 8:
                move.lay_out(dice.choice(SETS))
            case 1:
                move.configure(group, dice.choice([move.stores[group].number + 1, dice.randrange(1, 9)]))
            case 2 | 3:
                move.fetch(group, dice)
            case 4:
                move.install(dice, 60)
            case 5:
                move.forget(group)
                move.forget_now(dice, dice.choice([1, 20, 200]))
            case 6:
                move.restart(group)
            case _:
                move.write(dice.choice(KEYS))
    move.finish(dice)
    held = [slot for store in move.stores.values() for slot in store.slots]
    assert sorted(held) == list(range(SLOTS))
    assert not any(store.departing or store.awaited for store in move.stores.values())
    found = {key: record.value for store in move.stores.values() for key, record in store.scan(b"", b"", 1000)}
    assert found == move.written
