"""How long a page takes to load by HTTP/1.1, 2 and 3, over round trip times and loss.

A page is an index and objects that it names.  The browser asks for the index, then for all objects at once: HTTP/1.1
over six connections, HTTP/2 over one of TCP, HTTP/3 over one of QUIC, all encrypted.  What is lost in TCP delays
all that came after it on the same connection, of whichever object (head-of-line blocking); in QUIC it delays the
object alone to which it belongs (RFC 9000 section 2).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from math import inf
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from catenet.experiments.comparison import Cell, Comparison, Entry
from catenet.experiments.parallel import side_by_side
from catenet.internet import Internet

if TYPE_CHECKING:
    from catenet.application.http import Client

VERSIONS: Final = ("1.1", "2", "3")
ROUND_TRIPS_MS: Final = (1, 10, 50, 200)
LOSSES_PERCENT: Final = (0, 1, 3)
RUNS: Final = 12
"""Of each case with loss, with seeds that count up; a figure is their mean."""
SLOW_START: Final = 6
"""So many round trips more, at most, double the window up to the whole page."""
SHORT_MS: Final = 50
"""Longer round trips are left out of the comparison of HTTP/2 and 3: there, what two libraries' congestion controls do
after a loss outweighs everything else."""
OBJECTS: Final = 24
OBJECT_BYTES: Final = 10_000
INDEX_BYTES: Final = 4_000
RATE_BIT_S: Final = 20_000_000
CONNECTIONS: Final = 6
"""Of HTTP/1.1, as browsers have."""
FLOORS: Final = {"1.1": 9, "2": 4, "3": 3}
"""Round trips that nothing can avoid: TCP, TLS and the index take three, QUIC and the index two, then all objects one;
over six connections, of which five have their handshakes to make, the objects take six."""


class Case(NamedTuple):
    """A version, a round trip in milliseconds, loss each way in percent."""

    version: str
    round_trip_ms: int
    loss_percent: int
    seed: int


def bounds_ms(case: Case) -> tuple[float, float]:
    """No load is faster than its round trips, or its octets at the link's rate; without loss, none is much slower."""
    octets_ms = 8_000 * (OBJECTS * OBJECT_BYTES + INDEX_BYTES) / RATE_BIT_S
    low = max(FLOORS[case.version] * case.round_trip_ms, octets_ms)
    high = (FLOORS[case.version] + SLOW_START) * case.round_trip_ms + 1.3 * octets_ms
    return low, inf if case.loss_percent else high


def page_load(seed: int, runs: int = RUNS, round_trips_ms: Sequence[int] = ROUND_TRIPS_MS) -> Iterator[Comparison]:
    """A figure for each version, round trip and loss, and what loss costs HTTP/3 beside HTTP/2."""
    cases = [
        Case(version, round_trip, loss, seed)
        for round_trip in round_trips_ms
        for loss in LOSSES_PERCENT
        for version in VERSIONS
    ]
    single = [case._replace(seed=seed + number) for case in cases for number in range(runs if case.loss_percent else 1)]
    found = dict(zip(single, side_by_side(load_ms, single), strict=True))
    means = {
        case: fmean(found[case._replace(seed=seed + number)] for number in range(runs if case.loss_percent else 1))
        for case in cases
    }
    for case in cases:
        yield _figure(case, means[case], [found[one] for one in single if one._replace(seed=seed) == case])
    yield _head_of_line(means)


def _figure(case: Case, mean_ms: float, runs_ms: list[float]) -> Comparison:
    low, high = bounds_ms(case)
    at_most = "" if case.loss_percent else f", at most {high:.0f} ms"
    place, version = f"{case.round_trip_ms} ms", f"HTTP/{case.version}"
    return Comparison(
        f"{version}, round trip {place}, {case.loss_percent} % loss",
        f"at least {low:.0f} ms{at_most}",
        low,
        high,
        mean_ms,
        "ms",
        runs=tuple(runs_ms) if len(runs_ms) > 1 else (),
        cell=Cell(f"{version}, {case.loss_percent} % loss", place, low),
        entries=(Entry("round trip, loss", f"{place}, {case.loss_percent} %", version, f"{mean_ms:.0f} ms"),),
    )


def _head_of_line(means: dict[Case, float]) -> Comparison:
    """The time that one percent of loss adds, over all round trips that are not long."""
    added = dict.fromkeys(VERSIONS, 0.0)
    for case, mean_ms in means.items():
        if case.loss_percent == 1 and case.round_trip_ms <= SHORT_MS:
            added[case.version] += mean_ms - means[case._replace(loss_percent=0)]
    return Comparison(
        f"Time that 1 % loss adds to HTTP/3, by that of HTTP/2, round trips up to {SHORT_MS} ms",
        "less than 1: a loss delays one object, and not all of them",
        0.0,
        1.0,
        added["3"] / added["2"],
        "",
    )


def load_ms(case: Case) -> float:
    """Milliseconds up to the last object, by a client that has no connection yet."""
    net = Internet(seed=case.seed)
    ends = net.routers("here", "there")
    half_ms = case.round_trip_ms / 2
    net.link(*ends, delay=f"{half_ms}ms", rate=f"{RATE_BIT_S}bit/s", loss=f"{case.loss_percent}%")
    net.host("server", at=ends[1]).run(_serve, service=True)
    process = net.host("client", at=ends[0]).run(_visit, case.version)
    with net:
        net.run()
        page_s: float = process.result
    return 1_000 * page_s


async def _serve() -> None:
    from catenet.application.http import Request, Response, Server
    from catenet.presentation.tls import machine_tls

    async def answer(request: Request) -> Response:
        return Response(200, body=bytes(INDEX_BYTES if request.path == "/" else OBJECT_BYTES))

    mine = machine_tls().authority.certificate("server")
    server = await Server(answer).start(port=443, tls=machine_tls().server_context())
    await server.start_http3(port=443, certificate=mine.certificate_pem, key=mine.key_pem)
    await server.serve_forever()


async def _visit(version: str) -> float:
    """Seconds up to the end of the last object."""
    from catenet.application.http import Client

    loop = asyncio.get_running_loop()
    await asyncio.sleep(1)
    await loop.getaddrinfo("server", 443)
    async with Client(
        http2=version == "2",
        http3=False,
        version=3 if version == "3" else None,
        connections_per_origin=CONNECTIONS,
        timeout_s=600,
        connect_timeout_s=600,
        read_timeout_s=600,
    ) as client:
        start_s = loop.time()
        await _get(client, "/", version)
        await asyncio.gather(*(_get(client, f"/{number}", version) for number in range(OBJECTS)))
        return loop.time() - start_s


async def _get(client: Client, path: str, version: str) -> None:
    answer = await client.get(f"https://server{path}")
    await answer.read()
    assert answer.version == version, "the server speaks all versions"
