"""RIP's known weaknesses, late detection and counting to infinity, with their remedies (RFC 2453 section 3.4)."""

from __future__ import annotations

import math
from statistics import median
from typing import Final

from catenet.experiments.comparison import Comparison
from catenet.internet import Internet
from catenet.lab.options.types import RipTable
from catenet.network.routing.rip import tracing

CONVERGED_S: Final = 150
"""Long enough for the first tables, also without triggered updates."""
COUNTING_RUNS: Final = 9
POISON_RUNS: Final = 12


def silent(seed: int) -> list[Comparison]:
    """A neighbour stops sending while its link stays up: only timers detect it."""
    net = Internet(seed=seed, name="rip-silent")
    near, far = net.routers("near", "far", routing="rip")
    link = net.link(near, far)
    host = net.host("target", at=far)
    net.build()
    target = int(host.ip.interfaces[1].ipv4[0][0]) >> 2 << 2
    net.run(until=f"{CONVERGED_S}s")
    net.at(f"{CONVERGED_S}s").set(link, loss="100%")
    net.run(until=f"{CONVERGED_S + 400}s")
    heard_s = max(int(peer.heard_ns) for peer in net.rip.daemons["near"].machine.peers.values()) / 1e9
    invalid_s = _last(net, target, "near", {tracing.TIMED_OUT})
    flushed_s = _last(net, target, "near", {tracing.FLUSHED})
    return [
        Comparison("from the last update to the route's end", "180 s", 179.9, 180.1, invalid_s - heard_s),
        Comparison("from there until it is flushed", "120 s", 119.9, 120.1, flushed_s - invalid_s),
    ]


def infinity(seed: int) -> list[Comparison]:
    """Two routers, and a network beyond the first that is cut off just after the first's regular update.

    The second still advertises it, so both learn the route from each other, with a metric higher by one at every
    update, each 30 s.  From 3 to 16 at the first router it takes 7 intervals after the second's next update, which
    comes within one.
    """
    naive: RipTable = {"split_horizon": False, "triggered": False, "jitter": 0}
    counted = tuple(_removal_s(seed + run, naive) for run in range(COUNTING_RUNS))
    split = tuple(_removal_s(seed + run, {"triggered": False}) for run in range(COUNTING_RUNS))
    poisoning: RipTable = {"triggered": False, "poison_reverse": True}
    poisoned = tuple(_removal_s(seed + run, poisoning) for run in range(COUNTING_RUNS))
    cured = "no counting: at the next regular update, within 35 s"
    return [
        Comparison(
            "no split horizon, no triggered updates: until the network is removed, median",
            "about 220 s (±10 %)",
            198.0,
            242.0,
            median(counted),
            runs=counted,
        ),
        Comparison("split horizon alone, slowest", cured, 0.0, 35.1, max(split), runs=split),
        Comparison("poison reverse alone, slowest", cured, 0.0, 35.1, max(poisoned), runs=poisoned),
    ]


def poison(seed: int) -> list[Comparison]:
    """The network of RFC 2453 section 3.4.3: A, B and C in a triangle, D behind B, and a path of cost 10 from C to D.

    B - D is cut.  Counting to infinity would stop at 12, where the expensive path wins.
    """
    quick = tuple(_recovery_s(seed + run, {"poison_reverse": True}) for run in range(POISON_RUNS))
    naive: RipTable = {"split_horizon": False, "triggered": False}
    slow = tuple(_recovery_s(seed + run, naive) for run in range(POISON_RUNS))
    return [
        Comparison(
            "poison reverse and triggered updates: until all have the way of cost 10, slowest",
            "within 44 s",
            0.0,
            44.0,
            max(quick),
            runs=quick,
        ),
        Comparison(
            "no split horizon, no triggered updates, slowest",
            "longer than 44 s: it counts up to 12",
            44.0,
            math.inf,
            max(slow),
            runs=slow,
        ),
    ]


def _removal_s(seed: int, rip: RipTable) -> float:
    """The time from the cut until neither router has the network; infinite if it is not removed in 400 s."""
    net = Internet(seed=seed, name="rip-infinity")
    first, second = net.routers("first", "second", routing="rip", rip=rip)
    net.link(first, second)
    host = net.host("target", at=first)
    net.build()
    target = int(host.ip.interfaces[1].ipv4[0][0]) >> 2 << 2
    cut_s = _after_update(net, "first")
    net.at(f"{cut_s}s").cut(first, "target")
    net.run(until=f"{cut_s + 400}s")
    for daemon in net.rip.daemons.values():
        route = daemon.machine.table.find(target, 30)
        if route is not None and not route.dead:
            return math.inf
    ends = {tracing.POISONED, tracing.INTERFACE_DOWN}
    return max(_last(net, target, name, ends) for name in ("first", "second")) - cut_s


def _recovery_s(seed: int, rip: RipTable) -> float:
    """The time from the cut until every router has the path at its final cost; infinite if one has not."""
    net = Internet(seed=seed, name="rip-poison")
    a, b, c, d = net.routers("a", "b", "c", "d", routing="rip", rip=rip)
    for ends in ((a, b), (a, c), (b, c), (b, d)):
        net.link(*ends)
    net.link(c, d, cost=10)
    host = net.host("target", at=d)
    net.build()
    target = int(host.ip.interfaces[1].ipv4[0][0]) >> 2 << 2
    cut_s = CONVERGED_S + seed % 30
    net.at(f"{cut_s}s").cut(b, d)
    net.run(until=f"{cut_s + 400}s")
    for name, metric in (("a", 12), ("b", 12), ("c", 11)):
        route = net.rip.daemons[name].machine.table.find(target, 30)
        if route is None or route.metric != metric:
            return math.inf
    every = set(tracing.CAUSES)
    return max(_last(net, target, name, every) for name in ("a", "b", "c")) - cut_s


def _after_update(net: Internet, router: str) -> float:
    """Run until just after a router's next regular update after convergence; the time in seconds."""
    net.run(until=f"{CONVERGED_S}s")
    now_ms = CONVERGED_S * 1000
    seen = len(net.trace)
    while not any(
        row.kind == tracing.UPDATE and row.a == tracing.PERIODIC and net.trace.names[row.subject] == router
        for row in net.trace.rows()[seen:]
    ):
        seen = len(net.trace)
        now_ms += 500
        net.run(until=f"{now_ms}ms")
    return now_ms / 1000


def _last(net: Internet, prefix: int, router: str, causes: set[int]) -> float:
    """The last change of a router's entry for a prefix by one of these causes, in seconds; infinite if never."""
    last = math.inf
    for row in net.trace.rows():
        if row.kind == tracing.ROUTE and net.trace.names[row.subject] == router:
            change = tracing.route_change(row)
            if change.prefix == prefix and change.cause in causes:
                last = change.time_ns / 1e9
    return last
