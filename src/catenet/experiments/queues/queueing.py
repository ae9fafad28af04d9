"""Queueing theory at a port: waiting times of M/M/1 and M/D/1, losses of M/M/1/K, and strict priority.

Kleinrock, "Queueing Systems", volumes 1 (sections 3.2, 3.6 and 5.6) and 2 (section 3.6, Cobham's formula).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean, stdev
from typing import Final, NamedTuple

from catenet.experiments.comparison import Comparison
from catenet.experiments.parallel import side_by_side
from catenet.experiments.queues.traffic import serve
from catenet.experiments.signals.measure import STANDARD_ERRORS, entries_of
from catenet.link.queue import DropTail
from catenet.link.queues.prio import Prio

PARTS: Final = 10
"""Independent runs, whose scatter tells the standard error."""
WARM_UP: Final = 3_000
ROOM: Final = 9
"""Places of M/M/1/K's queue: with the one in service, K is 10."""
URGENT: Final = 0x10
"""A type of service that strict priority serves first."""
PRIORITY_LOADS: Final = {URGENT: 0.3, 0: 0.5}


class Case(NamedTuple):
    """What is measured at which load, by how many frames in each part."""

    model: str
    load: float
    customers: int


class Part(NamedTuple):
    """One of the independent runs of a case."""

    case: Case
    customers: int
    seed: int


WAITS: Final = {0.5: 10_000, 0.8: 20_000, 0.95: 100_000}
CASES: Final = (
    *(Case(model, load, frames) for model in ("M/M/1", "M/D/1") for load, frames in WAITS.items()),
    Case("M/M/1/10", 0.8, 10_000),
    Case("M/M/1/10", 0.95, 10_000),
    Case("priority, first", 0.8, 20_000),
    Case("priority, second", 0.8, 20_000),
)


def queueing(seed: int) -> Iterator[Comparison]:
    """All cases at full length."""
    return measured(seed, 1)


def measured(seed: int, divisor: int) -> Iterator[Comparison]:
    """All cases, each of a ``divisor``-th of the frames."""
    parts = [Part(case, case.customers // divisor, seed + 1000 * number) for case in CASES for number in range(PARTS)]
    found = side_by_side(measure, parts)
    for case in CASES:
        yield _comparison(case, [next(found) for _ in range(PARTS)])


def expected(case: Case) -> float:
    """The closed form; waiting times in mean service times, losses as a share of the arrivals."""
    load = case.load
    if case.model == "M/M/1":
        return load / (1 - load)
    if case.model == "M/D/1":
        return load / (2 * (1 - load))
    if case.model.startswith("M/M/1/"):
        room = ROOM + 1
        return float((1 - load) * load**room / (1 - load ** (room + 1)))
    first = PRIORITY_LOADS[URGENT]
    return load / (1 - first) if case.model == "priority, first" else load / ((1 - first) * (1 - load))


def measure(part: Part) -> float:
    """One run."""
    case, warm_up = part.case, min(WARM_UP, part.customers // 2)
    if case.model.startswith("priority"):
        server, _, _ = serve(Prio(limit=1 << 40), PRIORITY_LOADS, False, part.customers, warm_up, part.seed)
        return server.mean_wait(URGENT if case.model == "priority, first" else 0)
    if case.model.startswith("M/M/1/"):
        _, port, sources = serve(DropTail(ROOM), {0: case.load}, False, part.customers, warm_up, part.seed)
        return int(port.dropped_queue_full) / sources[0].sent
    server, _, _ = serve(DropTail(), {0: case.load}, case.model == "M/D/1", part.customers, warm_up, part.seed)
    return server.mean_wait()


def _comparison(case: Case, found: list[float]) -> Comparison:
    theory, mean = expected(case), fmean(found)
    slack = STANDARD_ERRORS * stdev(found) / math.sqrt(len(found))
    lost = case.model.startswith("M/M/1/")
    what = f"{case.model} at load {case.load:g}: " + ("share of frames lost" if lost else "mean waiting time")
    scale, unit = (100.0, "%") if lost else (1.0, "services")
    text = f"{theory * scale:.3f} {unit} (±{slack * scale:.3f}: {STANDARD_ERRORS:g} standard errors)"
    entries = entries_of(
        what, f"{theory * scale:.3f} {unit}", f"{mean * scale:.3f} {unit}", f"{slack * scale:.3f} {unit}"
    )
    low, high = (theory - slack) * scale, (theory + slack) * scale
    return Comparison(what, text, low, high, mean * scale, unit, tuple(each * scale for each in found), entries=entries)
