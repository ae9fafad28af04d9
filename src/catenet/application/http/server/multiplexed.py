"""The server's end of a connection that carries many requests at one time: a task for each of them."""

from __future__ import annotations

import asyncio
from abc import abstractmethod

from catenet.application.http.dates import format_date, now
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Body, Request, Response, error_response, without_body
from catenet.application.http.multiplexed.connection import Multiplexed
from catenet.application.http.multiplexed.fields import Fields, response_fields, split_fields
from catenet.application.http.multiplexed.stream import Stream
from catenet.application.http.server.refusals import LOG
from catenet.application.http.server.service import Service


class MultiplexedServer(Multiplexed):
    """Answers requests.  A subclass calls :meth:`begin_request`, and :meth:`end_requests` when the connection ends."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.limits)
        self._service, self._refusals = service, service.refusals
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @abstractmethod
    def stop_upload(self, stream: Stream) -> None:
        """The answer is complete before the request is, of which no more is wanted."""

    @abstractmethod
    def abandon(self, stream: Stream, *, failed: bool) -> None:
        """End ``stream`` before the answer is complete: it ``failed``, or the client takes nothing."""

    def begin_request(self, stream: Stream, fields: Fields) -> None:
        """The head of a request has arrived."""
        self.streams[stream.number] = stream
        self._tasks[stream.number] = asyncio.ensure_future(self._serve(stream, fields))

    async def end_requests(self) -> None:
        """The connection is over."""
        self.fail_all(ConnectionResetError("the connection ended"))
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stream_reset(self, stream: Stream) -> None:
        task = self._tasks.get(stream.number)
        if task is not None:
            task.cancel()

    def data_arrived(self, stream: Stream) -> None:
        if stream.size_bytes > self.limits.body_bytes:
            stream.body_error = HttpError(413, "body_bytes", f"the body is longer than {self.limits.body_bytes} bytes")

    async def _serve(self, stream: Stream, fields: Fields) -> None:
        try:
            request = self._request(stream, fields)
            response = await self._answer(request)
            await self._send(stream, request.method, response)
        except OSError as error:
            if isinstance(error, TimeoutError):
                self._refusals.note("write_timeout", self.addresses[0])
            self.abandon(stream, failed=not isinstance(error, TimeoutError))
        finally:
            self._tasks.pop(stream.number, None)
            self.streams.pop(stream.number, None)
            for _, size in stream.pieces:
                self.acknowledge(stream.number, size)

    def _request(self, stream: Stream, fields: Fields) -> Request:
        pseudo, headers = split_fields(fields)
        headers.set_default("host", pseudo.get(":authority", ""))
        target = pseudo.get(":path") or pseudo.get(":authority", "")
        body = Body() if stream.ended and not stream.size_bytes else StreamBody(self, stream)
        scheme = pseudo.get(":scheme", "http")
        return Request(pseudo[":method"], target, headers, body, self.version, scheme, self.addresses[0])

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
            self._refusals.refuse(error, self.addresses[0])
            return error_response(error)
        try:
            return await self._service.respond(request)
        except HttpError as error:
            if error.reason in {"body_bytes", "read_timeout"}:
                self._refusals.refuse(error, self.addresses[0])
            return error_response(error)

    async def _send(self, stream: Stream, method: str, response: Response) -> None:
        if response.upgrade is not None:
            response = error_response(HttpError(501, "upgrade", f"HTTP/{self.version} has no upgrades"))
        headers = response.headers.copy()
        headers.set_default("date", format_date(now()))
        body = response.body
        if isinstance(body, bytes) and not without_body("", response.status):
            headers.set_default("content-length", str(len(body)))
        empty = without_body(method, response.status) or body == b""
        self.send_head(stream, response_fields(response.status, headers), end_stream=empty)
        if not empty:
            await self._send_body(stream, response)
            self.end_stream(stream)
        if not stream.ended:
            self.stop_upload(stream)
        await self.flush()

    async def _send_body(self, stream: Stream, response: Response) -> None:
        body = response.body
        try:
            if isinstance(body, bytes):
                await self.send_piece(stream, body)
            else:
                async for piece in body:
                    await self.send_piece(stream, piece)
        except OSError:
            raise
        except Exception as error:
            LOG.exception("a response failed while it was sent")
            raise ConnectionAbortedError("the response failed") from error


class StreamBody(Body):
    """The body of a request, as it arrives on its stream."""

    def __init__(self, connection: Multiplexed, stream: Stream) -> None:
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
