"""Keeps connections to each origin for further requests."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque

from catenet.application.http.client.connect import open_origin
from catenet.application.http.client.http1 import Http1Connection
from catenet.application.http.client.http2 import Http2ClientConnection
from catenet.application.http.client.multiplexed import MultiplexedClient
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.client.url import Origin

Connection = Http1Connection | MultiplexedClient


class OriginPool:
    """The connections to one origin: one of HTTP/2, or at most ``most`` of HTTP/1.1, as browsers have six.

    ``multiplexes`` tells which; None until TLS has found out.
    """

    def __init__(
        self, origin: Origin, most: int, idle_timeout_s: float, connect_timeout_s: float, multiplexes: bool | None
    ) -> None:
        self.origin: Origin = origin
        self.connect_timeout_s: float = connect_timeout_s
        self._most, self._idle_timeout_s = most, idle_timeout_s
        self._idle: list[Http1Connection] = []
        self._open: dict[Http1Connection, None] = {}
        self._opening = 0
        self._multiplexes = multiplexes
        self._shared: MultiplexedClient | None = None
        self._ending: dict[MultiplexedClient, None] = {}
        self._waiters: deque[asyncio.Future[None]] = deque()

    async def acquire(self, tls: ssl.SSLContext | None, timings: Timings, *, fresh: bool = False) -> Connection:
        """A connection that takes a request; a new one if ``fresh``.  Raises ClientError, TimeoutError."""
        watch = Stopwatch()
        while True:
            if self._shared is not None and not self._shared.closed:
                timings.blocked_s = watch.lap_s()
                return self._shared
            while self._idle and not fresh:
                connection = self._idle.pop()  # the one that was used last is the least likely to be closed
                if connection.usable and connection.idle_since_s + self._idle_timeout_s > self._now_s():
                    timings.blocked_s = watch.lap_s()
                    return connection
                connection.close()
            if fresh and self._idle and len(self._open) + self._opening >= self._most:
                self._idle.pop(0).close()
            most = self._most if self._multiplexes is False else 1
            if len(self._open) + self._opening < most:
                timings.blocked_s = watch.lap_s()
                return await self._open_one(tls, timings)
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._abandon(waiter)
                raise

    async def _open_one(self, tls: ssl.SSLContext | None, timings: Timings) -> Connection:
        self._opening += 1
        try:
            connection = await self._connect(tls, timings)
        except BaseException:
            self._opening -= 1
            self._wake()
            raise
        self._opening -= 1
        waiters = len(self._waiters)
        for _ in range(waiters):
            self._wake()  # they know now whether they need a connection of their own
        if isinstance(connection, MultiplexedClient):
            self._shared = connection
            self._ending[connection] = None
        else:
            self._open[connection] = None
        return connection

    async def _connect(self, tls: ssl.SSLContext | None, timings: Timings) -> Connection:
        """By TCP, and TLS; HTTP/3 has another way."""
        reader, writer = await open_origin(self.origin, tls, self.connect_timeout_s, timings)
        secure = writer.get_extra_info("ssl_object")
        if self._multiplexes is None and secure is not None:
            self._multiplexes = secure.selected_alpn_protocol() == "h2"
        if self._multiplexes:
            return Http2ClientConnection(reader, writer, self.origin.scheme, self.left)
        return Http1Connection(reader, writer, self._released)

    def left(self, connection: MultiplexedClient) -> None:
        """The server takes no more requests on ``connection``."""
        if self._shared is connection:
            self._shared = None
        if connection.over:
            self._ending.pop(connection, None)
        self._wake()

    def _released(self, connection: Http1Connection) -> None:
        if connection.closed:
            self._open.pop(connection, None)
            if connection in self._idle:
                self._idle.remove(connection)
        else:
            self._idle.append(connection)
        self._wake()

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _abandon(self, waiter: asyncio.Future[None]) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        elif waiter.done() and not waiter.cancelled():
            self._wake()  # it was this one's turn

    def close(self) -> None:
        """End all connections, also those with an answer that is not complete."""
        for connection in list(self._open):
            connection.close()
        for shared in list(self._ending):
            shared.close()

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
