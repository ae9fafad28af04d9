"""Remote procedure calls to a group: its leader must be found first, and may have changed."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from catenet.application.kv.connection import Connections
from catenet.application.kv.protocol import Redirect, Reply, RpcRequest, UnknownOutcome


class NoReply(Exception):
    """Nobody who could have answered was reached in time; ``in_doubt`` if somebody may have done it all the same."""

    def __init__(self, reason: str, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.in_doubt: Final = in_doubt


class CallResult(NamedTuple):
    """What came of asking; ``in_doubt`` if somebody may have been reached whose answer was not."""

    reply: Reply | None
    in_doubt: bool


class RpcClient:
    """Calls groups, and remembers their leaders."""

    def __init__(self, connections: Connections, *, pause_s: float = 0.05) -> None:
        self._connections: Final = connections
        self._pause_s: Final = pause_s
        self._leaders: Final[dict[int, str]] = {}

    async def call_leader(self, group: int, rpc: RpcRequest, addresses: tuple[str, ...]) -> CallResult:
        """Ask the leader that is remembered, or the others, until one answers that is no follower; each only once."""
        asked: dict[str, None] = {}
        in_doubt = False
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
                reply = await connection.call(group, rpc, self._connections.timeout_s)
            except (OSError, TimeoutError):
                in_doubt = True
                continue
            if not isinstance(reply, Redirect):
                self._leaders[group] = address
                return CallResult(reply, in_doubt)
            if reply.address and reply.address not in asked:
                waiting.insert(0, reply.address)
        self._leaders.pop(group, None)
        return CallResult(None, in_doubt)

    async def call_node(self, group: int, rpc: RpcRequest, address: str) -> Reply | None:
        """The reply of one node; None if it does not answer."""
        try:
            connection = await self._connections.to(address)
            return await connection.call(group, rpc, self._connections.timeout_s)
        except (OSError, TimeoutError):
            return None

    async def call(self, group: int, rpc: RpcRequest, addresses: tuple[str, ...], patience_s: float) -> Reply:
        """Call until a reply tells the outcome.  For requests that may be sent twice.  Raises :class:`NoReply`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        in_doubt = False
        while True:
            asked = await self.call_leader(group, rpc, addresses)
            uncertain = isinstance(asked.reply, UnknownOutcome)
            if asked.reply is not None and not uncertain:
                return asked.reply
            in_doubt |= asked.in_doubt or uncertain
            if loop.time() >= until:
                raise NoReply(f"group {group} did not answer within {patience_s:g} s", in_doubt)
            await asyncio.sleep(self._pause_s)
