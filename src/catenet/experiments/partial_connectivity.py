"""Who keeps a leader that can commit when servers hear only some of the others (Ng, Haridi and Carbone, "Omni-Paxos:
Breaking the Barriers of Partial Connectivity", EuroSys 2023, section 2 and table 1).

- *quorum loss*: five servers, each connected only to A.  The leader is not A.
- *constrained election*: A lacks the last committed entries; then the leader is disconnected, and the others are
  connected only to A.
- *chained*: three servers; the leader and another are disconnected, A is connected to both.

A second counts if an entry was committed in it and no server became leader.

The results of Multi-Paxos depend on its failure detector, which Paxos itself leaves open.  The paper's rule is that of
:mod:`.alive_election`.  With election timeouts and without leases, the hub promises a ballot to a candidate, then
knows no leader, and campaigns itself.  With leases, as in the store, it promises nothing while it receives heartbeats
of a leader.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import permutations
from statistics import fmean
from typing import Final, NamedTuple

from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.replication.member import Member
from catenet.application.replication.pending import CommitUnknown, ProposalDropped
from catenet.application.replication.protocols import Protocol, multi_paxos, raft
from catenet.experiments.alive_election import compared_multi_paxos
from catenet.experiments.cluster import DISSERTATION, MS, Cluster, Nothing
from catenet.experiments.comparison import Comparison, Entry
from catenet.experiments.parallel import side_by_side
from catenet.lab.faults import partitions

GRACE_S: Final = 10
WATCHED_S: Final = 30
PROPOSE_S: Final = 0.2
STEADY: Final = 95.0
"""The percentage of counted seconds from which on a leader counts as kept."""
RUNS: Final = 2

PROTOCOLS: Final[dict[str, Callable[[], Protocol]]] = {
    "Multi-Paxos": lambda: compared_multi_paxos(100 * MS),
    "Raft": lambda: raft(DISSERTATION),
    "Raft with pre-vote and check-quorum": lambda: raft(RaftOptions(forward_proposals=False)),
    "ballot leader election, Multi-Paxos": lambda: multi_paxos(ballot_round_ns=100 * MS),
    "Multi-Paxos with election timeouts": lambda: multi_paxos(PaxosOptions()),
    "Multi-Paxos with leases": multi_paxos,
}
SCENARIOS: Final = ("quorum loss", "constrained election", "chained")
TABLE_1: Final[dict[str, tuple[bool, bool, bool]]] = {
    "Multi-Paxos": (False, True, False),
    "Raft": (False, False, False),
    "Raft with pre-vote and check-quorum": (True, False, True),
    "ballot leader election, Multi-Paxos": (True, True, True),
}
ELSEWHERE: Final[dict[str, tuple[tuple[bool, bool, bool], str]]] = {
    "Multi-Paxos with election timeouts": (
        (True, True, False),
        "not in the table; quorum loss as others saw it (zhiying12.github.io, 2023)",
    ),
    "Multi-Paxos with leases": ((False, True, True), "not in the table; a hub that hears a leader promises nothing"),
}
"""Rows that the table lacks: the expected result, and why."""
DISPUTED: Final[dict[tuple[str, str], str]] = {
    ("Raft", "quorum loss"): "the paper's own artifact says that it recovers",
    ("Raft", "chained"): "the paper's own artifact names Multi-Paxos alone",
}
"""Cells for which others have published other results, with the source."""


class Case(NamedTuple):
    """One run."""

    protocol: str
    scenario: str
    watched_s: int
    seed: int


def partial_connectivity(seed: int, runs: int = RUNS, watched_s: int = WATCHED_S) -> Iterator[Comparison]:
    """The whole table."""
    cells = [(protocol, scenario) for protocol in PROTOCOLS for scenario in SCENARIOS]
    cases = [Case(*cell, watched_s, seed + run) for cell in cells for run in range(runs)]
    found = side_by_side(measure, cases)
    for protocol, scenario in cells:
        shares = tuple(next(found) for _ in range(runs))
        yield compare(protocol, scenario, watched_s, shares)


def compare(protocol: str, scenario: str, watched_s: int, shares: tuple[float, ...]) -> Comparison:
    """A cell of the table, compared with the measured one."""
    row, why = ELSEWHERE[protocol] if protocol in ELSEWHERE else (TABLE_1[protocol], "")
    keeps = row[SCENARIOS.index(scenario)]
    dispute = DISPUTED.get((protocol, scenario))
    words = f"{'yes' if keeps else 'no'}: {'at least' if keeps else 'less than'} {STEADY:g} %" + (
        f" ({why})" if why else ""
    )
    low, high = (STEADY, 100.0) if keeps else (0.0, STEADY - 1e-9)
    if dispute is not None:
        low, high, words = 0.0, 100.0, f"{words}, but {dispute}: either is taken"
    what = f"{scenario}, {protocol}: of {watched_s} s, those with a commit and no change of leader"
    return Comparison(what, words, low, high, fmean(shares), "%", shares, entries=(_entry(protocol, scenario, shares),))


def _entry(protocol: str, scenario: str, shares: tuple[float, ...]) -> Entry:
    """The table's result, if any, and the measured one, in bold if it differs."""
    share, word = fmean(shares), TABLE_1.get(protocol)
    seen = f"{share:.0f} %"
    if word is None:
        return Entry("", protocol, scenario, seen)
    keeps = word[SCENARIOS.index(scenario)]
    return Entry(
        "", protocol, scenario, f"{'yes' if keeps else 'no'}, {seen if keeps == (share >= STEADY) else f'**{seen}**'}"
    )


def measure(case: Case) -> float:
    """The share of seconds that count, in per cent."""
    group = _Watched(case)
    leader = group.await_leader()
    group.run_ms(1_000)
    group.separate(case.scenario, leader)
    group.run_ms(1_000 * (GRACE_S + case.watched_s) - (group.now_ns - group.separated_ns) / MS)
    group.net.close()
    first = group.separated_ns // MS // 1000 + GRACE_S
    good = [second for second in range(first, first + case.watched_s) if group.is_good(second)]
    return 100 * len(good) / case.watched_s


class _Watched(Cluster):
    """A group whose leader proposes a command five times a second."""

    def __init__(self, case: Case) -> None:
        servers = 3 if case.scenario == "chained" else 5
        super().__init__("partial-connectivity", case.seed, PROTOCOLS[case.protocol](), servers, {"delay": "1ms"})
        self.separated_ns = 0
        self.committed: Final[dict[int, None]] = {}
        self.changed: Final[dict[int, None]] = {}
        self.highest = 0
        for number, host in self.hosts.items():
            host.run(self._propose, number, service=True)

    def application(self) -> Nothing:
        return _Counting(self)

    def role_changed(self, member: Member) -> None:
        if member.leads:
            self.changed[self.second()] = None

    def second(self) -> int:
        """The present second since the beginning of the run."""
        return self.now_ns // MS // 1000

    def is_good(self, second: int) -> bool:
        """Whether an entry was committed in it, and no server became leader."""
        return second in self.committed and second not in self.changed

    async def _propose(self, number: int) -> None:
        offers: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(PROPOSE_S)
            member = self.members.get(number)
            if member is not None and member.leads:
                offer = asyncio.get_running_loop().create_task(_offer(member))
                offers.add(offer)
                offer.add_done_callback(offers.discard)

    # -- connectivity

    def separate(self, scenario: str, leader: int) -> None:
        """Establish a scenario."""
        followers = [server for server in self.running if server != leader]
        hub = followers[0]
        if scenario == "constrained election":
            self._bar([(leader, hub)])
            self.run_ms(400)  # less than any timeout
            self._bar([(leader, other) for other in followers])
        if scenario == "chained":
            self._bar([(leader, followers[1])])
        else:
            self._bar(list(permutations((server for server in self.running if server != hub), 2)))
        self.separated_ns = self.now_ns

    def _bar(self, pairs: list[tuple[int, int]]) -> None:
        for one, other in pairs:
            names = f"s{one}", f"s{other}"
            partitions.impose(self.net._world.registry, [names, names[::-1]])


class _Counting(Nothing):
    """Records when a command is committed: when the first replica applies it."""

    def __init__(self, group: _Watched) -> None:
        self._group: Final = group

    def apply(self, index: int, command: bytes) -> object:
        if index > self._group.highest:
            self._group.highest = index
            self._group.committed[self._group.second()] = None
        return index


async def _offer(member: Member) -> None:
    with suppress(ProposalDropped, CommitUnknown):  # another server leads by now
        await member.propose(b"x")
