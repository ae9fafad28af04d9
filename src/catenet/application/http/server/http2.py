"""A connection of HTTP/2 at the server (RFC 9113)."""

from __future__ import annotations

import asyncio

from h2.errors import ErrorCodes
from h2.events import Event, RequestReceived
from h2.exceptions import ProtocolError

from catenet.application.http.errors import HttpError
from catenet.application.http.http2.connection import Http2Connection
from catenet.application.http.http2.floods import Flood
from catenet.application.http.multiplexed.stream import Stream
from catenet.application.http.server.linger import linger
from catenet.application.http.server.multiplexed import MultiplexedServer
from catenet.application.http.server.service import Service


class Http2ServerConnection(MultiplexedServer, Http2Connection):
    """Serves one connection until either end closes it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service) -> None:
        MultiplexedServer.__init__(self, service)
        self.attach(reader, writer, client_side=False)

    async def run(self, early: bytes = b"") -> None:
        """Answer requests; ``early`` is what was read of the connection already.  Raises OSError."""
        peer = self.addresses[0]
        self.begin()
        try:
            await self.pump(early)
        except Flood as flood:
            self._refusals.refuse(HttpError(429, flood.reason, "ENHANCE_YOUR_CALM"), peer)
            await linger(self.reader, self.writer)
        except ProtocolError as error:
            self._refusals.refuse(HttpError(400, "http2", f"{ErrorCodes(error.error_code).name}: {error}"), peer)
            await linger(self.reader, self.writer)
        except TimeoutError:
            self._refusals.note("write_timeout", peer)
            self.writer.transport.abort()
        finally:
            await self.end_requests()

    async def next_octets(self) -> bytes:
        while True:
            try:
                async with asyncio.timeout(self.limits.idle_timeout_s):
                    return await super().next_octets()
            except TimeoutError:
                if not self.streams:
                    self._refusals.note("idle_timeout", self.addresses[0])
                    self.h2.close_connection()
                    self.flush_now()
                    return b""

    def other_event(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self.begin_request(Stream(event.stream_id or 0), event.headers or [])

    def stop_upload(self, stream: Stream) -> None:
        self._command(self.h2.reset_stream, stream.number, ErrorCodes.NO_ERROR)  # RFC 9113 section 8.1

    def abandon(self, stream: Stream, *, failed: bool) -> None:
        try:
            self.h2.reset_stream(stream.number, ErrorCodes.INTERNAL_ERROR if failed else ErrorCodes.CANCEL)
            self.flush_now()
        except ProtocolError:
            return  # it has ended already
