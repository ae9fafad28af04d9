"""A server: executes each call once, and keeps responses until they are acknowledged."""

from __future__ import annotations

import asyncio
import ssl as tls
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from catenet.session.calls import messages as wire
from catenet.session.calls.errors import CallFailed
from catenet.session.calls.message_stream import MessageStream
from catenet.session.calls.options import ServerOptions
from catenet.session.calls.sessions import Session, SessionTable


class Caller(NamedTuple):
    """Who calls: the number of the session, that of the call in it, and the address of the connection."""

    session: int
    sequence: int
    peer: str


Handler = Callable[[Caller, bytes], Awaitable[bytes]]
"""Executes a call.  :class:`~catenet.session.calls.errors.CallFailed` is sent to the client; other errors are, by their
type, and are logged."""


class CallServer:
    """A server of calls.  ``executed`` counts the calls that were begun, ``repeated`` those that had begun before."""

    def __init__(self, handler: Handler, options: ServerOptions | None = None) -> None:
        self.executed: int = 0
        self.repeated: int = 0
        self._handler: Final = handler
        self._options: Final = options or ServerOptions()
        self._sessions: Final = SessionTable(self._options)
        self._streams: Final[dict[Session, MessageStream]] = {}
        self._lingering: Final[dict[Session, asyncio.TimerHandle]] = {}
        self._tasks: Final[dict[asyncio.Task[None], None]] = {}
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, host: str | Sequence[str] | None, port: int, *, ssl: tls.SSLContext | None = None) -> None:
        """Accept connections; ``host`` and ``port`` as ``asyncio.start_server``.  Raises OSError."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, host, port, ssl=ssl)

    async def serve_forever(self) -> None:
        """Serve until cancelled.  Call :meth:`start` first."""
        assert self._server is not None
        await self._server.serve_forever()

    async def close(self) -> None:
        """Close all connections, and cancel the calls in progress."""
        if self._server is not None:
            self._server.close()
        for stream in list(self._streams.values()):
            stream.abort()
        for handle in self._lingering.values():
            handle.cancel()
        for task in list(self._tasks):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = MessageStream(reader, writer, self._options.message_bytes_max)
        watch = asyncio.get_running_loop().create_task(self._close_if_idle(stream), name="idle timeout")
        session: Session | None = None
        try:
            session = self._greet(stream, wire.parse_hello(await stream.read()))
            while session is not None:
                self._take(session, stream, await stream.read())
                await stream.drain()
        except (OSError, EOFError, wire.ProtocolError):
            pass  # the client connects again, or is none
        finally:
            watch.cancel()
            stream.close()
            if session is not None and self._streams.get(session) is stream:
                del self._streams[session]
                self._linger(session)

    async def _close_if_idle(self, stream: MessageStream) -> None:
        loop, patience_s = asyncio.get_running_loop(), self._options.idle_timeout_s
        while (silent_s := loop.time() - stream.heard_s) < patience_s:
            await asyncio.sleep(patience_s - silent_s)
        stream.abort()

    def _greet(self, stream: MessageStream, hello: wire.Hello) -> Session | None:
        """The session of a new connection, which takes the place of its former one; None if there is no room."""
        session = self._sessions.find(hello.session) or self._sessions.make()
        if session is None:
            stream.send(wire.refused(f"{self._options.sessions_max} sessions are open, which is the limit"))
            return None
        former = self._streams.pop(session, None)
        if former is not None:
            former.abort()
        lingering = self._lingering.pop(session, None)
        if lingering is not None:
            lingering.cancel()
        self._streams[session] = stream
        if session.number == hello.session:
            session.acknowledge(hello.acknowledged)
        stream.send(wire.welcome(wire.Welcome(session.number, self._options.window)))
        return session

    def _linger(self, session: Session) -> None:
        """Keep a session without a connection for a while."""
        if self._loop is not None and not self._loop.is_closed():
            self._lingering[session] = self._loop.call_later(self._options.linger_s, self._forget, session)

    def _forget(self, session: Session) -> None:
        self._lingering.pop(session, None)
        self._sessions.drop(session)

    def _take(self, session: Session, stream: MessageStream, message: bytes) -> None:
        kind = message[0]
        if kind == wire.PING:
            stream.send(wire.bare(wire.PONG))
        elif kind == wire.CALL:
            self._take_call(session, stream, wire.parse_call(message))
        elif kind == wire.GOODBYE:
            self._streams.pop(session, None)
            self._sessions.drop(session)
            raise EOFError("the client has ended the session")
        else:
            raise wire.ProtocolError(f"message of kind {kind} from a client")

    def _take_call(self, session: Session, stream: MessageStream, call: wire.Call) -> None:
        if session.begin(call):
            self.executed += 1
            task = asyncio.get_running_loop().create_task(self._execute(session, stream.peer, call), name="call")
            self._tasks[task] = None
            task.add_done_callback(self._tasks.pop)
            return
        self.repeated += 1
        response = session.response(call.sequence)
        if response is not None:
            stream.send(wire.response(response))

    async def _execute(self, session: Session, peer: str, call: wire.Call) -> None:
        caller = Caller(session.number, call.sequence, peer)
        timer = asyncio.timeout(call.deadline_ms / 1000 if call.deadline_ms else None)
        try:
            async with timer:
                body, status = await self._handler(caller, call.body), wire.DONE
        except CallFailed as error:
            body, status = str(error).encode(), wire.FAILED
        except Exception as error:
            if timer.expired():
                body, status = b"", wire.EXPIRED
            else:
                self._report(error)
                body, status = type(error).__name__.encode(), wire.FAILED
        if len(body) > self._options.message_bytes_max:
            limit = self._options.message_bytes_max
            body, status = f"a response of {len(body)} octets; the limit is {limit}".encode(), wire.FAILED
        response = wire.Response(call.sequence, status, body)
        session.finish(response)
        stream = self._streams.get(session)
        if stream is not None:
            stream.send(wire.response(response))

    @staticmethod
    def _report(error: Exception) -> None:
        asyncio.get_running_loop().call_exception_handler({"message": "a call's handler failed", "exception": error})
