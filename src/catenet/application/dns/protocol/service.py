"""The transports of a DNS server: UDP and TCP on port 53, plain asyncio.

A datagram is answered, or handed to a task, when it arrives: there is no queue.  Limits: tasks, TCP connections, the
time in which a request must arrive, and the time that a connection may be idle (RFC 7766 section 6).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from typing import Any, Final

from catenet.application.counters import Counters

PORT: Final = 53
CONNECTIONS_MAX: Final = 100
"""TCP connections at a time; further ones are closed at once."""
CONNECTIONS_OF_CLIENT_MAX: Final = 20
"""Those of one client's address: it cannot take them all (RFC 7766 section 6.2.2)."""
TASKS_MAX: Final = 1_000
"""Queries over UDP that wait for an answer at a time; further ones are dropped."""
PIPELINED_MAX: Final = 16
"""Requests of one TCP connection in work at a time; further ones are not read meanwhile."""
IDLE_S: Final = 30.0
"""Seconds between two requests on a TCP connection."""
MESSAGE_S: Final = 10.0
"""Seconds in which a request must arrive, or the client must take the responses."""


class Handler:
    """What answers requests."""

    def __init__(self) -> None:
        self.counters: Final = Counters()

    def answer_at_once(self, octets: bytes, peer: str) -> bytes | None:
        """The response to a datagram from an address, if it takes no waiting; None for silence or a task."""
        raise AssertionError(f"{type(self).__name__} does not say how it answers")

    def takes_time(self, octets: bytes) -> bool:
        """Whether a datagram is for :meth:`answers` instead."""
        return False

    async def answers(self, octets: bytes, peer: str, *, tcp: bool) -> Iterable[bytes]:
        """The responses to a request; several for a zone transfer, none for silence."""
        raise AssertionError(f"{type(self).__name__} does not say how it answers")


class DnsService:
    """Serves a handler on some addresses; every one gets a UDP and a TCP socket."""

    def __init__(self, handler: Handler, *, connections_max: int = CONNECTIONS_MAX, idle_s: float = IDLE_S) -> None:
        self.handler: Final = handler
        self.connections: int = 0
        self._of_client: Final[dict[str, int]] = {}
        self._connections_max: Final = connections_max
        self._idle_s: Final = idle_s
        self._transports: Final[list[asyncio.DatagramTransport]] = []
        self._servers: Final[list[asyncio.Server]] = []

    async def start(self, addresses: Sequence[str] = ("0.0.0.0", "::"), port: int = PORT) -> int:  # noqa: S104
        """Listen.  Port 0 takes one that is free, the same for all.  Returns the port.  Raises OSError."""
        loop = asyncio.get_running_loop()
        for address in addresses:
            server = await asyncio.start_server(self._connection, address, port)
            self._servers.append(server)
            port = server.sockets[0].getsockname()[1]
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self.handler), sock=_bound_socket(address, port)
            )
            self._transports.append(transport)
        return port

    async def run(self, addresses: Sequence[str] = ("0.0.0.0", "::"), port: int = PORT) -> None:  # noqa: S104
        """Listen until cancelled: a server's program."""
        try:
            await self.start(addresses, port)
            await asyncio.get_running_loop().create_future()
        finally:
            self.close()

    def close(self) -> None:
        """Stop listening."""
        for transport in self._transports:
            transport.close()
        for server in self._servers:
            server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counters = self.handler.counters
        counters.add("tcp-connections")
        peer = str(writer.get_extra_info("peername")[0])
        own = self._of_client.get(peer, 0)
        if self.connections >= self._connections_max or own >= CONNECTIONS_OF_CLIENT_MAX:
            counters.add("tcp-connections-refused")
            writer.transport.abort()
            return
        self.connections += 1
        self._of_client[peer] = own + 1
        try:
            await self._requests(reader, writer, peer)
        except TimeoutError:
            counters.add("tcp-idle")
        except (asyncio.IncompleteReadError, OSError):
            counters.add("tcp-cut-off")
        finally:
            self.connections -= 1
            self._of_client[peer] -= 1
            if not self._of_client[peer]:
                del self._of_client[peer]
            writer.close()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        """Answer in the order of the requests, or those that take time as they are ready (RFC 7766 section 6.2.1.1)."""
        working: set[asyncio.Task[None]] = set()
        try:
            while (octets := await self._next(reader)) is not None:
                if not self.handler.takes_time(octets):
                    if not await self._answer(octets, peer, writer):
                        return
                    continue
                if len(working) >= PIPELINED_MAX:
                    await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.get_running_loop().create_task(self._answer_in_time(octets, peer, writer))
                working.add(task)
                task.add_done_callback(working.discard)
            if working:
                await asyncio.wait(working)
        finally:
            for task in list(working):
                task.cancel()

    async def _next(self, reader: asyncio.StreamReader) -> bytes | None:
        """The next request; None at the end of the connection."""
        async with asyncio.timeout(self._idle_s):
            first = await reader.read(1)
        if not first:
            return None
        async with asyncio.timeout(MESSAGE_S):
            size = int.from_bytes(first + await reader.readexactly(1), "big")
            return await reader.readexactly(size)

    async def _answer_in_time(self, octets: bytes, peer: str, writer: asyncio.StreamWriter) -> None:
        try:
            if await self._answer(octets, peer, writer):
                return
        except (TimeoutError, OSError):
            self.handler.counters.add("tcp-cut-off")
        writer.transport.abort()

    async def _answer(self, octets: bytes, peer: str, writer: asyncio.StreamWriter) -> bool:
        """Send the responses to a request; False if there are none."""
        answered = False
        for response in await self.handler.answers(octets, peer, tcp=True):
            answered = True
            writer.write(len(response).to_bytes(2, "big") + response)
            async with asyncio.timeout(MESSAGE_S):
                await writer.drain()
        return answered


def _bound_socket(address: str, port: int) -> socket.socket:
    """A UDP socket for one address, and for one IP version if that is ``::``."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setblocking(False)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP socket of a server."""

    def __init__(self, handler: Handler) -> None:
        self._handler: Final = handler
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: Final[set[asyncio.Task[None]]] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        for task in list(self._tasks):
            task.cancel()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        handler = self._handler
        if not handler.takes_time(data):
            self._send(handler.answer_at_once(data, addr[0]), addr)
        elif len(self._tasks) >= TASKS_MAX:
            handler.counters.add("dropped-busy")
        else:
            task = asyncio.get_running_loop().create_task(self._answer(data, addr))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, data: bytes, addr: tuple[Any, ...]) -> None:
        for response in await self._handler.answers(data, addr[0], tcp=False):
            self._send(response, addr)

    def _send(self, response: bytes | None, addr: tuple[Any, ...]) -> None:
        if response is not None and self._transport is not None:
            self._transport.sendto(response, addr)
