"""Handshakes of hosts: what succeeds, and what is refused by which alert, counted and logged."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from catenet.internet import Internet
from catenet.presentation.tls import machine_tls
from tests.sim.tls.exchange import PORT, Exchange, ask, serve

Contexts = Callable[[Internet], tuple[ssl.SSLContext, ssl.SSLContext | None]]


def refused_name(net: Internet) -> tuple[ssl.SSLContext, None]:
    return net.tls().server_context("other"), None


def refused_authority(net: Internet) -> tuple[ssl.SSLContext, None]:
    return net.tls("Rogue", trusted=False).server_context("server"), None


def expired(net: Internet) -> tuple[ssl.SSLContext, None]:
    return net.tls().server_context(certificate=net.tls().certificate("server", not_after="-1s")), None


def not_yet_valid(net: Internet) -> tuple[ssl.SSLContext, None]:
    return net.tls().server_context(certificate=net.tls().certificate("server", not_before="1h")), None


def low_version(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return net.tls().server_context("server", versions=["1.3"]), net.tls().client_context(versions=["1.2"])


def other_alpn(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return net.tls().server_context("server", alpn=["h2"]), net.tls().client_context(alpn=["http/1.1"])


def anonymous(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return net.tls().server_context("server", client_certificates="required"), net.tls().client_context()


def stranger(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    shown = net.tls("Rogue", trusted=False).certificate("client")
    server = net.tls().server_context("server", client_certificates="required")
    return server, net.tls().client_context(certificate=shown)


@pytest.mark.parametrize(
    ("contexts", "at_client", "at_server"),
    [
        (refused_name, "hostname mismatch", "received alert bad certificate"),
        (refused_authority, "unable to get local issuer certificate", "received alert unknown ca"),
        (expired, "certificate has expired", "received alert certificate expired"),
        (not_yet_valid, "certificate is not yet valid", "received alert bad certificate"),
        (low_version, "received alert protocol version", "protocol version too low"),
        (other_alpn, "received alert no application protocol", "no application protocol in common"),
        (anonymous, "received alert certificate required", "no client certificate"),
        (stranger, "received alert unknown ca", "unable to get local issuer certificate"),
    ],
)
def test_refused(contexts: Contexts, at_client: str, at_server: str) -> None:
    exchange = Exchange(contexts)
    (error,) = exchange.run()
    assert isinstance(error, ssl.SSLError)
    assert exchange.tls("client")["failed"] == {at_client: 1}
    assert exchange.tls("server")["failed"] == {at_server: 1}
    assert ("client", f"TLS with server server: {at_client}") in exchange.lines()
    assert ("server", f"TLS with a client: {at_server}") in exchange.lines()
    assert len(exchange.lines()) == 2
    assert exchange.net.result().summary()["presentation"]["tls"]["failed"] == {at_client: 1, at_server: 1}


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_versions_and_alpn(version: Any) -> None:
    def contexts(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        server = net.tls().server_context("server", alpn=["h2", "http/1.1"], versions=[version])
        return server, net.tls().client_context(alpn=["http/1.1", "h2"])

    assert Exchange(contexts).run() == [(b"/HELLO", f"TLSv{version}", "h2", False)]


def test_a_client_without_alpn_is_served() -> None:
    assert Exchange(lambda net: (net.tls().server_context("server", alpn=["h2"]), None)).run()[0][2] is None


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_session_is_resumed_for_its_lifetime(version: Any) -> None:
    def contexts(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        return net.tls().server_context("server", versions=[version]), net.tls().client_context()

    exchange = Exchange(contexts)
    assert [reused for *_, reused in exchange.run(3)] == [False, True, True]
    assert exchange.tls("client") == exchange.tls("server") == {"handshakes": 3, "resumed": 2}
    late = Exchange(contexts)
    assert [reused for *_, reused in late.run(2, pause_s=8 * 24 * 3600.0)] == [False, False]


def test_runs_in_two_parts_are_as_one() -> None:
    exchange = Exchange(lambda net: (net.tls().server_context("server"), net.tls().client_context()))
    exchange.server.run(serve, exchange.contexts[0], service=True)
    exchange.client.run(ask, exchange.contexts[1], exchange.seen, 3)
    exchange.net.run(until="1.5s")
    exchange.net.run()
    assert [reused for *_, reused in exchange.seen] == [False, True, True]


def test_start_tls_is_refused_by_an_alert_too() -> None:
    async def upgrade(context: ssl.SSLContext) -> None:
        async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            await writer.start_tls(context)

        server = await asyncio.start_server(begin, None, 25)
        await server.serve_forever()

    async def call() -> str:
        reader, writer = await asyncio.open_connection("server", 25)
        writer.write(b"STARTTLS\n")
        await reader.readline()
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            await writer.start_tls(ssl.create_default_context(), server_hostname="elsewhere")
        await asyncio.sleep(1)
        return caught.value.verify_message

    exchange = Exchange(lambda net: (net.tls().server_context("server"), None))
    exchange.server.run(upgrade, exchange.contexts[0], service=True)
    process = exchange.client.run(call)
    exchange.net.run()
    assert "Hostname mismatch" in process.result
    assert exchange.tls("server") == {"failed": {"received alert bad certificate": 1}}


def test_a_restarted_server_resumes_no_session() -> None:
    async def serve_anew() -> None:
        async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"\nagain")
            writer.close()

        server = await asyncio.start_server(shout, None, PORT, ssl=machine_tls().server_context())
        await server.serve_forever()

    exchange = Exchange(lambda net: (net.tls().server_context("server"), net.tls().client_context()))
    exchange.server.run(serve_anew, service=True)
    exchange.client.run(ask, exchange.contexts[1], exchange.seen, 2, 4.0)
    exchange.net.at("2s").crash("server")
    exchange.net.at("3s").restart("server")
    exchange.net.run()
    assert [reused for *_, reused in exchange.seen] == [False, False]


def test_a_certificate_expires_during_the_run() -> None:
    def contexts(net: Internet) -> tuple[ssl.SSLContext, None]:
        return net.tls().server_context(certificate=net.tls().certificate("server", not_after="90s")), None

    first, second = Exchange(contexts).run(2, pause_s=100)
    assert first[0] == b"/HELLO"
    assert second.verify_message == "certificate has expired"


def test_mutual_tls_names_the_client() -> None:
    async def serve(found: list[Any]) -> None:
        async def look(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.append(writer.get_extra_info("peercert")["subjectAltName"])
            writer.close()

        context = machine_tls().server_context(client_certificates="required")
        server = await asyncio.start_server(look, None, PORT, ssl=context)
        await server.serve_forever()

    async def call() -> None:
        context = machine_tls().client_context()
        reader, writer = await asyncio.open_connection("server", PORT, ssl=context)
        await reader.read()
        writer.close()

    exchange = Exchange(lambda net: (net.tls().server_context("server"), None))
    found: list[Any] = []
    exchange.server.run(serve, found, service=True)
    exchange.client.run(call)
    exchange.net.run()
    assert ("DNS", "client") in found[0]
    assert ("IP Address", str(exchange.client.addresses[0])) in found[0]


def test_an_address_is_a_name_too() -> None:
    async def call(address: str) -> bool:
        _, writer = await asyncio.open_connection(address, PORT, ssl=ssl.create_default_context())
        writer.close()
        return True

    exchange = Exchange(lambda net: (net.tls().server_context("server"), None))
    for address in exchange.server.addresses:
        exchange.client.run(call, str(address))
    exchange.run()
    assert exchange.tls("client") == {"handshakes": 1 + len(exchange.server.addresses)}


def test_a_silent_server_is_given_up_at_the_handshake_timeout() -> None:
    async def hold(*streams: object) -> None:
        await asyncio.sleep(3600)
        assert streams  # since Python 3.13 a writer that nobody refers to closes its connection

    async def silent() -> None:
        server = await asyncio.start_server(hold, None, PORT)
        await server.serve_forever()

    async def call() -> float:
        loop, context = asyncio.get_running_loop(), ssl.create_default_context()
        begun = loop.time()
        with pytest.raises(ConnectionAbortedError, match="SSL handshake is taking longer than 2.5 seconds"):
            await asyncio.open_connection("server", PORT, ssl=context, ssl_handshake_timeout=2.5)
        return loop.time() - begun

    exchange = Exchange(lambda net: (net.tls().server_context("server"), None))
    exchange.server.run(silent, service=True)
    process = exchange.client.run(call)
    exchange.net.run()
    assert 2.5 <= process.result < 2.6


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_megabyte_over_a_line_that_loses_packets(version: Any) -> None:
    sent = bytes(range(256)) * 4096

    async def serve(context: ssl.SSLContext) -> None:
        async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(sent)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(send, None, PORT, ssl=context)
        await server.serve_forever()

    async def fetch() -> bool:
        reader, writer = await asyncio.open_connection("server", PORT, ssl=ssl.create_default_context())
        received = await reader.read()
        writer.close()
        return received == sent

    exchange = Exchange(lambda net: (net.tls().server_context("server", versions=[version]), None), loss="2%")
    exchange.server.run(serve, exchange.contexts[0], service=True)
    process = exchange.client.run(fetch)
    exchange.net.run()
    assert process.result


@pytest.mark.slow
def test_failures_are_counted_and_the_first_hundred_logged() -> None:
    exchange = Exchange(expired)
    assert len(exchange.run(120, pause_s=0.1)) == 120
    assert exchange.tls("client")["failed"] == {"certificate has expired": 120}
    assert len([host for host, _ in exchange.lines() if host == "client"]) == 100
