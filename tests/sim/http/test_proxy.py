"""Unmodified clients through the proxies: aiohttp by absolute target and CONNECT, websockets by a reverse proxy."""

from __future__ import annotations

import ssl

import aiohttp
import pytest
import trustme
from websockets.asyncio.client import connect

from catenet.application.http import Request, Response, Server
from catenet.application.http.cache import Cache
from catenet.application.http.proxy import PROXY_METHODS, ForwardProxy, ReverseProxy
from catenet.internet import Internet
from tests.sim.http.test_libraries import OCTETS, accept_websocket, answer

PROXY = "http://proxy:3128"


async def plain_or_chat(request: Request) -> Response:
    if request.target == "/chat":
        return accept_websocket(request)
    response = await answer(request)
    response.headers.set("cache-control", "max-age=60")
    return response


@pytest.mark.slow
def test_libraries_through_the_proxies() -> None:
    authority = trustme.CA()
    server_tls, client_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("server").configure_cert(server_tls)
    authority.configure_trust(client_tls)
    caches: list[Cache] = []
    forward = ForwardProxy()

    async def serve() -> None:
        async with Server(plain_or_chat) as plain, Server(answer) as secure:
            await plain.start(port=80)
            await secure.start(port=443, tls=server_tls)
            await plain.serve_forever()

    async def proxy() -> None:
        caches.extend([Cache(forward), Cache(ReverseProxy("http://server"))])
        async with Server(caches[0], methods=PROXY_METHODS) as near, Server(caches[1]) as far:
            await near.start(port=3128)
            await far.start(port=80)
            await near.serve_forever()

    async def ask() -> None:
        async with aiohttp.ClientSession() as http:
            for _ in range(3):
                async with http.get("http://server/", proxy=PROXY) as response:
                    assert await response.read() == OCTETS
            async with http.get("http://server/", proxy=PROXY, headers={"Range": "bytes=5-9"}) as response:
                assert (response.status, await response.read()) == (206, OCTETS[5:10])
                assert response.headers["Via"] == "1.1 catenet"
            async with http.get("https://server/", proxy=PROXY, ssl=client_tls) as response:
                assert await response.read() == OCTETS
            async with http.post("http://proxy/", data=OCTETS, chunked=True) as response:
                assert await response.read() == OCTETS
        async with connect("ws://proxy/chat", proxy=None) as socket:
            await socket.send("x" * 5000)
            assert await socket.recv() == "X" * 5000

    with Internet(seed=6) as net:
        near, far = net.routers("near", "far")
        net.link(near, far, rate="50Mbit/s", delay="20ms", loss="1%")
        net.host("server", at=far).run(serve, service=True)
        net.host("proxy", at=near).run(proxy, service=True)
        net.host("client", at=near).run(ask)
        assert net.run().ok
    assert caches[0].counts == {"miss": 1, "stored": 1, "hit": 3, "bypassed": 1}
    assert forward.counts == {"requests": 1, "tunnels": 1}
    assert caches[1].counts == {"bypassed": 2}
