"""Collisions: the distribution of the backoff, the sixteenth attempt, and collisions that come late."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from catenet.experiments.comparison import Comparison, Entry
from catenet.experiments.ethernet.bus import Bus
from catenet.link.half_duplex.csma_cd import ROW_BACKOFF, ROW_COLLISION

FRAMES: Final = 800
ATTEMPTS: Final = 16
EXPONENT_MAX: Final = 10
BINS_MAX: Final = 16
STANDARD_NORMAL: Final = 3.09
"""The 0.1 % and 99.9 % quantiles."""
LONG_CABLE_M: Final = 10_000
MIN_OCTETS: Final = 64


def collisions(seed: int) -> Iterator[Comparison]:
    """What stations of the same random numbers do, and what a long cable does."""
    bus = Bus(seed, [0, 0, 0], name="twin")
    bus.kernel.trace.listen()
    for _ in range(FRAMES):
        bus.send(0, MIN_OCTETS)
        bus.send(1, MIN_OCTETS)
    bus.kernel.run()
    yield from _attempts(bus)
    yield from _backoff(bus)
    yield from _late(seed)


def _attempts(bus: Bus) -> Iterator[Comparison]:
    sending, port = bus.wires[0].sending, bus.ports[0]
    what = f"{FRAMES} frames of stations that always collide: "
    told = f"{FRAMES * ATTEMPTS:,}: {ATTEMPTS} for each frame"
    yield _exact(what + "collisions", told, FRAMES * ATTEMPTS, sending.mac.collisions)
    dropped = port.counters()["dropped_excessive_collisions"]
    yield _exact(what + "dropped for excessive collisions", f"all {FRAMES}", FRAMES, dropped)


def _backoff(bus: Bus) -> Iterator[Comparison]:
    """Pearson's chi-square of the slots after each number of attempts, in at most 16 classes of the same size.

    The rows of both stations bear one name and come in pairs of the same draw, of which one counts.
    """
    subject = bus.kernel.trace.names.index(bus.wires[0].sending.name)
    both = [row for row in bus.kernel.trace.rows() if row.kind == ROW_BACKOFF and row.subject == subject]
    rows = both[::2]
    total, degrees = 0.0, 0
    for attempts in range(1, ATTEMPTS):
        slots = [row.b for row in rows if row.a == attempts]
        width = 1 << min(attempts, EXPONENT_MAX)
        bins = min(width, BINS_MAX)
        counts = [0] * bins
        for slot in slots:
            counts[slot * bins // width] += 1
        even = len(slots) / bins
        total += sum((count - even) ** 2 / even for count in counts)
        degrees += bins - 1
    low, high = quantile(degrees, -STANDARD_NORMAL), quantile(degrees, STANDARD_NORMAL)
    what = f"backoff after attempts 1 to 15, {len(rows):,} draws, uniform on 2^min(n, 10) slots: chi-square"
    told = f"{low:.0f} to {high:.0f}: 99.8 % of samples, {degrees} degrees of freedom"
    yield Comparison(what, told, low, high, total, "")
    yield _exact("longest backoff, in slots", "at most 1,023, and above 1,000", 1023, max(row.b for row in rows), 22)


def quantile(degrees: int, normal: float) -> float:
    """The chi-square's, by Wilson and Hilferty (PNAS 17, 1931), at a quantile of the standard normal distribution."""
    spread = 2 / (9 * degrees)
    return degrees * max(0.0, 1 - spread + normal * math.sqrt(spread)) ** 3


def _late(seed: int) -> Iterator[Comparison]:
    """Two stations at the ends of a cable of 10 km, whose round trip is longer than the slot."""
    bus = Bus(seed, [0, LONG_CABLE_M, LONG_CABLE_M / 2])
    bus.kernel.trace.listen()
    slot_ns = int(bus.medium.timing.slot_ns)
    there_ns = int(bus.medium.delay_ns(bus.wires[0].sending.station, bus.wires[1].sending.station))
    bus.send(0, 1518)
    bus.kernel.call_at(there_ns - 1_000, lambda: bus.send(1, MIN_OCTETS))
    bus.kernel.run(until_ns=2 * there_ns + slot_ns)
    late = [row.time_ns for row in bus.kernel.trace.rows() if row.kind == ROW_COLLISION and row.b]
    told = f"{(2 * there_ns - 1_000) / 1000:.1f} µs, after the slot of {slot_ns / 1000:.1f} µs: late"
    exact = (2 * there_ns - 1_000) / 1000
    measured = late[0] / 1000 if late else math.nan
    yield Comparison("a cable of 10 km: the first sender hears of the collision", told, exact, exact, measured, "µs")
    lost = Bus(seed, [0, 15_000, 7_500])
    lost.send(0, MIN_OCTETS)
    lost.kernel.call_at(60_000, lambda: lost.send(1, MIN_OCTETS))
    lost.kernel.run(until_ns=10_000_000)
    what = "a cable of 15 km: frames lost with the sender unaware, and an error of the check sequence counted"
    aware = int(lost.wires[0].sending.mac.collisions)
    yield _exact(what, "1: its last bit has left before", 1, int(lost.ports[1].fcs_errors) - aware)


def _exact(what: str, told: str, expected: int, measured: int, slack: int = 0) -> Comparison:
    entries = (Entry("", what, "expected", told), Entry("", what, "measured", f"{measured:,}"))
    return Comparison(what, told, expected - slack, expected, float(measured), "", entries=entries)
