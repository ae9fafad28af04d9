"""Messages as datagrams: they arrive, are not sent twice, and what cannot go is dropped."""

from __future__ import annotations

import asyncio

from catenet.application.replication.datagrams import MAX_OCTETS, DatagramMesh
from catenet.internet import Internet


def two(loss: str) -> list[tuple[int, bytes]]:
    """What one node hears when the other says ten things, after one that looks up where it is."""
    net = Internet(seed=3)
    one, other = net.host("one"), net.host("other")
    net.link(one, other, loss=loss)
    heard: list[tuple[int, bytes]] = []

    async def listen() -> None:
        mesh = DatagramMesh(2)
        await mesh.start(None, 7000)
        mesh.open(5, lambda speaker, octets: heard.append((speaker, octets)))
        await asyncio.sleep(20)
        await mesh.close()

    async def speak() -> None:
        mesh = DatagramMesh(1)
        assert not mesh.send(2, 5, b"too early")
        await mesh.start(None, 7000)
        mesh.addresses[2] = ("other", 7000)
        assert not mesh.send(3, 5, b"to nobody")
        assert not mesh.send(2, 5, bytes(MAX_OCTETS + 1))
        assert not mesh.send(2, 5, b"where are you")
        await asyncio.sleep(5)
        for number in range(10):
            assert mesh.send(2, 5, b"%d" % number)
            await asyncio.sleep(0.5)
        assert mesh.send(2, 6, b"nobody listens on this channel")
        assert (mesh.sent, mesh.dropped) == (11, 4)
        await mesh.close()

    other.run(listen)
    one.run(speak)
    net.run()
    net.close()
    return heard


def test_what_is_said_arrives() -> None:
    assert two("0%") == [(1, b"%d" % number) for number in range(10)]


def test_what_is_lost_is_not_sent_again() -> None:
    heard = two("40%")
    assert 0 < len(heard) < 10
    assert heard == sorted(heard)


def test_before_it_listens_nothing_is_sent() -> None:
    """Where the node is may be known by then; it is no reason to try."""
    mesh = DatagramMesh(1)
    mesh.addresses[2] = ("other", 7000)
    assert not mesh.send(2, 5, b"too early")
    assert mesh.dropped == 1
    mesh.addresses.clear()
    assert not mesh.send(2, 5, b"to nobody, too early")
    assert (mesh.sent, mesh.dropped) == (0, 2)


def test_a_datagram_of_a_stranger_is_dropped() -> None:
    mesh = DatagramMesh(1)
    mesh.open(0, lambda speaker, octets: None)
    mesh.came(b"hello")
    assert mesh.received == 0


def test_what_fits_into_a_datagram_of_ipv4_goes_and_one_octet_more_does_not() -> None:
    """65,535 octets of packet, less the headers of IPv4 and UDP, and less the eight octets of this one."""
    net = Internet(seed=3)
    one, other = net.host("one"), net.host("other")
    net.link(one, other)
    heard: list[int] = []
    ended: list[bool] = []

    async def listen() -> None:
        mesh = DatagramMesh(2)
        await mesh.start(None, 7000)
        mesh.open(5, lambda speaker, octets: heard.append(len(octets)))
        await asyncio.sleep(10)
        await mesh.close()

    async def speak() -> None:
        mesh = DatagramMesh(1)
        await mesh.start(None, 7000)
        mesh.addresses[2] = ("other", 7000)
        mesh.send(2, 5, b"where are you")
        await asyncio.sleep(1)
        assert mesh.send(2, 5, bytes(65_535 - 20 - 8 - 8))
        assert not mesh.send(2, 5, bytes(65_535 - 20 - 8 - 7))
        await asyncio.sleep(1)
        ended.append(True)
        await mesh.close()

    one.run(speak)
    other.run(listen)
    net.run(until="20s")
    net.close()
    assert ended
    assert heard == [65_535 - 20 - 8 - 8]
