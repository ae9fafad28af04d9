"""OSPF's known delays: detection of a silent neighbour, and throttling after a link returns."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median
from typing import Final

from catenet.experiments.comparison import Comparison
from catenet.internet import Internet
from catenet.lab.options.types import OspfTable
from catenet.network.routing.ospf import tracing
from catenet.network.routing.ospf.adjacency.neighbour import DOWN, INACTIVE

DEAD_RUNS: Final = 12
FLAP_RUNS: Final = 9
CONVERGED_S: Final = 100
FLAP_S: Final = 10
"""For how long the link is down: longer than MinLSInterval, so that no LSA of the cut is still delayed."""
FRR: Final[OspfTable] = {"hello": "1s", "spf": [0, "50ms", "5s"], "spf_hold_down": "100ms"}
"""FRR 8.4's defaults but for the hello: routes at once, then 50 ms apart while changes go on."""


def dead(seed: int) -> list[Comparison]:
    """A link keeps its carrier but loses every frame; an alternative path exists.

    The last hello was received up to one interval earlier, so the dead interval expires after 30 to 40 s.
    """
    runs = [_silence(seed + run, run) for run in range(DEAD_RUNS)]
    noticed = tuple(one[0] for one in runs)
    lost = tuple(one[1] for one in runs)
    return [
        Comparison("until the neighbour is declared down, soonest", "more than 30 s", 30.0, 40.0, min(noticed)),
        Comparison(
            "until the neighbour is declared down, latest", "40 s at most", 30.0, 40.0, max(noticed), runs=noticed
        ),
        Comparison(
            "for how long packets are lost, longest",
            "until both ends have noticed, and the routes are calculated: 30 to 40.5 s",
            30.0,
            40.5,
            max(lost),
            runs=lost,
        ),
    ]


def flap(seed: int) -> list[Comparison]:
    """Four routers in a line; the first link is cut, and restored 10 s later.  The last router's routes are observed.

    The cut is advertised at once.  When the link is back, both its ends advertise that at once, too, and the adjacency
    is formed after the next hello; but its LSA follows the previous one after MinLSInterval (5 s) at the earliest.
    """
    slow = [_flap(seed + run, run, {}) for run in range(FLAP_RUNS)]
    free = [_flap(seed + run, run, {"lsa_interval": 0, "lsa_arrival": 0}) for run in range(FLAP_RUNS)]
    withdrawn = tuple(one[0] * 1000 for one in slow)
    return [
        Comparison(
            "withdrawal, slowest: flooding over two links, and no wait",
            "2 to 46 ms",
            2,
            46,
            max(withdrawn),
            "ms",
            withdrawn,
        ),
        _restoration("restoration with MinLSInterval 5 s, median", "5 s, or 11 s if an LSA is resent", 4.5, 11.5, slow),
        _restoration(
            "restoration with both LSA throttles at 0, slowest",
            "1.0 s: the next hello, and the exchange",
            0.0,
            1.25,
            free,
        ),
    ]


def _restoration(what: str, expected: str, low: float, high: float, runs: list[tuple[float, float]]) -> Comparison:
    times = tuple(one[1] for one in runs)
    measured = median(times) if "median" in what else max(times)
    return Comparison(what, expected, low, high, measured, runs=times)


def _silence(seed: int, run: int) -> tuple[float, float]:
    """The times from the silence until a neighbour is declared down, and until no packet is lost, in seconds."""
    net = Internet(seed=seed, name="ospf-dead", check_forwarding=True)
    near, far, around = net.routers("near", "far", "around", routing="ospf")
    link = net.link(near, far)
    net.link(near, around)
    net.link(around, far)
    begin_s = CONVERGED_S + run * 0.83
    net.at(f"{begin_s}s").set(link, loss="100%")
    net.run(until=f"{begin_s + 60}s")
    trace = net.trace
    changes = [tracing.state_change(row) for row in trace.rows() if row.kind == tracing.NEIGHBOUR]
    noticed = [change.time_ns / 1e9 - begin_s for change in changes if change.event == INACTIVE and change.new == DOWN]
    assert net.forwarding is not None
    faults = [episode for episode in net.forwarding.episodes if episode.start_ns >= begin_s * 1e9]
    if not noticed or not faults or any(episode.end_ns is None for episode in faults):
        return math.inf, math.inf
    return min(noticed), max(int(episode.end_ns or 0) for episode in faults) / 1e9 - begin_s


def _flap(seed: int, run: int, options: OspfTable) -> tuple[float, float]:
    """The times from the cut until the last router has no route, and from the repair until it has one, in seconds."""
    net = Internet(seed=seed, name="ospf-flap")
    delay = f"{1 + 2 * run}ms"
    line = net.routers("first", "second", "third", "last", routing="ospf", ospf={**FRR, **options})
    links = [net.link(one, other, delay=delay) for one, other in pairwise(line)]
    host = net.host("target", at=line[0])
    net.build()
    target = int(host.ip.interfaces[1].ipv4[0][0]) >> 2 << 2
    cut_s = CONVERGED_S + run * 0.37
    net.at(f"{cut_s}s").cut(links[0])
    net.at(f"{cut_s + FLAP_S}s").heal(links[0])
    net.run(until=f"{cut_s + FLAP_S + 40}s")
    gone_s = back_s = math.inf
    trace = net.trace
    for row in trace.rows():
        if row.kind == tracing.ROUTE and trace.names[row.subject] == "last" and row.time_ns >= cut_s * 1e9:
            change = tracing.route_change(row)
            if change.prefix == target and change.path_type == 0:
                gone_s = min(gone_s, change.time_ns / 1e9 - cut_s)
            elif change.prefix == target:
                back_s = min(back_s, change.time_ns / 1e9 - cut_s - FLAP_S)
    return gone_s, back_s
