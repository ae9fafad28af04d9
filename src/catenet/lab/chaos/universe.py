"""One universe: five nodes and two to spare, three clients, faults drawn from the seed; then peace, and a verdict.

The store's nodes hold the directory and a group, in every fourth universe two.  While faults come and go, an
administrator moves slots between the groups, nodes in and out of them, and leadership.  After the last fault everything
must be answered again within :data:`PATIENCE_S`; what all clients saw must be linearizable; and no step of any replica
may have broken what its protocol promises.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.timing import ElectionPolicy, Randomised
from catenet.application.kv import protocol
from catenet.application.kv.node import KvNode, Settings
from catenet.application.replication.member import Snapshots
from catenet.application.replication.protocols import Protocol, multi_paxos, raft
from catenet.lab.chaos.witness import Witness
from catenet.lab.chaos.workload import Workload, administer, settle
from catenet.lab.check.checking import check
from catenet.lab.check.history import Recorder
from catenet.lab.check.models import MODELS
from catenet.lab.faults.nemesis import draw_plan
from catenet.lab.internet import Internet

MS: Final = 1_000_000
NODES: Final = 5
SPARE: Final = 2
CLIENTS: Final = 3
FAULTS_FROM_S: Final = 2
FAULTS_UNTIL_S: Final = 9
PATIENCE_S: Final = 20
PROTOCOLS: Final = ("raft", "multi-paxos")
ENGINES: Final = ("wal", "sqlite")


@dataclass(frozen=True)
class Universe:
    """What distinguishes one universe from another; ``faults`` False is one without."""

    seed: int
    protocol: str = "raft"
    engine: str = "wal"
    faults: bool = True


@dataclass
class Report:
    """What was seen.  ``problems`` is empty if all was well."""

    universe: Universe
    problems: list[str] = field(default_factory=list)
    operations: int = 0
    answered: int = 0
    steps: int = 0
    repairs: int = 0
    plan: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        made = self.universe
        return {
            "seed": made.seed,
            "protocol": made.protocol,
            "engine": made.engine,
            "problems": self.problems,
            "operations": self.operations,
            "answered": self.answered,
            "faults": self.steps,
            "repairs": self.repairs,
        }


def local_area() -> ElectionPolicy:
    """Timeouts of 300 to 600 ms."""
    return Randomised(300 * MS, 600 * MS, 100 * MS)


def make_protocol(name: str) -> Protocol:
    """Quick elections, leases that hold, and logs that are cut short often."""
    if name == "raft":
        options = RaftOptions(forward_proposals=False, lease_reads=True, keep_entries=20, snapshot_chunk_octets=2048)
        return raft(options, local_area)
    return multi_paxos(PaxosOptions(window=16, leases=True, keep_entries=20, snapshot_chunk_octets=2048), local_area)


class _Run:
    def __init__(self, universe: Universe) -> None:
        self.universe: Final = universe
        self.net: Final = Internet(seed=universe.seed, name=f"chaos-{universe.seed}")
        self.witness: Final = Witness()
        self.recorder: Final = Recorder(lambda: int(self.net.kernel.now_ns))
        self.nodes: Final = {n: protocol.Node(f"n{n}", 7000, 7001) for n in range(1, NODES + SPARE + 1)}
        self.directory: Final = tuple(self.nodes[n].address for n in range(1, NODES + 1))
        self.problems: Final[list[str]] = []
        self.workloads: Final[list[Workload]] = []
        self.finished = 0
        # Slots can only move where there are two groups, and every group costs its heartbeats.
        self.groups: Final = (1, 2) if universe.seed % 4 == 0 else (1,)
        self._build()

    def _build(self) -> None:
        net = self.net
        net.switch("lan")
        dice = net.kernel.streams.stream("chaos")
        self.hosts = [net.host(node.host) for node in self.nodes.values()]
        self.links = [net.link(host, "lan", delay=f"{1 + dice.below(8000)}us") for host in self.hosts]
        settings = Settings(make_protocol(self.universe.protocol), self.universe.engine, Snapshots(every=50))
        for number, host in zip(self.nodes, self.hosts, strict=True):
            host.run(self._serve, number, settings, name="store", service=True)
        for number in range(CLIENTS):
            workload = Workload(self.recorder, self.directory, number, CLIENTS)
            self.workloads.append(workload)
            client = net.host(f"client{number}")
            net.link(client, "lan", delay="2ms")
            client.run(self._client, workload, name="client")
        administrator = net.host("administrator")
        net.link(administrator, "lan", delay="2ms")
        administrator.run(self._administer, name="administrator")

    async def _serve(self, number: int, settings: Settings) -> None:
        founders = tuple(range(1, NODES + 1))
        node = KvNode(number, self.nodes, self.directory, settings, observer=self.witness)
        await node.start()
        if number in founders:
            await node.serve(0, founders)
        for group in self.groups:
            await node.serve(group, founders if number in founders else ())
        await asyncio.Event().wait()

    async def _client(self, workload: Workload) -> None:
        await workload.run(FAULTS_UNTIL_S, 0.1, lease_reads=True)
        await asyncio.sleep(0.5)
        problem = await workload.peace(PATIENCE_S)
        if problem:
            self.problems.append(problem)
        self.finished += 1

    async def _administer(self) -> None:
        everyone = tuple(self.nodes)
        addresses = tuple(node.address for node in self.nodes.values())
        await settle(self.directory, dict.fromkeys(self.groups, addresses), PATIENCE_S)
        everywhere = dict.fromkeys(self.groups, everyone)
        if not await administer(self.directory, self.nodes, everywhere, FAULTS_UNTIL_S, 0.7, PATIENCE_S):
            self.problems.append(f"the groups could not be put in order within {PATIENCE_S} s of peace")
        self.finished += 1

    def run(self) -> Report:
        """All of it."""
        report = Report(self.universe)
        net = self.net
        if self.universe.faults:
            named = [host.name for host in self.hosts]
            links = [link.name for link in self.links]
            plan = draw_plan(
                net,
                hosts=named,
                links=links,
                start_ns=FAULTS_FROM_S * 1000 * MS,
                until=f"{FAULTS_UNTIL_S}s",
                every="600ms",
                lasting="1500ms",
            )
            plan.apply(net)
            report.plan, report.steps = plan.text(), len(plan.steps)
        net.run(check=False)
        report.problems.extend(self.witness.broken)
        report.problems.extend(self.problems)
        if self.finished < CLIENTS + 1:
            failed = [
                f"{process.name} on {process.host.name}: {process.exception!r}" for process in net.processes.failed()
            ]
            report.problems.append(f"a client or the administrator failed: {'; '.join(failed)}")
        operations = self.recorder.operations()
        verdict = check(operations, MODELS["kv"])
        if not verdict.linearizable:
            report.problems.append(f"not linearizable: {verdict.refutation}")
        report.operations, report.answered = len(operations), sum(load.done for load in self.workloads)
        report.repairs = self.witness.repairs
        net.close()
        return report


def run_universe(universe: Universe) -> Report:
    """Build it, run it and judge it."""
    return _Run(universe).run()
