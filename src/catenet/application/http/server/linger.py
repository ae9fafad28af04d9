"""Closes a connection so that the client can read the last answer (RFC 9112 section 9.6)."""

from __future__ import annotations

import asyncio

DISCARD_BYTES = 1 << 18
LINGER_S = 2.0
READ_BYTES = 65536


async def linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send no more, and read for a while what the client still sends.

    TCP answers octets that arrive after a close with a reset, which would destroy the answer on its way.
    """
    if not writer.can_write_eof():
        return
    writer.write_eof()
    size = 0
    try:
        async with asyncio.timeout(LINGER_S):
            while size < DISCARD_BYTES and (data := await reader.read(READ_BYTES)):
                size += len(data)
    except TimeoutError:
        return
