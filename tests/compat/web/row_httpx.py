from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tests.compat.site import BODY, Row, Site
from tests.compat.web.asgi import echo, https_client, serve_with_uvicorn


async def pieces() -> AsyncIterator[bytes]:
    for start in range(0, len(BODY), 30_000):
        yield BODY[start : start + 30_000]
        await asyncio.sleep(0.01)


async def serve(site: Site) -> None:
    await serve_with_uvicorn(echo, site)


async def ask(site: Site) -> None:
    async with https_client(site) as client:
        bodies = [bytes([number]) * 40_000 for number in range(8)]
        answers = await asyncio.gather(*(client.post("/", content=body) for body in bodies))
        assert [answer.content for answer in answers] == bodies
        async with client.stream("POST", "/stream", content=pieces()) as response:
            assert b"".join([piece async for piece in response.aiter_bytes()]) == BODY


ROW = Row(
    ("httpx", "uvicorn"), "HTTP/1.1: eight requests at once, and 300 kB streamed in chunks both ways", "1.3", serve, ask
)
