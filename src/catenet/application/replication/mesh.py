"""How replicas talk: one TCP connection from each node to each other, dialled when there is something to say.

Frames go one way: a node dials its peers to speak and listens to be spoken to.  What cannot be sent is dropped, as
consensus expects of a network; nothing waits for a peer that is away.  A frame is its length (four octets), then a
channel (which group on that node), then a message's octets.

TCP would try for minutes to bring segments across a link that was cut, each time waiting longer; when the link is back
it may go on waiting.  So a connection whose octets are not acknowledged for ``patience_s`` is given up
(``TCP_USER_TIMEOUT``, RFC 5482), and dialled anew at most ``redial_s`` later.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Final

HELLO: Final = b"catenet-mesh-1"
MOST_FRAME_OCTETS: Final = 64 << 20
MOST_WAITING_OCTETS: Final = 8 << 20
"""What may wait for one peer; beyond it, messages are dropped."""

_HEAD: Final = struct.Struct("!II")
_NODE: Final = struct.Struct("!I")

Address = tuple[str, int]
Taker = Callable[[int, bytes], None]
"""Is called with the peer that spoke, and what it said."""


class Mesh:
    """The connections of one node to the others of ``addresses`` (by node number).

    ``received`` and ``dropped`` count messages.
    """

    def __init__(self, node: int, *, patience_s: float = 2.0, redial_s: float = 0.25) -> None:
        self.node: Final = node
        self.addresses: Final[dict[int, Address]] = {}
        self.sent = 0
        self.received = 0
        self.dropped = 0
        self._patience_s: Final = patience_s
        self._redial_s: Final = redial_s
        self._takers: Final[dict[int, Taker]] = {}
        self._peers: Final[dict[int, _Peer]] = {}
        self._server: asyncio.Server | None = None
        self._listening: Final[dict[asyncio.Task[None], None]] = {}

    async def start(self, host: str | None, port: int) -> None:
        """Listen to be spoken to.  Raises OSError if that address cannot be had."""
        self._server = await asyncio.start_server(self._accepted, host, port)

    def open(self, channel: int, taker: Taker) -> None:
        """Give what comes for a channel to ``taker``.  Raises ValueError if somebody has it."""
        if channel in self._takers:
            raise ValueError(f"channel {channel} of node {self.node} is taken")
        self._takers[channel] = taker

    def close_channel(self, channel: int) -> None:
        """Drop what comes for a channel from now on."""
        self._takers.pop(channel, None)

    def send(self, to: int, channel: int, octets: bytes) -> bool:
        """Say something to a node; False if it was dropped at once."""
        peer = self._peers.get(to)
        if peer is None:
            if to not in self.addresses:
                self.dropped += 1
                return False
            peer = self._peers[to] = _Peer(self, to)
        if not peer.offer(_HEAD.pack(len(octets), channel) + octets):
            self.dropped += 1
            return False
        self.sent += 1
        return True

    async def close(self) -> None:
        """Hang up."""
        tasks = [peer.task for peer in self._peers.values()] + list(self._listening)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def dial(self, to: int) -> asyncio.StreamWriter:
        """A connection to a node, ready to speak.  Raises OSError, TimeoutError."""
        host, port = self.addresses[to]
        async with asyncio.timeout(self._patience_s):
            _, writer = await asyncio.open_connection(host, port)
        plug = writer.get_extra_info("socket")
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._patience_s * 1000))
        writer.write(HELLO + _NODE.pack(self.node))
        return writer

    async def pause(self) -> None:
        """Wait before dialling again."""
        await asyncio.sleep(self._redial_s)

    # -- being spoken to

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._listening[task] = None
        try:
            hello = await reader.readexactly(len(HELLO) + _NODE.size)
            if hello.startswith(HELLO):
                (speaker,) = _NODE.unpack_from(hello, len(HELLO))
                await self._listen(speaker, reader)
        except (OSError, asyncio.IncompleteReadError):
            pass  # it hung up, or was cut off: it will dial again
        finally:
            del self._listening[task]
            writer.close()

    async def _listen(self, speaker: int, reader: asyncio.StreamReader) -> None:
        while True:
            length, channel = _HEAD.unpack(await reader.readexactly(_HEAD.size))
            if length > MOST_FRAME_OCTETS:
                return  # a stranger, or a broken one
            octets = await reader.readexactly(length)
            self.received += 1
            taker = self._takers.get(channel)
            if taker is not None:
                taker(speaker, octets)


class _Peer:
    """What is to be said to one node, and the task that says it."""

    def __init__(self, mesh: Mesh, to: int) -> None:
        self._mesh: Final = mesh
        self._to: Final = to
        self._waiting: list[bytes] = []
        self._waiting_octets = 0
        self._some: Final = asyncio.Event()
        self.task: Final = asyncio.get_running_loop().create_task(self._speak(), name=f"mesh to {to}")

    def offer(self, frame: bytes) -> bool:
        """Queue a frame, if there is room."""
        if self._waiting_octets + len(frame) > MOST_WAITING_OCTETS and self._waiting:
            return False
        self._waiting.append(frame)
        self._waiting_octets += len(frame)
        self._some.set()
        return True

    async def _speak(self) -> None:
        while True:
            await self._some.wait()
            try:
                writer = await self._mesh.dial(self._to)
            except (OSError, TimeoutError):
                self._drop()  # what is said next is news; this is not, once the peer is back
                await self._mesh.pause()
                continue
            try:
                await self._pour(writer)
            except OSError:
                self._drop()
            finally:
                writer.close()

    async def _pour(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await self._some.wait()
            frames, self._waiting, self._waiting_octets = self._waiting, [], 0
            self._some.clear()
            writer.write(b"".join(frames))
            await writer.drain()

    def _drop(self) -> None:
        self._mesh.dropped += len(self._waiting)
        self._waiting.clear()
        self._waiting_octets = 0
        self._some.clear()
