"""A reader of the weather service: an ordinary httpx program.

It asks for a forecast a few times a second, and now and then for a picture from the radar, each at its own
moment whether or not the one before was answered: a slow network shows as slow answers, not as fewer questions.
Catenet is imported for one thing, to keep what the program measures; the program needs nothing else of it.
"""

from __future__ import annotations

import asyncio
import random
import time

import httpx

import catenet


async def main(
    base: str, *, seconds: float = 55.0, every: float = 0.3, radar_kib: int = 160, radar_every: int = 16
) -> None:
    """Ask every ``every`` seconds, and for the radar at each ``radar_every``-th time."""
    # uvicorn closes a connection that was idle for 5 s; to let go of it sooner avoids asking into a closing one.
    limits = httpx.Limits(max_connections=16, max_keepalive_connections=4, keepalive_expiry=4.0)
    end = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=base, timeout=4.0, limits=limits) as client, asyncio.TaskGroup() as group:
        await asyncio.sleep(random.uniform(0, every))
        asked = 0
        while time.monotonic() < end:
            asked += 1
            if asked % radar_every:
                group.create_task(fetch(client, "/forecast/chicago", "forecast"))
            else:
                group.create_task(fetch(client, f"/radar/{radar_kib}", "radar"))
            await asyncio.sleep(every * random.uniform(0.8, 1.2))


async def fetch(client: httpx.AsyncClient, path: str, what: str) -> None:
    """One request.  A failure is not fatal: a reader tries again later."""
    start = time.perf_counter()
    try:
        answer = await client.get(path)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        catenet.measure(f"{what} failed", time.perf_counter() - start)
        catenet.count(type(error).__name__)
    else:
        catenet.measure(what, time.perf_counter() - start)
