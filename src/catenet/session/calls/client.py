"""A client: calls over a session that is resumed after each loss of its connection."""

from __future__ import annotations

import asyncio
import ssl as tls
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self

from catenet.session.calls import messages as wire
from catenet.session.calls.backoff import Backoff
from catenet.session.calls.errors import DeadlineExceeded, NotExecuted, OutcomeUnknown
from catenet.session.calls.message_stream import MessageStream
from catenet.session.calls.options import ClientOptions
from catenet.session.calls.pending import PendingCall, PendingCalls


class CallClient:
    """A client of one server.  It connects at the first call, and stays connected until it is closed.

    ``connections`` counts those that were made, ``sessions`` the sessions in them.
    """

    def __init__(
        self, host: str, port: int, options: ClientOptions | None = None, *, ssl: tls.SSLContext | None = None
    ) -> None:
        self.connections: int = 0
        self.sessions: int = 0
        self._host: Final = host
        self._port: Final = port
        self._ssl: Final = ssl
        self._options: Final = options or ClientOptions()
        self._backoff: Final = Backoff(self._options.backoff_min_s, self._options.backoff_max_s)
        self._pending: Final = PendingCalls()
        self._unsent: Final[deque[PendingCall]] = deque()
        self._window = self._options.window
        self._room: Final = asyncio.Condition()
        self._session = wire.NEW_SESSION
        self._stream: MessageStream | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def call(self, body: bytes, deadline_s: float | None = None) -> bytes:
        """The response to a request.  The server executes it at most once.

        Connections may be lost and made meanwhile.  ``deadline_s`` is the time for all of it; without one, a call waits
        until the server is back.  Raises :class:`~catenet.session.calls.errors.CallError`: its kind tells whether the
        call can have been executed.  Raises ValueError if the request is too long.
        """
        if len(body) > self._options.message_bytes_max:
            limit = self._options.message_bytes_max
            raise ValueError(f"a request of {len(body)} octets; the limit is {limit} (message_bytes_max)")
        call: PendingCall | None = None
        try:
            async with asyncio.timeout(deadline_s) as timer:
                async with self._room:
                    await self._room.wait_for(lambda: self._closed or self._pending.unacknowledged < self._window)
                if self._closed:
                    raise NotExecuted("the client is closed")
                left_s = None if timer.when() is None else (timer.when() or 0.0) - asyncio.get_running_loop().time()
                call = self._pending.add(body, left_s)
                self._unsent.append(call)
                self._submit()
                return await call.result
        except TimeoutError:
            sent = call is not None and call.session != wire.NEW_SESSION
            raise DeadlineExceeded(f"no response within {deadline_s} s", sent=sent) from None
        finally:
            if call is not None:
                self._pending.remove(call)
                self._submit()
                async with self._room:
                    self._room.notify_all()

    async def close(self) -> None:
        """End the session.  Calls in progress fail."""
        self._closed = True
        if self._stream is not None:
            self._stream.send(wire.bare(wire.GOODBYE))
            self._stream.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for call in self._pending.all():
            call.fail(
                NotExecuted("the client was closed")
                if call.session == wire.NEW_SESSION
                else OutcomeUnknown("the client was closed before the response arrived")
            )
        async with self._room:
            self._room.notify_all()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _submit(self) -> None:
        """Send the calls that wait for their first transmission, as far as the window allows."""
        if self._task is None and not self._closed:
            self._task = asyncio.get_running_loop().create_task(self._stay_connected(), name=f"calls to {self._host}")
        stream = self._stream
        if stream is None:
            return
        while self._unsent and self._unsent[0].sequence - self._pending.acknowledged <= self._window:
            call = self._unsent.popleft()
            if not call.result.done():
                self._send(stream, call)

    def _send(self, stream: MessageStream, call: PendingCall) -> None:
        call.session = self._session
        stream.send(wire.call(call.message(self._pending.acknowledged)))

    async def _stay_connected(self) -> None:
        while True:
            await asyncio.sleep(self._backoff.delay_s())
            try:
                async with self._connected() as stream:
                    await self._converse(stream)
            except (OSError, EOFError, TimeoutError, wire.ProtocolError):
                self._backoff.failed()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[MessageStream]:
        async with asyncio.timeout(self._options.connect_timeout_s):
            reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._ssl)
        stream = MessageStream(reader, writer, self._options.message_bytes_max)
        try:
            yield stream
        finally:
            self._stream = None
            if self._closed:
                stream.close()
            else:
                stream.abort()

    async def _converse(self, stream: MessageStream) -> None:
        stream.send(wire.hello(self._session, self._pending.acknowledged))
        async with asyncio.timeout(self._options.connect_timeout_s):
            first = await stream.read()
        if first[0] == wire.REFUSED:
            raise ConnectionRefusedError(first[1:].decode(errors="replace"))
        self._welcomed(stream, wire.parse_welcome(first))
        keeping = asyncio.get_running_loop().create_task(self._keep_alive(stream), name="keep-alive")
        try:
            while True:
                message = await stream.read()
                if message[0] == wire.RESPONSE:
                    self._pending.finish(wire.parse_response(message))
        finally:
            keeping.cancel()

    def _welcomed(self, stream: MessageStream, welcome: wire.Welcome) -> None:
        """The connection is ready: send what may be sent in its session."""
        self.connections += 1
        self._backoff.succeeded()
        if welcome.session != self._session:
            self.sessions += 1
            self._session = welcome.session
        self._window = min(self._options.window, welcome.window)
        self._stream = stream
        for call in self._pending.all():
            if call.session == self._session:
                self._send(stream, call)
            elif call.session != wire.NEW_SESSION:
                call.fail(OutcomeUnknown("the server that received the call has lost its session"))
        self._submit()

    async def _keep_alive(self, stream: MessageStream) -> None:
        """Ping a silent server, and abort the connection if it stays silent."""
        loop, patience_s = asyncio.get_running_loop(), self._options.keep_alive_s
        while True:
            silent_s = loop.time() - stream.heard_s
            if silent_s >= 2 * patience_s:
                stream.abort()
                return
            if silent_s >= patience_s:
                stream.send(wire.bare(wire.PING))
            await asyncio.sleep(patience_s if silent_s >= patience_s else patience_s - silent_s)
