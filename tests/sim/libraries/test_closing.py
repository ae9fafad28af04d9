"""An internet that is closed in the middle of everything leaves nothing behind."""

from __future__ import annotations

import gc
import ssl
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

from catenet.host.host import Host
from catenet.internet import Internet
from tests.sim.libraries import all_libraries as universe


def cut_short(certificates: tuple[Path, Path], until: str) -> list[weakref.ref[Host]]:
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(certificates[1])
    client_tls = ssl.create_default_context(cafile=certificates[0])
    with Internet(seed=5) as net:
        near, far = net.routers("near", "far")
        net.link(near, far, rate="50Mbit/s", delay="8ms")
        client = net.host("client", at=near)
        server = net.host("server", at=far, addresses=["192.0.2.10/24", "2001:db8:2::10/64"])
        server.run(universe.serve_aiohttp, server_tls, service=True)
        server.run(universe.serve_starlette, str(certificates[1]), service=True)
        server.run(universe.serve_echo, server_tls, service=True)
        for ask in (universe.ask_aiohttp, universe.ask_httpx, universe.ask_echo):
            client.run(ask, client_tls)
        net.run(until)
    return [weakref.ref(client), weakref.ref(server)]


@pytest.mark.parametrize("until", ["1ms", "40ms", "60ms", "80ms", "100ms", "120ms", "1s"])
def test_closed_in_the_middle(
    until: str,
    certificates: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    hosts = cut_short(certificates, until)
    gc.collect()
    assert [host() for host in hosts] == [None, None]
    assert complaints == []
    assert capsys.readouterr() == ("", "")
    assert caplog.text == ""
