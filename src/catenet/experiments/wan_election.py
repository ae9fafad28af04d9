"""The duration of elections between continents (Ongaro's dissertation, section 9.4).

Five servers, one-way latencies of 30 to 40 ms, timeouts of 300 to 600 ms.  One server has failed, the leader; or two:
the leader, and another one earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean
from typing import Final, NamedTuple

from catenet.application.replication.protocols import raft
from catenet.experiments.cluster import DISSERTATION, timeouts
from catenet.experiments.comparison import Comparison
from catenet.experiments.elections import Elections
from catenet.experiments.parallel import side_by_side
from catenet.lab.options.types import LinkDirectionTable

SERVERS: Final = 5
LATENCY_MS: Final = 35.0
SPREAD_MS: Final = 5.0
SHORTEST_MS: Final = 300.0
LONGEST_MS: Final = 600.0
HEARTBEAT_MS: Final = 150.0
GROUPS: Final = 4
RUNS: Final = 300
"""Elections of each group."""


class Case(NamedTuple):
    """One group: how many servers have failed."""

    failed: int
    runs: int
    seed: int


def wan_election(seed: int, runs: int = RUNS) -> Iterator[Comparison]:
    """One failed, two failed: the mean, and the 99.9th percentile."""
    for failed, mean_ms, late_ms in ((1, 475.0, 1500.0), (2, 650.0, 3000.0)):
        cases = [Case(failed, runs, seed + 100 * failed + number) for number in range(GROUPS)]
        took_ms = sorted(duration for some in side_by_side(measure, cases) for duration in some)
        what = f"{failed} of {SERVERS} failed, {len(took_ms):,} elections"
        yield Comparison(
            f"{what}: mean",
            f"{mean_ms:.0f} ms (±8 %)",
            0.92 * mean_ms,
            1.08 * mean_ms,
            fmean(took_ms),
            "ms",
        )
        yield Comparison(
            f"{what}: 99.9 % take no longer than",
            f"{late_ms:.0f} ms (±30 %)",
            0.7 * late_ms,
            1.3 * late_ms,
            took_ms[min(len(took_ms) - 1, int(0.999 * len(took_ms)))],
            "ms",
        )


def measure(case: Case) -> list[float]:
    """The time from the receipt of the last heartbeat, when the timeouts begin, to a new leader."""
    protocol = raft(DISSERTATION, timeouts(SHORTEST_MS, LONGEST_MS, HEARTBEAT_MS))
    path: LinkDirectionTable = {"delay": f"{LATENCY_MS}ms", "jitter": f"{SPREAD_MS}ms"}
    group = Elections(
        "wan-election", case.seed, protocol, SERVERS, path, heartbeat_ms=HEARTBEAT_MS, down=case.failed - 1
    )
    return [election.since_beat_ms - LATENCY_MS for election in group.hold(case.runs)]
