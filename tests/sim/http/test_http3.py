"""HTTP/3 over a simulated internet that loses datagrams: both ends ours, and each with aioquic's own other end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aioquic.asyncio import connect
from aioquic.asyncio import serve as serve_quic
from aioquic.h3.connection import H3_ALPN
from aioquic.quic.configuration import QuicConfiguration

from catenet.application.http import Client, HarLog, Request, Response, Server
from catenet.internet import Internet
from catenet.presentation.tls import machine_tls
from tests.compat.services.row_aioquic import Client as AioquicClient
from tests.compat.services.row_aioquic import Server as AioquicServer

pytestmark = pytest.mark.slow

OCTETS = bytes(range(256)) * 200
URL = "https://server/"


async def echo(request: Request) -> Response:
    return Response(200, body=await request.body.read() or OCTETS)


async def serve(*, udp: bool = True, udp_port: int = 443) -> None:
    mine = machine_tls().authority.certificate("server")
    server = await Server(echo).start(port=443, tls=machine_tls().server_context())
    if udp:
        await server.start_http3(port=udp_port, certificate=mine.certificate_pem, key=mine.key_pem)
    await server.serve_forever()


def two_hosts(
    server: Callable[[], Awaitable[Any]],
    client: Callable[[], Awaitable[Any]],
    folder: Path | None = None,
    seed: int = 3,
) -> Internet:
    """Run both, 30 ms apart; with ``folder``, the run is recorded there."""
    with Internet(seed=seed) as net:
        (here, there) = net.routers("here", "there")
        net.link(here, there, delay="30ms", rate="20Mbit/s", loss="2%")
        if folder is not None:
            net.capture()
        net.host("server", at=there).run(server, service=True)
        net.host("client", at=here).run(client)
        run = net.run()
        if folder is not None:
            run.report(folder)
    return net


async def ask() -> None:
    async with Client(version=3) as client:
        bodies = [bytes([number]) * 5_000 for number in range(7)]
        answers = await asyncio.gather(*(client.request("POST", URL, body=body) for body in bodies))
        assert [await answer.read() for answer in answers] == bodies
        assert {answer.version for answer in answers} == {"3"}
        assert await (await client.get(URL)).read() == OCTETS


def test_a_run_repeats_byte_by_byte(tmp_path: Path) -> None:
    """Keys, signatures, connection identifiers, and the order of streams."""
    kept = []
    for number in range(2):
        two_hosts(serve, ask, tmp_path / str(number))
        files = sorted((tmp_path / str(number) / "captures").iterdir())
        kept.append({file.name: file.read_bytes() for file in files})
    assert "tls-keys.txt" in kept[0]
    assert b"CLIENT_TRAFFIC_SECRET_0" in kept[0]["tls-keys.txt"]
    assert kept[0] == kept[1]


def versions(server: Callable[[], Awaitable[Any]], **options: Any) -> list[tuple[str, float]]:
    """Of the answers to three requests, one after another, and the seconds up to each head."""
    seen: list[tuple[str, float]] = []

    async def visit() -> None:
        log = HarLog()
        async with Client(log=log, **options) as client:
            for _ in range(3):
                before = asyncio.get_running_loop().time()
                answer = await client.get(URL)
                seen.append((answer.version, asyncio.get_running_loop().time() - before))
                await answer.read()

    two_hosts(server, visit)
    return seen


def test_alt_svc_is_followed() -> None:
    """RFC 7838."""
    assert [version for version, _ in versions(lambda: serve(udp_port=8443))] == ["2", "3", "3"]
    assert [version for version, _ in versions(serve, http2=False)] == ["1.1", "3", "3"]
    assert [version for version, _ in versions(serve, http3=False)] == ["2", "2", "2"]


def test_an_offer_that_does_not_answer_is_not_followed() -> None:
    """RFC 7838 section 2.4: the other connections go on, and the offer is forgotten for a while."""

    async def lying() -> None:
        async def handler(request: Request) -> Response:
            response = await echo(request)
            response.headers.set("alt-svc", 'h2=":443", h3="192.0.2.99:443"; ma=3600')
            return response

        await (await Server(handler).start(port=443, tls=machine_tls().server_context())).serve_forever()

    (first, second, third) = versions(lying)
    assert (first[0], second[0], third[0]) == ("2", "2", "2")
    assert second[1] < 3.5  # a route or the time limit ends the attempt
    assert third[1] < 1


def test_aioquics_client(tmp_path: Path) -> None:
    async def visit() -> None:
        configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN)
        configuration.load_verify_locations(cadata=machine_tls().authority.certificate_pem.encode())
        async with connect("server", 443, configuration=configuration, create_protocol=AioquicClient) as client:
            assert isinstance(client, AioquicClient)
            bodies = [OCTETS, *(bytes([number]) * 5_000 for number in range(6))]
            assert await asyncio.gather(*(client.post(b"/", body) for body in bodies)) == bodies

    two_hosts(serve, visit)


def test_aioquics_server(tmp_path: Path) -> None:
    async def foreign() -> None:
        mine = machine_tls().authority.certificate("server")
        chain, key = mine.write(tmp_path)
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        configuration.load_cert_chain(str(chain), str(key))
        await serve_quic("::", 443, configuration=configuration, create_protocol=AioquicServer, retry=True)
        await asyncio.Event().wait()

    async def visit() -> None:
        async with Client(version=3) as client:
            bodies = [OCTETS, *(bytes([number]) * 5_000 for number in range(6))]
            answers = await asyncio.gather(*(client.request("POST", URL, body=body) for body in bodies))
            assert [await answer.read() for answer in answers] == bodies

    two_hosts(foreign, visit)
