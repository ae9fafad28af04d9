"""``SSLContext.wrap_socket`` on simulated sockets, as libraries with loops of their own use it."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import pytest

from catenet.internet import Internet

pytestmark = pytest.mark.slow
T = TypeVar("T")
UP, DOWN = random.Random(1).randbytes(200_000), random.Random(2).randbytes(300_000)


async def repeated(sock: Any, call: Callable[[], T]) -> T:
    """Repeat a call of a non-blocking socket until it does not wait any more."""
    while True:
        try:
            return call()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError) as wanted:
            await readiness(sock, isinstance(wanted, ssl.SSLWantWriteError))


async def readiness(sock: Any, to_write: bool) -> None:
    """Wait until the socket can be read from, or written to."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    (loop.add_writer if to_write else loop.add_reader)(sock.fileno(), lambda: ready.done() or ready.set_result(None))
    await ready
    (loop.remove_writer if to_write else loop.remove_reader)(sock.fileno())


async def send_all(sock: Any, octets: bytes) -> None:
    view = memoryview(octets)
    while view:
        view = view[await repeated(sock, partial(sock.send, view)) :]


async def receive(sock: Any, count: int) -> bytes:
    found = b""
    while len(found) < count and (octets := await repeated(sock, lambda: sock.recv(10_000))):
        found += octets
    return found


class Lab:
    """A server with a wrapped listening socket, and a client, over a line that loses."""

    def __init__(
        self, answer: Callable[[Any], Any], context: Callable[[Internet], ssl.SSLContext] | None = None
    ) -> None:
        self.net = net = Internet(seed=5)
        self.server, self.client = net.hosts("server", "client")
        net.link("server", "client", delay="20ms", loss="1%", rate="20Mbit/s")
        net.build()
        self.tls = (context or (lambda net: net.tls().server_context("server", alpn=["x"])))(net)
        self.answer = answer
        self.server.run(self._serve, service=True)

    async def _serve(self) -> None:
        listener = socket.create_server(("", 443), family=socket.AF_INET)
        listener.setblocking(False)
        wrapped = self.tls.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
        while True:
            sock, _ = await repeated(wrapped, wrapped.accept)
            sock.setblocking(False)
            await self.answer(sock)
            sock.close()

    async def connect(self, **options: Any) -> ssl.SSLSocket:
        sock = socket.socket()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (str(self.server.addresses[0]), 443))
        context = options.pop("context", None) or ssl.create_default_context()
        with pytest.raises(ValueError, match="do_handshake_on_connect should not be specified for non-blocking"):
            ssl.create_default_context().wrap_socket(sock.dup(), server_hostname="server")
        wrapped = context.wrap_socket(sock, server_hostname="server", do_handshake_on_connect=False, **options)
        assert sock.fileno() == -1
        return wrapped

    def run(self, program: Callable[[], Any]) -> Any:
        process = self.client.run(program)
        with self.net:
            self.net.run()
            return process.result


def test_octets_cross_both_ways_at_once_and_tls_ends() -> None:
    async def answer(sock: Any) -> None:
        await repeated(sock, sock.do_handshake)
        got, _ = await asyncio.gather(receive(sock, len(UP)), send_all(sock, DOWN))
        assert got == UP
        plain = await repeated(sock, sock.unwrap)
        assert type(plain) is not type(sock)
        await asyncio.get_running_loop().sock_sendall(plain, b"in clear text")
        plain.close()

    lab = Lab(answer)

    async def main() -> Any:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["x"])
        sock = await lab.connect(context=context)
        assert sock.version() is None
        await repeated(sock, sock.do_handshake)
        got, _ = await asyncio.gather(receive(sock, len(DOWN)), send_all(sock, UP))
        assert got == DOWN
        buffer = bytearray(10)
        assert await repeated(sock, lambda: sock.recv_into(buffer)) == 0  # the end of TLS
        plain = await repeated(sock, sock.unwrap)
        text = await asyncio.get_running_loop().sock_recv(plain, 100)
        return sock.version(), sock.selected_alpn_protocol(), sock.getpeercert()["subjectAltName"][0], text

    assert lab.run(main) == ("TLSv1.3", "x", ("DNS", "server"), b"in clear text")
    summary = {host["name"]: host["tls"] for host in lab.net.result().summary()["hosts"]}
    assert summary["client"] == summary["server"] == {"handshakes": 1}


@pytest.mark.parametrize("ragged", [True, False])
def test_a_connection_that_ends_without_the_end_of_tls(ragged: bool) -> None:
    async def answer(sock: Any) -> None:
        await repeated(sock, sock.do_handshake)

    async def main() -> Any:
        sock = await lab.connect(suppress_ragged_eofs=ragged)
        await repeated(sock, sock.do_handshake)
        try:
            return await repeated(sock, lambda: sock.recv(10))
        except ssl.SSLEOFError:
            return "SSLEOFError"

    lab = Lab(answer)
    assert lab.run(main) == (b"" if ragged else "SSLEOFError")


def test_a_certificate_that_is_refused_is_told_by_an_alert() -> None:
    seen: list[str] = []

    async def answer(sock: Any) -> None:
        try:
            await repeated(sock, sock.do_handshake)
            await repeated(sock, lambda: sock.recv(1))
        except ssl.SSLError as error:
            seen.append(str(error.reason))

    lab = Lab(answer, lambda net: net.tls("other", trusted=False).server_context("server"))

    async def main() -> str:
        sock = await lab.connect()
        try:
            await repeated(sock, sock.do_handshake)
        except ssl.SSLCertVerificationError as error:
            await asyncio.sleep(1)
            return error.verify_message
        return ""

    assert lab.run(main) == "unable to get local issuer certificate"
    assert seen == ["TLSV1_ALERT_UNKNOWN_CA"]


def test_what_a_tls_socket_cannot_do_is_refused() -> None:
    async def answer(sock: Any) -> None:
        await repeated(sock, sock.do_handshake)
        await asyncio.sleep(5)

    async def main() -> None:
        sock = await lab.connect()
        await repeated(sock, sock.do_handshake)
        assert (sock.send(b""), sock.recv(0)) == (0, b"")
        for call in (lambda: sock.send(b"x", socket.MSG_OOB), lambda: sock.recv(1, socket.MSG_PEEK)):
            with pytest.raises(ValueError, match="non-zero flags not allowed"):
                call()
        with pytest.raises(ValueError, match="server_hostname can only be specified in client mode"):
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(socket.socket(), True, server_hostname="x")
        sock.close()
        with pytest.raises(OSError, match="Bad file descriptor") as closed:
            sock.recv(1)
        assert closed.value.errno == errno.EBADF

    lab = Lab(answer)
    lab.run(main)
