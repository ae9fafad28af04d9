"""The cost of a packet: bulk TCP flows through a dumbbell topology (senders – router – router – receivers).

Each sender and each receiver has an access link of 1 Gbit/s and 1 ms; the bottleneck between the routers has 10 ms and
a drop-tail queue of one bandwidth-delay product.  No program runs: sources and sinks are users of TCP
(:mod:`catenet.bench.traffic`).
"""

from __future__ import annotations

import time
from typing import Final

import catenet.kernel.event
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.bench.traffic import BulkServer, BulkSource
from catenet.internet import Internet
from catenet.lab.model.host import Host
from catenet.lab.options.types import Fidelity
from catenet.physical.phys.catalogue import PhyName

ACCESS_RATE_BIT_S: Final = 1_000_000_000
ACCESS_DELAY_NS: Final = 1_000_000
BOTTLENECK_DELAY_NS: Final = 10_000_000
RTT_NS: Final = 2 * (2 * ACCESS_DELAY_NS + BOTTLENECK_DELAY_NS)
PHYS_BY_RATE: Final[dict[int, PhyName]] = {100_000_000: "100base-tx", ACCESS_RATE_BIT_S: "1000base-x"}
SEGMENT_OCTETS: Final = 1448
"""The data of a full segment: an MTU of 1500 octets less 20 for IPv4, 20 for TCP and 12 for timestamps."""
FRAME_WIRE_OCTETS: Final = 1538
PORT: Final = 5001
NS_PER_S: Final = 1_000_000_000


def dumbbell(
    flows: int = 1,
    seconds: float = 10.0,
    *,
    bottleneck_bit_s: int = 0,
    congestion: str = "cubic",
    seed: int = 1,
    fidelity: Fidelity = "objects",
    phy: bool = False,
) -> dict[str, object]:
    """Run the flows for ``seconds`` of virtual time, and measure.

    With ``phy`` every link has the PHY of its rate, with a negligible error rate.  ``bottleneck_bit_s=0`` means
    100 Mbit/s for one flow and 1 Gbit/s for more.  ``utilisation`` is the fraction of time in which the bottleneck
    sent.  ``us_per_segment`` is wall time per segment of received data; ``ratio`` divides it by the time of a push and
    pop of ``heapq`` in the same run.
    """
    rate_bit_s = bottleneck_bit_s or (100_000_000 if flows == 1 else 1_000_000_000)
    net, sources, server_hosts = _build(flows, rate_bit_s, seed, fidelity, phy)
    servers = [BulkServer() for _ in server_hosts]
    for server, host in zip(servers, server_hosts, strict=True):
        host.tcp.listen(server, 4, 0, PORT, 16)
    bulk = [BulkSource() for _ in sources]
    for source, host, peer in zip(bulk, sources, server_hosts, strict=True):
        source.start(host.tcp, 4, int(peer.addresses[0]), PORT, congestion)
    until_ns = int(seconds * NS_PER_S)
    start, cpu_start = time.perf_counter(), time.process_time()
    net._world.kernel.run(until_ns)
    wall_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
    octets = int(sum(sink.received_octets for server in servers for sink in server.sinks))
    segments = octets // SEGMENT_OCTETS
    busy_ns = int(net.links["bottleneck"].wire.forward.busy_ns())
    us_per_segment = wall_s / segments * 1e6 if segments else float("inf")
    us_per_heapq = us_per_heapq_push_pop()
    return {
        "bench": "dumbbell",
        "build": "interpreted" if catenet.kernel.event.__file__.endswith(".py") else "compiled",
        "flows": flows,
        "congestion": congestion,
        "virtual_s": seconds,
        "bottleneck_bit_s": rate_bit_s,
        "goodput_bit_s": octets * 8 / seconds,
        "utilisation": busy_ns / until_ns,
        "segments": segments,
        "retransmitted": sum(int(host.tcp.counters.retransmitted_segments) for host in sources),
        "events": int(net._world.kernel.events_fired),
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "us_per_segment": us_per_segment,
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": us_per_segment / us_per_heapq,
    }


def _build(
    flows: int, rate_bit_s: int, seed: int, fidelity: Fidelity, phy: bool
) -> tuple[Internet, list[Host], list[Host]]:
    net = Internet(seed=seed, fidelity=fidelity)
    left, right = net.routers("left", "right")
    queue_frames = max(1, rate_bit_s * RTT_NS // NS_PER_S // 8 // FRAME_WIRE_OCTETS)
    bottleneck: PhyName | None = PHYS_BY_RATE.get(rate_bit_s) if phy else None
    access: PhyName | None = PHYS_BY_RATE[ACCESS_RATE_BIT_S] if phy else None
    net.link(
        left, right, name="bottleneck", rate=rate_bit_s, delay="10ms", queue=f"{queue_frames} frames", phy=bottleneck
    )
    sources = [net.host(f"sender{n}", at=left, rate="1Gbit/s", delay="1ms", phy=access) for n in range(flows)]
    sinks = [net.host(f"receiver{n}", at=right, rate="1Gbit/s", delay="1ms", phy=access) for n in range(flows)]
    net.build()
    return net, sources, sinks
