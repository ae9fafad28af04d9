"""Linux's TCP against ours: what arrives is what was sent, whoever connects."""

from __future__ import annotations

import hashlib
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.listener import Acceptor, Listener

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
OCTETS = 3_000_001
DATA = hashlib.shake_256(b"catenet").digest(OCTETS)
HASH = hashlib.sha256(DATA).hexdigest()
VERSIONS = pytest.mark.parametrize("version", [4, 6])


class Exchange(TcpUser):
    """Sends the data, closes its side, and hashes what comes until the peer closes."""

    def __init__(self) -> None:
        super().__init__()
        self.connection: Connection | None = None
        self.sent = 0
        self.hash = hashlib.sha256()
        self.error = -1

    def established(self) -> None:
        self.writable()

    def writable(self) -> None:
        connection = self.connection
        assert connection is not None
        while self.sent < OCTETS:
            taken = connection.send(DATA[self.sent : self.sent + 65_536])
            self.sent += taken
            if taken == 0:
                return
        connection.shut_down_sending()

    def readable(self) -> None:
        connection = self.connection
        assert connection is not None
        while connection.available:
            self.hash.update(connection.recv(1 << 20))
        if connection.at_eof and self.sent == OCTETS:
            connection.close()

    def closed(self, errno: int) -> None:
        self.error = errno


class Server(Acceptor):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Exchange] = []

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        assert connection is not None
        user = Exchange()
        user.connection = connection
        connection.user = user
        self.taken.append(user)
        user.writable()
        user.readable()


def exchange(sock: socket.socket) -> str:
    """Both ways at once, from Linux's side; the hash of what came."""
    import threading

    def write() -> None:
        sock.sendall(DATA)
        sock.shutdown(socket.SHUT_WR)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    got = hashlib.sha256()
    while data := sock.recv(1 << 20):
        got.update(data)
    writer.join()
    sock.close()
    return got.hexdigest()


@VERSIONS
def test_linux_connects_and_both_send_at_once(attached: Any, version: int) -> None:
    server = Server()
    attached.host.tcp.listen(server, version, 0, 80, 16)
    sock = attached.socket(FAMILY[version], socket.SOCK_STREAM)

    def work() -> str:
        sock.connect((attached.ours[version], 80))
        return exchange(sock)

    assert attached.drive(work) == HASH
    (user,) = server.taken
    attached.wait(lambda: user.error == 0)
    assert user.hash.hexdigest() == HASH


@VERSIONS
def test_linux_is_connected_to(attached: Any, version: int) -> None:
    listener = attached.socket(FAMILY[version], socket.SOCK_STREAM)
    listener.bind((attached.linux[version], 80))
    listener.listen()
    user = Exchange()
    user.connection = attached.host.tcp.connect(user, version, 0, 0, int(ip_address(attached.linux[version])), 80)

    def work() -> str:
        sock, _ = listener.accept()
        sock.settimeout(10)
        return exchange(sock)

    assert attached.drive(work) == HASH
    attached.wait(lambda: user.error == 0)
    assert user.hash.hexdigest() == HASH
    listener.close()


@VERSIONS
def test_a_port_where_nobody_listens_refuses(attached: Any, version: int) -> None:
    sock = attached.socket(FAMILY[version], socket.SOCK_STREAM)
    with sock, pytest.raises(ConnectionRefusedError):
        attached.drive(sock.connect, (attached.ours[version], 81))


@VERSIONS
@pytest.mark.parametrize("attached", ["tap", "tap-no-offload"], indirect=True)
def test_segments_pass_a_router_and_a_path_of_small_packets(attached: Any, version: int) -> None:
    """Linux sends 1500 octets at first; our router says that 1280 is the most, and Linux remembers."""
    far = attached.stretch(mtu=1280)
    server = Server()
    far.tcp.listen(server, version, 0, 80, 16)
    sock = attached.socket(FAMILY[version], socket.SOCK_STREAM)

    def work() -> str:
        sock.connect((attached.beyond[version], 80))
        return exchange(sock)

    assert attached.drive(work) == HASH
    (user,) = server.taken
    attached.wait(lambda: user.error == 0)
    assert user.hash.hexdigest() == HASH
