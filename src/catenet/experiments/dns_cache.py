"""Hit rate and latency of a resolver's cache against the TTL.

Queries for one name arrive as a Poisson process of rate λ.  A miss stores the answer for the TTL T, in which λT further
queries arrive on average, all of them hits: the hit rate is λT / (1 + λT) (Jung, Berger and Balakrishnan, "Modeling
TTL-based Internet Caches", INFOCOM 2003).  A miss costs one round trip to the server of the zone, so the mean latency
falls with the TTL as the hit rate rises.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterator
from math import sqrt
from statistics import fmean
from typing import Final, NamedTuple

from catenet.experiments.comparison import Comparison, CurvePoint, Entry
from catenet.experiments.parallel import side_by_side
from catenet.internet import Internet

GAP_S: Final = 100.0
"""The mean time between two queries, 1/λ; much longer than a round trip, so that two rarely meet."""
TTLS_S: Final = (10, 30, 100, 300, 1_000)
QUERIES: Final = 1_000
ERRORS: Final = 4
"""The permitted deviation, in standard errors."""
NEAR_MS: Final = 0.4
FAR_MS: Final = 80.4
"""Round trips without transmission: client and resolver are at one router, the zone's server is 40 ms away."""
_ZONE: Final = (
    "$TTL {ttl}\n@ SOA ns h 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\nwarm A 192.0.2.3\n"
)


class Case(NamedTuple):
    """A TTL in seconds, and how many queries are sent."""

    ttl: int
    queries: int
    seed: int


class Found(NamedTuple):
    """The share of queries that the cache answered, and their mean latency in milliseconds."""

    hit_rate: float
    latency_ms: float


def hit_rate(ttl: float) -> float:
    """The closed form."""
    return (ttl / GAP_S) / (1 + ttl / GAP_S)


def standard_error(ttl: float, queries: int) -> float:
    """Of the hit rate: a cycle has one miss and a Poisson number of hits, whose mean and variance are λT."""
    hits = ttl / GAP_S
    return sqrt(hits / (1 + hits) ** 3 / queries)


def dns_cache(seed: int, queries: int = QUERIES) -> Iterator[Comparison]:
    """A hit rate and a latency for each TTL."""
    cases = [Case(ttl, queries, seed + number) for number, ttl in enumerate(TTLS_S)]
    line = tuple((float(ttl), 100 * hit_rate(ttl)) for ttl in range(TTLS_S[0], TTLS_S[-1] + 1, 10))
    for case, found in zip(cases, side_by_side(measure, cases), strict=True):
        expected, slack = hit_rate(case.ttl), ERRORS * standard_error(case.ttl, queries)
        yield Comparison(
            f"TTL {case.ttl} s, a query every {GAP_S:g} s: hit rate",
            f"{100 * expected:.1f} % (±{100 * slack:.1f}: {ERRORS} standard errors of {queries} queries)",
            100 * (expected - slack),
            100 * (expected + slack),
            100 * found.hit_rate,
            "%",
            entries=_entries(case, "hit rate", f"{100 * expected:.1f} %", f"{100 * found.hit_rate:.1f} %"),
            curve=CurvePoint("hit rate", case.ttl, "s", f"{100 * found.hit_rate:.1f} %", line),
        )
        latency = NEAR_MS + (1 - expected) * FAR_MS
        slack_ms = slack * FAR_MS + 0.1
        yield Comparison(
            f"TTL {case.ttl} s, a query every {GAP_S:g} s: mean latency",
            f"{latency:.1f} ms (±{slack_ms:.1f})",
            latency - slack_ms,
            latency + slack_ms,
            found.latency_ms,
            "ms",
            entries=_entries(case, "mean latency", f"{latency:.1f} ms", f"{found.latency_ms:.1f} ms"),
        )


def _entries(case: Case, what: str, expected: str, measured: str) -> tuple[Entry, ...]:
    columns = ((f"{what}: closed form", expected), (f"{what}: measured", measured))
    return tuple(Entry("TTL", f"{case.ttl} s", column, text) for column, text in columns)


def measure(case: Case) -> Found:
    """Queries of one client for one name, at times drawn from the host's random stream."""
    net = Internet(seed=case.seed)
    here, there = net.routers("here", "there")
    net.link(here, there, delay="40ms")
    names = net.dns(at=there, resolver_at=here, zones={"shop.test": _ZONE.format(ttl=case.ttl)}, ttl="3650d")
    client = net.host("client", at=here)
    latencies: list[float] = []

    async def ask() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        await loop.getaddrinfo("warm.shop.test", 80, family=socket.AF_INET)
        assert names.resolver is not None
        before = names.resolver.counters["cache-hits"]
        for _ in range(case.queries):
            await asyncio.sleep(random.expovariate(1 / GAP_S))
            started = loop.time()
            await loop.getaddrinfo("www.shop.test", 80, family=socket.AF_INET)
            latencies.append(loop.time() - started)
        return names.resolver.counters["cache-hits"] - before, case.queries

    process = client.run(ask)
    with net:
        net.run()
        hits, queries = process.result
    return Found(hits / queries, 1_000 * fmean(latencies))
