"""Ports where nobody listens, and connections that end with a RST, as each side sees the other's."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from typing import Any

import pytest

VERSIONS = [4, 6]


@pytest.fixture
def space(world: Any) -> str:
    """Linux and ``ours``, on one switch."""
    world.net.switch("lan")
    world.net.host("ours", at="lan")
    return str(world.attach("linux", at="lan"))


@pytest.mark.parametrize("version", VERSIONS)
def test_linux_is_refused(world: Any, space: str, version: int) -> None:
    world.open()
    assert world.finish(world.peer(space, "refused", world.address("ours", version), 9)).strip() == "ECONNREFUSED"


@pytest.mark.parametrize("version", VERSIONS)
def test_we_are_refused(world: Any, space: str, version: int) -> None:
    world.open()
    seen: list[int | None] = []

    async def knock(address: str) -> None:
        try:
            await asyncio.open_connection(address, 9)
        except OSError as error:
            seen.append(error.errno)

    world.net._world.registry.host("ours", "test").host.run(knock, world.address("linux", version))
    world.until(lambda: bool(seen))
    assert seen == [errno.ECONNREFUSED]


@pytest.mark.parametrize("version", VERSIONS)
def test_linux_resets(world: Any, space: str, version: int) -> None:
    seen: list[str] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"!")
        try:
            while await reader.read(100):
                pass
            seen.append("closed")
        except ConnectionResetError:
            seen.append("reset")

    async def serve() -> None:
        await (await asyncio.start_server(one, None, 5001)).serve_forever()

    world.net._world.registry.host("ours", "test").host.run(serve, service=True)
    world.open()
    world.finish(world.peer(space, "reset", world.address("ours", version), 5001))
    world.until(lambda: bool(seen))
    assert seen == ["reset"]


@pytest.mark.parametrize("version", VERSIONS)
def test_we_reset(world: Any, space: str, version: int) -> None:
    world.open()
    peer = world.peer(space, "be_reset", 5001)

    async def leave(address: str) -> None:
        _, writer = await asyncio.open_connection(address, 5001)
        writer.write(b"about to go")
        await asyncio.sleep(0.1)
        lingering = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        writer.close()

    world.net._world.registry.host("ours", "test").host.run(leave, world.address("linux", version))
    assert world.finish(peer).strip() == "ECONNRESET"
