"""A connection of HTTP/1.1 at the client, by h11: one request after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import h11

from catenet.application.http.client.answer import Answer, AnswerBody, DeadConnection, Outgoing
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.errors import ClientError
from catenet.application.http.headers import Headers
from catenet.application.http.tunnel import Tunnel

READ_BYTES = 65536
HEADER_BYTES = 1 << 17


class Http1Connection:
    """Sends one request at a time.  ``on_idle`` is called when the next can be sent, or the connection has closed."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_idle: Callable[[Http1Connection], None]
    ) -> None:
        self._reader, self._writer, self._on_idle = reader, writer, on_idle
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)
        self._sending: asyncio.Task[None] | None = None
        self._heard = False
        self.closed: bool = False
        self.used: bool = False
        self.idle_since_s: float = 0.0

    @property
    def usable(self) -> bool:
        """Whether nothing tells that the server has closed it."""
        return not self.closed and not self._reader.at_eof() and not self._writer.is_closing()

    async def exchange(self, request: Outgoing, timings: Timings, read_timeout_s: float) -> Answer:
        """Send ``request`` and wait for the head of the answer.  Raises ClientError; DeadConnection if it was kept."""
        self._heard = False
        watch = Stopwatch()
        try:
            answer = await self._exchange(request, timings, read_timeout_s, watch)
        except h11.ProtocolError as error:
            self.close()
            raise ClientError(f"the server does not follow HTTP/1.1: {error}") from error
        except OSError as error:
            self.close()
            if self.used and not self._heard:
                raise DeadConnection(str(error)) from error
            raise error if isinstance(error, ClientError) else ClientError(f"the connection failed: {error}") from error
        except BaseException:
            self.close()
            raise
        self.used = True
        return answer

    async def _exchange(self, request: Outgoing, timings: Timings, read_timeout_s: float, watch: Stopwatch) -> Answer:
        head = h11.Request(method=request.method, target=request.target, headers=request.headers.encode())
        self._writer.write(self._h11.send(head) or b"")
        if request.body:
            self._sending = asyncio.ensure_future(self._send_body(request, timings, watch))
        else:
            self._writer.write(self._h11.send(h11.EndOfMessage()) or b"")
            await self._writer.drain()
            timings.send_s = watch.lap_s()
        while True:
            event = await self._next_event(timings, watch)
            if isinstance(event, h11.Response) or (
                isinstance(event, h11.InformationalResponse) and event.status_code == 101
            ):
                return self._answer(event, timings, read_timeout_s, watch)

    async def _send_body(self, request: Outgoing, timings: Timings, watch: Stopwatch) -> None:
        try:
            if isinstance(request.body, bytes):
                self._writer.write(self._h11.send(h11.Data(data=request.body)) or b"")
            else:
                async for piece in request.body:
                    if piece:
                        self._writer.write(self._h11.send(h11.Data(data=piece)) or b"")
                        await self._writer.drain()
            self._writer.write(self._h11.send(h11.EndOfMessage()) or b"")
            await self._writer.drain()
        except OSError:
            return  # the server may have answered already, and the reader finds out
        except BaseException as error:
            self._reader.set_exception(ClientError(f"the request's body failed: {error!r}"))
            return
        timings.send_s = watch.lap_s()

    async def _next_event(self, timings: Timings, watch: Stopwatch) -> Any:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(READ_BYTES)
            if not data:
                raise ConnectionResetError("the server closed it without an answer")
            if not self._heard:
                self._heard = True
                timings.wait_s = watch.lap_s()
            self._h11.receive_data(data)
        return event

    def _answer(
        self, event: h11.Response | h11.InformationalResponse, timings: Timings, read_timeout_s: float, watch: Stopwatch
    ) -> Answer:
        body = Http1AnswerBody(self, timings, read_timeout_s, watch)
        answer = Answer(event.status_code, Headers.decode(event.headers), body, event.http_version.decode(), timings)
        answer.peer, answer.local = self._writer.get_extra_info("peername"), self._writer.get_extra_info("sockname")
        if self._h11.their_state is h11.SWITCHED_PROTOCOL:
            answer.tunnel = Tunnel(self._reader, self._writer, bytes(self._h11.trailing_data[0]))
            self._leave()
        return answer

    async def body_piece(self) -> bytes:
        """The next octets of the answer; none at its end, after which the connection is free or closed."""
        if self.closed:
            return b""
        try:
            while (event := self._h11.next_event()) is h11.NEED_DATA:
                self._h11.receive_data(await self._reader.read(READ_BYTES))
        except (OSError, h11.ProtocolError) as error:
            self.close()
            raise ClientError(f"the connection ended within the body: {error}") from error
        if isinstance(event, h11.Data):
            return bytes(event.data)
        self._end()
        return b""

    def _end(self) -> None:
        if self._sending is not None and not self._sending.done():
            self.close()  # the server answered before it had the whole request
        elif self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            self.idle_since_s = asyncio.get_running_loop().time()
            self._on_idle(self)
        else:
            self.close()

    def close(self) -> None:
        """End the connection; an answer that is not complete is lost."""
        if not self.closed:
            self._writer.close()
            self._leave()

    def _leave(self) -> None:
        """The connection is no longer ours."""
        self.closed = True
        if self._sending is not None:
            self._sending.cancel()
        self._on_idle(self)


class Http1AnswerBody(AnswerBody):
    """Read from the connection."""

    def __init__(self, connection: Http1Connection, timings: Timings, read_timeout_s: float, watch: Stopwatch) -> None:
        super().__init__()
        self._connection, self._timings, self._watch = connection, timings, watch
        self._read_timeout_s = read_timeout_s

    async def chunk(self) -> bytes:
        if self.ended:
            return b""
        try:
            async with asyncio.timeout(self._read_timeout_s):
                data = await self._connection.body_piece()
        except TimeoutError:
            self.close()
            raise ClientError(f"nothing came of the body for {self._read_timeout_s} s") from None
        self.size_bytes += len(data)
        self._timings.receive_s += self._watch.lap_s()
        if not data:
            self.finish()
        return data

    def close(self) -> None:
        if not self.ended:
            self._connection.close()
            self.finish()
