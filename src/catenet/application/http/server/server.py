"""An HTTP server: listens, counts its connections, and gives each to the version of HTTP that it speaks."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Self

from catenet.application.http.errors import HttpError
from catenet.application.http.limits import Limits
from catenet.application.http.message import Handler
from catenet.application.http.server.http1 import Http1Connection
from catenet.application.http.server.http2 import Http2ServerConnection
from catenet.application.http.server.refusals import Refusals
from catenet.application.http.server.request_head import METHODS
from catenet.application.http.server.service import Service

if TYPE_CHECKING:
    from catenet.application.http.server.quic_listener import QuicListener

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
ALTERNATIVE_MAX_AGE_S = 86400
"""For so long clients may use HTTP/3 without asking again."""


class Server:
    """Answers requests with ``handler``, a coroutine function from Request to Response.

    ``methods`` are those that it accepts; others get 501.  :attr:`refused` counts what it refused, by reason.
    """

    def __init__(self, handler: Handler, *, limits: Limits | None = None, methods: AbstractSet[str] = METHODS) -> None:
        self._service = Service(handler, limits if limits is not None else Limits(), methods, Refusals())
        self._closing = False
        self._listener: asyncio.Server | None = None
        self._quic: QuicListener | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order of their connections

    @property
    def refused(self) -> Counter[str]:
        return self._service.refusals.counts

    @property
    def connections(self) -> int:
        return len(self._tasks) + (0 if self._quic is None else self._quic.connections)

    @property
    def port(self) -> int:
        """The port that it listens on; useful after ``start(port=0)``."""
        if self._listener is None:
            assert self._quic is not None, "start the server first"
            return self._quic.port
        number: int = self._listener.sockets[0].getsockname()[1]
        return number

    async def start(self, host: str | None = None, port: int = 80, *, tls: ssl.SSLContext | None = None) -> Server:
        """Listen.  ``host`` None means all addresses.  ``tls`` gets the protocols to offer (ALPN).  Raises OSError."""
        if tls is not None:
            tls.set_alpn_protocols(["h2", "http/1.1"])
        self._listener = await asyncio.start_server(self._accept, host, port, ssl=tls)
        return self

    async def start_http3(self, host: str | None = None, port: int = 443, *, certificate: str, key: str) -> Server:
        """Listen to HTTP/3, in addition to or instead of :meth:`start`.

        ``certificate`` (with its chain) and ``key`` are PEM text.  Answers of HTTP/1.1 and 2 over TLS then tell clients
        of ``port`` (Alt-Svc, RFC 7838).  Raises OSError; ValueError for the certificate; MissingExtra.
        """
        import catenet.application.http.http3  # noqa: F401 - raises MissingExtra
        from catenet.application.http.server.quic_listener import listen

        self._quic = await listen(self._service, host, port, certificate, key)
        self._service.alternative = f'h3=":{self._quic.port}"; ma={ALTERNATIVE_MAX_AGE_S}'
        return self

    async def serve_forever(self) -> None:
        assert self._listener is not None or self._quic is not None, "start the server first"
        if self._listener is not None:
            await self._listener.serve_forever()
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Stop listening, and end the connections at once."""
        if self._listener is not None:
            self._listener.close()
        self._closing = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._quic is not None:
            await self._quic.close()

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
