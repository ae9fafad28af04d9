"""How often votes are split (Ongaro's dissertation, section 9.2).

The vote requests of the first server whose timeout expires reach the others one latency later.  A server whose timeout
expires meanwhile votes for itself.  If so many do that no server can get a majority, the vote is split, and another
election follows.  Of ``s`` servers alive, ``c = s - n // 2 + 1`` must do so.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb, sqrt
from typing import Final, NamedTuple

from catenet.application.replication.protocols import raft
from catenet.experiments.cluster import DISSERTATION, timeouts
from catenet.experiments.comparison import Comparison, Entry
from catenet.experiments.elections import Elections
from catenet.experiments.parallel import side_by_side
from catenet.lab.options.types import LinkDirectionTable

SHORTEST_MS: Final = 150.0
WIDTH_MS: Final = 150.0
HEARTBEAT_MS: Final = 75.0
RUNS: Final = 300
ERRORS: Final = 4
"""The permitted deviation of a share, in standard errors."""


class Case(NamedTuple):
    """``servers`` of which ``failed`` have failed; the one-way latency as a share of the width of the timeouts."""

    servers: int
    failed: int
    latency: float
    runs: int
    seed: int


CASES: Final = [
    (servers, failed, latency) for servers, failed in ((3, 1), (5, 1), (5, 2), (9, 4)) for latency in (0.05, 0.1, 0.2)
]


def expected(servers: int, failed: int, latency: float) -> float:
    """The probability of a split vote."""
    alive = servers - failed
    enough = alive - servers // 2 + 1
    return sum(comb(alive, k) * latency**k * (1 - latency) ** (alive - k) for k in range(enough - 1, alive + 1))


def split_votes(seed: int, runs: int = RUNS) -> Iterator[Comparison]:
    """The dissertation's table."""
    cases = [Case(*case, runs, seed + number) for number, case in enumerate(CASES)]
    for case, split in zip(cases, side_by_side(measure, cases), strict=True):
        chance = expected(case.servers, case.failed, case.latency)
        slack = ERRORS * sqrt(chance * (1 - chance) / case.runs)
        yield Comparison(
            f"{case.servers} servers, {case.failed} failed, latency {case.latency:g} of the range: split votes",
            f"{100 * chance:.1f} % (±{100 * slack:.1f}: {ERRORS} standard errors of {case.runs} elections)",
            100 * (chance - slack),
            100 * (chance + slack),
            100 * split,
            "%",
            entries=(_entry(case, f"{100 * chance:.1f} %, {100 * split:.1f} %"),),
        )


def _entry(case: Case, text: str) -> Entry:
    column = f"{case.latency:g}" + (": expected, measured" if case.latency == CASES[0][2] else "")
    return Entry("servers, failed", f"{case.servers}, {case.failed}", column, text)


def measure(case: Case) -> float:
    """The share of elections whose first term elected no leader."""
    protocol = raft(DISSERTATION, timeouts(SHORTEST_MS, SHORTEST_MS + WIDTH_MS, HEARTBEAT_MS))
    path: LinkDirectionTable = {"delay": f"{case.latency * WIDTH_MS:g}ms"}
    group = Elections(
        "split-votes", case.seed, protocol, case.servers, path, heartbeat_ms=HEARTBEAT_MS, down=case.failed - 1
    )
    held = group.hold(case.runs)
    return sum(1 for election in held if election.terms > 1) / len(held)
