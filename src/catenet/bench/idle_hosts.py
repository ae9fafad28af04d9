"""``catenet bench hour``: the cost of virtual time when little happens; hosts wake up once a second for an hour."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.internet import Internet

PERIOD_S: Final = 1.0


def idle_hosts(hosts: int = 100, seconds: int = 3600) -> dict[str, object]:
    """Run the hosts; returns wall seconds, and microseconds per wake-up."""
    net = Internet(seed=1)
    middle = net.router("middle")
    wakes = [0] * hosts

    async def sleeper(number: int) -> None:
        for _ in range(seconds):
            await asyncio.sleep(PERIOD_S)
            wakes[number] += 1

    for number in range(hosts):
        net.host(f"host{number}", at=middle).run(sleeper, number)
    start = time.perf_counter()
    net.run(until=f"{seconds}s")
    wall_s = time.perf_counter() - start
    us_per_wake, us_per_heapq = wall_s / sum(wakes) * 1e6, us_per_heapq_push_pop()
    return {
        "bench": "hour",
        "hosts": hosts,
        "virtual_s": seconds,
        "wakes": sum(wakes),
        "wall_s": wall_s,
        "us_per_wake": us_per_wake,
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": us_per_wake / us_per_heapq,
    }
