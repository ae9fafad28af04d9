from __future__ import annotations

import asyncio

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets

from tests.compat.site import BODY, TEXT, Row, Site


async def echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message[::-1])


async def serve(site: Site) -> None:
    async with serve_websockets(echo, None, 443, ssl=site.server_tls()):
        await asyncio.Event().wait()


async def ask(site: Site) -> None:
    for compression in ("deflate", None):
        async with connect("wss://server", ssl=site.client_tls(), compression=compression) as socket:
            for message in ("hello", TEXT, BODY):
                await socket.send(message)
                assert await socket.recv() == message[::-1]
            await socket.send([b"one", b"two"])
            assert await socket.recv() == b"owteno"
            await asyncio.wait_for(await socket.ping(), 10)


ROW = Row(
    ("websockets",),
    "Client and server: text and binary messages of 300 kB, with and without compression, fragments, a ping",
    "1.3",
    serve,
    ask,
)
