"""Keeps connections to each origin for further requests."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque

from catenet.application.http.client.connect import open_origin
from catenet.application.http.client.http1 import Http1Connection
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.client.url import Origin


class OriginPool:
    """The connections to one origin: at most ``most`` at one time, as browsers have six."""

    def __init__(self, origin: Origin, most: int, idle_timeout_s: float, connect_timeout_s: float) -> None:
        self._origin, self._most = origin, most
        self._idle_timeout_s, self._connect_timeout_s = idle_timeout_s, connect_timeout_s
        self._idle: list[Http1Connection] = []
        self._open: dict[Http1Connection, None] = {}
        self._opening = 0
        self._waiters: deque[asyncio.Future[None]] = deque()

    async def acquire(self, tls: ssl.SSLContext | None, timings: Timings, *, fresh: bool = False) -> Http1Connection:
        """A connection without a request; a new one if ``fresh``.  Raises ClientError, TimeoutError."""
        watch = Stopwatch()
        while True:
            while self._idle and not fresh:
                connection = self._idle.pop()  # the one that was used last is the least likely to be closed
                if connection.usable and connection.idle_since_s + self._idle_timeout_s > self._now_s():
                    timings.blocked_s = watch.lap_s()
                    return connection
                connection.close()
            if fresh and self._idle and len(self._open) + self._opening >= self._most:
                self._idle.pop(0).close()
            if len(self._open) + self._opening < self._most:
                timings.blocked_s = watch.lap_s()
                return await self._open_one(tls, timings)
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._abandon(waiter)
                raise

    async def _open_one(self, tls: ssl.SSLContext | None, timings: Timings) -> Http1Connection:
        self._opening += 1
        try:
            reader, writer = await open_origin(self._origin, tls, self._connect_timeout_s, timings)
        except BaseException:
            self._opening -= 1
            self._wake()
            raise
        self._opening -= 1
        connection = Http1Connection(reader, writer, self._released)
        self._open[connection] = None
        return connection

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

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
