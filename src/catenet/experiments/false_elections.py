"""False elections by lost heartbeats, over datagrams and over TCP.

A follower's timeout expires when K consecutive heartbeats are missing.  If each is lost independently with probability
p, ``(1 - p**K) / ((1 - p) * p**K)`` are sent until then: the mean time until K failures in a row.  Datagrams are lost
like that.  TCP retransmits a lost segment, which may still arrive in time; until then it holds back all later data, so
that one lost segment delays several heartbeats.

Two of five servers receive from the leader over links that lose frames.  Pre-votes prevent real elections: the others
reject their pre-votes, and the group continues.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import sqrt
from typing import Final, NamedTuple

from catenet.application.consensus import events
from catenet.application.consensus.effects import Message
from catenet.application.consensus.raft.messages import Heartbeat, RequestPreVote
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.replication.datagrams import DatagramMesh
from catenet.application.replication.member import Member
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.protocols import raft
from catenet.experiments.cluster import Cluster, timeouts
from catenet.experiments.comparison import Cell, Comparison, Entry
from catenet.experiments.parallel import side_by_side
from catenet.lab.options.types import LinkDirectionTable

SERVERS: Final = 5
LEADER: Final = 1
LOSSY: Final = (4, 5)
HEARTBEAT_MS: Final = 100.0
MISSED: Final = 3
"""K: the number of consecutive missing heartbeats."""
LATENCIES_MS: Final = (1, 30, 120)
LOSSES: Final = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Over TCP."""
DATAGRAM_LOSSES: Final = (0.2, 0.3, 0.4, 0.5)
FALSE_ALARMS: Final = 120
"""The mean number of false elections per run with independent losses."""
HEARTBEATS: Final = 1_500
"""The number of heartbeats sent over TCP."""
ERRORS: Final = 4


class Case(NamedTuple):
    """One run: how the heartbeats go, and how many there are."""

    over_tcp: bool
    latency_ms: float
    loss: float
    heartbeats: int
    seed: int


class Seen(NamedTuple):
    """Heartbeats that were sent to the two followers, and elections that they called."""

    heartbeats: int
    elections: int

    @property
    def mean(self) -> float:
        """Heartbeats per false election; all of them if there was none."""
        return self.heartbeats / max(1, self.elections)


def expected(loss: float, missed: int = MISSED) -> float:
    """Heartbeats per false election, if losses are independent."""
    return (1 - loss**missed) / ((1 - loss) * loss**missed)


def false_elections(
    seed: int,
    alarms: int = FALSE_ALARMS,
    heartbeats: int = HEARTBEATS,
    latencies_ms: tuple[float, ...] = LATENCIES_MS,
    losses: tuple[float, ...] = LOSSES,
) -> Iterator[Comparison]:
    """Datagrams, which must follow the formula; then TCP at each loss and latency, which must not."""
    datagrams = [
        Case(False, latencies_ms[0], loss, round(alarms * expected(loss)), seed + number)
        for number, loss in enumerate(DATAGRAM_LOSSES)
    ]
    streams = [Case(True, latency, loss, heartbeats, seed) for loss in losses for latency in latencies_ms]
    cases = [*datagrams, *streams]
    apart = 0
    for case, seen in zip(cases, side_by_side(measure, cases), strict=True):
        if case.over_tcp:
            apart += differs(case, seen)
            yield _over_tcp(case, seen)
        else:
            yield _over_udp(case, seen, alarms)
    what = f"of these {len(streams)}, further from the formula than {ERRORS} standard errors"
    yield Comparison(what, "more than half", len(streams) / 2, len(streams), apart, "")


def differs(case: Case, seen: Seen) -> bool:
    """Whether the number of elections differs significantly from that with independent losses."""
    likely = seen.heartbeats / expected(case.loss)
    return abs(seen.elections - likely) > ERRORS * sqrt(max(1.0, likely))


def _over_udp(case: Case, seen: Seen, alarms: int) -> Comparison:
    formula = expected(case.loss)
    slack = ERRORS * formula / sqrt(alarms)
    return Comparison(
        f"datagrams, {100 * case.loss:.0f} % lost: heartbeats to a false election",
        f"{formula:.1f} (±{slack:.1f}: {ERRORS} standard errors of {alarms} elections)",
        formula - slack,
        formula + slack,
        seen.mean,
        "",
    )


def _over_tcp(case: Case, seen: Seen) -> Comparison:
    formula = expected(case.loss)
    row, column = f"{100 * case.loss:.0f} % lost", f"{case.latency_ms:g} ms one way"
    told = f"{formula / seen.mean:,.1f} times as often" if seen.elections else f"not once in {seen.heartbeats}"
    return Comparison(
        f"TCP, {100 * case.loss:.0f} % lost, {case.latency_ms:g} ms one way: heartbeats to a false election",
        f"not the {formula:,.1f} of datagrams ({told})",
        0.0,
        math.inf,
        seen.mean,
        "",
        cell=Cell(row, column, round(formula, 1)),
        entries=(Entry("", row, "as formula", _short(formula)), Entry("", row, column, _short(seen.mean))),
    )


def _short(heartbeats: float) -> str:
    return f"{heartbeats:,.0f}" if heartbeats >= 100 else f"{heartbeats:.1f}"


class _Listening(Cluster):
    """Counts heartbeats to the followers on lossy links, and the elections that they would call."""

    def __init__(self, case: Case) -> None:
        policy = timeouts((MISSED + 0.25) * HEARTBEAT_MS, (MISSED + 0.25) * HEARTBEAT_MS, HEARTBEAT_MS)
        mesh = Mesh if case.over_tcp else DatagramMesh
        path: LinkDirectionTable = {"delay": f"{case.latency_ms}ms"}
        super().__init__("false-elections", case.seed, raft(RaftOptions(), policy), SERVERS, path, mesh=mesh)
        self.heartbeats = 0
        self.elections = 0

    def message_sent(self, member: Member, message: Message) -> None:
        if isinstance(message, Heartbeat) and message.to in LOSSY:
            self.heartbeats += 1
        elif isinstance(message, RequestPreVote) and message.sender in LOSSY and message.to == LEADER:
            self.elections += 1


def measure(case: Case) -> Seen:
    """Begin without losses; then count."""
    group = _Listening(case)
    group.run_ms(20)
    group.deliver(LEADER, events.Campaign())
    group.await_leader(LEADER)
    group.run_ms(1_000)
    for server in LOSSY:
        group.links[server].set(back={"loss": case.loss})
    group.run_ms(2_000)
    group.heartbeats = group.elections = 0
    group.run_ms(case.heartbeats * HEARTBEAT_MS / len(LOSSY))
    group.net.close()
    return Seen(group.heartbeats, group.elections)
