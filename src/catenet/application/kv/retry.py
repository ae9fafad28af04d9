"""How a group is asked: whoever leads it must be found first, and may have changed."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from catenet.application.kv.connection import Connections
from catenet.application.kv.protocol import Question, Redirect, Reply, Uncertain


class NoAnswer(Exception):
    """Nobody who could have answered was reached in time; ``doubtful`` if somebody may have done it all the same."""

    def __init__(self, reason: str, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.doubtful: Final = doubtful


class Asked(NamedTuple):
    """What came of asking; ``doubtful`` if somebody may have been reached whose answer was not."""

    reply: Reply | None
    doubtful: bool


class Asker:
    """Asks groups, and remembers who led them."""

    def __init__(self, connections: Connections, *, pause_s: float = 0.05) -> None:
        self._connections: Final = connections
        self._pause_s: Final = pause_s
        self._leaders: Final[dict[int, str]] = {}

    async def once(self, group: int, question: Question, addresses: tuple[str, ...]) -> Asked:
        """Ask the leader that is remembered, or the others, until one answers that is no follower; each only once."""
        asked: dict[str, None] = {}
        doubtful = False
        waiting = [address for address in (self._leaders.get(group, ""), *addresses) if address]
        while waiting:
            address = waiting.pop(0)
            if address in asked:
                continue
            asked[address] = None
            try:
                connection = await self._connections.to(address)
            except (OSError, TimeoutError):
                continue
            try:
                reply = await connection.ask(group, question, self._connections.timeout_s)
            except (OSError, TimeoutError):
                doubtful = True
                continue
            if not isinstance(reply, Redirect):
                self._leaders[group] = address
                return Asked(reply, doubtful)
            if reply.address and reply.address not in asked:
                waiting.insert(0, reply.address)
        self._leaders.pop(group, None)
        return Asked(None, doubtful)

    async def one(self, group: int, question: Question, address: str) -> Reply | None:
        """What a certain node answers; None if it does not."""
        try:
            connection = await self._connections.to(address)
            return await connection.ask(group, question, self._connections.timeout_s)
        except (OSError, TimeoutError):
            return None

    async def ask(self, group: int, question: Question, addresses: tuple[str, ...], patience_s: float) -> Reply:
        """Ask until somebody answers, and knows.  For questions that may be asked twice.  Raises :class:`NoAnswer`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        doubtful = False
        while True:
            asked = await self.once(group, question, addresses)
            uncertain = isinstance(asked.reply, Uncertain)
            if asked.reply is not None and not uncertain:
                return asked.reply
            doubtful |= asked.doubtful or uncertain
            if loop.time() >= until:
                raise NoAnswer(f"group {group} did not answer within {patience_s:g} s", doubtful)
            await asyncio.sleep(self._pause_s)
