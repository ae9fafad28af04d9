from __future__ import annotations

import asyncio
import random

from pysyncobj import FAIL_REASON, SyncObj, SyncObjConf
from pysyncobj.batteries import ReplCounter, ReplDict

from tests.compat.site import ADDRESS, Row, Site

NODES = (f"{ADDRESS}:4321", f"{ADDRESS}:4322", "192.0.2.1:4321")
VALUES = [random.Random(number).randbytes(15_000) for number in range(10)]
TICK_S = 0.01


class Node:
    """A replica whose program calls it every ten milliseconds, without a thread of the library's."""

    def __init__(self, address: str) -> None:
        self.values, self.counter = ReplDict(), ReplCounter()
        others = [each for each in NODES if each != address]
        conf = SyncObjConf(autoTick=False)
        self.replica = SyncObj(address, others, conf=conf, consumers=[self.values, self.counter])

    async def until(self, done: object) -> None:
        """Go on until the function is true."""
        assert callable(done)
        while not done():
            self.replica.doTick(0)
            await asyncio.sleep(TICK_S)

    async def put(self, key: str, values: list[bytes]) -> None:
        """Set values, and wait until they are committed."""
        answers: list[object] = []
        for number, value in enumerate(values):
            self.values.set(f"{key} {number}", value, callback=lambda _, reason: answers.append(reason))
        await self.until(lambda: len(answers) == len(values))
        assert set(answers) == {FAIL_REASON.SUCCESS}

    async def get(self, key: str) -> list[bytes]:
        """Wait until all values are there."""
        names = [f"{key} {number}" for number in range(len(VALUES))]
        await self.until(lambda: set(names) <= set(self.values.keys()))
        return [self.values[name] for name in names]


async def serve(site: Site) -> None:
    await asyncio.sleep(1)  # its constructor waits without a pause until the clock shows a second
    nodes = [Node(address) for address in NODES[:2]]

    async def reply() -> None:
        asked = await nodes[0].get("question")
        await nodes[0].put("answer", [value[::-1] for value in asked])
        await nodes[0].until(lambda: False)

    await asyncio.gather(reply(), nodes[1].until(lambda: False))


async def ask(site: Site) -> None:
    node = Node(NODES[2])
    await node.until(node.replica.isReady)
    for _ in range(20):
        node.counter.inc()
    await node.put("question", VALUES)
    assert await node.get("answer") == [value[::-1] for value in VALUES]
    assert node.counter.get() == 20
    node.replica.destroy()


ROW = Row(
    ("pysyncobj",),
    "A Raft of three nodes: an election, a replicated counter, and 150 kB from each side to the other, in ten values",
    "",
    serve,
    ask,
    "`autoTick=False`: its thread would need a kernel's sockets. It is started at one second: its constructor waits "
    "without a pause until the clock shows that. No TLS: it encrypts by a shared password. Single values have "
    "at most 64 kB: of larger ones with octets above 127 it marks a wrong piece as the last, on any network",
)
