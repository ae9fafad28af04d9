"""A connection of HTTP/1.1 at the server (RFC 9112), by h11: requests one after another, answers in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from typing import Any

import h11

from catenet.application.http.dates import format_date, now
from catenet.application.http.errors import HttpError
from catenet.application.http.headers import Headers
from catenet.application.http.limits import Limits
from catenet.application.http.message import Body, Request, Response, error_response, phrase, without_body
from catenet.application.http.server.linger import DISCARD_BYTES, linger
from catenet.application.http.server.refusals import LOG
from catenet.application.http.server.request_head import END, check_head, check_unfinished
from catenet.application.http.server.service import Service
from catenet.application.http.tunnel import Tunnel

READ_BYTES = 65536
FATAL = {"body", "body_bytes", "read_timeout", "body_timeout"}
"""Errors in the middle of a body: where the next request begins is not known."""
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\n"


class Http1Connection:
    """Serves one connection until either end closes it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service) -> None:
        self._reader, self._writer = reader, writer
        self._service, self._limits, self._refusals = service, service.limits, service.refusals
        self._peer: Any = writer.get_extra_info("peername")
        self._scheme = "http" if writer.get_extra_info("ssl_object") is None else "https"
        self._buffer = bytearray()
        self._h11 = h11.Connection(h11.SERVER)
        self._method = ""
        self._chunked = False
        self._tail = b""
        self.early: bytes | None = None
        """What arrived, if it begins a connection of HTTP/2."""

    async def run(self) -> None:
        """Answer requests.  Returns when the connection is to be closed, or turns out to be HTTP/2."""
        while True:
            self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.header_bytes)
            self._method = ""
            try:
                request = await self._receive()
                if request is None:
                    return
                response = await self._answer(request)
                await self._send(request.method, response)
            except HttpError as error:
                await self._refuse(error)
                return
            if response.upgrade is not None:
                early = bytes(self._h11.trailing_data[0])
                await response.upgrade(Tunnel(self._reader, self._writer, early))
                return
            if not await self._finish():
                return

    async def _receive(self) -> Request | None:
        """The next request, once its head is complete; None if the client has none."""
        head = await self._receive_head()
        if head is None:
            return None
        check_head(head, self._limits, self._service.methods)
        self._h11.receive_data(head)
        try:
            event = self._h11.next_event()
        except h11.RemoteProtocolError as error:
            raise HttpError(error.error_status_hint, "head", str(error)) from error
        assert isinstance(event, h11.Request)
        headers = Headers.decode(event.headers)
        self._method = event.method.decode()
        length = headers.get("content-length")
        if length is not None and int(length) > self._limits.body_bytes:
            raise HttpError(413, "body_bytes", f"the body is longer than {self._limits.body_bytes} bytes")
        self._chunked = "transfer-encoding" in headers
        self._tail = bytes(self._buffer)
        if self._buffer:
            self._h11.receive_data(self._tail)
            self._buffer.clear()
        body = Http1Body(self, self._limits) if self._chunked or length is not None else Body()
        version = event.http_version.decode()
        return Request(self._method, event.target.decode("latin-1"), headers, body, version, self._scheme, self._peer)

    async def _receive_head(self) -> bytes | None:
        if not self._buffer and not await self._idle():
            return None
        try:
            async with asyncio.timeout(self._limits.head_timeout_s):
                while True:
                    while self._buffer.startswith(b"\r\n"):
                        del self._buffer[:2]  # RFC 9112 section 2.2
                    if self._buffer.startswith(HTTP2_PREFACE):
                        self.early = bytes(self._buffer)
                        return None
                    end = self._buffer.find(END)
                    if end >= 0:
                        head = bytes(self._buffer[: end + len(END)])
                        del self._buffer[: end + len(END)]
                        return head
                    check_unfinished(self._buffer, self._limits)
                    data = await self._reader.read(READ_BYTES)
                    if not data:
                        return None
                    self._buffer += data
        except TimeoutError:
            raise HttpError(408, "head_timeout", "the head of the request did not arrive in time") from None

    async def _idle(self) -> bool:
        """Wait for the first octets of a request; false if there are none."""
        try:
            async with asyncio.timeout(self._limits.idle_timeout_s):
                data = await self._reader.read(READ_BYTES)
        except TimeoutError:
            self._refusals.note("idle_timeout", self._peer)
            return False
        self._buffer += data
        return bool(data)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._service.respond(request)
        except HttpError as error:
            if error.reason in FATAL:
                raise
            return error_response(error)

    async def body_piece(self, seen_bytes: int) -> bytes:
        """The next octets of the request's body; none at its end.  Raises HttpError."""
        if self._h11.they_are_waiting_for_100_continue and self._h11.our_state is h11.SEND_RESPONSE:
            await self._write(self._h11.send(h11.InformationalResponse(status_code=100, headers=[])))
        while True:
            try:
                event = self._h11.next_event()
            except h11.RemoteProtocolError as error:
                raise HttpError(error.error_status_hint, "body", str(error)) from error
            if isinstance(event, h11.Data):
                if seen_bytes + len(event.data) > self._limits.body_bytes:
                    raise HttpError(413, "body_bytes", f"the body is longer than {self._limits.body_bytes} bytes")
                return bytes(event.data)
            if event is not h11.NEED_DATA:
                self._check_end()
                return b""
            data = await self._read_body()
            self._tail = self._tail[-len(END) :] + data
            self._h11.receive_data(data)

    def _check_end(self) -> None:
        """h11 accepts a bare LF for the line that ends a chunked body, and a proxy may not."""
        trailing = self._h11.trailing_data[0]
        if self._chunked and not self._tail[: len(self._tail) - len(trailing)].endswith(END):
            raise HttpError(400, "body", "the end of the body is not an empty line")

    async def _read_body(self) -> bytes:
        try:
            async with asyncio.timeout(self._limits.read_timeout_s):
                return await self._reader.read(READ_BYTES)
        except TimeoutError:
            raise HttpError(408, "read_timeout", "the body did not arrive in time") from None

    async def _send(self, method: str, response: Response) -> None:
        headers = response.headers.copy()
        headers.set_default("date", format_date(now()))
        body = response.body
        if isinstance(body, bytes) and response.upgrade is None and not without_body("", response.status):
            headers.set_default("content-length", str(len(body)))
        fields, reason = headers.encode(), phrase(response.status).encode()
        if response.status == 101:
            await self._write(self._h11.send(h11.InformationalResponse(status_code=101, headers=fields, reason=reason)))
            return
        head = self._h11.send(h11.Response(status_code=response.status, headers=fields, reason=reason))
        if without_body(method, response.status) or (method == "CONNECT" and response.upgrade is not None):
            await self._write(head)
            body = b""
        elif isinstance(body, bytes):
            await self._write(head + self._h11.send(h11.Data(data=body)) if body else head)
        else:
            await self._write(head)
            await self._stream(body)
        if self._h11.our_state is h11.SEND_BODY:
            await self._write(self._h11.send(h11.EndOfMessage()))

    async def _stream(self, body: AsyncIterable[bytes]) -> None:
        """Send pieces as the client takes them.  A body that fails is cut short, for the client to notice."""
        try:
            async for piece in body:
                if piece:
                    await self._write(self._h11.send(h11.Data(data=piece)))
        except ConnectionError:
            raise
        except Exception as error:
            LOG.exception("a response to %s failed while it was sent", self._method)
            raise ConnectionAbortedError("the response failed") from error

    async def _write(self, data: bytes | None) -> None:
        if not data:
            return
        self._writer.write(data)
        if not self._writer.transport.get_write_buffer_size():
            return
        try:
            async with asyncio.timeout(self._limits.write_timeout_s):
                await self._writer.drain()
        except TimeoutError:
            self._refusals.note("write_timeout", self._peer)
            raise ConnectionAbortedError("the client takes nothing") from None

    async def _finish(self) -> bool:
        """After an answer: read the rest of the request, if it is short; whether another request may follow."""
        if self._h11.our_state is not h11.DONE:
            return False
        size = 0
        while size < DISCARD_BYTES and self._h11.their_state is h11.SEND_BODY:
            if self._h11.they_are_waiting_for_100_continue:
                return False
            try:
                size += len(await self.body_piece(size))
            except HttpError as error:
                self._refusals.refuse(error, self._peer)
                return False
        if self._h11.their_state is not h11.DONE:
            return False
        self._buffer += self._h11.trailing_data[0]
        return True

    async def _refuse(self, error: HttpError) -> None:
        """Send the error if no answer has begun, and close so that the client can read it."""
        self._refusals.refuse(error, self._peer)
        if self._h11.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        response = error_response(error)
        response.headers.set("connection", "close")
        await self._send(self._method, response)
        await linger(self._reader, self._writer)


class Http1Body(Body):
    """The body of a request, read from its connection."""

    def __init__(self, connection: Http1Connection, limits: Limits) -> None:
        self._connection = connection
        self._seen_bytes = 0
        self._ended = False
        self._deadline: float | None = None
        self._limits = limits

    async def chunk(self) -> bytes:
        if self._ended:
            return b""
        loop = asyncio.get_running_loop()
        if self._deadline is None:
            self._deadline = loop.time() + self._limits.body_timeout_s
        elif loop.time() > self._deadline:
            raise HttpError(408, "body_timeout", "the body did not arrive in time")
        data = await self._connection.body_piece(self._seen_bytes)
        self._seen_bytes += len(data)
        self._ended = not data
        return data
