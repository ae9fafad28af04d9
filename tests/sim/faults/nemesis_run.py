"""A universe under a nemesis, told as text: for comparing one process with another.

python nemesis_run.py SEED ENGINE
"""

from __future__ import annotations

import asyncio
import random
import sys
from typing import Any

import catenet
from catenet.application.storage.disk import machine_disk
from catenet.application.storage.engine import PoisonedStore
from catenet.application.storage.records import Batch, Record
from catenet.application.storage.store import Store
from catenet.lab.faults.nemesis import draw_plan

NAMES = ["n1", "n2", "n3", "n4", "n5"]


def server(engine: str, log: list[str], name: str) -> Any:
    """Writes down, durably, what it hears; tells everybody what it has."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, store: Store, held: list[int]) -> None:
        try:
            while data := await reader.readline():
                held.append(int(data))
                await store.append(Batch(b"%d" % len(held), (Record(len(held), data),)))
                writer.write(b"%d\n" % len(held))
        except (OSError, PoisonedStore) as error:
            log.append(f"{asyncio.get_running_loop().time():.9f} {name}: {error!r}")
            writer.close()

    async def main() -> None:
        store, found = await Store.open(machine_disk(), "data", engine=engine)
        held = [int(record.data) for record in found.records]
        log.append(f"{asyncio.get_running_loop().time():.9f} {name} begins with {len(held)} and {random.random():.6f}")
        made = await asyncio.start_server(lambda reader, writer: serve(reader, writer, store, held), "0.0.0.0", 100)
        async with made:
            await made.serve_forever()

    return main


def client(log: list[str], name: str) -> Any:
    """Tells everybody a number now and then, and writes down who has answered."""

    async def tell(other: str, number: int) -> None:
        try:
            async with asyncio.timeout(1):
                reader, writer = await asyncio.open_connection(other, 100)
                writer.write(b"%d\n" % number)
                answer = await reader.readline()
                writer.close()
                log.append(f"{asyncio.get_running_loop().time():.9f} {name} told {other} {number}: {answer!r}")
        except (OSError, TimeoutError) as error:
            log.append(f"{asyncio.get_running_loop().time():.9f} {name} told {other} {number}: {type(error).__name__}")

    async def main() -> None:
        for number in range(1_000_000):
            await asyncio.gather(*(tell(other, number) for other in NAMES if other != name))
            await asyncio.sleep(0.2 * random.random())

    return main


def universe(seed: int, engine: str = "wal") -> str:
    """All that happened in it."""
    net = catenet.Internet(seed=seed)
    left, right = net.routers("left", "right")
    net.link(left, right, delay="10ms", name="line")
    log: list[str] = []
    for number, name in enumerate(NAMES):
        host = net.host(name, at=left if number % 2 else right)
        host.run(server(engine, log, name), service=True, name="server")
        host.run(client(log, name), service=True, name="client")
    plan = draw_plan(net._world, until="8s", links=["line"], every="0.4s", lasting="1s")
    plan.apply(net)
    with net:
        net.run(until="10s", check=False)
    told = [f"{entry.time_ns} {entry.text}" for entry in net._world.timeline.entries]
    return plan.to_json() + plan.text() + "\n".join([*told, *log, str(net._world.kernel.events_fired)])


if __name__ == "__main__":
    sys.stdout.write(universe(int(sys.argv[1]), sys.argv[2]) + "\n")
