"""Linux and a simulated machine find each other, and echo, up to the longest packets there are."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
from typing import Any

import pytest

from catenet.network.icmp.ping import EchoUser
from catenet.network.neighbour.neighbour import REACHABLE
from catenet.network.protocol import IcmpError
from catenet.transport.udp import UdpLayer, UdpUser

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
ICMP = {4: socket.IPPROTO_ICMP, 6: socket.IPPROTO_ICMPV6}
REQUEST = {4: 8, 6: 128}
REPLY = {4: 0, 6: 129}
SIZES = [0, 56, 1472, 1473, 9000, 65_507]


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) & ~1])) + (data[-1] << 8 if len(data) & 1 else 0)
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return 0xFFFF - total


def ping(attached: Any, version: int, body: bytes) -> bytes:
    """Linux asks; the body that came back."""
    sock = attached.socket(FAMILY[version], socket.SOCK_RAW, ICMP[version])
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    message = struct.pack("!BBHHH", REQUEST[version], 0, 0, 7, 1) + body
    if version == 4:
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
    with sock:
        sock.sendto(message, (attached.ours[version], 0))
        while True:
            data = sock.recv(70_000)
            if version == 4:
                data = data[(data[0] & 15) * 4 :]
            if data[0] == REPLY[version]:
                assert data[4:8] == message[4:8]
                return data[8:]


class Pinger(EchoUser):
    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[bytes] = []
        self.errors: list[IcmpError] = []

    def replied(self, sequence: int, source: int, hop_limit: int, body: bytes) -> None:
        self.bodies.append(body)

    def failed(self, sequence: int, error: IcmpError) -> None:
        self.errors.append(error)


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("size", SIZES)
def test_linux_asks(attached: Any, version: int, size: int) -> None:
    body = bytes(n * 7 & 0xFF for n in range(size))
    assert attached.drive(ping, attached, version, body) == body


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("size", SIZES)
def test_linux_is_asked(attached: Any, version: int, size: int) -> None:
    body = bytes(n * 5 & 0xFF for n in range(size))
    user = Pinger()
    echo = attached.host.ip.icmp.open(user, version)
    assert echo.send(int.from_bytes(socket.inet_pton(FAMILY[version], attached.linux[version]), "big"), 1, body) == 0
    attached.wait(lambda: user.bodies or user.errors)
    assert user.errors == []
    assert user.bodies == [body]


class EchoServer(UdpUser):
    """Sends back what comes."""

    def __init__(self, layer: UdpLayer, version: int) -> None:
        super().__init__()
        self.socket = layer.open(self, version)
        assert layer.bind(self.socket, 0, 7000) == 0

    def readable(self) -> None:
        arrival = self.socket.receive()
        assert arrival is not None
        self.socket.send_to(arrival.data, arrival.version, arrival.src, arrival.src_port)


def exchange(attached: Any, version: int, body: bytes) -> bytes:
    sock = attached.socket(FAMILY[version], socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    with sock:
        sock.sendto(body, (attached.ours[version], 7000))
        return bytes(sock.recv(70_000))


@pytest.mark.parametrize("version", [4, 6])
def test_datagrams_of_64_kb_are_reassembled_both_ways(attached: Any, version: int) -> None:
    body = bytes(n * 3 & 0xFF for n in range(65_507))
    EchoServer(attached.host.udp, version)
    assert attached.drive(exchange, attached, version, body) == body


@pytest.mark.parametrize("attached", ["tap"], indirect=True)
@pytest.mark.parametrize("version", [4, 6])
def test_each_finds_the_others_mac(attached: Any, version: int) -> None:
    attached.drive(ping, attached, version, b"?")
    command = ["ip", "-j", "-n", attached.namespace, "neigh", "show", attached.ours[version]]
    (entry,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert int(entry["lladdr"].replace(":", ""), 16) == attached.interface.mac
    table = attached.interface.neighbours4 if version == 4 else attached.interface.neighbours6
    ours = table.find(int.from_bytes(socket.inet_pton(FAMILY[version], attached.linux[version]), "big"))
    assert ours is not None
    command = ["ip", "-j", "-n", attached.namespace, "link", "show", "wire0"]
    (link,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert ours.mac == int(link["address"].replace(":", ""), 16)
    assert ours.current_state() >= REACHABLE
