"""Connections and servers between two hosts: data, flow control, errors as Linux gives them, and TLS."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from typing import Any

import pytest
import trustme

from catenet.kernel import Deadlock
from catenet.network.protocol import Protocol

Pair = Any


def serve(pair: Pair, handler: Any, **options: Any) -> asyncio.Server:
    """A stream server on beta's port 80."""
    options.setdefault("host", None)
    return pair.beta.run_until_complete(asyncio.start_server(handler, port=80, **options))


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while block := await reader.read(65_536):
        writer.write(block)
        await writer.drain()
    writer.close()


@pytest.mark.slow
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_megabyte_there_and_back(pair: Pair, family: int) -> None:
    serve(pair, echo)
    data = bytes(range(256)) * 4096

    async def client() -> bytes:
        reader, writer = await asyncio.open_connection("beta", 80, family=family)
        assert writer.get_extra_info("peername")[:2] == ("10.0.0.2" if family == socket.AF_INET else "2001:db8::2", 80)
        writer.write(data)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    assert pair.alpha.run_until_complete(client()) == data
    assert 0.1 < pair.alpha.time() < 0.6


@pytest.mark.slow
def test_a_reader_that_stops_reading_closes_the_window_and_pauses_the_writer(pair: Pair) -> None:
    taken: list[asyncio.StreamReader] = []

    async def lazy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(reader)
        await asyncio.sleep(20)
        while await reader.read(65_536):
            pass
        writer.close()

    class Client(asyncio.Protocol):
        paused_at: float | None = None
        resumed_at: float | None = None

        def pause_writing(self) -> None:
            self.paused_at = self.paused_at or pair.alpha.time()

        def resume_writing(self) -> None:
            self.resumed_at = self.resumed_at or pair.alpha.time()

    serve(pair, lazy)

    async def client() -> tuple[Client, int, int]:
        transport, protocol = await pair.alpha.create_connection(Client, "beta", 80)
        transport.write(bytes(12_000_000))
        await asyncio.sleep(10)
        stuck = transport.get_write_buffer_size()
        window = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)[228:232]
        while transport.get_write_buffer_size():
            await asyncio.sleep(1)
        transport.close()
        return protocol, stuck, int.from_bytes(window, "little")

    protocol, stuck, window = pair.alpha.run_until_complete(client())
    assert protocol.paused_at is not None
    assert protocol.paused_at < 1
    assert stuck > 1_000_000
    assert window == 0
    assert protocol.resumed_at is not None
    assert protocol.resumed_at > 20


def connect_error(pair: Pair, host: str, port: int) -> tuple[type[BaseException], int | None, float]:
    """How and when a connection attempt fails."""

    async def client() -> None:
        await asyncio.open_connection(host, port)

    with pytest.raises(OSError) as caught:
        pair.alpha.run_until_complete(client())
    return type(caught.value), caught.value.errno, pair.alpha.time()


def test_nobody_listens(pair: Pair) -> None:
    kind, number, when = connect_error(pair, "10.0.0.2", 81)
    assert (kind, number) == (ConnectionRefusedError, errno.ECONNREFUSED)
    assert 0.01 < when < 0.1


def test_nobody_answers_arp(pair: Pair) -> None:
    assert connect_error(pair, "10.0.0.9", 80)[:2] == (OSError, errno.EHOSTUNREACH)


def test_no_route(pair: Pair) -> None:
    assert connect_error(pair, "192.0.2.1", 80)[:2] == (OSError, errno.ENETUNREACH)


def test_syns_into_the_void_time_out_as_linux_does(pair: Pair) -> None:
    pair.beta.sockets.ip.register(socket.IPPROTO_TCP, Protocol())
    kind, number, when = connect_error(pair, "10.0.0.2", 80)
    assert (kind, number) == (TimeoutError, errno.ETIMEDOUT)
    assert 127 <= when < 128  # six retries: 1 + 2 + 4 + ... + 64 s


def test_a_reset_reaches_the_reader(pair: Pair) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.close()

    serve(pair, rude)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("beta", 80)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()

    pair.alpha.run_until_complete(client())


def test_a_port_in_use(pair: Pair) -> None:
    serve(pair, echo)
    with pytest.raises(OSError, match="error while attempting to bind on address") as caught:
        serve(pair, echo)
    assert caught.value.errno == errno.EADDRINUSE


def test_happy_eyeballs_take_the_family_that_works(pair: Pair) -> None:
    serve(pair, echo, host="10.0.0.2")
    pair.names.add("far", "2001:db8::77")
    pair.names.add("far", "10.0.0.2")

    async def client(**options: Any) -> str:
        _, writer = await asyncio.open_connection("far", 80, **options)
        writer.close()
        peer: str = writer.get_extra_info("peername")[0]
        return peer

    assert pair.alpha.run_until_complete(client(happy_eyeballs_delay=0.25)) == "10.0.0.2"
    assert 0.25 < pair.alpha.time() < 0.5


def test_a_server_ends_with_its_clients(pair: Pair) -> None:
    server = serve(pair, echo)

    async def client() -> bytes:
        reader, writer = await asyncio.open_connection("beta", 80)
        writer.write(b"x")
        assert await reader.read(1) == b"x"
        pair.beta.call_soon(server.close)
        pair.beta.call_soon(server.close_clients)
        rest = await reader.read()
        writer.close()
        return rest

    assert pair.alpha.run_until_complete(client()) == b""
    assert not server.is_serving()
    assert server.sockets == ()
    pair.beta.run_until_complete(server.wait_closed())


@pytest.mark.slow
def test_tls_with_a_certificate_that_is_checked(pair: Pair) -> None:
    authority = trustme.CA()
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("beta").configure_cert(server_context)
    client_context = ssl.create_default_context()
    authority.configure_trust(client_context)
    serve(pair, echo, ssl=server_context)

    async def client(**options: Any) -> tuple[bytes, Any]:
        reader, writer = await asyncio.open_connection("beta", 80, ssl=client_context, **options)
        writer.write(b"secret" * 100_000)
        answer = await reader.readexactly(600_000)
        cipher = writer.get_extra_info("cipher")
        writer.close()
        await writer.wait_closed()
        return answer, cipher

    answer, cipher = pair.alpha.run_until_complete(client())
    assert answer == b"secret" * 100_000
    assert cipher is not None
    with pytest.raises(ssl.SSLCertVerificationError):
        pair.alpha.run_until_complete(client(server_hostname="gamma"))


def test_start_tls_on_an_open_connection(pair: Pair) -> None:
    authority = trustme.CA()
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("beta").configure_cert(server_context)
    client_context = ssl.create_default_context()
    authority.configure_trust(client_context)

    async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readline() == b"STARTTLS\n"
        writer.write(b"go\n")
        await writer.drain()
        await writer.start_tls(server_context)
        writer.write((await reader.readline()).upper())
        writer.close()

    serve(pair, upgrade)

    async def client() -> bytes:
        reader, writer = await asyncio.open_connection("beta", 80)
        writer.write(b"STARTTLS\n")
        assert await reader.readline() == b"go\n"
        await writer.start_tls(client_context, server_hostname="beta")
        writer.write(b"hello\n")
        answer = await reader.read()
        writer.close()
        return answer

    assert pair.alpha.run_until_complete(client()) == b"HELLO\n"


def test_a_deadlock_names_connection_and_server(pair: Pair) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    serve(pair, silent)

    async def client() -> None:
        reader, _writer = await asyncio.open_connection("10.0.0.2", 80)
        await reader.read()

    with pytest.raises(Deadlock) as caught:
        pair.alpha.run_until_complete(client())
    report = str(caught.value)
    assert "alpha: task Task-" in report
    assert "alpha: transport waits for 10.0.0.2:80, connected from 10.0.0.1:" in report
    assert "beta: server waits for a connection to 0.0.0.0:80" in report


@pytest.mark.slow
def test_many_connections_at_once(pair: Pair) -> None:
    serve(pair, echo, backlog=500)

    async def one(number: int) -> bytes:
        reader, writer = await asyncio.open_connection("beta", 80)
        writer.write(b"%d" % number)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(one(number) for number in range(200)))

    assert pair.alpha.run_until_complete(all_of_them()) == [b"%d" % number for number in range(200)]


def test_the_local_address_can_be_chosen(pair: Pair) -> None:
    serve(pair, echo)

    async def client() -> Any:
        _, writer = await asyncio.open_connection("beta", 80, local_addr=("10.0.0.1", 4321))
        writer.close()
        return writer.get_extra_info("sockname")

    assert pair.alpha.run_until_complete(client()) == ("10.0.0.1", 4321)


def test_a_transport_tells_of_its_socket_after_its_end(pair: Pair) -> None:
    """As asyncio's own, which asks while the socket is open."""
    serve(pair, echo)

    async def client() -> tuple[Any, Any, Any, Any]:
        _, writer = await asyncio.open_connection("10.0.0.2", 80)
        transport = writer.transport
        writer.close()
        await writer.wait_closed()
        names = "sockname", "peername", "socket", "cipher"
        sockname, peer, sock, cipher = (transport.get_extra_info(name) for name in names)
        assert transport.get_extra_info("sockname") is sockname
        return sockname, peer, sock.fileno(), cipher

    sockname, peer, descriptor, cipher = pair.alpha.run_until_complete(client())
    assert (sockname[0], peer, descriptor, cipher) == ("10.0.0.1", ("10.0.0.2", 80), -1, None)
    assert sockname[1] >= 32_768
