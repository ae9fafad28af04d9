"""The cost of a large internet: memory and time to build it, and to run traffic across it.

The network is that of :func:`~catenet.bench.spf.random_network`: twice as many links as routers, with automatic routes.
Hosts at random routers send bulk TCP to each other; at 2 s the busiest link between routers is cut, and routes are
recomputed.
"""

from __future__ import annotations

import random
import resource
import time
from typing import Final

import catenet.kernel.event
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.bench.spf import random_network
from catenet.bench.traffic import BulkServer, BulkSource
from catenet.internet import Internet
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Router
from catenet.lab.options.types import OspfTable, Routing

PORT: Final = 5001
CUT_AT_S: Final = 2.0


def scale(
    routers: int = 5000, *, hosts: int = 100, megabytes: float = 1.0, seconds: float = 5.0, seed: int = 1
) -> dict[str, object]:
    """Measure one internet.

    ``hosts`` hosts send ``megabytes`` each, within ``seconds`` of virtual time.  Times are processor times.  Memory is
    the peak resident size of this process, so use a fresh process; ``peak_mb_before`` is the size before the build.
    ``cut_link`` names the link that was cut, ``reconverge_s`` is the time to recompute the routes, and
    ``passing_routers`` counts routers that forwarded packets.
    """
    before_mb = peak_mb()
    start = time.process_time()
    net = build(routers, seed)
    place_hosts(net, min(hosts, routers), random.Random(seed))
    declared_s = time.process_time() - start
    net.build()
    built_s, built_mb = time.process_time() - start, peak_mb()
    server, sources = _start_traffic(net, int(megabytes * 1e6))
    start = time.process_time()
    net.run(until=f"{CUT_AT_S}s", check=False)
    cut = max(net.links.values(), key=lambda link: _frames(link) if _between_routers(link) else -1)
    cut.cut()
    reconverge_s = _follow(net)
    net.run(until=f"{max(seconds, CUT_AT_S + 1)}s", check=False)
    run_s = time.process_time() - start
    events = int(net._world.kernel.events_fired)
    counters = [node.stack.counters()["IpForwDatagrams"] for node in net._world.registry.routers()]
    return {
        "bench": "scale",
        "build": "interpreted" if catenet.kernel.event.__file__.endswith(".py") else "compiled",
        "routers": routers,
        "links": len(net.links),
        "hosts": len(sources),
        "declared_s": declared_s,
        "built_s": built_s,
        "run_s": run_s,
        "cut_link": cut.name,
        "reconverge_s": reconverge_s,
        "routes_changed": [entry.text for entry in net._world.timeline.entries if entry.what == "routes-changed"],
        "events": events,
        "events_per_s": events / run_s,
        "forwarded_packets": sum(counters),
        "passing_routers": sum(count > 0 for count in counters),
        "received_mb": sum(int(sink.received_octets) for sink in server.sinks) / 1e6,
        "peak_mb_before": before_mb,
        "peak_mb_built": built_mb,
        "peak_mb": peak_mb(),
        "us_per_heapq_push_pop": us_per_heapq_push_pop(time.process_time),
    }


def build(routers: int, seed: int, routing: Routing = "auto", ospf: OspfTable | None = None) -> Internet:
    """Routers with these options, and links of 10 Gbit/s with random delays (1 to 20 ms) and costs."""
    graph = random_network(routers, 2 * routers, random.Random(seed))
    drawn = random.Random(seed)
    net = Internet(seed=seed)
    nodes: list[Router] = [net.router(f"r{number}", routing=routing, ospf=ospf) for number in range(routers)]
    for edge in range(0, len(graph.tails), 2):
        a, b = nodes[graph.tails[edge]], nodes[graph.heads[edge]]
        net.link(a, b, rate="10Gbit/s", delay=f"{drawn.randint(1, 20)}ms", cost=graph.costs[edge])
    return net


def place_hosts(net: Internet, hosts: int, drawn: random.Random) -> None:
    """Attach hosts to random routers."""
    for number, router in enumerate(drawn.sample(net._world.registry.routers(), hosts)):
        net.host(f"h{number}", at=router)


def peak_mb() -> float:
    """The peak resident size of this process, in MB (10⁶ octets)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _start_traffic(net: Internet, octets: int) -> tuple[BulkServer, list[BulkSource]]:
    """Let each host send to the next one."""
    server, sources = BulkServer(), []
    hosts = [node.host for node in net._world.registry.hosts()]
    for number, host in enumerate(hosts):
        peer = hosts[(number + 1) % len(hosts)]
        peer.tcp.listen(server, 4, 0, PORT, 16)
        source = BulkSource(octets)
        source.start(host.tcp, 4, int(peer.addresses[0]), PORT, "cubic")
        sources.append(source)
    return server, sources


def _follow(net: Internet) -> float:
    """Run the 200 ms after the cut, event by event; returns the processor time of the most expensive event."""
    dearest_s, done_ns = 0.0, int(net._world.kernel.now_ns) + 200_000_000
    with net._world.driven("bench"):
        while net._world.kernel.next_time_ns() <= done_ns:
            start = time.process_time()
            net._world.kernel.step()
            dearest_s = max(dearest_s, time.process_time() - start)
    return dearest_s


def _frames(link: Link) -> int:
    return int(link.wire.forward.frames + link.wire.backward.frames)


def _between_routers(link: Link) -> bool:
    return all(isinstance(end.node, Router) for end in link.ends)
