"""The client's end of a connection that carries many requests at one time."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from catenet.application.http.client.answer import Answer, AnswerBody, DeadConnection, Outgoing
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.errors import ClientError
from catenet.application.http.limits import Limits
from catenet.application.http.multiplexed.connection import Multiplexed
from catenet.application.http.multiplexed.fields import request_fields, split_fields
from catenet.application.http.multiplexed.stream import Stream

LIMITS = Limits()


class ClientStream(Stream):
    """A stream with the head of its answer."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.head: list[Any] | None = None
        self.answered: asyncio.Event = asyncio.Event()

    def fail(self, error: Exception) -> None:
        super().fail(error)
        self.answered.set()


class MultiplexedClient(Multiplexed):
    """Sends requests at any time; :attr:`closed` is true once the server takes no more.

    ``on_close`` is called then, and again when the connection is :attr:`over`.
    """

    def __init__(self, scheme: str, on_close: Callable[[MultiplexedClient], None]) -> None:
        super().__init__(LIMITS)
        self._scheme, self._on_close = scheme, on_close
        self._slot = asyncio.Event()
        self.used: bool = False
        self.over: bool = False
        """The connection has ended, with all of its streams."""

    @abstractmethod
    def may_open(self) -> bool:
        """Whether the server allows another stream."""

    @abstractmethod
    def next_number(self) -> int:
        """Of the next stream."""

    @abstractmethod
    def cancel(self, stream: Stream) -> None:
        """Tell the server that no more of an answer is wanted."""

    @abstractmethod
    def close(self) -> None:
        """Say goodbye, and end the connection; answers that are not complete are lost."""

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
        answer = Answer(int(pseudo[":status"]), headers, body, self.version, timings)
        answer.peer, answer.local = self.addresses
        return answer

    async def _open(self, request: Outgoing) -> ClientStream:
        """Begin a stream, once the server allows another one."""
        while not self.closed and not self.may_open():
            self._slot.clear()
            await self._slot.wait()
        if self.closed:
            raise DeadConnection("the server takes no more requests on this connection")
        stream = ClientStream(self.next_number())
        fields = request_fields(request.method, self._scheme, request.target, request.headers)
        try:
            self.send_head(stream, fields, end_stream=not request.body)
        except ConnectionError as error:
            raise ClientError(f"the request cannot be sent by HTTP/{self.version}: {error}") from error
        self.streams[stream.number] = stream
        return stream

    async def _send_body(self, stream: ClientStream, request: Outgoing, timings: Timings, watch: Stopwatch) -> None:
        try:
            if isinstance(request.body, bytes):
                await self.send_piece(stream, request.body)
            else:
                async for piece in request.body:
                    await self.send_piece(stream, piece)
            self.end_stream(stream)
            await self.flush()
        except OSError:
            return  # the reader finds out
        except Exception as error:
            self.abandon(stream)
            stream.fail(ClientError(f"the request's body failed: {error!r}"))
            return
        timings.send_s = watch.lap_s()

    def head_arrived(self, number: int, fields: list[Any]) -> None:
        """Of an answer."""
        stream = self.streams.get(number)
        if isinstance(stream, ClientStream):
            stream.head = fields
            stream.answered.set()

    def has_ended(self, error: Exception) -> None:
        """The connection is over."""
        self.fail_all(DeadConnection(f"the connection of HTTP/{self.version} ended: {error}"))
        self.over = True
        self._slot.set()
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
        self.cancel(stream)
        self._slot.set()


class StreamAnswerBody(AnswerBody):
    """The body of an answer, as it arrives on its stream."""

    def __init__(
        self, connection: MultiplexedClient, stream: Stream, timings: Timings, read_timeout_s: float, watch: Stopwatch
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
