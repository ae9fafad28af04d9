"""Linux as a router between two simulated hosts: it takes our large packets apart, and tells us what does not fit."""

from __future__ import annotations

import hashlib
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from catenet.host.host import Host
from catenet.link.mac import local_mac
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.tap import TapStation
from catenet.tap.namespace import inside
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.listener import Acceptor, Listener

DATA = hashlib.shake_256(b"router").digest(3_000_000)
NETWORK = {4: "10.90.0.0/24", 6: "fd90::/64"}
GATEWAY = {4: "10.90.0.1", 6: "fd90::1"}
BEHIND = {4: "10.90.0.2", 6: "fd90::2"}


class Source(TcpUser):
    def __init__(self) -> None:
        super().__init__()
        self.connection: Connection | None = None
        self.sent = 0

    def established(self) -> None:
        self.writable()

    def writable(self) -> None:
        assert self.connection is not None
        while self.sent < len(DATA):
            taken = self.connection.send(DATA[self.sent : self.sent + 65_536])
            self.sent += taken
            if taken == 0:
                return
        self.connection.shut_down_sending()


class Sink(TcpUser):
    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.got = bytearray()
        self.ended = False

    def readable(self) -> None:
        while self.connection.available:
            self.got += self.connection.recv(1 << 20)
        if self.connection.at_eof and not self.ended:
            self.ended = True
            self.connection.close()


class Server(Acceptor):
    def __init__(self) -> None:
        super().__init__()
        self.sinks: list[Sink] = []

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        assert connection is not None
        sink = Sink(connection)
        connection.user = sink
        self.sinks.append(sink)
        sink.readable()


def add_host_behind_linux(attached: Any, mtu: int) -> Host:
    """A host on a second device of the same namespace, and routes for all three."""
    rig, namespace = attached.rig, attached.namespace
    addresses = [f"{GATEWAY[4]}/24", f"{GATEWAY[6]}/64"]
    device = rig.device("wire1", namespace=namespace, addresses=addresses, mtu=mtu)
    host = Host(attached.kernel, "behind")
    interface = attached.add_interface(host, 5, BEHIND)
    station = TapStation(attached.kernel, "linux1", local_mac(98), device)
    attached.lay(interface.port, station.port)
    attached.driver.add(station)
    with inside(namespace):
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")
    for version in (4, 6):
        for owner, face, gateway in (
            (host, interface, GATEWAY[version]),
            (attached.host, attached.interface, attached.linux[version]),
        ):
            hop = NextHop(face, int(ip_address(gateway)))
            owner.ip.add_route(Route(version, 0, 0, UNICAST, [hop]))
    return host


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("mtu", [1500, 1280])
@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_our_stream_passes_linux(attached: Any, version: int, mtu: int) -> None:
    behind = add_host_behind_linux(attached, mtu)
    server = Server()
    behind.tcp.listen(server, version, 0, 80, 16)
    # Linux has only just turned into a router: its multicast groups and addresses settle
    attached.driver.run(0.2)
    source = Source()
    address = int(ip_address(BEHIND[version]))
    source.connection = attached.host.tcp.connect(source, version, 0, 0, address, 80)
    attached.wait(lambda: server.sinks and server.sinks[0].ended, 20)
    assert hashlib.sha256(server.sinks[0].got).digest() == hashlib.sha256(DATA).digest()
    assert attached.host.ip.path_mtu(version, address) == mtu
    assert attached.station.outbox.segments > attached.station.outbox.packets
