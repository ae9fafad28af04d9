"""An answer of the origin on its way to the store and to all who asked for it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from enum import Enum

from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.errors import HttpError

STALL_S = 60.0
"""For so long a body that is too long for the store waits for its slowest reader."""


class Outcome(Enum):
    """What those who wait for a transfer do."""

    ARRIVING = "arriving"
    """Read its body."""
    VALIDATED = "validated"
    """Send the stored response, which is current again."""
    FAILED = "failed"
    """The origin failed with :attr:`Transfer.error`."""
    UNSHARED = "unshared"
    """Ask for themselves: the answer is not for others."""
    ABANDONED = "abandoned"
    """Begin again: who asked the origin has gone."""


class Transfer:
    """The body is kept whole up to ``limit_bytes``; after that, the slowest reader sets the pace."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.stored: StoredResponse | None = None
        self.error: HttpError | None = None
        self.outdated: bool = False
        """The response is not to be stored: an unsafe request has changed what it shows."""
        self.filling: bool = False
        """A task takes the body."""
        self.overflowed: bool = False
        self._pieces: list[bytes] = []
        self._dropped = 0
        self._size_bytes = 0
        self._positions: dict[int, int] = {}
        self._readers = 0
        self._ended = False
        self._failed = False
        self._changed = asyncio.Event()

    def decide(self, outcome: Outcome) -> None:
        """Tell those who wait; the first decision counts."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    async def fill(self, body: bytes | AsyncIterable[bytes]) -> bytes | None:
        """Take the whole body; it, or None if it is too long for the store.  Raises what the body raises."""
        try:
            if isinstance(body, bytes):
                await self._add(body)
            else:
                async for piece in body:
                    await self._add(piece)
            self._ended = True
        except BaseException:
            self._failed = True
            raise
        finally:
            self._tell()
        return None if self.overflowed else b"".join(self._pieces)

    async def _add(self, piece: bytes) -> None:
        if not piece:
            return
        self._pieces.append(piece)
        self._size_bytes += len(piece)
        self._tell()
        self.overflowed = self.overflowed or self._size_bytes > self._limit_bytes
        while self.overflowed and self._kept_bytes() > self._limit_bytes:
            async with asyncio.timeout(STALL_S):
                await self._changed.wait()

    def _kept_bytes(self) -> int:
        """The octets that some reader still needs.  Raises ConnectionAbortedError if there is none left."""
        if not self._positions:
            raise ConnectionAbortedError("nobody reads the body any more")
        slowest = min(self._positions.values())
        while self._dropped < slowest:
            self._size_bytes -= len(self._pieces.pop(0))
            self._dropped += 1
        return self._size_bytes

    def read(self) -> Reader:
        """The body for one more reader, from its beginning.  Only while it has not overflowed."""
        self._readers += 1
        self._positions[self._readers] = 0
        return Reader(self, self._readers)

    async def next_piece(self, number: int) -> bytes:
        """The next octets for reader ``number``; none at the end.  Raises ConnectionAbortedError."""
        while (at := self._positions[number] - self._dropped) >= len(self._pieces):
            if self._failed:
                raise ConnectionAbortedError("the origin's answer broke off")
            if self._ended:
                return b""
            await self._changed.wait()
        self._positions[number] += 1
        piece = self._pieces[at]
        if self.overflowed:
            self._tell()
        return piece

    def leave(self, number: int) -> None:
        """Reader ``number`` wants no more."""
        if self._positions.pop(number, None) is not None:
            self._tell()

    def _tell(self) -> None:
        before, self._changed = self._changed, asyncio.Event()
        before.set()


class Reader:
    """The body of a transfer for one client.  A reader that is dropped no longer holds the others up."""

    def __init__(self, transfer: Transfer, number: int) -> None:
        self._transfer, self._number = transfer, number

    def __aiter__(self) -> Reader:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._transfer.next_piece(self._number)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        self._transfer.leave(self._number)

    def __del__(self) -> None:
        self._transfer.leave(self._number)
