"""The cost of many hosts with open connections: time and memory, from the declaration to the end of all programs.

Each host runs a server, and opens connections to the hosts that follow it.  Each connection carries one line and its
echo, and then stays idle.  Up to 100 hosts share a router, and all these routers are linked to one in the middle.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

import catenet.kernel.event
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.bench.scale import peak_mb
from catenet.host.host import Host
from catenet.internet import Internet
from catenet.lab.world.gc_tuning import sparing_collector

PORT: Final = 5002
HOSTS_AT_A_ROUTER: Final = 100
LINE: Final = b"here\n"


class ManyConnections:
    """Hosts, each with ``each`` connections to others; ``opened`` counts connections that received their echo."""

    def __init__(self, hosts: int, each: int, seed: int) -> None:
        self.net: Final = Internet(seed=seed, name="bench-connections")
        self.opened: int = 0
        self._each: Final = each
        middle = self.net.router("middle")
        routers = [self.net.router(f"r{number}") for number in range(-(-hosts // HOSTS_AT_A_ROUTER))]
        for router in routers:
            self.net.link(router, middle, rate="10Gbit/s", delay="1ms")
        self.hosts: Final[list[Host]] = [
            self.net.host(f"h{number}", at=routers[number // HOSTS_AT_A_ROUTER]) for number in range(hosts)
        ]
        for number, host in enumerate(self.hosts):
            host.run(_serve, name="server")
            host.run(self._open, number, name="client")

    async def _open(self, number: int) -> None:
        """Connect to the hosts that follow, one after the other, and keep the connections open."""
        kept = []
        try:
            for step in range(1, self._each + 1):
                peer = self.hosts[(number + step) % len(self.hosts)]
                reader, writer = await asyncio.open_connection(peer.name, PORT)
                kept.append(writer)
                writer.write(LINE)
                if await reader.readline() == LINE:
                    self.opened += 1
            await asyncio.Event().wait()
        finally:
            for writer in kept:
                writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_echo, port=PORT, backlog=1024)
    await server.serve_forever()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            writer.write(line)
    finally:
        writer.close()


def connections(hosts: int = 1000, *, each: int = 10, seconds: float = 5.0, seed: int = 1) -> dict[str, object]:
    """Measure ``hosts`` hosts with ``each`` connections each.

    Times are processor times: ``built_s`` for declaration, addresses and routes, ``run_s`` for ``seconds`` of virtual
    time, ``closed_s`` for the end of all programs.  ``peak_mb`` is the peak resident size of this process.
    """
    each = min(each, hosts - 1)
    start = time.process_time()
    with sparing_collector():  # as for a scenario's file
        many = ManyConnections(hosts, each, seed)
        many.net.build()
    built_s = time.process_time() - start
    start = time.process_time()
    many.net.run(until=f"{seconds}s")
    run_s = time.process_time() - start
    start = time.process_time()
    many.net.close()
    closed_s = time.process_time() - start
    whole_s = built_s + run_s + closed_s
    us_per_heapq = us_per_heapq_push_pop(time.process_time)
    return {
        "bench": "connections",
        "build": "interpreted" if catenet.kernel.event.__file__.endswith(".py") else "compiled",
        "hosts": hosts,
        "connections": hosts * each,
        "opened": many.opened,
        "events": int(many.net._world.kernel.events_fired),
        "built_s": built_s,
        "run_s": run_s,
        "closed_s": closed_s,
        "whole_s": whole_s,
        "us_per_connection": whole_s / (hosts * each) * 1e6,
        "peak_mb": peak_mb(),
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": whole_s / (hosts * each) * 1e6 / us_per_heapq,
    }
