"""A client's end of a connection, with many calls in progress at a time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Final

from catenet.application.kv.protocol import Call, CallReply, Reply, RpcRequest, frame, read_frame, replies


class Connection:
    """A connection, made by :meth:`open`.  Once it is ``broken``, open another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader: Final = reader
        self._writer: Final = writer
        self._waiting: Final[dict[int, asyncio.Queue[Reply | None]]] = {}
        self._number = 0
        self.broken: bool = False
        self._listener: Final = asyncio.get_running_loop().create_task(self._listen(), name="answers")

    @classmethod
    async def open(cls, address: str, timeout_s: float) -> Connection:
        """Connect to ``host:port``.  Raises OSError, TimeoutError."""
        host, _, port = address.rpartition(":")
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, int(port))
        plug = writer.get_extra_info("socket")
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(timeout_s * 2000))
        return cls(reader, writer)

    async def call(self, group: int, rpc: RpcRequest, timeout_s: float) -> Reply:
        """One request, one reply.  Raises OSError if the connection breaks, TimeoutError."""
        number, queue = self._send(group, rpc)
        try:
            async with asyncio.timeout(timeout_s):
                reply = await queue.get()
        finally:
            del self._waiting[number]
        if reply is None:
            raise ConnectionResetError("the connection broke before the answer arrived")
        return reply

    async def follow(self, group: int, rpc: RpcRequest) -> AsyncIterator[Reply]:
        """Send a request, and yield its replies until the connection ends."""
        number, queue = self._send(group, rpc)
        try:
            while (reply := await queue.get()) is not None:
                yield reply
        finally:
            del self._waiting[number]

    def _send(self, group: int, rpc: RpcRequest) -> tuple[int, asyncio.Queue[Reply | None]]:
        if self.broken:
            raise ConnectionResetError("the connection is broken")
        self._number += 1
        queue: asyncio.Queue[Reply | None] = asyncio.Queue()
        self._waiting[self._number] = queue
        self._writer.write(frame(Call(self._number, group, rpc)))
        return self._number, queue

    async def _listen(self) -> None:
        try:
            while True:
                reply: CallReply = replies.decode(await read_frame(self._reader))
                queue = self._waiting.get(reply.number)
                if queue is not None:
                    queue.put_nowait(reply.reply)
        except (OSError, EOFError, ValueError):
            pass  # reported below to all that wait
        finally:
            self.broken = True
            for queue in self._waiting.values():
                queue.put_nowait(None)
            self._writer.close()

    def close(self) -> None:
        """Close the connection."""
        self._listener.cancel()


class Connections:
    """One connection to each address, opened when it is needed."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s: Final = timeout_s
        self._open: Final[dict[str, Connection]] = {}
        self._opening: Final[dict[str, asyncio.Lock]] = {}

    async def to(self, address: str) -> Connection:
        """A connection to ``host:port``.  Raises OSError, TimeoutError."""
        async with self._opening.setdefault(address, asyncio.Lock()):
            connection = self._open.get(address)
            if connection is None or connection.broken:
                connection = self._open[address] = await Connection.open(address, self.timeout_s)
            return connection

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()
