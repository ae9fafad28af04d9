"""Requests and responses, the same for all versions of HTTP and for both ends."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from catenet.application.http.errors import HttpError
from catenet.application.http.headers import Headers
from catenet.application.http.tunnel import Tunnel


class Body:
    """A body that is read as it arrives.  Who does not read it stops the sender, through the flow control below.

    This class is the empty body; :meth:`chunk` is overridden by each version of HTTP.
    """

    async def chunk(self) -> bytes:
        """The next octets; none at the end.  Raises HttpError (server) or ClientError (client)."""
        return b""

    async def read(self, limit_bytes: int | None = None) -> bytes:
        """All of it.  Raises HttpError 413 if it is longer than ``limit_bytes``."""
        pieces, size = [], 0
        while piece := await self.chunk():
            size += len(piece)
            if limit_bytes is not None and size > limit_bytes:
                raise HttpError(413, "body_bytes", f"the body is longer than {limit_bytes} bytes")
            pieces.append(piece)
        return b"".join(pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.chunk():
            yield piece


@dataclass(slots=True)
class Request:
    """What a client asks for.  ``target`` is as in the request line: usually a path with its query."""

    method: str
    target: str
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=Body)
    version: str = "1.1"
    scheme: str = "http"
    peer: Any = None

    @property
    def authority(self) -> str:
        """Host and port that the client asked for: of ``Host``, or ``:authority``."""
        return self.headers.get("host") or ""

    @property
    def path(self) -> str:
        """The target without its query, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(slots=True)
class Response:
    """An answer.  A body that is an asynchronous iterable is streamed; its length need not be known.

    ``upgrade`` takes over the connection after status 101, or after 2xx to CONNECT.
    """

    status: int = 200
    headers: Headers = field(default_factory=Headers)
    body: bytes | AsyncIterable[bytes] = b""
    upgrade: Callable[[Tunnel], Awaitable[None]] | None = None

    @classmethod
    def text(cls, text: str, status: int = 200, **fields: str) -> Response:
        headers = Headers((name.replace("_", "-"), value) for name, value in fields.items())
        headers.set_default("content-type", "text/plain; charset=utf-8")
        return cls(status, headers, text.encode())


Handler = Callable[[Request], Awaitable[Response]]
"""Answers one request."""


def error_response(error: HttpError) -> Response:
    """What a client is told: the status and, if there is one, the detail."""
    return Response.text(
        f"{error.status} {phrase(error.status)}{': ' + error.detail if error.detail else ''}\n", error.status
    )


def phrase(status: int) -> str:
    """The reason phrase of RFC 9110; none for an unassigned status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def without_body(method: str, status: int) -> bool:
    """Whether a response has no content (RFC 9110 section 6.4.1)."""
    return method == "HEAD" or status in {204, 304} or status < 200
