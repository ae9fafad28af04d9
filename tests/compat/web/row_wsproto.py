from __future__ import annotations

import asyncio
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Request

from tests.compat.site import BODY, Row, Site


class Peer:
    """wsproto does no input and output: this end reads and writes for it."""

    def __init__(self, kind: ConnectionType, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.socket = WSConnection(kind)
        self.events: list[Event] = []

    async def send(self, event: Event) -> None:
        self.writer.write(self.socket.send(event))
        await self.writer.drain()

    async def event(self) -> Any:
        while not self.events:
            data = await self.reader.read(65536)
            self.socket.receive_data(data or None)
            self.events += self.socket.events()
        return self.events.pop(0)

    async def message(self) -> bytes | None:
        parts = []
        while isinstance(event := await self.event(), BytesMessage):
            parts.append(bytes(event.data))
            if event.message_finished:
                return b"".join(parts)
        assert isinstance(event, CloseConnection)
        if not self.socket.client:
            await self.send(event.response())
        return None


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    peer = Peer(ConnectionType.SERVER, reader, writer)
    assert isinstance(await peer.event(), Request)
    await peer.send(AcceptConnection())
    while (message := await peer.message()) is not None:
        await peer.send(BytesMessage(data=message[::-1]))
    writer.close()


async def serve(site: Site) -> None:
    async with await asyncio.start_server(answer, None, 443, ssl=site.server_tls()) as server:
        await server.serve_forever()


async def ask(site: Site) -> None:
    streams = await asyncio.open_connection("server", 443, ssl=site.client_tls())
    peer = Peer(ConnectionType.CLIENT, *streams)
    await peer.send(Request(host="server", target="/"))
    assert isinstance(await peer.event(), AcceptConnection)
    for message in (b"one", b"two", BODY):
        await peer.send(BytesMessage(data=message))
        assert await peer.message() == message[::-1]
    await peer.send(CloseConnection(code=1000))
    assert await peer.message() is None
    peer.writer.close()
    await peer.writer.wait_closed()


ROW = Row(("wsproto",), "Client and server over asyncio's streams: messages up to 300 kB", "1.3", serve, ask)
