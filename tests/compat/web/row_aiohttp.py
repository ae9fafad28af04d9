from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web

from tests.compat.site import BODY, TEXT, Row, Site


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read(), headers={"Count": str(request.content_length)})


async def chat(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(max_msg_size=0)
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data[::-1])
    return socket


async def serve(site: Site) -> None:
    app = web.Application(client_max_size=10 * len(BODY))
    app.add_routes([web.post("/echo", echo), web.get("/chat", chat)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, None, 443, ssl_context=site.server_tls()).start()
    await asyncio.Event().wait()


async def ask(site: Site) -> None:
    connector = aiohttp.TCPConnector(ssl=site.client_tls())
    async with aiohttp.ClientSession("https://server", connector=connector) as session:
        for body in (b"one", b"two", BODY):
            async with session.post("/echo", data=body) as response:
                assert response.headers["Count"] == str(len(body))
                assert await response.read() == body
        async with session.ws_connect("/chat", max_msg_size=0) as socket:
            for text in ("hello", TEXT):
                await socket.send_str(text)
                assert await socket.receive_str() == text[::-1]


ROW = Row(("aiohttp",), "HTTP/1.1 and a WebSocket, client and server: 300 kB are echoed by each", "1.3", serve, ask)
