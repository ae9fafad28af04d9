"""TCP under abuse: what arrives is what was sent."""

from __future__ import annotations

import asyncio
import hashlib
import random

import pytest

import catenet

ABUSE = {
    "loss": "5%",
    "reorder": {"share": "5%", "late": "3ms"},
    "duplicate": "2%",
    "bit_errors": 1e-6,
}
BULK_OCTETS = 100_000_000
CONNECTIONS = 1_000


def pair(seed: int, **options: object) -> tuple[catenet.Internet, object, object]:
    """Two hosts with an abused link between two routers."""
    net = catenet.Internet(seed=seed)
    left, right = net.routers("left", "right")
    net.link(left, right, rate="1Gbit/s", delay="2ms", **options)
    return net, net.host("client", at=left), net.host("server", at=right)


@pytest.mark.slow
def test_a_hundred_megabytes_arrive_intact() -> None:
    net, client, server = pair(5, **ABUSE)
    sums: dict[str, str] = {}

    async def receive() -> None:
        done = asyncio.Event()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            digest = hashlib.sha256()
            while data := await reader.read(1 << 20):
                digest.update(data)
            sums["received"] = digest.hexdigest()
            writer.close()
            done.set()

        async with await asyncio.start_server(take, None, 9000):
            await done.wait()

    async def send() -> None:
        _, writer = await asyncio.open_connection("server", 9000)
        digest = hashlib.sha256()
        for _ in range(BULK_OCTETS // 1_000_000):
            piece = random.randbytes(1_000_000)
            digest.update(piece)
            writer.write(piece)
            await writer.drain()
        sums["sent"] = digest.hexdigest()
        writer.close()
        await writer.wait_closed()

    server.run(receive)
    client.run(send)
    net.run()
    assert sums["received"] == sums["sent"]
    channel = net._world.links_between("left", "right")[0].wire.forward.counters()
    for what in ("lost_random", "reordered", "duplicated", "corrupted"):
        assert channel[what] > 100, what


@pytest.mark.slow
def test_a_thousand_connections_at_once_arrive_intact() -> None:
    net, client, server = pair(6, **ABUSE)
    echoed = []

    async def serve() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            data = await reader.read(-1)
            writer.write(hashlib.sha256(data).digest())
            writer.close()

        listening = await asyncio.start_server(echo, None, 9000, backlog=CONNECTIONS)
        await listening.serve_forever()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("server", 9000)
        data = random.randbytes(20_000)
        writer.write(data)
        writer.write_eof()
        echoed.append(await reader.read() == hashlib.sha256(data).digest())
        writer.close()

    async def storm() -> None:
        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))

    server.run(serve, service=True)
    client.run(storm)
    net.run()
    assert echoed == [True] * CONNECTIONS
