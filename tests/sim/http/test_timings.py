"""Parts of a request over a line of 20 ms: name, TCP, TLS, first octet, content."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from catenet.application.http import Client, HarLog, Request, Response, Server
from catenet.internet import Internet
from tests.unit.application.http.har_schema import check_har

RTT_S = 0.04


async def page(request: Request) -> Response:
    await asyncio.sleep(0.1)
    return Response(200, body=bytes(1_000_000))


def fetch(*, secure: bool) -> HarLog:
    log = HarLog()
    authority = trustme.CA()
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("server").configure_cert(server_tls)
    client_tls = ssl.create_default_context()
    authority.configure_trust(client_tls)

    async def serve() -> None:
        server = await Server(page).start(port=443, tls=server_tls if secure else None)
        await server.serve_forever()

    async def ask() -> None:
        _, writer = await asyncio.open_connection("server", 443)  # neighbours are known from here on
        writer.close()
        async with Client(tls=client_tls, log=log) as client:
            for _ in range(2):
                url = f"http{'s' if secure else ''}://server:443/"
                assert len(await (await client.get(url)).read()) == 1_000_000

    with Internet(seed=3) as net:
        near, far = net.routers("near", "far")
        net.link(near, far, rate="100Mbit/s", delay="20ms")
        net.host("server", at=far).run(serve, service=True)
        net.host("client", at=near).run(ask)
        assert net.run().ok
    return log


@pytest.mark.slow
@pytest.mark.parametrize("secure", [False, True])
def test_parts_take_the_round_trips_that_they_need(secure: bool) -> None:
    log = fetch(secure=secure)
    check_har(log.document())
    first, second = (entry["timings"] for entry in log.entries)
    tls_ms = 1000 * RTT_S if secure else 0.0
    assert first["connect"] == pytest.approx(1000 * RTT_S + tls_ms, abs=3)
    assert first["ssl"] == (pytest.approx(tls_ms, abs=3) if secure else -1)
    # TLS gives nothing of a record before all of it is there, and 16 KiB do not fit in the first 10 segments.
    assert first["wait"] == pytest.approx(1000 * RTT_S + 100 + tls_ms, abs=3)
    assert first["receive"] > 80  # at 100 Mbit/s, with slow start
    assert (second["connect"], second["ssl"]) == (-1, -1)
    assert second["receive"] < first["receive"]
