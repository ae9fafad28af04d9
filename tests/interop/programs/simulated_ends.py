"""The simulated ends of the tests: asyncio programs of a simulated host."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from linux_peer import pattern


async def take(port: int, answer: bool = True) -> None:
    """Read each connection to its end, and answer with the digest."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = hashlib.sha256()
        while data := await reader.read(1 << 18):
            found.update(data)
        writer.write(found.hexdigest().encode())
        writer.close()

    await listen(one, port)


async def give(port: int, octets: int) -> None:
    """Send so much to each connection."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = pattern(octets)
        for at in range(0, octets, 1 << 18):
            writer.write(data[at : at + (1 << 18)])
            await writer.drain()
        writer.close()

    await listen(one, port)


async def after_the_question(port: int, octets: int) -> None:
    """Wait for the other side's end, and only then say much."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b"question"
        writer.write(pattern(octets))
        await writer.drain()
        writer.close()

    await listen(one, port)


async def echo(port: int) -> None:
    """Send back what comes."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(data)
        writer.close()

    await listen(one, port)


async def listen(one: Callable[..., object], port: int) -> None:
    server = await asyncio.start_server(one, None, port, backlog=1024)
    await server.serve_forever()


async def push(address: str, port: int, octets: int) -> None:
    """Connect and send so much."""
    _, writer = await asyncio.open_connection(address, port)
    data = pattern(octets)
    for at in range(0, octets, 1 << 18):
        writer.write(data[at : at + (1 << 18)])
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def pull(address: str, port: int, found: list[str]) -> None:
    """Connect and read to the end; the digest is put into ``found``."""
    reader, _ = await asyncio.open_connection(address, port)
    digest = hashlib.sha256()
    while data := await reader.read(1 << 18):
        digest.update(data)
    found.append(digest.hexdigest())
