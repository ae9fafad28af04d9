"""Watchers of one group: each gets the events of a range of keys, slot by slot, without gaps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from catenet.application.kv.protocol import Watch, WatchReply
from catenet.application.kv.state.slots import Slot
from catenet.application.kv.state.store import Store


class Notifier:
    """Wakes watchers when a slot has new events, or slots have arrived or left."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None

    def notify(self) -> None:
        """Wake all watchers."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None

    async def wait(self) -> None:
        """Wait for the next ring."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiting)


async def watch_events(store: Store, notifier: Notifier, watch: Watch) -> AsyncIterator[WatchReply]:
    """What a watcher is to be told, for ever."""
    seen: Final = dict(watch.after)
    here = dict.fromkeys(watch.after)
    if not watch.all_remembered:
        now = {number: slot.clock for number, slot in store.slots.items() if number not in seen}
        seen.update(now)
        for number, clock in now.items():
            yield WatchReply(number, clock, clock, [])
    while True:
        for number in [number for number in here if number not in store.slots]:
            clock = seen.pop(number, 0)
            yield WatchReply(number, clock, clock, [], left=True)
        here = dict.fromkeys(store.slots)
        for number in here:
            slot = store.slots.get(number)
            if slot is not None and (number not in seen or seen[number] < slot.clock):
                told = _events_after(number, slot, seen.get(number), watch)
                seen[number] = slot.clock
                if told is not None:
                    yield told
        await notifier.wait()


def _events_after(number: int, slot: Slot, after: int | None, watch: Watch) -> WatchReply | None:
    since, events = slot.recall(after or 0)
    wanted = [event for event in events if watch.start <= event.key and (not watch.end or event.key < watch.end)]
    if not wanted and since == after:
        return None
    return WatchReply(number, since, slot.clock, wanted)
