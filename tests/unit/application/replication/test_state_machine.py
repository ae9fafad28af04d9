"""Committed entries are applied in order; a snapshot is taken after so many."""

from __future__ import annotations

import asyncio

import pytest

from catenet.application.consensus import effects, events
from catenet.application.consensus.entry import CHANGE, COMMAND, Entry, Membership, Snapshot
from catenet.application.replication.application import Application
from catenet.application.replication.pending import Requests
from catenet.application.replication.state_machine import SnapshotPolicy, StateMachine


class Words(Application):
    def __init__(self) -> None:
        self.state = b""

    def apply(self, index: int, command: bytes) -> object:
        self.state += command
        return len(self.state)

    def snapshot(self) -> bytes:
        return self.state

    def restore(self, data: bytes) -> None:
        self.state = data


def machine(every: int) -> StateMachine:
    return StateMachine(Words(), Requests(), SnapshotPolicy(every, 1), 0)


def entry(index: int, data: bytes = b"x", kind: int = COMMAND) -> Entry:
    return Entry(1, index, kind, data)


def restored(index: int) -> effects.Restore:
    return effects.Restore(Snapshot(index, 1, Membership((1,)), b"abc"))


def test_a_snapshot_is_taken_after_so_many_entries_and_keeps_some_for_followers_that_lag() -> None:
    async def body() -> None:
        made = machine(3)
        (applied,) = made.apply(effects.Apply([entry(1), entry(2, b"", CHANGE)]))
        assert isinstance(applied, events.Applied)
        assert applied.index == 2
        applied, taken, compact = made.apply(effects.Apply([entry(3, b"y")]))
        assert isinstance(taken, events.SnapshotTaken)
        assert (taken.index, taken.data) == (3, b"xy")
        assert isinstance(compact, events.Compact)
        assert compact.index == 2
        assert len(made.apply(effects.Apply([entry(4), entry(5)]))) == 1

    asyncio.run(body())


def test_a_leaders_snapshot_takes_the_place_of_the_state() -> None:
    async def body() -> None:
        made = machine(3)
        made.apply(effects.Apply([entry(1)]))
        assert len(made.restore(restored(9))) == 1
        assert made.application.snapshot() == b"abc"
        assert made.last_applied == 9
        with pytest.raises(AssertionError, match="entry 9 after 9"):
            made.apply(effects.Apply([entry(9)]))
        with pytest.raises(AssertionError, match="a snapshot up to 9 after 9"):
            made.restore(restored(9))

    asyncio.run(body())
