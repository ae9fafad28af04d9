"""Datagram endpoints and sockets."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from typing import Any

import pytest

Pair = Any


class Keeper(asyncio.DatagramProtocol):
    """Keeps what it gets, and answers in capitals if asked to."""

    def __init__(self, answers: bool = False) -> None:
        self.answers = answers
        self.got: list[tuple[bytes, Any]] = []
        self.errors: list[Exception] = []
        self.lost = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.got.append((data, address))
        if self.answers:
            self.transport.sendto(data.upper(), address)

    def error_received(self, error: Exception) -> None:
        self.errors.append(error)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True


@pytest.mark.parametrize(("own", "peer"), [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2")])
def test_a_datagram_there_and_back(pair: Pair, own: str, peer: str) -> None:
    pair.beta.run_until_complete(
        pair.beta.create_datagram_endpoint(lambda: Keeper(answers=True), local_addr=(peer, 53))
    )

    async def client() -> Keeper:
        transport, keeper = await pair.alpha.create_datagram_endpoint(Keeper, remote_addr=(peer, 53))
        assert transport.get_extra_info("peername")[:2] == (peer, 53)
        transport.sendto(b"hello")
        await asyncio.sleep(1)
        transport.close()
        await asyncio.sleep(0)
        return keeper

    keeper = pair.alpha.run_until_complete(client())
    ((data, address),) = keeper.got
    assert (data, address[:2]) == (b"HELLO", (peer, 53))
    assert keeper.lost


def test_nobody_listens_and_the_protocol_hears_of_it(pair: Pair) -> None:
    async def client() -> Keeper:
        transport, keeper = await pair.alpha.create_datagram_endpoint(Keeper, remote_addr=("10.0.0.2", 9))
        transport.sendto(b"anybody?")
        await asyncio.sleep(1)
        transport.close()
        return keeper

    keeper = pair.alpha.run_until_complete(client())
    assert [type(error) for error in keeper.errors] == [ConnectionRefusedError]


def test_a_connected_endpoint_sends_nowhere_else(pair: Pair) -> None:
    async def client() -> None:
        transport, _ = await pair.alpha.create_datagram_endpoint(Keeper, remote_addr=("10.0.0.2", 9))
        with pytest.raises(ValueError, match="Invalid address"):
            transport.sendto(b"x", ("10.0.0.2", 10))
        with pytest.raises(TypeError):
            transport.sendto("text")
        transport.close()

    pair.alpha.run_until_complete(client())


def test_bad_arguments(pair: Pair) -> None:
    def endpoint(**options: Any) -> Any:
        return pair.alpha.run_until_complete(pair.alpha.create_datagram_endpoint(Keeper, **options))

    with pytest.raises(ValueError, match="unexpected address family"):
        endpoint()
    with pytest.raises(TypeError, match="2-tuple"):
        endpoint(local_addr="10.0.0.1")
    with pytest.raises(ValueError, match="can not get address information"):
        endpoint(local_addr=("10.0.0.1", 1), remote_addr=("2001:db8::2", 1))
    with pytest.raises(ValueError, match="UDP Socket"):
        endpoint(sock=pair.alpha.sockets.make_socket())
    with pytest.raises(OSError, match="Cannot assign") as caught:
        endpoint(local_addr=("10.0.0.2", 1))
    assert caught.value.errno == errno.EADDRNOTAVAIL


def test_a_version_6_socket_takes_version_4_as_mapped(pair: Pair) -> None:
    both = pair.beta.sockets.make_socket(socket.AF_INET6, socket.SOCK_DGRAM)
    both.bind(("::", 5000))
    sender = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("10.0.0.1", 6000))
    sender.sendto(b"four", ("10.0.0.2", 5000))
    assert both.recvfrom(10) == (b"four", ("::ffff:10.0.0.1", 6000, 0, 0))
    both.sendto(b"back", ("::ffff:10.0.0.1", 6000, 0, 0))
    assert sender.recvfrom(10) == (b"back", ("10.0.0.2", 5000))
    only6 = pair.beta.sockets.make_socket(socket.AF_INET6, socket.SOCK_DGRAM)
    only6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    only6.bind(("::", 5001))
    only4 = pair.beta.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    only4.bind(("", 5001))


def test_errors_of_datagram_sockets(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    with pytest.raises(OSError, match="Destination address required"):
        sock.send(b"x")
    with pytest.raises(PermissionError):
        sock.sendto(b"x", ("255.255.255.255", 9))
    with pytest.raises(OSError, match="too long"):
        sock.sendto(bytes(65_508), ("10.0.0.2", 9))
    with pytest.raises(OSError, match="unreachable"):
        sock.sendto(b"x", ("192.0.2.1", 9))
    with pytest.raises(OSError, match="Invalid argument"):
        sock.bind(("", 5000))
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    other = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 5000))
    with pytest.raises(OSError, match="in use"):
        other.bind(("", 5000))
    sock.connect(("10.0.0.2", 9))
    sock.send(b"anybody?")
    with pytest.raises(ConnectionRefusedError):
        sock.recv(10)


def test_a_short_buffer_cuts_a_datagram(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.sendto(b"long message", sock.getsockname())
    sock.sendto(b"next", sock.getsockname())
    assert sock.recv(4) == b"long"
    assert sock.recv(100) == b"next"


def joining(family: int, group: str, interface: int = 0) -> tuple[int, int, int, bytes]:
    """Level, names for joining and leaving, and the value."""
    packed = socket.inet_pton(family, group)
    if family == socket.AF_INET:
        value = packed + bytes(4) + struct.pack("i", interface)
        return socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.IP_DROP_MEMBERSHIP, value
    return socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.IPV6_LEAVE_GROUP, packed + struct.pack("i", interface)


@pytest.mark.parametrize(("family", "group"), [(socket.AF_INET, "239.1.2.3"), (socket.AF_INET6, "ff02::1:3")])
def test_a_group_is_heard_from_joining_to_leaving(pair: Pair, family: int, group: str) -> None:
    listening = pair.beta.sockets.make_socket(family, socket.SOCK_DGRAM)
    listening.bind(("", 5353))
    listening.settimeout(1)
    speaking = pair.alpha.sockets.make_socket(family, socket.SOCK_DGRAM)
    level, join, leave, value = joining(family, group)

    def hears() -> bool:
        speaking.sendto(b"hello", (group, 5353))
        try:
            return bool(listening.recv(100) == b"hello")
        except TimeoutError:
            return False

    assert not hears()
    listening.setsockopt(level, join, value)
    assert hears()
    with pytest.raises(OSError, match="in use"):
        listening.setsockopt(level, join, value)
    listening.setsockopt(level, leave, value)
    assert not hears()
    with pytest.raises(OSError, match="Cannot assign"):
        listening.setsockopt(level, leave, value)
    other = pair.beta.sockets.make_socket(family, socket.SOCK_DGRAM)
    other.setsockopt(level, join, value)
    assert hears()
    other.close()
    assert not hears()


def test_options_of_sending_to_a_group(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", 7))
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 7
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.0.0.1"))
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4) == socket.inet_aton("10.0.0.1")
    for group, own, told in (("239.0.0.1", "10.0.0.9", "No such device"), ("10.0.0.2", "10.0.0.1", "Invalid")):
        value = socket.inet_aton(group) + socket.inet_aton(own)
        with pytest.raises(OSError, match=told):
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, value)
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 64
