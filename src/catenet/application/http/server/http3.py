"""A connection of HTTP/3 at the server (RFC 9114)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aioquic.h3.connection import ErrorCode
from aioquic.h3.events import HeadersReceived
from aioquic.quic.events import ConnectionIdIssued, ConnectionIdRetired, QuicEvent, StopSendingReceived

from catenet.application.http.errors import HttpError
from catenet.application.http.http3.connection import Address, Http3Connection
from catenet.application.http.http3.quic import HostQuic
from catenet.application.http.multiplexed.stream import Stream
from catenet.application.http.server.multiplexed import MultiplexedServer
from catenet.application.http.server.service import Service


class Http3ServerConnection(MultiplexedServer, Http3Connection):
    """Answers requests until either end closes the connection.

    ``routes`` are the connections by their identifiers, to which this one adds its own.
    """

    def __init__(
        self,
        quic: HostQuic,
        service: Service,
        send: Callable[[bytes, Address], None],
        addresses: tuple[Any, Any],
        routes: dict[bytes, Http3ServerConnection],
    ) -> None:
        MultiplexedServer.__init__(self, service)
        self.attach(quic, send, addresses)
        self._routes = routes
        self._ended = asyncio.Event()
        self._resets = 0
        self._resets_since_s = 0.0

    async def run(self) -> None:
        """Returns when the connection is over."""
        try:
            await self._ended.wait()
        finally:
            self.say_goodbye()
            self.stop()
            await self.end_requests()
            for identifier in [identifier for identifier, one in self._routes.items() if one is self]:
                del self._routes[identifier]

    def head_event(self, event: HeadersReceived) -> None:
        if event.stream_id not in self.streams:
            stream = Stream(event.stream_id)
            stream.ended = event.stream_ended
            self.begin_request(stream, event.headers)

    def other_event(self, event: QuicEvent) -> None:
        if isinstance(event, ConnectionIdIssued):
            self._routes[event.connection_id] = self
        elif isinstance(event, ConnectionIdRetired):
            self._routes.pop(event.connection_id, None)
        elif isinstance(event, StopSendingReceived):
            stream = self.streams.pop(event.stream_id, None)
            if stream is not None:
                stream.fail(self.reset_error(event.error_code))
                self.stream_reset(stream)
        if self.h3.excess is not None:
            self._refuse(self.h3.excess, 431)

    def stream_reset(self, stream: Stream) -> None:
        """The client cancels a request, which costs it little and the server much."""
        super().stream_reset(stream)
        self.abandon(stream, failed=False)
        now_s = self._loop.time()
        if now_s - self._resets_since_s > self.limits.flood_interval_s:
            self._resets_since_s, self._resets = now_s, 0
        self._resets += 1
        if self._resets > self.limits.resets:
            self._refuse("resets", 429)

    def _refuse(self, reason: str, status: int) -> None:
        """A limit of the whole connection."""
        if not self._ended.is_set():
            self._refusals.refuse(HttpError(status, reason, "H3_EXCESSIVE_LOAD"), self.addresses[0])
            self.say_goodbye(ErrorCode.H3_EXCESSIVE_LOAD, reason)
            self._ended.set()

    def lost(self, error: Exception) -> None:
        self._ended.set()

    def stop_upload(self, stream: Stream) -> None:
        self._command(self.quic.stop_stream, stream.number, ErrorCode.H3_NO_ERROR)  # RFC 9114 section 4.1

    def abandon(self, stream: Stream, *, failed: bool) -> None:
        code = ErrorCode.H3_INTERNAL_ERROR if failed else ErrorCode.H3_REQUEST_CANCELLED
        for end in (self.quic.reset_stream, self.quic.stop_stream):
            try:
                self._command(end, stream.number, code)
            except ConnectionError:
                continue  # it has ended already
