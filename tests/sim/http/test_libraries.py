"""Unmodified clients with our server, and our client with unmodified servers, over 20 ms and 1 % of loss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import pytest
import uvicorn
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.datastructures import Headers as WebSocketHeaders
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as WebSocketRequest
from websockets.server import ServerProtocol

from catenet.application.http import Client, Content, Headers, Request, Response, Server, Tunnel, respond
from catenet.internet import Internet

OCTETS = bytes(range(256)) * 800
PORT = 8080
URL = f"http://server:{PORT}"


async def answer(request: Request) -> Response:
    if request.target == "/chat":
        return accept_websocket(request)
    if request.method == "POST":
        return Response(200, body=await request.body.read())
    return respond(request, Content(OCTETS))


def accept_websocket(request: Request) -> Response:
    """The handshake by websockets, without input and output; then each message comes back in capitals."""
    protocol = ServerProtocol()
    protocol.receive_data(WebSocketRequest(request.target, WebSocketHeaders(list(request.headers))).serialize())
    (handshake,) = protocol.events_received()
    assert isinstance(handshake, WebSocketRequest)
    reply = protocol.accept(handshake)
    protocol.send_response(reply)
    protocol.data_to_send()  # our server sends the response

    async def chat(tunnel: Tunnel) -> None:
        while data := await tunnel.read():
            protocol.receive_data(data)
            for event in protocol.events_received():
                if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    protocol.send_text(bytes(event.data).upper())
            for piece in protocol.data_to_send():
                if piece:
                    await tunnel.write(piece)
        tunnel.close()

    return Response(reply.status_code, Headers(reply.headers.raw_items()), upgrade=chat)


async def serve_ours() -> None:
    server = await Server(answer).start(port=PORT)
    await server.serve_forever()


async def serve_aiohttp() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(body=await request.read() if request.method == "POST" else OCTETS)

    app = web.Application()
    app.router.add_route("*", "/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, None, PORT).start()


async def serve_uvicorn() -> None:
    async def page(request: StarletteRequest) -> StarletteResponse:
        return StarletteResponse(await request.body() if request.method == "POST" else OCTETS)

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])])
    await uvicorn.Server(uvicorn.Config(app, host="::", port=PORT, log_level="warning")).serve()


async def ask_aiohttp() -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(URL) as response:
            assert await response.read() == OCTETS
            tag = response.headers["etag"]
        async with http.get(URL, headers={"If-None-Match": tag}) as response:
            assert response.status == 304
        async with http.get(URL, headers={"Range": "bytes=5-9"}) as response:
            assert (response.status, await response.read()) == (206, OCTETS[5:10])
        async with http.post(URL, data=OCTETS, chunked=True) as response:
            assert await response.read() == OCTETS


async def ask_httpx() -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        assert (await http.get(URL)).content == OCTETS
        assert (await http.head(URL)).headers["content-length"] == str(len(OCTETS))
        assert (await http.post(URL, content=OCTETS)).content == OCTETS
        async with http.stream("GET", URL) as response:
            assert sum([len(piece) async for piece in response.aiter_raw()]) == len(OCTETS)


async def ask_websockets() -> None:
    async with connect(f"ws://server:{PORT}/chat") as socket:
        for word in ("hello", "x" * 5000):
            await socket.send(word)
            assert await socket.recv() == word.upper()


async def ask_ours() -> None:
    async with Client() as client:
        for _ in range(3):
            assert await (await client.get(URL)).read() == OCTETS
        assert await (await client.request("POST", URL, body=OCTETS)).read() == OCTETS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("serve", "ask"),
    [
        (serve_ours, ask_aiohttp),
        (serve_ours, ask_httpx),
        (serve_ours, ask_websockets),
        (serve_aiohttp, ask_ours),
        (serve_uvicorn, ask_ours),
    ],
)
def test_both_understand_each_other(serve: Callable[..., Awaitable[Any]], ask: Callable[..., Awaitable[Any]]) -> None:
    with Internet(seed=5) as net:
        near, far = net.routers("near", "far")
        net.link(near, far, rate="50Mbit/s", delay="20ms", loss="1%")
        net.host("server", at=far).run(serve, service=True)
        net.host("client", at=near).run(ask)
        assert net.run().ok
