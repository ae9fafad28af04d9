"""Wireshark decrypts the captures with the key log beside them: requests, answers and certificates in plain text."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catenet.internet import Internet
from tests.sim.tls.exchange import Exchange

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]


def tshark(captures: Path, wanted: str, *fields: str, keys: bool = True) -> list[list[str]]:
    columns = [word for field in fields for word in ("-e", field)]
    options = ["-o", f"tls.keylog_file:{captures / 'tls-keys.txt'}"] if keys else []
    command = ["tshark", "-r", str(captures / "line.pcapng"), *options, "-Y", wanted, "-T", "fields", *columns]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_decrypted(version: Any, tmp_path: Path) -> None:
    def contexts(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        net.capture()
        server = net.tls().server_context("server", versions=[version], client_certificates="required")
        return server, net.tls().client_context("client")

    exchange = Exchange(contexts)
    exchange.run(2)
    captures = exchange.net.result().report(tmp_path / "out") / "captures"
    assert tshark(captures, "http", "http.request.uri", "http.file_data") == [["/hello", ""], ["", "/HELLO"]] * 2
    assert not tshark(captures, "http", "frame.number", keys=False)
    if version == "1.3":
        certificates = "tls.handshake.type == 11"
        assert len(tshark(captures, certificates, "frame.number")) == 2  # server and client, of the first only
        assert not tshark(captures, certificates, "frame.number", keys=False)
    assert len(tshark(captures, "tls.handshake.type == 1", "tls.handshake.extensions_server_name")) == 2
    assert not tshark(captures, "tls.alert_message.level == 2 || _ws.expert.severity == error", "frame.number")


@pytest.mark.parametrize(("not_after", "alert"), [("-1s", "45"), (None, "48")])
def test_alerts(not_after: str | None, alert: str, tmp_path: Path) -> None:
    """certificate_expired, unknown_ca (RFC 8446 section 6)."""

    def contexts(net: Internet) -> tuple[ssl.SSLContext, None]:
        net.capture()
        authority = net.tls() if not_after else net.tls("Rogue", trusted=False)
        return authority.server_context(certificate=authority.certificate("server", not_after=not_after)), None

    exchange = Exchange(contexts)
    exchange.run()
    captures = exchange.net.result().report(tmp_path / "out") / "captures"
    assert tshark(captures, "tls.alert_message", "tls.alert_message.desc") == [[alert]]


def test_http3_is_decrypted(tmp_path: Path) -> None:
    """The secrets of QUIC (RFC 9001) go to the same log."""
    pytest.importorskip("aioquic", reason="the extra `services` is not installed")
    from catenet.application.http import Client, Request, Response, Server
    from catenet.presentation.tls import machine_tls

    async def hello(request: Request) -> Response:
        return Response.text("hello over QUIC")

    async def serve() -> None:
        mine = machine_tls().authority.certificate("server")
        server = await Server(hello).start_http3(certificate=mine.certificate_pem, key=mine.key_pem)
        await server.serve_forever()

    async def ask() -> None:
        async with Client(version=3) as client:
            assert await (await client.get("https://server/page")).read() == b"hello over QUIC"

    with Internet(seed=2) as net:
        net.capture()
        ends = net.routers("here", "there")
        net.link(*ends, delay="10ms", name="line")
        net.host("server", at=ends[1]).run(serve, service=True)
        net.host("client", at=ends[0]).run(ask)
        captures = net.run().report(tmp_path / "out") / "captures"
    kinds = [row[0] for row in tshark(captures, "http3", "http3.frame_type")]
    assert {"0", "1", "4"} <= {kind for row in kinds for kind in row.split(",")}  # DATA, HEADERS, SETTINGS
    assert not tshark(captures, "http3", "frame.number", keys=False)
    assert not tshark(captures, "_ws.expert.severity == error", "frame.number")
