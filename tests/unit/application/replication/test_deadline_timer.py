"""One timer: it expires at the last deadline that was set, once."""

from __future__ import annotations

import asyncio
import time

from catenet.application.consensus.entry import NEVER_NS
from catenet.application.replication.deadline_timer import DeadlineTimer
from catenet.internet import Internet

MS = 1_000_000


def test_the_last_deadline_holds_and_expires_once() -> None:
    expired: list[int] = []

    async def main() -> None:
        start_ns = time.monotonic_ns()
        timer = DeadlineTimer(lambda: expired.append(time.monotonic_ns() - start_ns))
        timer.set(start_ns + 10 * MS)
        timer.set(start_ns + 30 * MS)
        await asyncio.sleep(1)
        timer.set(time.monotonic_ns() + 10 * MS)
        timer.set(NEVER_NS)
        await asyncio.sleep(1)
        timer.set(time.monotonic_ns() - 5)
        timer.cancel()
        timer.cancel()
        await asyncio.sleep(1)

    net = Internet(seed=1)
    net.host("one").run(main)
    net.run(until="60s")
    net.close()
    assert expired == [30 * MS]
