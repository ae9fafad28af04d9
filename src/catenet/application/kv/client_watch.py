"""A client's watch over all groups: one stream from each, merged so that every change is delivered once, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from catenet.application.kv.connection import Connection, Connections
from catenet.application.kv.errors import StoreError, Unavailable
from catenet.application.kv.protocol import Watch, WatchReply
from catenet.application.kv.state.slot_map import Layout

Change = tuple[bytes, bytes | None]
ROUND_S: Final = 0.5


class ClientWatch:
    """``layout`` returns the layout; it is called again whenever a stream ends or a slot leaves."""

    def __init__(
        self, connections: Connections, layout: Callable[[bool], Awaitable[Layout]], start: bytes, end: bytes
    ) -> None:
        self._connections: Final = connections
        self._layout: Final = layout
        self._start: Final = start
        self._end: Final = end
        self._seen: Final[dict[int, int]] = {}
        # The group that reports each slot, and reports of other groups, which are processed when the first one is done.
        self._source: Final[dict[int, int]] = {}
        self._held: Final[dict[int, list[tuple[int, WatchReply]]]] = {}
        self._queue: Final[asyncio.Queue[Change | StoreError]] = asyncio.Queue()
        self._streams: Final[dict[int, asyncio.Task[None]]] = {}
        self._first = True
        self._refresher: asyncio.Task[None] | None = None

    async def changes(self) -> AsyncIterator[Change]:
        """The changes."""
        await self._open_streams()
        self._refresher = asyncio.get_running_loop().create_task(self._refresh(), name="watch")
        while True:
            change = await self._queue.get()
            if isinstance(change, StoreError):
                raise change
            yield change

    def close(self) -> None:
        """Stop watching."""
        for task in (*self._streams.values(), *([self._refresher] if self._refresher else [])):
            task.cancel()

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(ROUND_S)
            try:
                await self._open_streams()
            except StoreError:
                continue  # the directory is unreachable: the streams continue

    async def _open_streams(self) -> None:
        layout = await self._layout(True)
        for group, addresses in layout.groups.items():
            stream = self._streams.get(group)
            if stream is None or stream.done():
                begun = asyncio.get_running_loop().create_future()
                work = self._stream(group, addresses, not self._first, begun)
                self._streams[group] = asyncio.get_running_loop().create_task(work, name=f"watch of group {group}")
                if self._first:
                    await begun
        self._first = False

    async def _stream(
        self, group: int, addresses: tuple[str, ...], all_remembered: bool, begun: asyncio.Future[None]
    ) -> None:
        """Follow one group, at any of its nodes: all of them apply the same log."""
        try:
            for address in addresses:
                try:
                    connection = await self._connections.to(address)
                    await self._follow(connection, group, all_remembered, begun)
                except (OSError, TimeoutError):
                    all_remembered = all_remembered or begun.done()
        finally:
            if not begun.done():
                begun.set_result(None)

    async def _follow(
        self, connection: Connection, group: int, all_remembered: bool, begun: asyncio.Future[None]
    ) -> None:
        after = {slot: clock for slot, clock in self._seen.items() if self._source.get(slot, group) == group}
        async for told in connection.follow(group, Watch(self._start, self._end, after, all_remembered)):
            if not isinstance(told, WatchReply):
                return
            if not begun.done():
                begun.set_result(None)
            self._receive(group, told)

    def _receive(self, group: int, told: WatchReply) -> None:
        """Process reports of the slot's group; hold those of the next group until this one has reported everything."""
        if self._source.setdefault(told.slot, group) != group:
            self._held.setdefault(told.slot, []).append((group, told))
            return
        self._take(told)
        if told.left:
            del self._source[told.slot]
            for next_group, held in self._held.pop(told.slot, []):
                self._receive(next_group, held)

    def _take(self, told: WatchReply) -> None:
        seen = self._seen.get(told.slot)
        if seen is not None and told.since > seen:
            self._queue.put_nowait(Unavailable("a change was missed: the store no longer remembers it"))
        for event in told.events:
            if seen is None or event.clock > seen:
                self._queue.put_nowait((event.key, event.value))
        self._seen[told.slot] = max(seen or 0, told.clock)
