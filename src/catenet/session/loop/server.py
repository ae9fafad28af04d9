"""A server: listening sockets and the transports of accepted connections.

The interface is that of ``asyncio.Server`` in Python 3.13, with ``close_clients`` and ``abort_clients``.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.trsock import TransportSocket
from collections.abc import Callable
from typing import Any

from catenet.session.loop.socket_loop import SocketLoop
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.watch import unwatch_reader, watch_reader

CLOSED_IS_OVER = sys.version_info < (3, 12)
"""Before 3.12 ``wait_closed`` of a closed server returned at once, and programs came to rely on it."""


class Server(asyncio.Server):
    """Accepts connections on its sockets, and creates a protocol for each."""

    def __init__(
        self,
        loop: SocketLoop,
        sockets: list[SimSocket],
        protocol_factory: Callable[[], Any],
        backlog: int,
        tls: dict[str, Any] | None,
    ) -> None:
        self._loop = loop
        self._sockets: list[SimSocket] | None = sockets
        self._protocol_factory = protocol_factory
        self._backlog = backlog
        self._tls = tls
        self._serving = False
        self._transports: dict[Any, None] = {}
        self._waiters: list[asyncio.Future[None]] | None = []
        self._forever: asyncio.Future[None] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} sockets={self.sockets!r}>"

    def get_loop(self) -> Any:
        return self._loop

    @property
    def sockets(self) -> tuple[Any, ...]:
        """The listening sockets; none once the server is closed."""
        return tuple(TransportSocket(sock) for sock in self._sockets or ())

    def is_serving(self) -> bool:
        return self._serving

    async def start_serving(self) -> None:
        self.begin()
        await asyncio.sleep(0)

    def begin(self) -> None:
        """Listen, and accept from now on."""
        if self._serving:
            return
        self._serving = True
        for sock in self._sockets or ():
            sock.listen(self._backlog)
            self._loop.hold_listener(sock)
            watch_reader(self._loop, sock.endpoint, self._accept, sock)

    async def serve_forever(self) -> None:
        if self._forever is not None:
            raise RuntimeError(f"server {self!r} is already being awaited on serve_forever()")
        if self._sockets is None:
            raise RuntimeError(f"server {self!r} is closed")
        self.begin()
        self._forever = self._loop.create_future()
        try:
            await self._forever
        except asyncio.CancelledError:
            self.close()
            await self.wait_closed()
            raise
        finally:
            self._forever = None

    def close(self) -> None:
        sockets, self._sockets = self._sockets, None
        if sockets is None:
            return
        self._serving = False
        for sock in sockets:
            unwatch_reader(sock.endpoint)
            self._loop.drop_listener(sock)
            sock.close()
        if self._forever is not None and not self._forever.done():
            self._forever.cancel()
        if not self._transports:
            self._wake()

    def close_clients(self) -> None:
        """Close every connection that the server has accepted."""
        for transport in list(self._transports):
            transport.close()

    def abort_clients(self) -> None:
        """Close every connection at once; unsent data are lost."""
        for transport in list(self._transports):
            transport.abort()

    async def wait_closed(self) -> None:
        """Wait until the server is closed and its last connection has ended."""
        if self._waiters is None or (CLOSED_IS_OVER and self._sockets is None):
            return
        waiter = self._loop.create_future()
        self._waiters.append(waiter)
        await waiter

    def attach(self, transport: Any) -> None:
        """A connection of the server has begun."""
        self._transports[transport] = None

    def detach(self, transport: Any) -> None:
        """A connection of the server has ended."""
        self._transports.pop(transport, None)
        if not self._transports and self._sockets is None:
            self._wake()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def _accept(self, listening: SimSocket) -> None:
        for _ in range(self._backlog + 1):
            if not listening.endpoint.readable():
                return
            try:
                endpoint, peer = listening.endpoint.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            sock = SimSocket(self._loop.sockets, listening.family, listening.type, listening.proto, endpoint)
            sock.setblocking(False)
            self._loop.create_task(self._welcome(sock, peer))

    async def _welcome(self, sock: SimSocket, peer: Any) -> None:
        protocol: Any = None
        transport: Any = None
        try:
            protocol = self._protocol_factory()
            waiter = self._loop.create_future()
            transport = self._loop.make_transport(sock, protocol, waiter, {"peername": peer}, self, self._tls)
            try:
                await waiter
            except BaseException:
                transport.close()
                raise
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            if transport is None:
                sock.close()
            if self._loop.get_debug():
                self._report(error, protocol, transport)

    def _report(self, error: BaseException, protocol: Any, transport: Any) -> None:
        report: dict[str, Any] = {
            "message": "Error on transport creation for incoming connection",
            "exception": error,
        }
        if protocol is not None:
            report["protocol"] = protocol
        if transport is not None:
            report["transport"] = transport
        self._loop.call_exception_handler(report)
