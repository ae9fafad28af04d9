"""aiohttp's client and server."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web as aioweb

if TYPE_CHECKING:
    from tests.sim.libraries.conftest import Web

PORT = 8080
RTT_S = 0.0404
BODY = bytes(range(256)) * 8_000


async def hello(request: aioweb.Request) -> aioweb.Response:
    assert request.transport is not None
    return aioweb.json_response({"from": request.remote, "port": request.transport.get_extra_info("peername")[1]})


async def digest(request: aioweb.Request) -> aioweb.Response:
    return aioweb.Response(text=hashlib.sha256(await request.read()).hexdigest())


async def stream(request: aioweb.Request) -> aioweb.StreamResponse:
    response = aioweb.StreamResponse()
    await response.prepare(request)
    for start in range(0, len(BODY), 100_000):
        await response.write(BODY[start : start + 100_000])
    return response


async def silent(request: aioweb.Request) -> aioweb.Response:
    await asyncio.sleep(3600)
    return aioweb.Response()


async def chat(request: aioweb.Request) -> aioweb.WebSocketResponse:
    socket = aioweb.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(str(message.data).upper())
    return socket


async def own_source(request: aioweb.Request) -> aioweb.FileResponse:
    return aioweb.FileResponse(Path(__file__))


async def serve(web: Web, stop_at_s: float = 0.0) -> None:
    app = aioweb.Application(client_max_size=100_000_000)
    app.add_routes([aioweb.get("/hello", hello), aioweb.post("/digest", digest), aioweb.get("/stream", stream)])
    app.add_routes([aioweb.get("/silent", silent), aioweb.get("/chat", chat), aioweb.get("/file", own_source)])
    runner = aioweb.AppRunner(app)
    await runner.setup()
    await aioweb.TCPSite(runner, None, PORT, ssl_context=web.server_tls).start()
    if stop_at_s:
        await asyncio.sleep(stop_at_s)
        await runner.cleanup()
    else:
        await asyncio.Event().wait()


def session(web: Web, **options: float) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(ssl=web.client_tls or True)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(**options))


def test_requests_share_one_connection(web: Web) -> None:
    async def fetch() -> list[dict[str, object]]:
        async with session(web) as client:
            answers = []
            for _ in range(3):
                async with client.get(web.url("/hello")) as response:
                    assert response.status == 200
                    answers.append(await response.json())
            return answers

    web.serve(serve, web)
    answers = web.fetch(fetch)
    assert len(answers) == 3
    assert len({answer["port"] for answer in answers}) == 1
    assert answers[0]["from"] in map(str, web.client.addresses)


def test_large_bodies_arrive_both_ways(web: Web) -> None:
    async def fetch() -> tuple[str, str]:
        async with session(web) as client:
            async with client.post(web.url("/digest"), data=BODY) as response:
                up = await response.text()
            async with client.get(web.url("/stream")) as response:
                down = hashlib.sha256(await response.read()).hexdigest()
        return up, down

    web.serve(serve, web)
    expected = hashlib.sha256(BODY).hexdigest()
    assert web.fetch(fetch) == (expected, expected)


def test_a_file_is_sent(web: Web) -> None:
    async def fetch() -> bytes:
        async with session(web) as client, client.get(web.url("/file")) as response:
            return await response.read()

    web.serve(serve, web)
    assert web.fetch(fetch) == Path(__file__).read_bytes()


def test_a_websocket(web: Web) -> None:
    async def talk() -> list[str]:
        async with session(web) as client, client.ws_connect(web.url("/chat")) as socket:
            answers = []
            for word in ("one", "two", "three" * 10_000):
                await socket.send_str(word)
                answers.append((await socket.receive()).data)
            return answers

    web.serve(serve, web)
    assert web.fetch(talk) == ["ONE", "TWO", "THREE" * 10_000]


def test_a_silent_server_is_given_up_at_the_clients_time(web: Web) -> None:
    async def fetch() -> float:
        async with session(web, total=3.5) as client:
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                await client.get(web.url("/silent"))
            return time.monotonic() - begun

    web.serve(serve, web)
    assert web.fetch(fetch) == pytest.approx(3.5, abs=1e-6)


def test_nobody_listens(web: Web) -> None:
    async def fetch() -> float:
        async with session(web) as client:
            begun = time.monotonic()
            with pytest.raises(aiohttp.ClientConnectorError) as caught:
                await client.get(web.url("/hello"))
            assert isinstance(caught.value.os_error, ConnectionRefusedError)
            return time.monotonic() - begun

    assert RTT_S < web.fetch(fetch) < 4 * RTT_S  # neighbours have to be resolved first


def test_a_server_that_stops_refuses_afterwards(web: Web) -> None:
    async def fetch() -> list[str]:
        seen = []
        async with session(web) as client:
            for _ in range(4):
                try:
                    async with client.get(web.url("/hello")) as response:
                        seen.append(str(response.status))
                except aiohttp.ClientConnectorError as error:
                    seen.append(type(error.os_error).__name__)
                await asyncio.sleep(1)
        return seen

    web.serve(serve, web, 1.5)
    assert web.fetch(fetch) == ["200", "200", "ConnectionRefusedError", "ConnectionRefusedError"]


def test_by_name_over_ipv6_first(plain: Web) -> None:
    async def fetch() -> str:
        async with session(plain) as client, client.get(f"http://server:{PORT}/hello") as response:
            return str((await response.json())["from"])

    plain.serve(serve, plain)
    assert ":" in plain.fetch(fetch)


def test_an_unknown_name(plain: Web) -> None:
    async def fetch() -> None:
        async with session(plain) as client:
            with pytest.raises(aiohttp.ClientConnectorDNSError, match="Name or service not known"):
                await client.get("http://nowhere.example/")

    plain.fetch(fetch)
