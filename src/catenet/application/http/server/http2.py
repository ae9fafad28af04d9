"""A connection of HTTP/2 at the server: a task for each request (RFC 9113)."""

from __future__ import annotations

import asyncio
from typing import Any

from h2.errors import ErrorCodes
from h2.events import Event, RequestReceived
from h2.exceptions import ProtocolError

from catenet.application.http.dates import format_date, now
from catenet.application.http.errors import HttpError
from catenet.application.http.http2.connection import Http2Connection
from catenet.application.http.http2.fields import response_fields, split_fields
from catenet.application.http.http2.floods import Flood
from catenet.application.http.http2.stream import Stream
from catenet.application.http.message import Body, Request, Response, error_response, without_body
from catenet.application.http.server.linger import linger
from catenet.application.http.server.refusals import LOG
from catenet.application.http.server.service import Service


class Http2ServerConnection(Http2Connection):
    """Serves one connection until either end closes it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service) -> None:
        super().__init__(reader, writer, service.limits, client_side=False)
        self._service, self._refusals = service, service.refusals
        self._peer: Any = writer.get_extra_info("peername")
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self, early: bytes = b"") -> None:
        """Answer requests; ``early`` is what was read of the connection already.  Raises OSError."""
        self.begin()
        try:
            await self.pump(early)
        except Flood as flood:
            self._refusals.refuse(HttpError(429, flood.reason, "ENHANCE_YOUR_CALM"), self._peer)
            await linger(self.reader, self.writer)
        except ProtocolError as error:
            self._refusals.refuse(HttpError(400, "http2", f"{ErrorCodes(error.error_code).name}: {error}"), self._peer)
            await linger(self.reader, self.writer)
        except TimeoutError:
            self._refusals.note("write_timeout", self._peer)
            self.writer.transport.abort()
        finally:
            self.fail_all(ConnectionResetError("the connection ended"))
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def next_octets(self) -> bytes:
        while True:
            try:
                async with asyncio.timeout(self.limits.idle_timeout_s):
                    return await super().next_octets()
            except TimeoutError:
                if not self.streams:
                    self._refusals.note("idle_timeout", self._peer)
                    self.h2.close_connection()
                    self.flush_now()
                    return b""

    def other_event(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            number = event.stream_id or 0
            stream = self.streams[number] = Stream(number)
            self._tasks[number] = asyncio.ensure_future(self._serve(stream, event.headers or []))

    def stream_reset(self, stream: Stream) -> None:
        task = self._tasks.get(stream.number)
        if task is not None:
            task.cancel()

    def data_arrived(self, stream: Stream) -> None:
        if stream.size_bytes > self.limits.body_bytes:
            stream.body_error = HttpError(413, "body_bytes", f"the body is longer than {self.limits.body_bytes} bytes")

    async def _serve(self, stream: Stream, fields: list[Any]) -> None:
        try:
            request = self._request(stream, fields)
            response = await self._answer(request)
            await self._send(stream, request.method, response)
        except (ProtocolError, OSError):
            self._abandon(stream, ErrorCodes.INTERNAL_ERROR)
        except TimeoutError:
            self._refusals.note("write_timeout", self._peer)
            self._abandon(stream, ErrorCodes.CANCEL)
        finally:
            self._tasks.pop(stream.number, None)
            self.streams.pop(stream.number, None)
            for _, size in stream.pieces:
                self.acknowledge(stream.number, size)

    def _request(self, stream: Stream, fields: list[Any]) -> Request:
        pseudo, headers = split_fields(fields)
        headers.set_default("host", pseudo.get(":authority", ""))
        target = pseudo.get(":path") or pseudo.get(":authority", "")
        body = Body() if stream.ended and not stream.size_bytes else StreamBody(self, stream)
        return Request(pseudo[":method"], target, headers, body, "2", pseudo.get(":scheme", "http"), self._peer)

    def _check(self, request: Request) -> None:
        limits, length = self.limits, request.headers.get("content-length")
        if request.method not in self._service.methods:
            raise HttpError(501, "method")
        if len(request.target) > limits.target_bytes:
            raise HttpError(414, "target_bytes", f"the target is longer than {limits.target_bytes} bytes")
        if len(request.headers) > limits.header_count:
            raise HttpError(431, "header_count", f"more than {limits.header_count} header fields")
        if length is not None and int(length) > limits.body_bytes:
            raise HttpError(413, "body_bytes", f"the body is longer than {limits.body_bytes} bytes")

    async def _answer(self, request: Request) -> Response:
        try:
            self._check(request)
        except HttpError as error:
            self._refusals.refuse(error, self._peer)
            return error_response(error)
        try:
            return await self._service.respond(request)
        except HttpError as error:
            if error.reason in {"body_bytes", "read_timeout"}:
                self._refusals.refuse(error, self._peer)
            return error_response(error)

    async def _send(self, stream: Stream, method: str, response: Response) -> None:
        if response.upgrade is not None:
            response = error_response(HttpError(501, "upgrade", "HTTP/2 has no upgrades"))
        headers = response.headers.copy()
        headers.set_default("date", format_date(now()))
        body = response.body
        if isinstance(body, bytes) and not without_body("", response.status):
            headers.set_default("content-length", str(len(body)))
        empty = without_body(method, response.status) or body == b""
        self.h2.send_headers(stream.number, response_fields(response.status, headers), end_stream=empty)
        if not empty:
            try:
                if isinstance(body, bytes):
                    await self.send_piece(stream, body)
                else:
                    async for piece in body:
                        await self.send_piece(stream, piece)
            except (OSError, ProtocolError, TimeoutError):
                raise
            except Exception as error:
                LOG.exception("a response failed while it was sent")
                raise ConnectionAbortedError("the response failed") from error
            self.h2.end_stream(stream.number)
        if not stream.ended:
            self.h2.reset_stream(stream.number, ErrorCodes.NO_ERROR)  # RFC 9113 section 8.1
        await self.flush()

    def _abandon(self, stream: Stream, code: ErrorCodes) -> None:
        try:
            self.h2.reset_stream(stream.number, code)
            self.flush_now()
        except ProtocolError:
            return  # it has ended already


class StreamBody(Body):
    """The body of a request, as it arrives on its stream."""

    def __init__(self, connection: Http2ServerConnection, stream: Stream) -> None:
        self._connection, self._stream = connection, stream
        self._begun_s: float | None = None

    async def chunk(self) -> bytes:
        limits, clock = self._connection.limits, asyncio.get_running_loop()
        if self._begun_s is None:
            self._begun_s = clock.time()
        elif clock.time() - self._begun_s > limits.body_timeout_s:
            raise HttpError(408, "body_timeout", "the body did not arrive in time")
        try:
            return await self._connection.read_piece(self._stream, limits.read_timeout_s)
        except TimeoutError:
            raise HttpError(408, "read_timeout", "the body did not arrive in time") from None
