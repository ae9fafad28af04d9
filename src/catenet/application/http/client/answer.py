"""What a client gets for a request."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from catenet.application.http.client.timings import Timings
from catenet.application.http.errors import ClientError
from catenet.application.http.headers import Headers
from catenet.application.http.message import Body
from catenet.application.http.tunnel import Tunnel


class DeadConnection(ClientError):
    """A kept connection ended before any octet of a response came: the server may have closed it meanwhile."""


class NotProcessed(DeadConnection):
    """The server says that it did nothing of what was asked: any request may be sent again."""


class AnswerBody(Body):
    """The body of an answer.  Its connection is free for the next request once it is read, and closed otherwise."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self.ended: bool = False
        self._done: list[Callable[[int], None]] = []

    def when_done(self, call: Callable[[int], None]) -> None:
        """Call with the number of octets when the body has ended or is closed."""
        if self.ended:
            call(self.size_bytes)
        else:
            self._done.append(call)

    def finish(self) -> None:
        """The body has ended, or nobody wants the rest."""
        self.ended = True
        calls, self._done = self._done, []
        for call in calls:
            call(self.size_bytes)

    def close(self) -> None:
        """Read no more of it."""


@dataclass(slots=True)
class Outgoing:
    """A request as it is sent: to an origin, which is known already."""

    method: str
    target: str
    headers: Headers
    body: bytes | AsyncIterable[bytes] = b""


@dataclass(slots=True)
class Answer:
    """The head of a response, and its body, which is read as it arrives.

    ``timings.receive_s`` is complete when the body is.  ``tunnel`` is the connection after 101, or 2xx to CONNECT.
    """

    status: int
    headers: Headers
    body: AnswerBody
    version: str
    timings: Timings
    url: str = ""
    peer: Any = None
    local: Any = None
    tunnel: Tunnel | None = None
    redirects: list[str] = field(default_factory=list)

    async def read(self) -> bytes:
        """The whole body.  Raises ClientError if the connection ends before it does."""
        return await self.body.read()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.body.close()
