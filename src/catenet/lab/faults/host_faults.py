"""Faults at a given time: ``net.at("10s").crash("paris").partition(["oslo"], ["rome", "bern"])``.

Names are resolved when the fault is declared, so that a mistake is reported before the run begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, overload

from catenet.errors import LabError
from catenet.kernel.quantity import drift_ppm, duration_text, ratio, shift_ns, size_bytes, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.faults import partitions
from catenet.lab.faults.nemesis import KINDS, draw_plan
from catenet.lab.model.host import Host
from catenet.lab.model.nodes import HostNode
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.observe.timeline import (
    CLOCK_CHANGED,
    DISK_CHANGED,
    DISK_ROTTED,
    HOST_CRASHED,
    HOST_PAUSED,
    HOST_RESTARTED,
    HOST_RESUMED,
    PARTITION_HEALED,
    PARTITIONED,
)
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.options.types import Drift, Duration, FaultKind, Ratio, Shift, Size, given

if TYPE_CHECKING:
    from catenet.lab.world.world import World

MAX_BITS: Final = 1_000_000
MAX_SLOW: Final = 1_000_000
HostReference = str | Host | HostNode
"""A host of an internet: its name, or the object returned by its declaration."""
_DISK_SHARES = ("read_errors", "write_errors", "sync_errors", "corrupt_reads", "lost_writes")
_DISK_FLAGS = ("stuck", "tears")


class HostFaults(OptionChecks):
    """A time at which faults happen.  Each method returns the object itself, so that calls can be chained."""

    def __init__(self, net: World, time_ns: int) -> None:
        if time_ns < net.kernel.now_ns:
            raise LabError(f"{duration_text(time_ns)} has passed: it is {duration_text(int(net.kernel.now_ns))} now")
        self._net: Final = net
        self.time_ns: Final = time_ns

    # -- hosts

    def crash(self, *hosts: HostReference) -> Self:
        """Hosts lose power: see :meth:`~catenet.host.host.Host.crash`."""
        return self._hosts(hosts, "crash", lambda host: host.crash(), HOST_CRASHED, "crashed")

    def restart(self, *hosts: HostReference) -> Self:
        """Hosts that lost power start again, and their programs start from the beginning."""
        return self._hosts(hosts, "restart", lambda host: host.restart(), HOST_RESTARTED, "restarted")

    def pause(self, *hosts: HostReference) -> Self:
        """Stop the programs of hosts, as SIGSTOP does; their network stacks keep running."""
        return self._hosts(hosts, "pause", lambda host: host.pause(), HOST_PAUSED, "paused")

    def resume(self, *hosts: HostReference) -> Self:
        """Resume paused programs, as SIGCONT does."""
        return self._hosts(hosts, "resume", lambda host: host.resume(), HOST_RESUMED, "resumed")

    # -- partitions

    def partition(self, *groups: Sequence[NodeReference]) -> Self:
        """A full partition: no group receives packets from another.

        A node in no group is a bridge: it communicates with all groups.
        """
        named = [self._names(group) for group in groups]
        partitions.check_apart(named)
        words = " | ".join(", ".join(group) for group in named)
        return self._partition(partitions.between(*named), f"partition: {words}")

    def partition_one_way(self, sources: Sequence[NodeReference], targets: Sequence[NodeReference]) -> Self:
        """Packets from the sources do not reach the targets; packets from the targets arrive."""
        ours, theirs = self._names(sources), self._names(targets)
        partitions.check_apart([ours, theirs])
        words = f"{', '.join(theirs)} hear nothing from {', '.join(ours)}"
        return self._partition(partitions.one_way(ours, theirs), f"one-way partition: {words}")

    def partition_ring(self, *nodes: NodeReference) -> Self:
        """Each node receives from a majority, and no two from the same majority.  At least four nodes."""
        named = self._names(nodes)
        if len(set(named)) < 4:
            raise LabError("a ring of partitions needs at least four nodes: with three, every node reaches the others")
        return self._partition(partitions.ring(named), f"partition in a ring: {', '.join(named)}")

    def heal_partition(self) -> Self:
        """Remove all partitions."""

        def heal() -> None:
            partitions.lift(self._net.registry)
            self._net.timeline.record(PARTITION_HEALED, self._net.name, "partitions healed")

        return self._then(heal)

    # -- clocks

    def clock(self, host: HostReference, *, step: Shift | None = None, drift: Drift | None = None) -> Self:
        """Set a host's wall clock forward (``"2s"``) or back (``"-2s"``); make its clocks run fast or slow.

        ``drift`` is in parts per million, such as ``"80ppm"``, ``"-80ppm"`` or ``80``.
        """
        machine = self._host(host, "clock")
        if step is None and drift is None:
            raise LabError('clock() needs a step or a drift, such as step="2s" or drift="80ppm"')
        step_ns = 0 if step is None else shift_ns(step)
        parsed_ppm = None if drift is None else drift_ppm(drift)

        def change() -> None:
            machine.clock.step(step_ns)
            words = [] if step is None else [f"stepped by {duration_text(step_ns)}"]
            if parsed_ppm is not None:
                machine.clock.set_drift(parsed_ppm)
                words.append(f"drifts by {parsed_ppm:g} ppm")
            self._net.timeline.record(CLOCK_CHANGED, machine.name, f"clock of {machine.name}: {', '.join(words)}")

        return self._then(change)

    # -- disks

    def disk(
        self,
        host: HostReference,
        *,
        slow: float | None = None,
        stuck: bool | None = None,
        capacity_octets: Size | None = None,
        read_errors: Ratio | None = None,
        write_errors: Ratio | None = None,
        sync_errors: Ratio | None = None,
        corrupt_reads: Ratio | None = None,
        lost_writes: Ratio | None = None,
        tears: bool | None = None,
    ) -> Self:
        """Make a host's disk faulty; see :class:`~catenet.host.disk.files.DiskFaults`.

        A share is written like ``"5%"``, a size like ``"64KiB"``.
        """
        machine = self._host(host, "disk")
        faults = given(
            slow=slow,
            stuck=stuck,
            capacity_octets=capacity_octets,
            read_errors=read_errors,
            write_errors=write_errors,
            sync_errors=sync_errors,
            corrupt_reads=corrupt_reads,
            lost_writes=lost_writes,
            tears=tears,
        )
        if not faults:
            raise LabError("disk() needs a fault, such as slow=10 or stuck=True")
        parsed = {name: _disk_fault(name, value) for name, value in faults.items()}
        words = ", ".join(f"{name} {value}" for name, value in faults.items())

        def change() -> None:
            machine.disk.set_faults(**parsed)
            self._net.timeline.record(DISK_CHANGED, machine.name, f"disk of {machine.name}: {words}")

        return self._then(change)

    def heal_disk(self, *hosts: HostReference) -> Self:
        """Remove all disk faults; data already damaged stay damaged."""
        return self._hosts(hosts, "heal_disk", lambda host: host.disk.heal(), DISK_CHANGED, "has a healthy disk")

    def rot(self, host: HostReference, *, bits: int = 1, folder: str = "") -> Self:
        """Silent corruption: flip random bits of the files below a folder of a host's disk."""
        machine = self._host(host, "rot")
        whole_number(bits, "rot: bits", 1, MAX_BITS)

        def flip() -> None:
            hit = machine.disk.rot(bits, folder=folder)
            where = ", ".join(dict.fromkeys(hit)) or "nothing, for there is no file"
            self._net.timeline.record(
                DISK_ROTTED, machine.name, f"silent corruption on the disk of {machine.name}: {where}"
            )

        return self._then(flip)

    # -- links

    @overload
    def restore(self, link: LinkReference, /) -> Self: ...

    @overload
    def restore(self, a: NodeReference, b: NodeReference, /) -> Self: ...

    def restore(self, *link: NodeReference | LinkReference) -> Self:
        """Restore a link's declared rate, delay, jitter, loss, reordering, duplication and bit errors."""
        if len(link) not in (1, 2):
            raise LabError(f"restore() takes two ends or one link, not {len(link)} arguments")
        net = self._net
        for one in net.links_between(*link) if len(link) == 2 else [net.find_link(link[0])]:
            self._then(one.restore)
        return self

    # -- all faults together

    def nemesis(
        self,
        *,
        until: Duration,
        hosts: Sequence[str] = (),
        links: Sequence[str] = (),
        kinds: Sequence[FaultKind] = KINDS,
        every: Duration = "1s",
        lasting: Duration = "2s",
        max_down: int | None = None,
    ) -> Self:
        """Random faults drawn from the run's seed, from this time on; all are healed at ``until``.

        They affect ``hosts`` (default: all) and ``links`` (default: none).  ``every`` is the mean time between the
        beginnings of faults, ``lasting`` their mean duration.  At most ``max_down`` hosts are down, paused or without
        a disk at a time (default: a minority).
        """
        plan = draw_plan(
            self._net,
            start_ns=self.time_ns,
            until=until,
            hosts=hosts,
            links=links,
            kinds=kinds,
            every=every,
            lasting=lasting,
            max_down=max_down,
        )
        for step in plan.steps:
            step.declare(type(self)(self._net, step.time_ns))
        return self

    # -- inside

    def _then(self, act: Callable[[], object]) -> Self:
        self._net.kernel.call_at(self.time_ns, act)
        return self

    def _host(self, who: HostReference, verb: str) -> Host:
        return self._net.registry.host(who, verb).host

    def _names(self, who: Sequence[NodeReference]) -> list[str]:
        if isinstance(who, str):
            raise LabError(f"{who!r} is not a group of nodes; write a list like [{who!r}]")
        return [self._net.registry.ip_node(one, "partition").name for one in who]

    def _hosts(
        self, hosts: tuple[HostReference, ...], verb: str, act: Callable[[Host], object], kind: int, words: str
    ) -> Self:
        if not hosts:
            raise LabError(f'{verb}() needs a host, like {verb}("paris")')
        for machine in [self._host(who, verb) for who in hosts]:
            self._then(self._recorded(machine, act, kind, words))
        return self

    def _recorded(self, machine: Host, act: Callable[[Host], object], kind: int, words: str) -> Callable[[], None]:
        def now() -> None:
            self._net.timeline.record(kind, machine.name, f"host {machine.name} {words}")
            act(machine)

        return now

    def _partition(self, pairs: partitions.Pairs, words: str) -> Self:
        def impose() -> None:
            partitions.impose(self._net.registry, pairs)
            self._net.timeline.record(PARTITIONED, self._net.name, words, len(pairs))

        return self._then(impose)


def _disk_fault(name: str, value: Any) -> Any:
    if name in _DISK_SHARES:
        return ratio(value)
    if name == "capacity_octets":
        return size_bytes(value)
    if name in _DISK_FLAGS:
        if not isinstance(value, bool):
            raise LabError(f"{name} of a disk is true or false, not {quoted(value)}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_SLOW:
        raise LabError(
            f"slow = {quoted(value)} of a disk is out of range; it is a number above 0 and at most {MAX_SLOW}, "
            f"such as 10 for ten times as long"
        )
    return float(value)
