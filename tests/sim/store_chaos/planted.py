"""Bugs to plant in the store: each is a mistake that somebody has made somewhere.  Those here are outside the pure
machines, in the program around them, so that they can be planted in compiled rooms too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from catenet.application.consensus import events
from catenet.application.consensus.effects import Append, Send
from catenet.application.consensus.entry import HardState
from catenet.application.kv import group as groups
from catenet.application.kv import slots as kv_slots
from catenet.application.kv import store as kv_store
from catenet.application.replication import keeping, member
from catenet.application.storage import store as storage
from catenet.host import disk_files

Patch = pytest.MonkeyPatch


class Bug(NamedTuple):
    """``plant`` makes the mistake; ``first`` and ``step`` say which seeds are tried (every fourth has two groups)."""

    name: str
    plant: Callable[[Patch], None]
    first: int = 1
    step: int = 1
    protocol: str = "raft"
    engine: str = "wal"


def vote_not_kept(patch: Patch) -> None:
    """The vote is not written to the disk."""

    def state_octets(state: HardState) -> bytes:
        return kept(HardState(state.term, 0, state.commit))

    kept = keeping.state_octets
    patch.setattr(keeping, "state_octets", state_octets)


def promise_not_kept(patch: Patch) -> None:
    """The term, or the promised ballot, is not written to the disk."""

    def state_octets(state: HardState) -> bytes:
        return kept(HardState(0, state.vote, state.commit))

    kept = keeping.state_octets
    patch.setattr(keeping, "state_octets", state_octets)


def answered_before_the_disk(patch: Patch) -> None:
    """A replica says that it has appended, and then appends."""
    append = member.Member._append

    def early(self: member.Member, effect: Append) -> None:
        append(self, effect)
        self.handle(events.Appended(effect.token))
        for message in self._held.pop(effect.token, []):
            self._say(message)

    def send(self: member.Member, effect: Send) -> None:
        self._say(effect.message)

    patch.setattr(member.Member, "_append", early)
    patch.setattr(member.Member, "_send", send)


def nothing_is_synced(patch: Patch) -> None:
    """The log is written and never synced."""
    patch.setattr(disk_files.SimulatedFile, "sync", lambda self: None)


def carried_out_twice(patch: Patch) -> None:
    """A session's commands are not remembered."""
    patch.setattr(kv_slots.Slot, "remember", lambda self, session, sequence, result: None)


def two_owners(patch: Patch) -> None:
    """A group goes on serving a slot that it has given away."""
    take_out = kv_store.Store._take_out

    def keep(self: kv_store.Store, number: int) -> Any:
        slot = self.slots[number]
        content = take_out(self, number)
        self.slots[number] = slot
        return content

    patch.setattr(kv_store.Store, "_take_out", keep)


def slot_arrives_empty(patch: Patch) -> None:
    """A slot that moves is begun anew."""
    patch.setattr(kv_slots.Slot, "of", staticmethod(lambda content: kv_slots.Slot()))


def read_without_asking(patch: Patch) -> None:
    """Whoever is asked reads what it has."""

    async def at_once(self: groups.Group, mode: int) -> None:
        return None

    patch.setattr(groups.Group, "_may_read", at_once)


def poison_ignored(patch: Patch) -> None:
    """A failed fsync is tried again, and what it lost is not written again."""

    async def write_together(self: storage.Store, together: list[Any]) -> None:
        batches = [waiting[0] for waiting in together]
        with contextlib.suppress(Exception):
            await self._disk.run(lambda files: self._step(batches, files))
        for waiting in together:
            if not waiting[-1].done():
                waiting[-1].set_result(None)

    patch.setattr(storage.Store, "_write_together", write_together)


BUGS = [
    Bug("vote not kept", vote_not_kept),
    Bug("promise not kept", promise_not_kept, protocol="multi-paxos"),
    Bug("term not kept", promise_not_kept),
    Bug("answered before the disk", answered_before_the_disk),
    Bug("nothing is synced", nothing_is_synced),
    Bug("carried out twice", carried_out_twice),
    Bug("two owners of a slot", two_owners, first=4, step=4),
    Bug("a slot arrives empty", slot_arrives_empty, first=4, step=4),
    Bug("read without asking", read_without_asking),
    Bug("a failed sync ignored", poison_ignored),
]
