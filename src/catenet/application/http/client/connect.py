"""Opens a connection to an origin, and times the name, TCP and TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl

from catenet.application.http.client.happy_eyeballs import connect_first
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.client.url import Origin
from catenet.application.http.errors import ClientError

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_origin(origin: Origin, tls: ssl.SSLContext | None, timeout_s: float, timings: Timings) -> Streams:
    """Connect to the first address that answers.  Raises ClientError, TimeoutError after ``timeout_s``."""
    async with asyncio.timeout(timeout_s):
        watch = Stopwatch()
        addresses = await resolve(origin)
        timings.name_s = watch.lap_s()
        reader, writer = await _connect(origin, addresses)
        timings.connect_s = watch.lap_s()
        if tls is not None:
            try:
                await writer.start_tls(tls, server_hostname=origin.host)
            except (OSError, ssl.SSLError) as error:
                writer.close()
                raise ClientError(f"TLS with {origin.authority} failed: {error}") from error
            timings.tls_s = watch.lap_s()
        return reader, writer


async def resolve(origin: Origin) -> list[str]:
    """Addresses, the preferred one first.  Raises ClientError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise ClientError(f"the name {origin.host!r} has no address: {error}") from error
    return [str(entry[4][0]) for entry in found]


async def _connect(origin: Origin, addresses: list[str]) -> Streams:
    try:
        return await connect_first(
            addresses, lambda address: asyncio.open_connection(address, origin.port), lambda streams: streams[1].close()
        )
    except OSError as error:
        raise ClientError(f"no connection to {origin.host} port {origin.port}: {error}") from error
