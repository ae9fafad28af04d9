"""Bufferbloat: bulk TCP fills whatever buffer it finds, and everybody waits (Gettys and Nichols, 2012).

Four flows of CUBIC share a bottleneck of 10 Mbit/s and 20 ms there and back with a ping of ten a second, for 20 s after
a start of 10 s.  The ping's added delay is what it takes above the unloaded path.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median, quantiles
from typing import Final, NamedTuple

from catenet.bench.traffic import BulkServer, BulkSource
from catenet.experiments.comparison import Comparison, Entry
from catenet.experiments.parallel import side_by_side
from catenet.internet import Internet
from catenet.lab.model.host import Host
from catenet.lab.options.types import QueueOption

RATE_BIT_S: Final = 10_000_000
FLOWS: Final = 4
PORT: Final = 5001
RUNS: Final = 3
WARM_UP_S: Final = 10
MEASURED_S: Final = 20
PINGS_PER_S: Final = 10
FULL_SHARE: Final = 1448 / 1538
"""Of the rate that full segments can carry: an MTU of 1500 in 1538 octets of wire, 52 octets of headers."""


class Case(NamedTuple):
    """A queue, and what its ping and its flows are to get: the median added delay in ms, and goodput in Mbit/s."""

    name: str
    queue: QueueOption
    expected: str
    low_ms: float
    high_ms: float
    goodput_mbit_s: float


class Result(NamedTuple):
    """One run: added delays of the pings that were answered, how many were not, and what the flows received."""

    delays_ms: tuple[float, ...]
    unanswered: int
    goodput_mbit_s: float


CASES: Final = (
    Case("drop-tail, 1 s", "1250kB", "500 ms or more", 500.0, 1100.0, 9.3),
    Case(
        "RED, adaptive, gentle", "red adaptive gentle", "48 to 59 ms: the target range of the average", 48.0, 59.0, 9.3
    ),
    Case("PIE", "pie", "its target of 15 ms ± 5 ms", 10.0, 20.0, 9.0),
    Case("CoDel", "codel", "20 ms or less: its target is 5 ms of a standing queue", 5.0, 20.0, 9.0),
    Case("FQ-CoDel", "fq_codel", "20 ms or less", 0.0, 20.0, 9.0),
)


def bufferbloat(seed: int) -> Iterator[Comparison]:
    """Each queue in its turn."""
    runs = side_by_side(_measured, [(case.queue, seed + run) for case in CASES for run in range(RUNS)])
    for case in CASES:
        yield from _comparisons(case, [next(runs) for _ in range(RUNS)])


def measure(queue: QueueOption, seed: int) -> Result:
    """One run over a bottleneck with this queue."""
    net = Internet(seed=seed, name="bufferbloat")
    left, right = net.routers("left", "right")
    net.link(left, right, name="bottleneck", rate=RATE_BIT_S, delay="10ms", queue=queue)
    pinger, pinged = net.host("pinger", at=left), net.host("pinged", at=right)
    sources = [net.host(f"source{number}", at=left) for number in range(FLOWS)]
    sinks = [net.host(f"sink{number}", at=right) for number in range(FLOWS)]
    net.build()
    unloaded_ns = min(net.ping(pinger, pinged, count=3, interval="0.1s").rtts_ns)
    servers = _start(sources, sinks)
    net.run(until=f"{WARM_UP_S}s")
    before = _received(servers)
    interval = f"{1000 // PINGS_PER_S}ms"
    found = net.ping(pinger, pinged, count=MEASURED_S * PINGS_PER_S, interval=interval, timeout="3s")
    took_s = int(net._world.kernel.now_ns) / 1e9 - WARM_UP_S
    delays = tuple((rtt_ns - unloaded_ns) / 1e6 for rtt_ns in found.rtts_ns)
    return Result(delays, found.sent - found.received, (_received(servers) - before) * 8 / took_s / 1e6)


def _start(sources: list[Host], sinks: list[Host]) -> list[BulkServer]:
    servers = [BulkServer() for _ in sinks]
    for server, sink, source in zip(servers, sinks, sources, strict=True):
        sink.tcp.listen(server, 4, 0, PORT, 16)
        BulkSource().start(source.tcp, 4, int(sink.addresses[0]), PORT, "cubic")
    return servers


def _received(servers: list[BulkServer]) -> int:
    return int(sum(sink.received_octets for server in servers for sink in server.sinks))


def _measured(case: tuple[QueueOption, int]) -> Result:
    return measure(*case)


def _comparisons(case: Case, results: list[Result]) -> Iterator[Comparison]:
    medians = tuple(median(result.delays_ms) for result in results)
    delays = [delay for result in results for delay in result.delays_ms]
    middle = median(delays)
    worst = quantiles(delays, n=20)[-1]
    unanswered = sum(result.unanswered for result in results)
    entries = (
        Entry("queue", case.name, "added delay, expected", case.expected),
        Entry("queue", case.name, "median", f"{middle:.1f} ms"),
        Entry("queue", case.name, "95 % within", f"{worst:.1f} ms"),
        Entry("queue", case.name, "pings lost", f"{100 * unanswered / (len(delays) + unanswered):.1f} %"),
    )
    what = f"{case.name}: added delay of a ping, median"
    yield Comparison(what, case.expected, case.low_ms, case.high_ms, middle, "ms", medians, entries=entries)
    goodputs = tuple(result.goodput_mbit_s for result in results)
    goodput = sum(goodputs) / len(goodputs)
    most = RATE_BIT_S * FULL_SHARE / 1e6
    yield Comparison(
        f"{case.name}: goodput of {FLOWS} flows",
        f"{case.goodput_mbit_s:g} Mbit/s or more, of {most:.2f} that fit",
        case.goodput_mbit_s,
        1.05 * most,  # a gap that is filled at last delivers what came before
        goodput,
        "Mbit/s",
        goodputs,
        entries=(Entry("queue", case.name, "goodput", f"{goodput:.2f} Mbit/s"),),
    )
