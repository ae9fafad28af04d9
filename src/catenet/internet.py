"""The internet that a program builds: hosts, routers, switches and links, and what happens to them.

Everything is given by name or by the object that declaring it returned.  Quantities are text with a unit
(``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``), plain numbers of the base unit, or, for times, timedeltas; all types are in
:mod:`~catenet.lab.options.types`.  A mistake raises :class:`~catenet.errors.LabError` where it is made.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from catenet.errors import LabError
from catenet.host.sandbox.environment import installed
from catenet.kernel.quantity import counted, duration_ns, duration_text
from catenet.kernel.trace import Trace
from catenet.lab.faults.schedule import At
from catenet.lab.forwarding.check import ForwardingCheck
from catenet.lab.model.address_plan import Address
from catenet.lab.model.link import Link
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.options.types import (
    Duration,
    Fidelity,
    IpVersion,
    Metric,
)
from catenet.lab.probe.explain.explain import explain_route
from catenet.lab.probe.explain.explanation import RouteExplanation
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.ping import MAX_HOPS, Hop, PingResult, ping, target_of, traceroute
from catenet.lab.report.run import Progress, Run, drive
from catenet.lab.routing.ospf import OspfRouting
from catenet.lab.routing.rip import RipRouting
from catenet.lab.world.builder import Builder
from catenet.lab.world.declarations import Declarations
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.lab.world.world import RECONVERGE


class Internet(Declarations):
    """A whole internet in virtual time.

    ``seed`` is the root of all random numbers: same seed, same run.  ``start`` is what the hosts' clocks show
    at the beginning (a datetime, or ISO 8601 text; default 2025-01-01T00:00:00Z).  ``fidelity="bytes"`` makes
    every hop emit and parse each frame: the same run, slower.  Automatic routes follow a link's change after
    ``reconverge``, and take paths that are short by ``metric``: ``"delay"`` or ``"bandwidth"``.
    ``check_forwarding`` compares the forwarding tables of all routers at every change, and keeps what loops and
    blackholes there were in :attr:`forwarding`.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime | str | None = None,
        fidelity: Fidelity = "objects",
        reconverge: Duration = RECONVERGE,
        metric: Metric = "delay",
        name: str = "internet",
        check_forwarding: bool = False,
    ) -> None:
        super().__init__(
            Builder(
                seed=seed,
                start=start,
                fidelity=fidelity,
                reconverge=reconverge,
                metric=metric,
                name=name,
                check_forwarding=check_forwarding,
            )
        )

    # -- what there is

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self._world.name

    @property
    def seed(self) -> int:
        """What all its random numbers come from."""
        return self._world.seed

    @property
    def links(self) -> dict[str, Link]:
        """All links by name, in order of declaration."""
        return self._world.links

    @property
    def trace(self) -> Trace:
        """What was recorded, row by row; :mod:`~catenet.kernel.trace` tells the kinds."""
        return self._world.kernel.trace

    @property
    def forwarding(self) -> ForwardingCheck | None:
        """Loops and blackholes that there were, with ``check_forwarding``; None without it."""
        return self._world.forwarding

    @property
    def ospf(self) -> OspfRouting:
        """The routers' OSPF: ``daemons`` by name, once the internet is built."""
        return self._world.ospf

    @property
    def rip(self) -> RipRouting:
        """The routers' RIP: ``daemons`` by name, once the internet is built."""
        return self._world.rip

    # -- what happens

    def at(self, when: Duration) -> At:
        """A time, counted from the start of the run, at which to do something: ``net.at("10s").cut(a, b)``."""
        return At(self._world, duration_ns(when))

    def capture(self, *links: LinkReference) -> None:
        """Capture what goes over these links, or over all of them; :meth:`Run.report` writes the files."""
        self._world.capture(*links)

    # -- running

    def build(self) -> None:
        """Give what was declared its addresses, names and routes.

        A run does it first.  Doing it earlier tells mistakes earlier, and lets one look at addresses.
        """
        self._world.build()

    def run(self, until: Duration | None = None, *, progress: Progress | None = None, check: bool = True) -> Run:
        """Run until a virtual time; without one, until every program that is no service has finished.

        ``progress(now_ns, until_ns)`` is called now and then (``until_ns`` is 0 if unknown).  Raises
        :class:`~catenet.kernel.Deadlock` when nothing can happen any more and a program still waits, and, with
        ``check``, :class:`~catenet.lab.model.processes.ProgramFailed` at the end if a program has failed.  A run can
        be continued by another; :meth:`result` tells of one that ended in an exception.
        """
        world = self._world
        until_ns = None if until is None else duration_ns(until)
        if until_ns is not None and until_ns < world.kernel.now_ns:
            now = duration_text(int(world.kernel.now_ns))
            raise LabError(f"cannot run until {until}: it is {now} already; times are counted from the start")
        world.build()
        return drive(world, until_ns, progress, check)

    def result(self, outcome: str | None = None) -> Run:
        """What there is to tell of the run up to now, also of one that ended in a deadlock or by Ctrl-C.

        ``outcome`` is how it ended, if the caller knows better.
        """
        return Run(self._world, self._world.outcome if outcome is None else outcome)

    def close(self) -> None:
        """End the programs that a run left unfinished, such as services; they are cancelled, without a word.

        Otherwise they end with the interpreter.  A process that makes many internets closes each, or uses it in
        a ``with`` statement, for some libraries keep an unfinished program alive.  It cannot be run afterwards.
        """
        with installed(), sparing_collector():
            for node in self._world.registry.hosts():
                node.host.close()
            for router in self._world.registry.routers():
                router.host.close()

    def __repr__(self) -> str:
        kinds = [node.kind for node in self._world.registry.nodes.values()]
        counts = [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)] + [
            ("link", len(self._world.registry.links))
        ]
        parts = ", ".join(counted(count, kind) for kind, count in counts)
        return f"<Internet {self.name!r}, seed {self.seed}: {parts}; {self._progress()}>"

    def _progress(self) -> str:
        """How far its time has come, and how its programs fare."""
        now = duration_text(int(self._world.kernel.now_ns))
        failed = len(self._world.processes.failed())
        programs = f"; {counted(len(self._world.processes.known), 'program')}" if self._world.processes.known else ""
        return f"at {now}{programs}" + (f", {failed} failed" if failed else "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- probes

    def ping(
        self,
        a: NodeReference,
        b: NodeReference | Address,
        *,
        count: int = 4,
        size: int = 56,
        interval: Duration = "1s",
        hop_limit: int = 64,
        timeout: Duration = "2s",
        version: IpVersion = 0,
    ) -> PingResult:
        """Ping ``b`` (a node, its name or an address) from ``a``: ``count`` requests of ``size`` octets.

        Virtual time passes.  A reply is awaited for ``timeout`` after the last request.  ``version`` is 4 or 6; 0 is
        the first that both have.
        """
        return ping(
            self._world,
            a,
            b,
            count=count,
            size=size,
            interval=interval,
            hop_limit=hop_limit,
            timeout=timeout,
            version=version,
        )

    def traceroute(
        self,
        a: NodeReference,
        b: NodeReference | Address,
        *,
        max_hops: int = MAX_HOPS,
        probes: int = 3,
        size: int = 32,
        timeout: Duration = "2s",
        version: IpVersion = 0,
    ) -> list[Hop]:
        """The routers between ``a`` and ``b``, found by UDP datagrams with a growing hop limit.

        Each hop gets ``probes`` datagrams of ``size`` octets.  The last hop is ``b`` itself if it was reached, or a
        router that refuses, or the hop number ``max_hops``.  ``version`` as with :meth:`ping`.
        """
        return traceroute(
            self._world, a, b, max_hops=max_hops, probes=probes, size=size, timeout=timeout, version=version
        )

    def explain(self, a: NodeReference, b: NodeReference | Address, *, version: IpVersion = 0) -> RouteExplanation:
        """Why packets from node ``a`` to ``b`` (a node, its name or an address) go as they do now.

        ``version`` as with :meth:`ping`; see :mod:`~catenet.lab.probe.explain`.  Raises
        :class:`~catenet.errors.LabError` if the two are one node.
        """
        world = self._world
        target = target_of(world, a, b, version=version)
        source = world.registry.ip_node(a, "explain")
        network = Network(world.kernel, world.registry, world.routes, world.ospf, world.rip, world.metric)
        return explain_route(network, source, target.name, target.version, target.address)
