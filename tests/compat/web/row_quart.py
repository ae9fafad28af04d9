from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from quart import Quart, request, websocket

from tests.compat.site import BODY, TEXT, Row, Site
from tests.compat.web.row_hypercorn import serve_with_hypercorn


def application() -> Quart:
    app = Quart(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 10 * len(BODY)

    @app.post("/echo")
    async def echo() -> Any:
        body = await request.get_data()

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 64_000):
                yield body[start : start + 64_000]

        return pieces(), 201, {"count": str(len(body))}

    @app.websocket("/chat")
    async def chat() -> None:
        while True:
            await websocket.send((await websocket.receive())[::-1])

    return app


async def serve(site: Site) -> None:
    await serve_with_hypercorn(application(), site)


async def ask(site: Site) -> None:
    connector = aiohttp.TCPConnector(ssl=site.client_tls())
    async with aiohttp.ClientSession("https://server", connector=connector) as session:
        for body in (b"one", BODY):
            async with session.post("/echo", data=body) as response:
                assert (response.status, response.headers["count"]) == (201, str(len(body)))
                assert await response.read() == body
        async with session.ws_connect("/chat", max_msg_size=0) as socket:
            for text in ("hello", TEXT):
                await socket.send_str(text)
                assert await socket.receive_str() == text[::-1]


ROW = Row(("quart", "hypercorn", "aiohttp"), "HTTP/1.1 and a WebSocket: 300 kB are echoed by each", "1.3", serve, ask)
