"""The websockets library's client and server."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

if TYPE_CHECKING:
    from tests.sim.libraries.conftest import Web

PORT = 8080
RTT_S = 0.0404


async def answer(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message[::-1])


async def serve(web: Web, stop_after_s: float = 1e6, **options: Any) -> None:
    async with serve_websockets(answer, web.address, PORT, ssl=web.server_tls, **options):
        await asyncio.sleep(stop_after_s)


def test_messages_there_and_back(web: Web) -> None:
    async def talk() -> list[str | bytes]:
        async with connect(web.url(scheme="ws"), ssl=web.client_tls) as socket:
            for message in ("abc", b"\x01\x02", "x" * 300_000 + "y"):
                await socket.send(message)
            return [await socket.recv() for _ in range(3)]

    web.serve(serve, web)
    assert web.fetch(talk) == ["cba", b"\x02\x01", "y" + "x" * 300_000]


def test_an_idle_connection_is_kept_alive_by_pings(web: Web) -> None:
    async def talk() -> tuple[str | bytes, float]:
        async with connect(web.url(scheme="ws"), ssl=web.client_tls) as socket:
            await asyncio.sleep(3600)
            await socket.send("still here")
            return await socket.recv(), socket.latency

    web.serve(serve, web)
    answer, latency_s = web.fetch(talk)
    assert answer == "ereh llits"
    assert latency_s == pytest.approx(RTT_S, abs=1e-3)


def test_a_cut_line_is_noticed_when_the_ping_is_not_answered(web: Web) -> None:
    async def talk() -> float:
        async with connect(web.url(scheme="ws"), ssl=web.client_tls, close_timeout=1) as socket:
            begun = time.monotonic()
            with pytest.raises(ConnectionClosedError, match="keepalive ping timeout"):
                await socket.recv()
            return time.monotonic() - begun

    web.serve(serve, web)
    web.net.at("5s").cut("line")
    assert web.fetch(talk) == pytest.approx(20 + 20 + 1, abs=1.5)


def test_a_server_that_stops_says_so(web: Web) -> None:
    async def talk() -> int | None:
        async with connect(web.url(scheme="ws"), ssl=web.client_tls) as socket:
            with pytest.raises(ConnectionClosedOK):
                await socket.recv()
            return socket.close_code

    web.serve(serve, web, 2.0)
    assert web.fetch(talk) == 1001


def test_a_server_that_does_not_speak_is_given_up(plain: Web) -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1e6)
        writer.close()

    async def listen() -> None:
        server = await asyncio.start_server(hold, plain.address, PORT)
        await server.serve_forever()

    async def talk() -> float:
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await connect(plain.url(scheme="ws"), open_timeout=4.5)
        return time.monotonic() - begun

    plain.serve(listen)
    assert plain.fetch(talk) == pytest.approx(4.5, abs=1e-6)


def test_nobody_listens(web: Web) -> None:
    async def talk() -> float:
        begun = time.monotonic()
        with pytest.raises(ConnectionRefusedError):
            await connect(web.url(scheme="ws"), ssl=web.client_tls)
        return time.monotonic() - begun

    assert RTT_S < web.fetch(talk) < 4 * RTT_S  # neighbours have to be resolved first
