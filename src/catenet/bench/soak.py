"""A soak test: a simulated host under load from Linux, and the resources of this process over time.

The load is one bulk TCP stream in each direction, and many short connections, some of which end with a reset.  Once a
second the test samples memory, file descriptors, scheduled events and open connections.
"""

from __future__ import annotations

import ipaddress
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Final

from catenet.bench.tap import PORT, Bench
from catenet.bench.traffic import BulkServer, BulkSink, BulkSource
from catenet.tap import LinuxSetup
from catenet.transport.tcp.listener import Acceptor, Listener

VISITED_PORT: Final = 5002
SAMPLE_S: Final = 1.0


class ResourceUsage:
    """Resources of this process: resident ``memory_octets``, ``descriptors``, ``events`` and ``connections``."""

    def __init__(self, bench: Bench) -> None:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        self.memory_octets: Final = pages * os.sysconf("SC_PAGE_SIZE")
        self.descriptors: Final = len(os.listdir("/proc/self/fd"))
        self.events: Final = len(bench.kernel.scheduled())
        self.connections: Final = len(bench.host.tcp.connections())

    def __str__(self) -> str:
        return (
            f"{self.memory_octets / 1e6:.1f} MB, {self.descriptors} descriptors, {self.events} events, "
            f"{self.connections} connections"
        )


def endure(
    seconds: float, *, version: int = 4, tell: Callable[[ResourceUsage], object] | None = None
) -> dict[str, int | float]:
    """Run for ``seconds``; ``tell`` is called every second with the current resources.

    ``grown_octets`` is the median memory of the last third of the samples less that of the middle third;
    ``leaked_descriptors``, ``more_events`` and ``more_connections`` likewise.  Raises
    :class:`~catenet.tap.AttachError` where TAP devices are not allowed.
    """
    with LinuxSetup() as rig:
        bench = Bench(rig, version, True)
        bulk, visited, source = _load(bench, seconds)
        samples: list[ResourceUsage] = []
        for _ in range(int(seconds / SAMPLE_S)):
            bench.driver.run(SAMPLE_S)
            samples.append(ResourceUsage(bench))
            if tell is not None:
                tell(samples[-1])
        bench.driver.close()
        assert source.connection is not None
        return {
            "seconds": seconds,
            "in_octets": sum(int(sink.received_octets) for sink in bulk.sinks),
            "out_octets": int(source.connection.info().bytes_acked),
            "visits": visited.taken,
            "grown_octets": _grown([holdings.memory_octets for holdings in samples]),
            "leaked_descriptors": _grown([holdings.descriptors for holdings in samples]),
            "more_events": _grown([holdings.events for holdings in samples]),
            "more_connections": _grown([holdings.connections for holdings in samples]),
            "max_lag_ms": bench.driver.lag.max_ms,
        }


class Visited(Acceptor):
    """Accepts the short connections, and drops each when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: int = 0

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        while connection is not None:
            self.taken += 1
            sink = BulkSink(connection)
            connection.user = sink
            sink.readable()
            connection = listener.accept()


def _load(bench: Bench, seconds: float) -> tuple[BulkServer, Visited, BulkSource]:
    # sampling takes time too; at the end, LinuxSetup stops the Linux side in any case
    lasting_s = 2 * seconds + 10
    tcp = bench.host.tcp
    bulk, visited, source = BulkServer(), Visited(), BulkSource()
    tcp.listen(bulk, bench.version, 0, PORT, 16)
    tcp.listen(visited, bench.version, 0, VISITED_PORT, 64)
    receiver = bench.peer("receive", bench.theirs, lasting_s)
    assert receiver.stdout is not None
    receiver.stdout.readline()
    source.start(tcp, bench.version, int(ipaddress.ip_address(bench.theirs)), PORT, "cubic")
    bench.peer("send", bench.ours, lasting_s)
    bench.peer("visit", bench.ours, lasting_s, VISITED_PORT)
    return bulk, visited, source


def _grown(values: list[int]) -> int:
    third = len(values) // 3
    return int(statistics.median(values[2 * third :]) - statistics.median(values[third : 2 * third]))
