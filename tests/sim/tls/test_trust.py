"""What hosts trust: the authorities of their internet, in each library's default way, and nothing else."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web

from catenet.internet import Internet
from catenet.presentation.tls import machine_tls
from catenet.presentation.tls.host_tls import MACHINE


async def serve() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.scheme} {request.version.major}")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    context = machine_tls().server_context(alpn=["http/1.1"])
    await web.TCPSite(runner, port=443, ssl_context=context).start()
    await asyncio.Event().wait()


def internet(seed: int = 1) -> Internet:
    net = Internet(seed=seed)
    net.hosts("server", "client")
    net.link("server", "client")
    net._world.registry.host("server", "test").host.run(serve, service=True)
    return net


async def by_httpx() -> str:
    async with httpx.AsyncClient() as http:
        return (await http.get("https://server/")).text


async def by_aiohttp() -> str:
    async with aiohttp.ClientSession() as session, session.get("https://server/") as response:
        return await response.text()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", None])
@pytest.mark.parametrize("program", [by_httpx, by_aiohttp])
def test_a_library_trusts_the_internets_authority_by_default(
    program: Any, variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    if variable is not None:
        monkeypatch.setenv(variable, "/etc/ssl/certs")
    for seed in (1, 2):  # each internet has an authority of its own
        net = internet(seed)
        process = net._world.registry.host("client", "test").host.run(program)
        net.run()
        assert process.result == "https 1"


def test_the_real_machines_authorities_are_not_trusted() -> None:
    async def look() -> list[Any]:
        return [ca["subject"] for ca in ssl.create_default_context().get_ca_certs()]

    net = internet()
    process = net._world.registry.host("client", "test").host.run(look)
    net.run()
    assert process.result == [((("commonName", "Catenet"),),)]


def test_a_machine_without_an_internet_has_no_authority() -> None:
    with pytest.raises(RuntimeError, match="load your own certificate"):
        MACHINE.tls()
