"""A connection that no longer speaks HTTP: after an upgrade (WebSocket), or CONNECT."""

from __future__ import annotations

import asyncio


class Tunnel:
    """Both directions of a connection, with what was received of the new protocol already."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, early: bytes = b"") -> None:
        self._reader, self._writer, self._early = reader, writer, early

    async def read(self, max_bytes: int = 65536) -> bytes:
        """The next octets; none after the peer's end."""
        if self._early:
            piece, self._early = self._early[:max_bytes], self._early[max_bytes:]
            return piece
        return await self._reader.read(max_bytes)

    async def write(self, data: bytes) -> None:
        """Send, and wait while the peer is slow."""
        self._writer.write(data)
        await self._writer.drain()

    def write_eof(self) -> None:
        """No more octets follow.  TLS has no half-closed connections: there it does nothing."""
        if self._writer.can_write_eof():
            self._writer.write_eof()

    def close(self) -> None:
        self._writer.close()


async def splice(one: Tunnel, other: Tunnel) -> None:
    """Pass octets both ways until both ends have sent theirs, or one has failed."""

    async def pass_on(source: Tunnel, sink: Tunnel) -> None:
        while data := await source.read():
            await sink.write(data)
        sink.write_eof()

    ways = [asyncio.ensure_future(pass_on(one, other)), asyncio.ensure_future(pass_on(other, one))]
    try:
        await asyncio.gather(*ways)
    except OSError:
        pass  # a reset of one end ends the other
    finally:
        for way in ways:
            way.cancel()
        one.close()
        other.close()
