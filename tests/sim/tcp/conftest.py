"""Hosts on wires, with bulk users, for runs over the real network layer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from catenet.kernel import Kernel
from catenet.network.forwarding.route import Route
from catenet.network.stack import IpStack
from catenet.physical.wire import Wire
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.tcp.listener import Acceptor, Listener

SECOND = 1_000_000_000
MS = 1_000_000
A4, B4 = 0x0A000001, 0x0A000002
A6, B6 = (0x20010DB8 << 96) + 1, (0x20010DB8 << 96) + 2


class Machine:
    """One host with an interface."""

    def __init__(self, kernel: Kernel, name: str, mac: int, address4: int, address6: int) -> None:
        self.kernel = kernel
        self.ip = IpStack(kernel, name)
        self.interface = self.ip.add_interface("eth0", mac)
        self.ip.add_address(self.interface, 4, address4, 24)
        self.ip.add_address(self.interface, 6, address6, 64)
        self.tcp = TcpLayer(kernel, self.ip, name)


class Pair:
    """Two hosts, one wire."""

    def __init__(self, seed: int = 1, rate_bit_s: int = 100_000_000, delay_ns: int = 5 * MS) -> None:
        self.kernel = Kernel(seed)
        self.a = Machine(self.kernel, "a", 0x020000000001, A4, A6)
        self.b = Machine(self.kernel, "b", 0x020000000002, B4, B6)
        self.wire = Wire(self.kernel, "a", "b", self.a.interface.port, self.b.interface.port, rate_bit_s, delay_ns)
        self.a.interface.port.attach(self.wire.forward)
        self.b.interface.port.attach(self.wire.backward)

    def run(self, seconds: float) -> None:
        self.kernel.run(self.kernel.now_ns + int(seconds * SECOND))


class Source(TcpUser):
    """Sends so many octets of a pattern, then closes its side."""

    def __init__(self, octets: int) -> None:
        super().__init__()
        self.left = octets
        self.connection: Connection | None = None
        self.sent = hashlib.sha256()
        self.errno: int | None = None
        self.is_established = False
        self.serial = 0
        self.rest = b""

    def established(self) -> None:
        self.is_established = True
        self.feed()

    def writable(self) -> None:
        self.feed()

    def closed(self, errno: int) -> None:
        self.errno = errno

    def feed(self) -> None:
        connection = self.connection
        assert connection is not None
        while self.left > 0:
            if not self.rest:
                self.serial += 1
                self.rest = (self.serial.to_bytes(4, "big") * 8192)[: self.left]
            taken = connection.send(self.rest)
            self.sent.update(self.rest[:taken])
            self.left -= taken
            self.rest = self.rest[taken:]
            if self.rest:
                return
        connection.shut_down_sending()


class Sink(TcpUser):
    """Reads whatever comes, and closes at its end."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.got = hashlib.sha256()
        self.octets = 0
        self.errno: int | None = None
        self.end_ns = 0

    def readable(self) -> None:
        connection = self.connection
        while connection.available:
            data = connection.recv(1 << 20)
            self.got.update(data)
            self.octets += len(data)
        if connection.at_eof:
            self.end_ns = connection.kernel.now_ns
            connection.close()

    def closed(self, errno: int) -> None:
        self.errno = errno


class Door(Acceptor):
    """Accepts all, and gives each a sink."""

    def __init__(self, accepting: bool = True) -> None:
        super().__init__()
        self.sinks: list[Sink] = []
        self.accepting = accepting

    def accepted(self, listener: Listener) -> None:
        while self.accepting and listener.pending:
            connection = listener.accept()
            assert connection is not None
            sink = Sink(connection)
            connection.user = sink
            self.sinks.append(sink)
            sink.readable()


class Kit:
    """What the tests build with."""

    Pair = Pair
    Machine = Machine
    Source = Source
    Sink = Sink
    Door = Door
    Route = Route

    @staticmethod
    def send(pair: Any, octets: int, version: int = 4, port: int = 80) -> Source:
        source = Source(octets)
        remote = B4 if version == 4 else B6
        source.connection = pair.a.tcp.connect(source, version, 0, 0, remote, port)
        return source


@pytest.fixture
def kit() -> Callable[..., Kit]:
    return Kit
