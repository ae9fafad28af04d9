"""An HTTP server: listens, counts its connections, and gives each to the version of HTTP that it speaks."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import Self

from catenet.application.http.errors import HttpError
from catenet.application.http.limits import Limits
from catenet.application.http.message import Handler
from catenet.application.http.server.http1 import Http1Connection
from catenet.application.http.server.http2 import Http2ServerConnection
from catenet.application.http.server.refusals import Refusals
from catenet.application.http.server.request_head import METHODS
from catenet.application.http.server.service import Service

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers requests with ``handler``, a coroutine function from Request to Response.

    ``methods`` are those that it accepts; others get 501.  :attr:`refused` counts what it refused, by reason.
    """

    def __init__(self, handler: Handler, *, limits: Limits | None = None, methods: AbstractSet[str] = METHODS) -> None:
        self._service = Service(handler, limits if limits is not None else Limits(), methods, Refusals())
        self._closing = False
        self._listener: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order of their connections

    @property
    def refused(self) -> Counter[str]:
        return self._service.refusals.counts

    @property
    def connections(self) -> int:
        return len(self._tasks)

    @property
    def port(self) -> int:
        """The port that it listens on; useful after ``start(port=0)``."""
        assert self._listener is not None
        number: int = self._listener.sockets[0].getsockname()[1]
        return number

    async def start(self, host: str | None = None, port: int = 80, *, tls: ssl.SSLContext | None = None) -> Server:
        """Listen.  ``host`` None means all addresses.  ``tls`` gets the protocols to offer (ALPN).  Raises OSError."""
        if tls is not None:
            tls.set_alpn_protocols(["h2", "http/1.1"])
        self._listener = await asyncio.start_server(self._accept, host, port, ssl=tls)
        return self

    async def serve_forever(self) -> None:
        assert self._listener is not None, "start the server first"
        await self._listener.serve_forever()

    async def close(self) -> None:
        """Stop listening, and end the connections at once."""
        if self._listener is not None:
            self._listener.close()
        self._closing = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks) >= self._service.limits.connections:
            self._service.refusals.refuse(HttpError(503, "connections"), writer.get_extra_info("peername"))
            writer.write(BUSY)
            writer.close()
            return
        self._tasks[task] = None
        try:
            await self._serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
            if not self._closing:
                raise
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()  # the client is gone, or takes nothing
        finally:
            del self._tasks[task]
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secure = writer.get_extra_info("ssl_object")
        early = b""
        if secure is None or secure.selected_alpn_protocol() != "h2":
            first = Http1Connection(reader, writer, self._service)
            await first.run()
            if first.early is None:
                return
            early = first.early
        await Http2ServerConnection(reader, writer, self._service).run(early)
