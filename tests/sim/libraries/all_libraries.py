"""Every library at once, over a line that loses and delays: prints a digest of all that went over the wires.

python all_libraries.py AUTHORITY.pem SERVER.pem
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import ssl
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import uvicorn
from aiohttp import web as aioweb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets

from catenet.internet import Internet

# A set of strings comes in the order of the hash seed, unless that is pinned; a program should not, and this one
# does not, let it reach the wire.
WORDS = sorted({"alpha", "beta", "gamma", "delta"})


async def serve_aiohttp(tls: ssl.SSLContext) -> None:
    async def hello(request: aioweb.Request) -> aioweb.Response:
        return aioweb.json_response({"id": str(uuid.uuid4()), "time": time.time(), "length": len(await request.read())})

    async def chat(request: aioweb.Request) -> aioweb.WebSocketResponse:
        socket = aioweb.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    app = aioweb.Application()
    app.add_routes([aioweb.post("/hello", hello), aioweb.get("/chat", chat)])
    runner = aioweb.AppRunner(app)
    await runner.setup()
    await aioweb.TCPSite(runner, None, 8443, ssl_context=tls).start()
    await asyncio.Event().wait()


async def serve_starlette(certificate: str) -> None:
    def hello(request: Request) -> JSONResponse:
        return JSONResponse({"token": secrets.token_hex(), "words": WORDS})

    app = Starlette(routes=[Route("/hello", hello)])
    config = uvicorn.Config(app, host="::", port=9443, log_level="warning", ssl_certfile=certificate)
    await uvicorn.Server(config).serve()


async def echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message)


async def serve_echo(tls: ssl.SSLContext) -> None:
    async with serve_websockets(echo, None, 7443, ssl=tls):
        await asyncio.Event().wait()


async def ask_aiohttp(tls: ssl.SSLContext) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as http:
        for size in (10, 30_000):
            async with http.post("https://server:8443/hello", data=secrets.token_bytes(size)) as response:
                assert (await response.json())["length"] == size
        async with http.ws_connect("https://server:8443/chat") as socket:
            await socket.send_str("hello")
            assert (await socket.receive()).data == "hello"


async def ask_httpx(tls: ssl.SSLContext) -> None:
    async with httpx.AsyncClient(verify=tls) as http:
        for _ in range(3):
            response = await http.get("https://[2001:db8:2::10]:9443/hello", timeout=60)
            assert response.json()["words"] == WORDS


async def ask_echo(tls: ssl.SSLContext) -> None:
    async with connect("wss://server:7443", ssl=tls) as socket:
        await socket.send("x" * 5000)
        assert await socket.recv() == "x" * 5000


def run(authority: str, certificate: str, **options: Any) -> str:
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(certificate)
    client_tls = ssl.create_default_context(cafile=authority)
    net = Internet(seed=5, **options)
    near, far = net.routers("near", "far")
    net.link(near, far, name="line", rate="50Mbit/s", delay="8ms", loss="1%", jitter="2ms")
    client = net.host("client", at=near)
    server = net.host("server", at=far, addresses=["192.0.2.10/24", "2001:db8:2::10/64"])
    server.run(serve_aiohttp, server_tls, service=True)
    server.run(serve_starlette, certificate, service=True)
    server.run(serve_echo, server_tls, service=True)
    for ask in (ask_aiohttp, ask_httpx, ask_echo):
        client.run(ask, client_tls)
    net.capture()
    done = net.run()
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        done.report(folder)
        for file in sorted(Path(folder).rglob("*.pcapng")):
            digest.update(file.read_bytes())
    net.close()
    return f"{digest.hexdigest()} {net._world.kernel.now_ns} {net._world.kernel.events_fired}"


if __name__ == "__main__":
    for _ in range(2):
        sys.stdout.write(run(sys.argv[1], sys.argv[2]) + "\n")
