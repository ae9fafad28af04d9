"""The programs of scenario.toml: ordinary asyncio.

Any library that runs on asyncio runs here: aiohttp, httpx, uvicorn, websockets.  While a host's code runs, time
and random numbers are that host's own, so a run repeats exactly.
"""

from __future__ import annotations

import asyncio
import time

import catenet


async def serve(port: int = 7) -> None:
    """Send every line back."""
    server = await asyncio.start_server(echo, port=port)
    await server.serve_forever()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: until the other side ends it."""
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def ask(server: str, *, times: int, every: float = 0.25, port: int = 7) -> None:
    """Send a line every ``every`` seconds, and measure how long its echo takes."""
    reader, writer = await asyncio.open_connection(server, port)
    for number in range(times):
        start = time.perf_counter()
        writer.write(f"line {number}\n".encode())
        await reader.readline()
        catenet.measure("echo", time.perf_counter() - start)  # appears in the summary, with its percentiles
        await asyncio.sleep(every)
    writer.close()
    await writer.wait_closed()
