"""The efficiency of CSMA/CD, by a formula and measured.

Metcalfe and Boggs, "Ethernet: Distributed Packet Switching for Local Computer Networks", CACM 19(7), 1976, section 6: Q
stations always have a packet of P bits.  In each slot of T, each sends with the probability 1/Q, so that one alone does
with A = (1 - 1/Q)^(Q-1), and a packet follows W = (1 - A)/A slots of contention.  At the rate C, E = (P/C)/(P/C + WT).

The formula assumes that every station knows Q.  Binary exponential backoff has to find it, so two measurements stand
beside it.  In a *fresh contention*, Q stations that have not collided yet wait for the end of a frame; the time until
one of their frames is through is counted.  *Saturated* stations send one frame after the other: who has just sent has
no collisions counted, while the others wait longer after each, and so it keeps the medium (the capture effect).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple

from catenet.experiments.comparison import Comparison, CurvePoint, Entry
from catenet.experiments.ethernet.bus import RATE_BIT_S, Bus
from catenet.experiments.parallel import side_by_side
from catenet.link.half_duplex.timing import SLOT_BITS

PREAMBLE_OCTETS: Final = 8
CABLE_M: Final = 500
STATIONS: Final = (2, 5, 10, 32)
OCTETS: Final = (64, 256, 512, 1518)
ROUNDS: Final = {2: 400, 5: 300, 10: 200, 32: 100}
TOLERANCES: Final = {2: 0.15, 5: 0.08, 10: 0.08, 32: 0.22}
"""How far the efficiency of a fresh contention may be from the formula's."""
SATURATED_NS: Final = 200_000_000
_PAUSE_NS: Final = 10_000_000
_STARTED_NS: Final = 100_000
_LONGEST: Final = 1518


class Case(NamedTuple):
    """So many stations with frames of so many octets, and a seed."""

    stations: int
    octets: int
    seed: int


class Found(NamedTuple):
    """Efficiencies, how many frames in a row a saturated station sends, and late collisions."""

    fresh: float
    saturated: float
    in_a_row: float
    late: int


def expected(stations: int, octets: int) -> float:
    """The formula of Metcalfe and Boggs; the slot is 512 bit times, and the packet has its preamble."""
    alone = (1 - 1 / stations) ** (stations - 1)
    waited = (1 - alone) / alone
    bits = (octets + PREAMBLE_OCTETS) * 8
    return bits / (bits + waited * int(SLOT_BITS))


def efficiency(seed: int) -> Iterator[Comparison]:
    """All numbers of stations with all lengths of frames."""
    cases = [Case(stations, octets, seed) for stations in STATIONS for octets in OCTETS]
    late = 0
    for case, found in zip(cases, side_by_side(measure, cases), strict=True):
        late += found.late
        yield from _comparisons(case, found)
    what = f"late collisions of all these stations, on {CABLE_M} m"
    entries = (Entry("", what, "expected", "none"), Entry("", what, "measured", str(late)))
    yield Comparison(what, "none", 0, 0, late, "", entries=entries)


def measure(case: Case) -> Found:
    """Both measurements of one case."""
    fresh, late = fresh_contention(case, ROUNDS[case.stations])
    bus = _bus(case)
    bus.saturate(case.octets)
    bus.kernel.run(until_ns=SATURATED_NS)
    senders = bus.listener.senders
    bits = len(senders) * (case.octets + PREAMBLE_OCTETS) * 8
    turns = 1 + sum(before != after for before, after in pairwise(senders))
    late += _late(bus)
    return Found(fresh, bits / SATURATED_NS * 1e9 / RATE_BIT_S, len(senders) / turns, late)


def fresh_contention(case: Case, rounds: int) -> tuple[float, int]:
    """The efficiency of contentions of stations that have no collisions counted, and how many were late.

    Each round, the listener sends a long frame, and all the others get a frame while it does.  When one of theirs is
    through, all are unplugged, so that they forget their collisions.
    """
    bus = _bus(case)
    took_ns = [_round(bus, case) for _ in range(rounds)]
    return (case.octets + PREAMBLE_OCTETS) * 8e9 / RATE_BIT_S / fmean(took_ns), _late(bus)


def _round(bus: Bus, case: Case) -> int:
    """How long it takes from the end of the gap to the end of the first frame, without the way to the listener."""
    kernel, listener, senders = bus.kernel, bus.wires[-1].sending, bus.listener.senders
    done = len(senders)
    bus.send(case.stations, _LONGEST)
    kernel.run(until_ns=int(kernel.now_ns) + _STARTED_NS)
    (signal,) = [
        signal for signal in bus.medium.signals if signal.station is listener.station and signal.end_ns > kernel.now_ns
    ]
    start_ns = int(signal.end_ns) + int(bus.medium.timing.gap_ns)
    for number in range(case.stations):
        bus.send(number, case.octets)
    while len(senders) == done:
        kernel.step()
    sender = next(wire for wire, port in zip(bus.wires, bus.ports, strict=True) if port.mac == senders[-1])
    way_ns = int(bus.medium.delay_ns(listener.station, sender.sending.station))
    took_ns = int(kernel.now_ns) - start_ns - 2 * way_ns
    for wire in bus.wires:
        wire.cut()
    kernel.run(until_ns=int(kernel.now_ns) + _PAUSE_NS)
    for wire in bus.wires:
        wire.heal()
    return took_ns


def _bus(case: Case) -> Bus:
    places = [CABLE_M * number / (case.stations - 1) for number in range(case.stations)]
    return Bus(case.seed * 1000 + case.stations * 10 + case.octets, [*places, CABLE_M / 2])


def _late(bus: Bus) -> int:
    return sum(int(wire.sending.mac.late_collisions) for wire in bus.wires)


def _comparisons(case: Case, found: Found) -> Iterator[Comparison]:
    formula, slack = 100 * expected(case.stations, case.octets), 100 * TOLERANCES[case.stations]
    who = f"{case.stations} stations, frames of {case.octets:,} octets: efficiency"
    curve = f"{case.stations} stations"
    yield Comparison(
        f"{who} of a fresh contention",
        f"{formula:.1f} % by the formula (± {slack:.0f})",
        formula - slack,
        formula + slack,
        100 * found.fresh,
        "%",
        entries=(
            Entry("", who, "expected", f"{formula:.1f} % by the formula"),
            Entry("", who, "measured", f"{100 * found.fresh:.1f} %"),
        ),
        curve=CurvePoint(curve, case.octets, "octets", "a fresh contention", _line(case)),
    )
    yield Comparison(
        f"{who} of saturated stations",
        f"above {formula:.1f} %, by the capture effect",
        formula,
        100.0,
        100 * found.saturated,
        "%",
        entries=(
            Entry("", who, "saturated", f"{100 * found.saturated:.1f} %"),
            Entry("", who, "frames in a row", f"{found.in_a_row:.0f}"),
        ),
        curve=CurvePoint(curve, case.octets, "octets", "saturated stations"),
    )


def _line(case: Case) -> tuple[tuple[float, float], ...]:
    """The formula from the shortest frame to the longest, once for each number of stations."""
    if case.octets != OCTETS[0]:
        return ()
    lengths = [*range(OCTETS[0], OCTETS[-1], 32), OCTETS[-1]]
    return tuple((octets, 100 * expected(case.stations, octets)) for octets in lengths)
