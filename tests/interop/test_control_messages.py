"""Control messages of datagrams, and the error queue: ours are Linux's, octet by octet, on loopback."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import pytest

from catenet import Internet

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
WANTED = {4: (socket.IPPROTO_IP, (8, 12, 13)), 6: (socket.IPPROTO_IPV6, (49, 51, 66))}
"""PKTINFO, hop limit and traffic class."""
RECVERR = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}
MSG_ERRQUEUE = 0x2000
UNUSED_PORT = 9
ARRIVAL_S = 0.02
"""Longer than a datagram takes on loopback."""


def datagram_socket(version: int) -> Any:
    sock = socket.socket(FAMILIES[version], socket.SOCK_DGRAM)
    sock.setblocking(False)
    return sock


def outcome(call: Any, *args: Any) -> Any:
    """What a call returned, or its errno."""
    try:
        return call(*args)
    except OSError as error:
        return error.errno


async def received(version: int) -> list[Any]:
    """Options before and after they are set, and what comes with datagrams."""
    level, names = WANTED[version]
    told: list[Any] = []
    with datagram_socket(version) as receiver, datagram_socket(version) as sender:
        receiver.bind((LOOPBACK[version], 0))
        for name in names:
            told.append(receiver.getsockopt(level, name))
            receiver.setsockopt(level, name, 1)
            told.append(receiver.getsockopt(level, name))
        sender.setsockopt(level, socket.IP_TOS if version == 4 else socket.IPV6_TCLASS, 0x28)
        sender.setsockopt(level, socket.IP_TTL if version == 4 else socket.IPV6_UNICAST_HOPS, 7)
        for room in (1024, 0, 1024):
            sender.sendto(b"data", receiver.getsockname())
            await asyncio.sleep(ARRIVAL_S)
            told.append(receiver.recvmsg(100, room)[:2])
        receiver.setsockopt(level, names[0], 0)
        sender.sendto(b"data", receiver.getsockname())
        await asyncio.sleep(ARRIVAL_S)
        told.append(receiver.recvmsg(100, 1024)[:2])
    return told


async def mapped() -> list[Any]:
    """What an IPv6 socket is told of IPv4."""
    told: list[Any] = []
    with datagram_socket(6) as receiver, datagram_socket(4) as sender:
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        receiver.bind(("::", 0))
        for level, name in ((socket.IPPROTO_IPV6, 49), (socket.IPPROTO_IPV6, 51), (socket.IPPROTO_IP, 12)):
            receiver.setsockopt(level, name, 1)
        sender.sendto(b"data", ("127.0.0.1", receiver.getsockname()[1]))
        await asyncio.sleep(ARRIVAL_S)
        told.append(receiver.recvmsg(100, 1024)[:2])
    return told


async def sent(version: int) -> list[Any]:
    """The source that a control message gives, and what is wrong with others."""
    told: list[Any] = []
    level = WANTED[version][0]
    own = {4: "127.0.0.5", 6: "::1"}[version]
    # The error for IPv4 has changed between versions of Linux.
    foreign = [("2001:db8:7::7", 1)] if version == 6 else []
    with datagram_socket(version) as receiver, datagram_socket(version) as sender:
        receiver.bind((LOOPBACK[version], 0))
        for address, index in ((own, 1), (own, 0), *foreign, (own, 77)):
            octets = socket.inet_pton(FAMILIES[version], address)
            info = struct.pack("=i4s4x", index, octets) if version == 4 else struct.pack("=16sI", octets, index)
            control = [(level, 8 if version == 4 else 50, info)]
            told.append(outcome(sender.sendmsg, [b"da", b"ta"], control, 0, receiver.getsockname()))
            await asyncio.sleep(ARRIVAL_S)
            told.append(outcome(lambda: receiver.recvfrom(100)[1][0]))
        told.append(
            outcome(sender.sendmsg, [b"data"], [(level, 8 if version == 4 else 50, b"short")], 0, ("::1", 9)[:2])
        )
    return told


async def errors(version: int, connected: bool) -> list[Any]:
    """The error queue of a socket whose datagrams nobody wants, and its pending error."""
    level, name = RECVERR[version]
    to = (LOOPBACK[version], UNUSED_PORT)
    told: list[Any] = []
    with datagram_socket(version) as sock:
        told.append(outcome(sock.recvmsg, 100, 1024, MSG_ERRQUEUE))
        if connected:
            sock.connect(to)
        sock.setsockopt(level, name, 1)
        for data in (b"first", b"second"):
            told.append(outcome(sock.sendto, data, to))
            await asyncio.sleep(ARRIVAL_S)
            told.append(sock.recvmsg(100, 1024, MSG_ERRQUEUE))
            told.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        told.append(outcome(sock.sendto, b"third", to))
        await asyncio.sleep(ARRIVAL_S)
        told.append(outcome(sock.recv, 100))
        told.append(sock.recvmsg(3, 0, MSG_ERRQUEUE)[:2])
        told.append(outcome(sock.recvmsg, 100, 1024, MSG_ERRQUEUE))
        told.append(outcome(sock.recv, 100))
    return told


def simulated(function: Any, *args: Any) -> Any:
    """The same on a simulated host."""

    with Internet(seed=1) as net:
        process = net.host("host").run(function, *args)
        net.run()
        return process.result


@pytest.mark.parametrize("version", [4, 6])
def test_what_comes_with_a_datagram(version: int) -> None:
    assert simulated(received, version) == asyncio.run(received(version))


def test_what_an_ipv6_socket_is_told_of_ipv4() -> None:
    assert simulated(mapped) == asyncio.run(mapped())


@pytest.mark.parametrize("version", [4, 6])
def test_the_source_of_a_datagram(version: int) -> None:
    assert simulated(sent, version) == asyncio.run(sent(version))


@pytest.mark.parametrize("connected", [False, True])
@pytest.mark.parametrize("version", [4, 6])
def test_the_error_queue(version: int, connected: bool) -> None:
    assert simulated(errors, version, connected) == asyncio.run(errors(version, connected))
