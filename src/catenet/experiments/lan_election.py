"""The downtime after a leader's crash on a local network (the Raft paper, section 9.3 and figure 16).

Five servers.  The leader stops at a random time between two heartbeats, of which the shortest timeout contains two.
All servers have logs of different lengths, so two of the four remaining ones cannot be elected: the leader's last
entries reach each follower only up to an index, and the rest is withheld until there is another leader.

"A broadcast time of roughly 15 ms" is a round of messages and the disks' part in it.  The paper does not give the
parts; here a message takes 2.5 ms and a disk 7 ms, which reproduces the published results for timeouts of 150 to 155
and of 12 to 24 ms.  Timeouts restart as in the paper's figure 2 (:mod:`~catenet.experiments.paper_timeouts`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean, median
from typing import Final, NamedTuple

from catenet.application.consensus import events
from catenet.application.consensus.raft.messages import AppendEntries
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.protocols import RAFT_CODEC
from catenet.experiments.cluster import DISSERTATION, MS, timeouts
from catenet.experiments.comparison import Comparison
from catenet.experiments.elections import Elections
from catenet.experiments.paper_timeouts import paper_raft
from catenet.experiments.parallel import side_by_side

SERVERS: Final = 5
DELAY_MS: Final = 2.5
SYNC_MS: Final = 7.0
GROUPS: Final = 4
RUNS: Final = 250
"""Elections of each group; the paper has 1,000 for each line of its figure."""
STUCK_RUNS: Final = 5
"""Elections of the group that elects no leader."""
STUCK_MS: Final = 10_000.0
PATIENCE_MS: Final = 60_000.0


class Case(NamedTuple):
    """One group: its timeouts, and the limit for an election."""

    shortest_ms: float
    longest_ms: float
    max_ms: float
    runs: int
    seed: int
    delay_ms: float = DELAY_MS
    sync_ms: float = SYNC_MS


class Withholding(Mesh):
    """A mesh that passes appends to each follower only up to an index.  ``upto`` has one for each, or none."""

    def __init__(self, node: int) -> None:
        super().__init__(node)
        self.upto: Final[dict[int, int]] = {}

    def send(self, to: int, channel: int, octets: bytes) -> bool:
        upto = self.upto.get(to)
        if upto is not None:
            message = RAFT_CODEC.parse(octets)
            if isinstance(message, AppendEntries) and message.entries:
                kept = [entry for entry in message.entries if entry.index <= upto]
                if not kept:
                    return True
                octets = RAFT_CODEC.emit(
                    AppendEntries(
                        message.sender,
                        to,
                        message.term,
                        message.prev_index,
                        message.prev_term,
                        kept,
                        message.commit,
                    )
                )
        return super().send(to, channel, octets)


class UnequalLogs(Elections):
    """Makes the logs different before each election."""

    def prepare(self, leader: int) -> None:
        mesh = self.meshes[leader]
        assert isinstance(mesh, Withholding)
        followers = [server for server in self.running if server != leader]
        self.dice.shuffle(followers)
        end = self.members[leader].replica.commit_index
        for more, follower in enumerate(followers, 1):
            mesh.upto[follower] = end + more
        self.deliver(leader, events.Propose([b"x"] * len(followers)))

    def recovered(self) -> None:
        for mesh in self.meshes.values():
            assert isinstance(mesh, Withholding)
            mesh.upto.clear()


def lan_election(seed: int, runs: int = RUNS) -> Iterator[Comparison]:
    """Four lines of the figure."""
    alike = [Case(150, 150, STUCK_MS, 1, seed + number) for number in range(STUCK_RUNS)]
    stuck = [one for some in side_by_side(measure, alike) for one in some]
    yield Comparison(
        f"timeouts of 150 ms, {len(stuck)} elections: soonest",
        "over 10 s: not found in 10 s",
        STUCK_MS,
        math.inf,
        min(stuck),
        "ms",
        tuple(stuck),
    )
    few = _missed_ms(150, 155, runs, seed + 10)
    yield Comparison(_title(150, 155, few, "median"), "287 ms (±15 %)", 244, 330, median(few), "ms")
    more = _missed_ms(150, 200, runs, seed + 20)
    yield Comparison(_title(150, 200, more, "worst"), "513 ms (±30 %)", 359, 667, max(more), "ms")
    short = _missed_ms(12, 24, runs, seed + 30)
    yield Comparison(_title(12, 24, short, "mean"), "35 ms (±25 %)", 26, 44, fmean(short), "ms")
    yield Comparison(_title(12, 24, short, "worst"), "152 ms (±50 %)", 76, 228, max(short), "ms")


def _title(shortest_ms: int, longest_ms: int, missed_ms: list[float], which: str) -> str:
    return f"timeouts of {shortest_ms} to {longest_ms} ms, {len(missed_ms):,} elections: {which}"


def _missed_ms(shortest_ms: float, longest_ms: float, runs: int, seed: int) -> list[float]:
    cases = [Case(shortest_ms, longest_ms, PATIENCE_MS, runs, seed + number) for number in range(GROUPS)]
    return [duration for some in side_by_side(measure, cases) for duration in some]


def measure(case: Case) -> list[float]:
    """The downtime after each leader in milliseconds; infinite if it was not replaced in time."""
    beat_ms = case.shortest_ms / 2
    protocol = paper_raft(DISSERTATION, timeouts(case.shortest_ms, case.longest_ms, beat_ms))
    group = UnequalLogs(
        "lan-election",
        case.seed,
        protocol,
        SERVERS,
        {"delay": f"{case.delay_ms}ms"},
        heartbeat_ms=beat_ms,
        sync_ns=round(case.sync_ms * MS),
        max_ms=case.max_ms,
        mesh=Withholding,
    )
    return [election.since_stop_ms for election in group.hold(case.runs)]
