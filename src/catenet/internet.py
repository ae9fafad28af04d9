"""The internet that a program builds: hosts, routers, switches and links, actions and runs.

Nodes and links are passed by name or by the object that their declaration returned.  Quantities are text with a unit
(``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``), plain numbers of the base unit, or timedeltas for times;
:mod:`~catenet.lab.options.types` defines all types.  A wrong argument raises :class:`~catenet.errors.LabError` at
once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from catenet.errors import LabError, named
from catenet.host.loop import in_silence
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
from catenet.lab.probe.request.result import RequestTrace
from catenet.lab.report.run import Progress, Run, drive
from catenet.lab.routing.ospf import OspfRouting
from catenet.lab.routing.rip import RipRouting
from catenet.lab.world.builder import Builder
from catenet.lab.world.declarations import Declarations
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.presentation.tls.authority import Authority
from catenet.presentation.tls.internet_tls import AUTHORITY_NAME


class Internet(Declarations):
    """A whole internet in virtual time.

    ``seed`` is the random seed: the same seed gives the same run.  ``start`` is the initial time of the hosts' wall
    clocks (a datetime, or ISO 8601 text; default 2025-01-01T00:00:00Z).  ``fidelity="bytes"`` makes every hop emit and
    parse each frame: the same run, slower.  Automatic routes change ``reconverge`` after a link's change, and are
    shortest paths by ``metric``: ``"delay"`` or ``"bandwidth"``.  ``check_forwarding`` compares the forwarding tables
    of all routers at every change, and records loops and blackholes in :attr:`forwarding`.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime | str | None = None,
        fidelity: Fidelity = "objects",
        reconverge: Duration = "200ms",
        metric: Metric = "delay",
        name: str = "internet",
        check_forwarding: bool = False,
    ) -> None:
        super().__init__(
            Builder(
                seed=seed,
                start=start,
                fidelity=fidelity,
                reconverge_ns=named(duration_ns, reconverge, "reconverge"),
                metric=metric,
                name=name,
                check_forwarding=check_forwarding,
            )
        )

    @classmethod
    def _of(cls, world: Builder) -> Self:
        """The internet of a world that a scenario has begun."""
        net = cls.__new__(cls)
        Declarations.__init__(net, world)
        return net

    # -- state

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self._world.name

    @property
    def seed(self) -> int:
        """Its random seed."""
        return self._world.seed

    @property
    def links(self) -> dict[str, Link]:
        """All links by name, in order of declaration."""
        return self._world.links

    @property
    def trace(self) -> Trace:
        """The trace, row by row; :mod:`~catenet.kernel.trace` describes the kinds of rows."""
        return self._world.kernel.trace

    @property
    def forwarding(self) -> ForwardingCheck | None:
        """Loops and blackholes found by ``check_forwarding``; None without it."""
        return self._world.forwarding

    @property
    def ospf(self) -> OspfRouting:
        """The routers' OSPF: ``daemons`` by name, once the internet is built."""
        return self._world.ospf

    @property
    def rip(self) -> RipRouting:
        """The routers' RIP: ``daemons`` by name, once the internet is built."""
        return self._world.rip

    # -- actions

    def at(self, when: Duration) -> At:
        """A time since the start of the run, to schedule actions at: ``net.at("10s").cut(a, b)``."""
        return At(self._world, duration_ns(when))

    def capture(self, *links: LinkReference) -> None:
        """Capture the frames on these links (default: all); :meth:`Run.report` writes the files."""
        self._world.capture(*links)

    def tls(self, name: str = AUTHORITY_NAME, *, trusted: bool = True) -> Authority:
        """The internet's certificate authority, which all hosts trust: ``net.tls().server_context("server")``.

        Another ``name`` makes another authority; one that is not ``trusted`` is for certificates that hosts refuse.
        Raises :class:`~catenet.errors.LabError` if the ``cryptography`` package is not installed.
        """
        return self._world.tls.authority(name, trusted=trusted)

    # -- running

    def build(self) -> None:
        """Assign addresses, names and routes to what was declared.

        A run does so first.  An earlier call reports mistakes earlier, and makes addresses available.
        """
        self._world.build()

    def run(self, until: Duration | None = None, *, progress: Progress | None = None, check: bool = True) -> Run:
        """Run until a virtual time, by default until all programs except services have finished.

        ``progress(now_ns, until_ns)`` is called periodically (``until_ns`` is 0 if unknown).  Raises
        :class:`~catenet.kernel.Deadlock` if no event is left and a program still waits, and, with ``check``,
        :class:`~catenet.lab.model.processes.ProgramFailed` at the end if a program has failed.  A second call
        continues the run; :meth:`result` returns the results of a run that ended with an exception.
        """
        world = self._world
        until_ns = None if until is None else duration_ns(until)
        if until_ns is not None and until_ns < world.kernel.now_ns:
            now = duration_text(int(world.kernel.now_ns))
            raise LabError(f"cannot run until {until}: it is {now} already; times are counted from the start")
        world.build()
        return drive(world, until_ns, progress, check)

    def result(self, outcome: str | None = None) -> Run:
        """The results of the run up to now, also after a deadlock or Ctrl-C.

        ``outcome`` overrides the recorded outcome.
        """
        return Run(self._world, self._world.outcome if outcome is None else outcome)

    def close(self) -> None:
        """Cancel the programs that have not finished, such as services, without messages.

        Without it they end with the interpreter.  A process with many internets should close each, or use a ``with``
        statement, since some libraries keep an unfinished program alive.  A closed internet cannot run again.
        """
        with installed(), sparing_collector(), in_silence():
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
        """Its virtual time, and the state of its programs."""
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

        Virtual time passes.  Replies are awaited for ``timeout`` after the last request.  ``version`` is 4 or 6; 0
        selects the first version that both have.
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
        """The routers between ``a`` and ``b``, found by UDP datagrams with an increasing hop limit.

        Each hop gets ``probes`` datagrams of ``size`` octets.  The last hop is ``b`` itself if it was reached, else a
        router that rejects the datagrams, or hop number ``max_hops``.  ``version`` as with :meth:`ping`.
        """
        return traceroute(
            self._world, a, b, max_hops=max_hops, probes=probes, size=size, timeout=timeout, version=version
        )

    def trace_request(self, url: str, *, source: NodeReference | None = None, serve: bool = False) -> RequestTrace:
        """Send a GET for ``url`` from a host, and follow it down the seven layers, along its route, and up again.

        Virtual time passes.  ``source`` is by default the first host that runs no service.  ``serve`` starts an HTTP
        server of one page at the host and port of the URL.  Raises :class:`~catenet.errors.LabError` if the URL is
        wrong or no answer comes, MissingExtra without the packages of the extra ``services``.
        """
        from catenet.lab.probe.request.trace import trace_request

        return trace_request(self._world, url, source=source, serve=serve)

    def explain(self, a: NodeReference, b: NodeReference | Address, *, version: IpVersion = 0) -> RouteExplanation:
        """Why packets from node ``a`` to ``b`` (a node, its name or an address) take their present path.

        ``version`` as with :meth:`ping`; see :mod:`~catenet.lab.probe.explain`.  Raises
        :class:`~catenet.errors.LabError` if the two are one node.
        """
        world = self._world
        target = target_of(world, a, b, version=version)
        source = world.registry.ip_node(a, "explain")
        network = Network(world.kernel, world.registry, world.routes, world.ospf, world.rip, world.metric)
        return explain_route(network, source, target.name, target.version, target.address)
