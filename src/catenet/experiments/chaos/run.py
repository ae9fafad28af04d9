"""One run: a store, clients, and faults drawn from the seed; then a phase without faults, and a verdict.

The store's nodes run the directory and one or two groups.  During the faults, administrators move slots between groups,
add and remove nodes, and transfer leadership.  After the last fault, every request must be answered within
:data:`PATIENCE_S`; the history of all clients must be linearizable; and no step of a replica may violate its protocol's
rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.timing import ElectionPolicy, Randomised
from catenet.application.kv import protocol
from catenet.application.kv.node import KvNode, Settings
from catenet.application.replication.protocols import Protocol, multi_paxos, raft
from catenet.application.replication.state_machine import SnapshotPolicy
from catenet.check.history import Recorder
from catenet.check.models import MODELS
from catenet.check.verdict import check
from catenet.experiments.chaos.administration import administer, join_groups
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.invariants import Invariants
from catenet.experiments.chaos.leader_faults import LeaderFaults
from catenet.experiments.chaos.profile import Profile, draw_profile
from catenet.experiments.chaos.report import NOT_LINEARIZABLE, Report
from catenet.experiments.chaos.workload import Workload
from catenet.internet import Internet
from catenet.lab.faults.nemesis import draw_plan

MS: Final = 1_000_000
FAULTS_FROM_MS: Final = 1500
PATIENCE_S: Final = 20
SLICE_MS: Final = 250
PROTOCOLS: Final = ("raft", "multi-paxos")
ENGINES: Final = ("wal", "sqlite")


@dataclass(frozen=True)
class RunParameters:
    """The parameters of one run; ``faults=False`` disables faults.

    ``profile`` is one of :data:`~catenet.experiments.chaos.profile.PROFILES`; by default the seed determines it.
    """

    seed: int
    protocol: str = "raft"
    engine: str = "wal"
    faults: bool = True
    profile: str = ""


def elections(profile: Profile) -> ElectionPolicy:
    """A profile's election timeouts."""
    low, high = profile.elections_ms
    return Randomised(low * MS, high * MS, profile.heartbeat_ms * MS)


def make_protocol(name: str, profile: Profile) -> Protocol:
    """A protocol with leases and the profile's options."""
    policy = partial(elections, profile)
    if name == "raft":
        options = RaftOptions(
            forward_proposals=False,
            lease_reads=True,
            pre_vote=profile.pre_vote,
            max_append_octets=profile.append_octets,
            keep_entries=profile.keep_entries,
            snapshot_chunk_octets=profile.chunk_octets,
            snapshot_retry_ns=profile.snapshot_retry_ms * MS,
        )
        return raft(options, policy)
    chosen = PaxosOptions(
        window=profile.window,
        leases=True,
        max_message_octets=profile.append_octets,
        keep_entries=profile.keep_entries,
        snapshot_chunk_octets=profile.chunk_octets,
    )
    return multi_paxos(chosen, policy)


class _Run:
    def __init__(self, parameters: RunParameters) -> None:
        self.parameters: Final = parameters
        self.net: Final = Internet(seed=parameters.seed, name=f"chaos-{parameters.seed}")
        self.dice: Final = self.net._world.kernel.streams.stream("chaos")
        self.profile: Final = draw_profile(self.dice, parameters.seed, parameters.profile)
        self.coverage: Final = Coverage()
        self.invariants: Final = Invariants(
            lambda: int(self.net._world.kernel.now_ns),
            lambda number: self.hosts[number - 1].clock.monotonic_ns(),
            lambda number: self.hosts[number - 1].power.up,
            self.coverage,
            lease_ns=self.profile.elections_ms[0] * MS,
            leases_are_checked=self.profile.leases_are_checked,
        )
        self.recorder: Final = Recorder(lambda: int(self.net._world.kernel.now_ns))
        self.founders: Final = tuple(range(1, self.profile.nodes + 1))
        everyone = range(1, self.profile.nodes + self.profile.spare + 1)
        self.nodes: Final = {n: protocol.Node(f"n{n}", 7000, 7001) for n in everyone}
        self.directory: Final = tuple(self.nodes[n].address for n in self.founders)
        self.groups: Final = tuple(range(1, self.profile.groups + 1))
        self.problems: Final[list[str]] = []
        self.workloads: Final[list[Workload]] = []
        self.finished = 0
        self._build()

    def _build(self) -> None:
        net, profile = self.net, self.profile
        net.switch("lan")
        self.hosts = [net.host(node.host) for node in self.nodes.values()]
        self.links = [net.link(host, "lan", delay=self._delay(at)) for at, host in enumerate(self.hosts)]
        for number, host in zip(self.nodes, self.hosts, strict=True):
            host.run(self._serve, number, self._settings(number), name="store", service=True)
        of = profile.clients + len(self.nodes)
        for number in range(profile.clients):
            workload = Workload(self.recorder, self.directory, number, of, profile)
            self.workloads.append(workload)
            self._add(f"client{number}", partial(self._client, workload), "client")
        for number in profile.asked:
            workload = Workload(self.recorder, self.directory, profile.clients + number - 1, of, profile)
            self.workloads.append(workload)
            self._add(f"reader{number}", partial(self._reader, workload, self.nodes[number].address), "reader")
        for number in range(profile.administrators):
            self._add(f"administrator{number}", partial(self._administer, number == 0), "administrator")

    def _settings(self, number: int) -> Settings:
        """The settings of one node: snapshot intervals differ, so that logs begin at different indices."""
        profile = self.profile
        every = profile.snapshot_every * (4 + number % 3) // 4
        return Settings(
            make_protocol(self.parameters.protocol, profile),
            self.parameters.engine,
            SnapshotPolicy(every=every, keep=profile.keep_entries),
            mesh_patience_s=profile.mesh_ms / 1000,
        )

    def _add(self, name: str, program: Callable[[], Coroutine[Any, Any, None]], title: str) -> None:
        host = self.net.host(name)
        self.net.link(host, "lan", delay="2ms" if self.profile.near_us > 2000 else "200us")
        host.run(program, name=title)

    def _delay(self, at: int) -> str:
        if at < self.profile.far:
            return f"{self.profile.far_ms}ms"
        return f"{1 + self.dice.below(self.profile.near_us)}us"

    async def _serve(self, number: int, settings: Settings) -> None:
        founders = self.founders
        node = KvNode(number, self.nodes, self.directory, settings, observer=self.invariants)
        await node.start()
        if number in founders:
            await node.serve(0, founders)
        for group in self.groups:
            await node.serve(group, founders if number in founders else ())
        await asyncio.Event().wait()

    async def _client(self, workload: Workload) -> None:
        await workload.run(self.profile.until_ms / 1000)
        await asyncio.sleep(0.5)
        problem = await workload.peace(PATIENCE_S)
        if problem:
            self.problems.append(problem)
        self.finished += 1

    async def _reader(self, workload: Workload, address: str) -> None:
        await asyncio.sleep(FAULTS_FROM_MS / 2000)
        await workload.linger(address, self.groups, self.profile.until_ms / 1000)

    async def _administer(self, first: bool) -> None:
        addresses = dict.fromkeys(self.groups, tuple(node.address for node in self.nodes.values()))
        if first:
            await join_groups(self.directory, addresses, PATIENCE_S)
        await administer(self.directory, self.nodes, addresses, self.profile)
        if first and not await join_groups(self.directory, addresses, PATIENCE_S):
            self.problems.append(f"the groups could not be put in order within {PATIENCE_S} s without faults")
        self.finished += 1

    # -- trouble

    def _trouble(self, report: Report) -> LeaderFaults:
        """Planned faults, faults that follow the leader, and drifting clocks."""
        net, profile = self.net, self.profile
        named = [host.name for host in self.hosts]
        until_ms = profile.until_ms
        if profile.kinds:
            plan = draw_plan(
                net._world,
                hosts=named,
                links=[link.name for link in self.links],
                kinds=profile.kinds,
                start_ns=FAULTS_FROM_MS * MS,
                until=f"{until_ms}ms",
                every=f"{profile.every_ms}ms",
                lasting=f"{profile.lasting_ms}ms",
            )
            plan.apply(net)
            report.plan, report.steps = plan.text(), len(plan.steps)
        if profile.drifts:
            self._drift(until_ms)
        if profile.disk_slow > 1:
            for host in self.hosts:
                net.at("100ms").disk(host, slow=profile.disk_slow)
                net.at(f"{until_ms}ms").heal_disk(host)
        clients = [f"client{number}" for number in range(profile.clients)]
        leader_faults = LeaderFaults(
            net, self.invariants, profile, dict(zip(self.nodes, named, strict=True)), clients, self.coverage
        )
        leader_faults.begin(FAULTS_FROM_MS * MS, until_ms * MS)
        return leader_faults

    def _drift(self, until_ms: int) -> None:
        most = self.profile.drift_ppm
        for host in self.hosts:
            drift_ppm = self.dice.between(-most, most) if self.dice.below(2) else most * (2 * self.dice.below(2) - 1)
            self.coverage.met("forbidden drift", not self.profile.leases_are_checked)
            self.net.at("100ms").clock(host, drift=drift_ppm)
            self.net.at(f"{until_ms}ms").clock(host, drift=0)

    def run(self) -> Report:
        """Execute the run; returns its report."""
        report = Report(self.parameters.seed, self.parameters.protocol, self.parameters.engine, self.profile.name)
        net = self.net
        leader_faults = self._trouble(report) if self.parameters.faults else None
        self._drive()
        if leader_faults is not None:
            report.plan += "".join(f"{line}\n" for line in leader_faults.report)
            report.steps += len(leader_faults.report)
        report.problems.extend(self.invariants.broken)
        report.problems.extend(self.problems)
        if self.finished < self.profile.clients + self.profile.administrators and not self.invariants.broken:
            failed = [
                f"{process.name} on {process.host.name}: {process.exception!r}"
                for process in net._world.processes.failed()
            ]
            report.problems.append(f"a client or an administrator failed: {'; '.join(failed)}")
        self._check_history(report)
        net.close()
        return report

    def _drive(self) -> None:
        """Run until all programs have finished, or until the first violation."""
        net, awaited = self.net, self.profile.clients + self.profile.administrators
        last_ms = self.profile.until_ms + 4 * PATIENCE_S * 1000
        for now_ms in range(SLICE_MS, last_ms, SLICE_MS):
            net.run(f"{now_ms}ms", check=False)
            failed = any(process.name != "store" for process in net._world.processes.failed())
            if self.finished == awaited or self.invariants.broken or failed:
                return

    def _check_history(self, report: Report) -> None:
        operations = self.recorder.operations()
        verdict = check(operations, MODELS["kv"])
        if not verdict.linearizable:
            report.problems.append(NOT_LINEARIZABLE)
            report.verdict = verdict.as_data()
        if report.problems:
            report.events = list(self.recorder.events)
        report.operations, report.answered = len(operations), sum(load.done for load in self.workloads)
        self.coverage.met("unknown outcomes", sum(load.unknown for load in self.workloads))
        report.repairs = self.invariants.repairs
        report.states = dict(self.coverage.counts)


def run_chaos(parameters: RunParameters) -> Report:
    """Build, execute and check one run."""
    return _Run(parameters).run()
