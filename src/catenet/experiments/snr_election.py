"""What the signal-to-noise ratio of one fibre does to a Raft group, layer by layer.

Five servers around a switch; the leader is attached by 40 km of 10GBASE-R, and the ratio of that fibre is lowered in
steps.  A lower ratio makes bit errors.  A bit error makes a frame's check sequence fail, and the port drops the frame.
TCP retransmits what was in it, later.  Meanwhile no heartbeat arrives, until a follower's election timeout expires.
While nobody leads, requests fail.  Each link of this chain is counted.

Each step is several rounds: the fibre is whole until server 1 leads again, then it has the step's ratio.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from catenet.application.consensus import events
from catenet.application.consensus.effects import Message
from catenet.application.consensus.raft.messages import HeartbeatReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.replication.application import Application
from catenet.application.replication.member import Member
from catenet.application.replication.protocols import raft
from catenet.experiments.cluster import MS, Cluster, timeouts
from catenet.experiments.comparison import Chain, Comparison, Effect, Entry
from catenet.experiments.parallel import side_by_side
from catenet.kernel.quantity import length_m
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.phy_base import Phy

SERVERS: Final = 5
LEADER: Final = 1
PHY: Final = "10gbase-r"
LENGTH: Final = "40km"
LENGTH_M: Final = length_m(LENGTH)
STEPS_DB: Final = (17.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.0, 7.0)
ROUNDS: Final = 6
ROUND_MS: Final = 5_000
HEARTBEAT_MS: Final = 50.0
SHORTEST_MS: Final = 150.0
LONGEST_MS: Final = 300.0
REQUEST_EVERY_MS: Final = 20.0
PATIENCE_MS: Final = 500.0
"""A request that is not applied by then has failed."""
ERRORS: Final = 4
WIRE_OCTETS: Final = 20
"""Preamble, delimiter and gap of a frame, which the check sequence does not cover."""


class Case(NamedTuple):
    """The ratio of one step."""

    snr_db: float
    rounds: int
    seed: int


class Seen(NamedTuple):
    """What was counted while the fibre had the step's ratio; times in milliseconds, the longest of the step."""

    frames: int
    likely_damaged: float
    damaged: int
    retransmitted: int
    gap_ms: float
    elections: int
    requests: int
    failed: int


class Requests(Application):
    """Remembers which requests have been applied, by whichever server first."""

    def __init__(self, applied: dict[bytes, None]) -> None:
        self._applied: Final = applied

    def apply(self, index: int, command: bytes) -> object:
        self._applied[command] = None
        return index

    def snapshot(self) -> bytes:
        return b""

    def restore(self, data: bytes) -> None:
        pass


class _Group(Cluster):
    """Five servers, of which the first is attached by the fibre; it counts."""

    def __init__(self, case: Case) -> None:
        policy = timeouts(SHORTEST_MS, LONGEST_MS, HEARTBEAT_MS)
        self.applied: Final[dict[bytes, None]] = {}
        super().__init__("snr-election", case.seed, raft(RaftOptions(), policy), SERVERS, {"delay": "1us"})
        self._heard_ns: Final[dict[int, int]] = {}
        self.gap_ns = 0
        self.counting = False

    def application(self) -> Requests:
        return Requests(self.applied)

    def attach(self, server: int) -> None:
        if server != LEADER:
            super().attach(server)
            return
        self.links[server] = self.net.link(self.hosts[server], "lan", phy=PHY, length=LENGTH)

    def message_sent(self, member: Member, message: Message) -> None:
        """A follower answers a heartbeat at once: so the time between two answers is that between two heartbeats."""
        if not isinstance(message, HeartbeatReply) or not self.counting:
            return
        self._record_gap(message.sender)

    def _record_gap(self, follower: int) -> None:
        before = self._heard_ns.get(follower, self.now_ns)
        self.gap_ns = max(self.gap_ns, self.now_ns - before)
        self._heard_ns[follower] = self.now_ns

    def begin(self) -> None:
        """From now on gaps are counted."""
        self.counting = True
        self._heard_ns.clear()
        for follower in self.running:
            if follower != LEADER:
                self._heard_ns[follower] = self.now_ns

    def end(self) -> None:
        """A gap that is not over counts, too."""
        for follower in sorted(self._heard_ns):
            self.gap_ns = max(self.gap_ns, self.now_ns - self._heard_ns[follower])
        self.counting = False

    def term(self) -> int:
        """The highest term of a server."""
        return max(member.replica.term for member in self.members.values())

    def request(self, number: int) -> bytes | None:
        """Give a request to a server that believes to lead; None if there is none."""
        command = number.to_bytes(8, "big")
        leading = [server for server, member in sorted(self.members.items()) if member.leads]
        if not leading:
            return None
        self.deliver(leading[-1], events.Propose([command]))
        return command


def snr_election(seed: int, steps_db: tuple[float, ...] = STEPS_DB, rounds: int = ROUNDS) -> Iterator[Comparison]:
    """Each step; then that the chain holds: nothing fails on a good fibre, and leaders fall on a bad one."""
    cases = [Case(snr_db, rounds, seed) for snr_db in steps_db]
    seen = []
    for case, found in zip(cases, side_by_side(measure, cases), strict=True):
        seen.append(found)
        yield _damaged(case, found)
    best, worst = (cases[0], seen[0]), (cases[-1], seen[-1])
    yield _bounded("elections", best, 0, 0, best[1].elections)
    yield _bounded("failed requests", best, 0, 0, best[1].failed)
    yield _bounded("elections", worst, rounds, math.inf, worst[1].elections)
    yield _bounded("failed requests", worst, 1, math.inf, worst[1].failed)


def _bounded(what: str, step: tuple[Case, Seen], low: float, high: float, measured: float) -> Comparison:
    """That the chain begins and ends as it must."""
    case, seen = step
    expected = f"{low:g}" if low == high else f"{low:g} or more"
    entries = tuple(Entry("SNR", f"{case.snr_db:g} dB", each.name, each.text) for each in _effects(case, seen))
    return Comparison(f"{case.snr_db:g} dB: {what}", expected, low, high, measured, "", entries=entries)


def measure(case: Case) -> Seen:
    """All rounds of a step."""
    group = _Group(case)
    group.run_ms(20)
    fibre, phy = group.links[LEADER], PHYS[PHY].over(LENGTH_M)
    clean_db = phy.snr_db(LENGTH_M)
    frames = damaged = retransmitted = elections = requests = failed = 0
    likely, gap_ns = 0.0, 0
    for _ in range(case.rounds):
        fibre.set(snr=clean_db)
        group.await_leader(LEADER)
        before, term = _counts(group), group.term()
        fibre.set(snr=case.snr_db)
        group.begin()
        asked, lost = _requests(group, requests)
        group.end()
        after = _counts(group)
        requests, failed = requests + asked, failed + lost
        elections += group.term() - term
        frames += after.frames - before.frames
        damaged += after.damaged - before.damaged
        retransmitted += after.retransmitted - before.retransmitted
        likely += likely_damaged(phy, after.frames - before.frames, after.octets - before.octets, case.snr_db)
        gap_ns = max(gap_ns, group.gap_ns)
    group.net.close()
    return Seen(frames, likely, damaged, retransmitted, gap_ns / MS, elections, requests, failed)


def likely_damaged(phy: Phy, frames: int, octets: int, snr_db: float) -> float:
    """How many of these frames are damaged by the closed form, if all are of their mean length."""
    if frames == 0:
        return 0.0
    return frames * phy.frame_error_rate(round(octets / frames), snr_db)


class _Counts(NamedTuple):
    frames: int
    octets: int
    damaged: int
    retransmitted: int


def _counts(group: _Group) -> _Counts:
    wire = group.links[LEADER].wire
    counters = [channel.counters() for channel in (wire.forward, wire.backward)]
    frames = sum(each["frames"] for each in counters)
    return _Counts(
        frames,
        sum(each["octets"] for each in counters) - WIRE_OCTETS * frames,
        sum(each["corrupted"] for each in counters),
        sum(int(host.tcp.counters.retransmitted_segments) for host in group.hosts.values()),
    )


def _requests(group: _Group, first: int) -> tuple[int, int]:
    """Send requests for a round, and wait for the last; how many were sent, and how many failed."""
    sent: list[tuple[bytes | None, int]] = []
    count = round(ROUND_MS / REQUEST_EVERY_MS)
    failed = 0
    for number in range(count):
        sent.append((group.request(first + number), group.now_ns))
        group.run_ms(REQUEST_EVERY_MS)
        failed += _expired(group, sent)
    group.run_ms(PATIENCE_MS)
    return count, failed + _expired(group, sent)


def _expired(group: _Group, sent: list[tuple[bytes | None, int]]) -> int:
    """Take those off the list whose time is over, and count those that were not applied."""
    failed = 0
    while sent and group.now_ns - sent[0][1] >= PATIENCE_MS * MS:
        command, _ = sent.pop(0)
        failed += command is None or command not in group.applied
    return failed


def _effects(case: Case, seen: Seen) -> tuple[Effect, ...]:
    """The chain at one step, from the bit error rate to the requests."""
    rate = PHYS[PHY].over(LENGTH_M).symbol_error_rate(case.snr_db)
    damaged, failed = seen.damaged / max(1, seen.frames), seen.failed / max(1, seen.requests)
    return (
        Effect("bit error rate", rate, f"{rate:.0e}".replace("e-0", "e-")),
        Effect("frames dropped by FCS", damaged, _percent(damaged)),
        Effect("TCP retransmissions", seen.retransmitted, f"{seen.retransmitted:,}"),
        Effect("longest heartbeat gap", seen.gap_ms, f"{seen.gap_ms:,.0f} ms"),
        Effect("elections", seen.elections, f"{seen.elections:,}"),
        Effect("failed requests", failed, _percent(failed)),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _damaged(case: Case, seen: Seen) -> Comparison:
    """The frames that the closed form damages, beside those that were; the rest of the chain is in the table."""
    slack = ERRORS * math.sqrt(max(1.0, seen.likely_damaged)) + 0.05 * seen.likely_damaged
    row, effects = f"{case.snr_db:g} dB", _effects(case, seen)
    return Comparison(
        f"{row}: frames dropped by their check sequence, of {seen.frames:,}",
        f"{seen.likely_damaged:,.1f} (± {slack:,.1f}: {ERRORS} standard errors, and 5 % for unequal lengths)",
        seen.likely_damaged - slack,
        seen.likely_damaged + slack,
        seen.damaged,
        "",
        lines=(
            f"retransmissions {seen.retransmitted}, longest heartbeat gap {seen.gap_ms:.0f} ms, elections"
            f" {seen.elections}, failed requests {seen.failed} of {seen.requests}",
        ),
        entries=tuple(Entry("SNR", row, effect.name, effect.text) for effect in effects),
        chain=Chain(row, effects),
    )
