"""Bodies that pass through a proxy, in both directions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from catenet.application.http.client.answer import AnswerBody
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Body


class RelayedRequest:
    """The body of a client's request on its way to an origin."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.begun: bool = False
        """Octets may have been sent: the body cannot be sent again."""
        self.error: HttpError | None = None
        """Why the client's body could not be read."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.begun = True
        try:
            while piece := await self._body.chunk():
                yield piece
        except HttpError as error:
            self.error = error
            raise


class RelayedAnswer:
    """The body of an origin's answer on its way to a client.

    If the client goes before it has read all, the answer is dropped with its last reference, and closes then: its
    connection would otherwise count as occupied for ever.
    """

    def __init__(self, body: AnswerBody) -> None:
        self._body = body
        self._loop = asyncio.get_running_loop()

    def __aiter__(self) -> RelayedAnswer:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._body.chunk()
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        self._body.close()

    def __del__(self) -> None:
        if not self._body.ended and not self._loop.is_closed():
            self._body.close()
