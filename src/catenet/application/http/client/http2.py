"""A connection of HTTP/2 at the client: many requests at one time (RFC 9113)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event, RemoteSettingsChanged, ResponseReceived
from h2.exceptions import ProtocolError

from catenet.application.http.client.answer import Answer, AnswerBody, DeadConnection, Outgoing
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.errors import ClientError
from catenet.application.http.http2.connection import Http2Connection
from catenet.application.http.http2.fields import request_fields, split_fields
from catenet.application.http.http2.floods import Flood
from catenet.application.http.http2.stream import Stream
from catenet.application.http.limits import Limits


class ClientStream(Stream):
    """A stream with the head of its answer."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.head: list[Any] | None = None
        self.answered: asyncio.Event = asyncio.Event()

    def fail(self, error: Exception) -> None:
        super().fail(error)
        self.answered.set()


class Http2ClientConnection(Http2Connection):
    """Sends requests at any time; :attr:`closed` is true once the server takes no more."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        scheme: str,
        on_close: Callable[[Http2ClientConnection], None],
    ) -> None:
        super().__init__(reader, writer, Limits(), client_side=True)
        self._scheme, self._on_close = scheme, on_close
        self._slot = asyncio.Event()
        self.used: bool = False
        self._settings_known = False
        self.over: bool = False
        """The connection has ended, with all of its streams."""
        self.begin()
        self._pumping = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        error: Exception = ConnectionResetError("the server closed the connection")
        try:
            await self.pump()
        except (OSError, ProtocolError, Flood, TimeoutError) as found:
            error = found
        finally:
            self.fail_all(ClientError(f"the connection of HTTP/2 ended: {error}"))
            self.writer.close()
            self.over = True
            self._slot.set()
            self._on_close(self)

    async def exchange(self, request: Outgoing, timings: Timings, read_timeout_s: float) -> Answer:
        """Send ``request`` and wait for the head of the answer.  Raises ClientError, DeadConnection."""
        watch = Stopwatch()
        stream = await self._open(request)
        if self.used:
            timings.blocked_s = (timings.blocked_s or 0.0) + watch.lap_s()
        self.used = True
        sending = asyncio.ensure_future(self._send_body(stream, request, timings, watch)) if request.body else None
        try:
            await self.flush()
            if sending is None:
                timings.send_s = watch.lap_s()
            await stream.answered.wait()
            if stream.head is None:
                raise stream.error or ClientError("the server sent no answer")
        except BaseException:
            self.abandon(stream)
            if sending is not None:
                sending.cancel()
            raise
        timings.wait_s = watch.lap_s()
        pseudo, headers = split_fields(stream.head)
        body = StreamAnswerBody(self, stream, timings, read_timeout_s, watch)
        answer = Answer(int(pseudo[":status"]), headers, body, "2", timings)
        answer.peer, answer.local = self.writer.get_extra_info("peername"), self.writer.get_extra_info("sockname")
        return answer

    async def _open(self, request: Outgoing) -> ClientStream:
        """Begin a stream, once the server allows another one."""
        while not self.closed and self.h2.open_outbound_streams >= self._streams_max():
            self._slot.clear()
            await self._slot.wait()
        if self.closed:
            raise DeadConnection("the server takes no more requests on this connection")
        stream = ClientStream(self.h2.get_next_available_stream_id())
        fields = request_fields(request.method, self._scheme, request.target, request.headers)
        try:
            self.h2.send_headers(stream.number, fields, end_stream=not request.body)
        except ProtocolError as error:
            raise ClientError(f"the request cannot be sent by HTTP/2: {error}") from error
        self.streams[stream.number] = stream
        return stream

    def _streams_max(self) -> int:
        """What the server allows; until it has told, what it is to allow at least (RFC 9113 section 6.5.2)."""
        return self.h2.remote_settings.max_concurrent_streams if self._settings_known else 100

    async def _send_body(self, stream: ClientStream, request: Outgoing, timings: Timings, watch: Stopwatch) -> None:
        try:
            if isinstance(request.body, bytes):
                await self.send_piece(stream, request.body)
            else:
                async for piece in request.body:
                    await self.send_piece(stream, piece)
            self.h2.end_stream(stream.number)
            await self.flush()
        except (OSError, ProtocolError):
            return  # the reader finds out
        except Exception as error:
            self.abandon(stream)
            stream.fail(ClientError(f"the request's body failed: {error!r}"))
            return
        timings.send_s = watch.lap_s()

    def other_event(self, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            stream = self.streams.get(event.stream_id or 0)
            if isinstance(stream, ClientStream):
                stream.head = event.headers
                stream.answered.set()
        elif isinstance(event, RemoteSettingsChanged):
            self._settings_known = True
        elif isinstance(event, ConnectionTerminated):
            self._goodbye(event.last_stream_id or 0)
        self._slot.set()

    def _goodbye(self, last: int) -> None:
        """GOAWAY: streams after ``last`` were not processed, and may be sent again (RFC 9113 section 6.8)."""
        for number in [number for number in self.streams if number > last]:
            self.streams.pop(number).fail(DeadConnection("the server did not process the request"))
        self._on_close(self)

    def stream_reset(self, stream: Stream) -> None:
        self._slot.set()

    def done(self, stream: Stream) -> None:
        """The answer is complete."""
        self.streams.pop(stream.number, None)
        self._slot.set()

    def abandon(self, stream: Stream) -> None:
        """No more of this answer is wanted."""
        if self.streams.pop(stream.number, None) is None:
            return
        for _, size in stream.pieces:
            self.acknowledge(stream.number, size)
        try:
            self.h2.reset_stream(stream.number, ErrorCodes.CANCEL)
            self.flush_now()
        except ProtocolError:
            pass  # it has ended already
        self._slot.set()

    def close(self) -> None:
        """Say goodbye, and end the connection; answers that are not complete are lost."""
        if not self._pumping.done():
            try:
                self.h2.close_connection()
                self.flush_now()
            except ProtocolError:
                pass  # it has ended already
            self._pumping.cancel()


class StreamAnswerBody(AnswerBody):
    """The body of an answer, as it arrives on its stream."""

    def __init__(
        self,
        connection: Http2ClientConnection,
        stream: Stream,
        timings: Timings,
        read_timeout_s: float,
        watch: Stopwatch,
    ) -> None:
        super().__init__()
        self._connection, self._stream, self._timings, self._watch = connection, stream, timings, watch
        self._read_timeout_s = read_timeout_s

    async def chunk(self) -> bytes:
        if self.ended:
            return b""
        try:
            data = await self._connection.read_piece(self._stream, self._read_timeout_s)
        except TimeoutError:
            self.close()
            raise ClientError(f"nothing came of the body for {self._read_timeout_s} s") from None
        except OSError as error:
            self.close()
            raise ClientError(f"the connection ended within the body: {error}") from error
        self.size_bytes += len(data)
        self._timings.receive_s += self._watch.lap_s()
        if not data:
            self._connection.done(self._stream)
            self.finish()
        return data

    def close(self) -> None:
        if not self.ended:
            self._connection.abandon(self._stream)
            self.finish()
