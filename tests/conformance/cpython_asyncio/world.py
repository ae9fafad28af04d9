"""One simulated host for CPython's tests of asyncio, put in the place of the machine they run on.

Within :func:`world`, ``asyncio.new_event_loop()``, ``asyncio.SelectorEventLoop()`` and the test package's own
``TestLoop`` give loops of this host; ``socket.socket()`` and its like give its sockets, ``time.monotonic()`` its
time.  The helper servers, which the test package runs in threads, run as a task on a loop beside.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from test.test_asyncio import utils as test_utils

from catenet.kernel import Kernel
from catenet.network.stack import IpStack
from catenet.session.loop.loop import Loop
from catenet.session.names.hosts_table import Names
from catenet.session.stack import SocketStack
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer

REAL_SOCKET = socket.socket


class HostTestLoop(Loop):
    """What the test package's ``TestLoop`` offers besides a loop.  Its time needs no generator to move it."""

    def advance_time(self, seconds: float) -> None:
        """Let time pass."""
        self.kernel.run(self.kernel.now_ns + round(seconds * 1e9))

    @property
    def _ready(self) -> list[None]:
        return [] if self._queue.empty else [None]

    @_ready.setter
    def _ready(self, _: object) -> None:
        """BaseEventLoop has a list here."""


class World:
    """A kernel with one host, and the loops that a test has made on it."""

    def __init__(self) -> None:
        self.kernel = Kernel(seed=1)
        ip = IpStack(self.kernel, "host")
        self.layers = (ip, TcpLayer(self.kernel, ip, "host"), UdpLayer(self.kernel, ip, "host"), Names())
        self.sockets = SocketStack(self.kernel, *self.layers, "host")
        self.loops: list[Loop] = []

    def new_loop(self, *_: Any, **__: Any) -> Loop:
        """A loop for a test."""
        loop = HostTestLoop(self.kernel, *self.layers, "host", sockets=self.sockets)
        self.loops.append(loop)
        return loop

    def new_helper_loop(self) -> Loop:
        """A loop that does not count as the test's."""
        return Loop(self.kernel, *self.layers, "host", sockets=self.sockets)

    def time(self) -> float:
        """The host's clock, in seconds."""
        return self.kernel.now_ns / 1e9

    @property
    def turns(self) -> int:
        """Turns that the test's loops took."""
        return sum(loop.turns for loop in self.loops)

    def close(self) -> None:
        """Let go of what the test left behind."""
        for loop in self.loops:
            if not loop.is_closed() and not loop.is_running():
                loop.close()


@contextlib.contextmanager
def world() -> Iterator[World]:
    """Put a fresh host in the place of this machine."""
    made = World()
    with contextlib.ExitStack() as stack:

        def put(target: Any, name: str, value: Any) -> None:
            stack.enter_context(mock.patch.object(target, name, value))

        _put_loops(put, made)
        _put_sockets(put, made)
        put(time, "monotonic", made.time)
        put(time, "sleep", lambda seconds: made.kernel.run(made.kernel.now_ns + round(seconds * 1e9)))
        put(test_utils, "run_test_server", lambda **keywords: http_server(made, **keywords))
        put(test_utils, "run_udp_echo_server", lambda **keywords: udp_echo_server(made, **keywords))
        try:
            yield made
        finally:
            made.close()


def _put_loops(put: Any, made: World) -> None:
    for policy in ("DefaultEventLoopPolicy", "_UnixDefaultEventLoopPolicy"):
        owner = getattr(asyncio, policy, None) or getattr(asyncio.unix_events, policy, None)
        if owner is not None:
            put(owner, "_loop_factory", staticmethod(made.new_loop))
    if hasattr(asyncio, "SafeChildWatcher"):
        put(asyncio.SafeChildWatcher, "attach_loop", lambda watcher, loop: None)
    put(asyncio, "SelectorEventLoop", made.new_loop)
    put(test_utils, "TestLoop", made.new_loop)
    if hasattr(asyncio, "EventLoop"):
        put(asyncio, "EventLoop", made.new_loop)


def _put_sockets(put: Any, made: World) -> None:
    class Kind(type):
        def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
            return made.sockets.make_socket(*arguments, **keywords)

        def __instancecheck__(cls, thing: Any) -> bool:
            return isinstance(thing, REAL_SOCKET)

    class HostSocket(REAL_SOCKET, metaclass=Kind):
        """Called, it gives a socket of the host."""

    resolver = made.sockets.resolver
    put(socket, "socket", HostSocket)
    put(socket, "socketpair", lambda *arguments: made.sockets.make_pair(*arguments[1:2]))
    put(socket, "getaddrinfo", resolver.getaddrinfo)
    put(socket, "getnameinfo", resolver.getnameinfo)


class Httpd:
    """What a test sees of the helper server."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address


@contextlib.contextmanager
def http_server(made: World, *, host: str = "127.0.0.1", port: int = 0, use_ssl: bool = False) -> Iterator[Httpd]:
    """The helper web server: ``Test message`` to everyone, and ``/loop`` sends the body back."""
    context = None
    if use_ssl:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(test_utils.ONLYCERT, test_utils.ONLYKEY)
    loop = made.new_helper_loop()
    server = loop.run_until_complete(_serve(host, port, context))
    try:
        yield Httpd(server.sockets[0].getsockname())
    finally:
        server.close()
        loop.run_until_complete(_wind_up())
        loop.close()


async def _serve(host: str, port: int, context: ssl.SSLContext | None) -> asyncio.Server:
    return await asyncio.start_server(_answer, host, port, ssl=context)


async def _wind_up() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.sleep(0.1)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-type: text/plain\r\n\r\n")
        if head.split()[1] == b"/loop":
            fields = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:] if b": " in line)
            left = int(fields[b"content-length"])
            while left:
                block = await reader.read(min(left, 0x10000))
                writer.write(block)
                await writer.drain()
                left -= len(block)
        else:
            writer.write(b"Test message")
        await writer.drain()
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        writer.close()


class Echo(asyncio.DatagramProtocol):
    """Sends every datagram back."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.transport.sendto(data, address)


@contextlib.contextmanager
def udp_echo_server(made: World, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Any]:
    """The helper echo server."""
    loop = made.new_helper_loop()
    transport, _ = loop.run_until_complete(loop.create_datagram_endpoint(Echo, local_addr=(host, port)))
    try:
        yield transport.get_extra_info("sockname")
    finally:
        transport.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
