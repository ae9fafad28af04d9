"""Requests of HTTP/1.1 per second: our server and client over a simulated internet, beside aiohttp on loopback.

Both run in the same process, one after the other: aiohttp on asyncio's own loop and the kernel's loopback.  Their ratio
means more than either figure.  Seconds are of the processor, so that other programs count little; each figure is the
best of three runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from catenet.internet import Internet

REPEATS: Final = 3
BODY: Final = bytes(1_000)


def http(requests: int = 2_000, clients: int = 6) -> dict[str, object]:
    """``clients`` connections share ``requests`` GETs of 1,000 octets; seconds, requests per second, and the ratio.

    Raises MissingExtra without h11 and h2; ``stock_s`` and ``ratio`` are left out without aiohttp.
    """
    ours_s = min(_simulated(requests, clients) for _ in range(REPEATS))
    found: dict[str, object] = {"bench": "http", "requests": requests, "clients": clients}
    found |= {"catenet_s": ours_s, "catenet_requests_per_second": requests / ours_s}
    try:
        stock_s = min(asyncio.run(_loopback(requests, clients)) for _ in range(REPEATS))
    except ImportError:
        return found
    return found | {"aiohttp_s": stock_s, "aiohttp_requests_per_second": requests / stock_s, "ratio": ours_s / stock_s}


async def _shared(requests: int, clients: int, get: Callable[[], Awaitable[Any]]) -> None:
    """So many at a time."""

    async def one(number: int) -> None:
        for _ in range(number, requests, clients):
            if await get() != BODY:
                raise RuntimeError("an answer is wrong")

    await asyncio.gather(*(one(number) for number in range(clients)))


def _simulated(requests: int, clients: int) -> float:
    from catenet.application.http import Client, Request, Response, Server

    async def answer(_: Request) -> Response:
        return Response(200, body=BODY)

    async def serve() -> None:
        await (await Server(answer).start(port=80)).serve_forever()

    async def ask() -> None:
        async with Client(connections_per_origin=clients) as client:

            async def get() -> bytes:
                return await (await client.get("http://server/")).read()

            await _shared(requests, clients, get)

    with Internet(seed=1) as net:
        ends = net.routers("here", "there")
        net.link(*ends, delay="1ms", rate="1Gbit/s")
        net.host("server", at=ends[1]).run(serve, service=True)
        net.host("client", at=ends[0]).run(ask)
        net.build()
        start = time.process_time()
        net.run()
        return time.process_time() - start


async def _loopback(requests: int, clients: int) -> float:
    """Raises ImportError without aiohttp."""
    from aiohttp import ClientSession, TCPConnector, web

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=BODY)

    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with ClientSession(connector=TCPConnector(limit=clients)) as session:

            async def get() -> bytes:
                async with session.get(url) as reply:
                    return await reply.read()

            start = time.process_time()
            await _shared(requests, clients, get)
            return time.process_time() - start
    finally:
        await runner.cleanup()
