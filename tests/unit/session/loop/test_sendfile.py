"""``loop.sendfile`` and ``loop.sock_sendfile``: the file comes whole, after what was written, and alone."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

Pair = Any
CONTENT = bytes(range(256)) * 2_000


async def to_a_sink(pair: Pair, send: Any) -> bytes:
    """What reaches beta of what ``send(transport)`` sends from alpha."""
    received: asyncio.Future[bytes] = pair.alpha.create_future()

    async def sink(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.set_result(await reader.read())
        writer.close()

    async with await asyncio.start_server(sink, "10.0.0.1", 80):
        _, writer = await asyncio.open_connection("10.0.0.1", 80)
        await send(writer.transport)
        writer.close()
        return await received


def test_a_file_comes_after_what_was_written_before(pair: Pair) -> None:
    async def send(transport: Any) -> None:
        transport.write(b"head" * 100_000)
        assert transport.get_write_buffer_size() > 0
        assert await pair.alpha.sendfile(transport, io.BytesIO(CONTENT), 10, 300_000) == 300_000
        transport.write(b"tail")

    got = pair.alpha.run_until_complete(to_a_sink(pair, send))
    assert got == b"head" * 100_000 + CONTENT[10:300_010] + b"tail"


def test_nothing_can_be_written_into_the_middle_of_a_file(pair: Pair) -> None:
    async def send(transport: Any) -> None:
        sending = pair.alpha.create_task(pair.alpha.sendfile(transport, io.BytesIO(CONTENT)))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="sendfile is in progress"):
            transport.write(b"between")
        with pytest.raises(RuntimeError, match="sendfile is already in progress"):
            await pair.alpha.sendfile(transport, io.BytesIO(b"another"))
        assert await sending == len(CONTENT)
        assert transport.is_reading()

    assert pair.alpha.run_until_complete(to_a_sink(pair, send)) == CONTENT


def test_a_connection_that_is_lost_before_the_file_is_begun(pair: Pair) -> None:
    async def main() -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(1)
            writer.transport.abort()

        async with await asyncio.start_server(silent, "10.0.0.1", 80, limit=1):
            _, writer = await asyncio.open_connection("10.0.0.1", 80)
            writer.write(bytes(20_000_000))
            with pytest.raises(ConnectionError):
                await pair.alpha.sendfile(writer.transport, io.BytesIO(CONTENT))

    pair.alpha.run_until_complete(main())


def test_a_datagram_transport_takes_no_file(pair: Pair) -> None:
    async def main() -> None:
        transport, _ = await pair.alpha.create_datagram_endpoint(asyncio.DatagramProtocol, ("10.0.0.1", 53))
        with pytest.raises(RuntimeError, match="sendfile is not supported"):
            await pair.alpha.sendfile(transport, io.BytesIO(CONTENT))

    pair.alpha.run_until_complete(main())
