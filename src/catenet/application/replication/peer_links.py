"""Messages between replicas over TCP: one connection from each node to each other, opened when needed.

Frames go in one direction: a node connects to its peers to send, and accepts connections to receive.  Messages that
cannot be sent are dropped, which consensus tolerates; nothing waits for an absent peer.  A frame is a channel (the
group on that node) and the length of the message (four octets each), then the message.  The length is not first,
because packet analysers mistake a length followed by a small number for SMPP.

TCP would retransmit for minutes across a link that was cut, with growing intervals, and may still wait after the link
is back.  So a connection whose data is not acknowledged for ``patience_s`` is aborted (``TCP_USER_TIMEOUT``, RFC 5482),
and opened again at most ``redial_s`` later.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Final

HELLO: Final = b"catenet-mesh-2"
MAX_FRAME_OCTETS: Final = 64 << 20
MAX_WAITING_OCTETS: Final = 8 << 20
"""The limit of data that waits for one peer; further messages are dropped."""

_HEAD: Final = struct.Struct("!II")
_NODE: Final = struct.Struct("!I")

Address = tuple[str, int]
Taker = Callable[[int, bytes], None]
"""Called with the sender of a message, and the message."""


class Mesh:
    """The connections of one node to the nodes of ``addresses`` (by node number).

    ``sent``, ``received`` and ``dropped`` count messages.
    """

    def __init__(self, node: int, *, patience_s: float = 2.0, redial_s: float = 0.25) -> None:
        self.node: Final = node
        self.addresses: Final[dict[int, Address]] = {}
        self.sent: int = 0
        self.received: int = 0
        self.dropped: int = 0
        self.listening: Final[dict[Listener, None]] = {}
        self._patience_s: Final = patience_s
        self._redial_s: Final = redial_s
        self._takers: Final[dict[int, Taker]] = {}
        self._speakers: Final[dict[int, Speaker]] = {}
        self._server: asyncio.Server | None = None

    async def start(self, host: str | None, port: int) -> None:
        """Listen.  Raises OSError if the address cannot be used."""
        self._server = await asyncio.get_running_loop().create_server(lambda: Listener(self), host, port)

    def open(self, channel: int, taker: Taker) -> None:
        """Deliver messages of a channel to ``taker``.  Raises ValueError if the channel is in use."""
        if channel in self._takers:
            raise ValueError(f"channel {channel} of node {self.node} is in use already")
        self._takers[channel] = taker

    def close_channel(self, channel: int) -> None:
        """Drop messages of a channel from now on."""
        self._takers.pop(channel, None)

    def send(self, to: int, channel: int, octets: bytes) -> bool:
        """Send a message to a node; False if it was dropped at once."""
        speaker = self._speakers.get(to)
        if speaker is None:
            if to not in self.addresses:
                self.dropped += 1
                return False
            speaker = self._speakers[to] = Speaker(self, to)
        if not speaker.offer(_HEAD.pack(channel, len(octets)) + octets):
            self.dropped += 1
            return False
        self.sent += 1
        return True

    def heard(self, speaker: int, channel: int, octets: bytes) -> None:
        """Deliver a message from a node."""
        self.received += 1
        taker = self._takers.get(channel)
        if taker is not None:
            taker(speaker, octets)

    def succeeded(self, by: Listener) -> None:
        """Close a node's former connection after it has opened a new one: nothing else would ever close it here."""
        for listener in list(self.listening):
            if listener is not by and listener.speaker == by.speaker:
                listener.close()

    async def close(self) -> None:
        """Close all connections."""
        for speaker in self._speakers.values():
            speaker.close()
        for listener in list(self.listening):
            listener.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def dial(self, speaker: Speaker) -> None:
        """Connect a speaker, with as many attempts as needed."""
        while True:
            host, port = self.addresses[speaker.to]
            try:
                async with asyncio.timeout(self._patience_s):
                    await asyncio.get_running_loop().create_connection(lambda: speaker, host, port)
                return
            except (OSError, TimeoutError):
                speaker.drop()  # these messages will be outdated when the peer is back
                await asyncio.sleep(self._redial_s)

    def prepare(self, transport: asyncio.Transport) -> None:
        """Set the user timeout of a new connection, and send the node's number."""
        plug = transport.get_extra_info("socket")
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._patience_s * 1000))
        transport.write(HELLO + _NODE.pack(self.node))


class Speaker(asyncio.Protocol):
    """The outgoing connection to one node.  All messages of one turn are sent together."""

    def __init__(self, mesh: Mesh, to: int) -> None:
        self.to: Final = to
        self._mesh: Final = mesh
        self._loop: Final = asyncio.get_running_loop()
        self._frames: list[bytes] = []
        self._octets = 0
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._flushing = False
        self._closed = False
        self._dialling: asyncio.Task[None] | None = None

    def offer(self, frame: bytes) -> bool:
        """Queue a frame; False if there is no room."""
        if self._octets + len(frame) > MAX_WAITING_OCTETS and self._frames:
            return False
        self._frames.append(frame)
        self._octets += len(frame)
        if self._transport is None:
            if self._dialling is None:
                self._dialling = self._loop.create_task(self._mesh.dial(self), name=f"mesh to {self.to}")
        elif not self._flushing and not self._paused:
            self._flushing = True
            self._loop.call_soon(self._flush)
        return True

    def _flush(self) -> None:
        self._flushing = False
        if self._transport is not None and self._frames and not self._paused:
            frames, self._frames, self._octets = self._frames, [], 0
            self._transport.write(b"".join(frames))

    def drop(self) -> None:
        """Drop the queued frames."""
        self._mesh.dropped += len(self._frames)
        self._frames.clear()
        self._octets = 0

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        if self._dialling is not None:
            self._dialling.cancel()
        if self._transport is not None:
            self._transport.abort()

    # -- callbacks of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._dialling, self._paused = transport, None, False
        self._mesh.prepare(transport)
        self._flush()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self.drop()


class Listener(asyncio.Protocol):
    """An incoming connection from a node."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh: Final = mesh
        self._buffer = bytearray()
        self.speaker: int = 0
        """The node's number; 0 before its hello."""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._mesh.listening[self] = None

    def connection_lost(self, error: Exception | None) -> None:
        self._mesh.listening.pop(self, None)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        place = 0
        if not self.speaker:
            if len(buffer) < len(HELLO) + _NODE.size:
                return
            if not buffer.startswith(HELLO):
                self.close()  # not a node of a mesh
                return
            (self.speaker,) = _NODE.unpack_from(buffer, len(HELLO))
            self._mesh.succeeded(self)
            place = len(HELLO) + _NODE.size
        while len(buffer) - place >= _HEAD.size:
            channel, length = _HEAD.unpack_from(buffer, place)
            if length > MAX_FRAME_OCTETS:
                self.close()  # not a node of a mesh, or a defective one
                return
            begin = place + _HEAD.size
            if len(buffer) < begin + length:
                break
            place = begin + length
            self._mesh.heard(self.speaker, channel, bytes(buffer[begin:place]))
        del buffer[:place]
