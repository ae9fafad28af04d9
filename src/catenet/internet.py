"""The internet that a program builds: hosts, routers, switches and links, and what happens to them.

Everything is given by name or by the object that declaring it returned.  Quantities are text with a unit
(``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``; see :mod:`~catenet.kernel.quantity`), or plain numbers of the base
unit.  A mistake raises :class:`~catenet.errors.LabError` where it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from catenet.errors import LabError
from catenet.host.sandbox.environment import installed
from catenet.kernel.quantity import Quantity, counted, duration_ns, duration_text
from catenet.lab.faults.schedule import Moment
from catenet.lab.files.topology import link_options, read_topology
from catenet.lab.model.nodes import Router
from catenet.lab.options import link as parse
from catenet.lab.probe.explain.explain import explain_route
from catenet.lab.probe.explain.explanation import RouteExplanation
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.ping import Hop, PingResult, ping, target_of, traceroute
from catenet.lab.report.run import Progress, Run, drive
from catenet.lab.world.builder import Builder
from catenet.lab.world.gc_tuning import sparing_collector


class Internet(Builder):
    """A whole internet in virtual time.

    ``seed`` is the root of all random numbers: same seed, same run.  ``start`` is what the hosts' clocks show
    at the beginning (a datetime, or ISO 8601 text; default 2025-01-01T00:00:00Z).  ``fidelity="bytes"`` makes
    every hop emit and parse each frame: the same run, slower.  Automatic routes follow a link's change after
    ``reconverge``, and take paths that are short by ``metric``: ``"delay"`` or ``"bandwidth"``.
    ``check_forwarding`` compares the forwarding tables of all routers at every change, and keeps what loops and
    blackholes there were in ``forwarding`` (:class:`~catenet.lab.forwarding.check.ForwardingCheck`; None without it).
    """

    # -- what there is, from a file

    def topology(
        self,
        file: str | Path,
        *,
        rate: Quantity | None = None,
        delay: Quantity | None = None,
        routing: str = "auto",
        rip: Mapping[str, Any] | None = None,
        ospf: Mapping[str, Any] | None = None,
        keys: Mapping[str, str] | None = None,
        **options: Any,
    ) -> tuple[Router, ...]:
        """Routers and links from a GraphML or GML file (see :mod:`~catenet.lab.files.topology`), or from TOML.

        ``rate`` is for links whose file states none (default 10 Gbit/s; from TOML 1 Gbit/s), ``delay`` for
        those whose length cannot be told; ``options`` hold for every link, but for what the file states.  ``keys`` are
        names that a GraphML or GML file has for what is read, such as ``{"rate": "bw"}``.
        ``routing``, ``rip`` and ``ospf`` hold for every router; a TOML file states the routing of each, and may add to
        the options.
        """
        if Path(file).suffix.lower() == ".toml":
            from catenet.lab.files.network import lay_network_of

            stated_not = {"rate": rate, "delay": delay, **options}
            if routing != "auto":
                raise LabError(
                    f"topology {file}: a TOML file says for each router how it finds its routes; write it there"
                )
            if keys:
                raise LabError(f"topology {file}: keys are for GraphML and GML; TOML has the names of a scenario")
            wanted = {key: value for key, value in stated_not.items() if value is not None}
            return lay_network_of(self, Path(file), wanted, {"rip": dict(rip or {}), "ospf": dict(ospf or {})})
        topology = read_topology(file, keys)
        routers = {
            node.name: self.router(node.name, routing=routing, position=node.position, rip=rip, ospf=ospf)
            for node in topology.nodes
        }
        defaults = {key: value for key, value in {"rate": rate, "delay": delay, **options}.items() if value is not None}
        parse.parse_options(defaults, parse.LINK_OPTIONS, f"topology {file}")
        for line in topology.links:
            self.link(routers[line.a.name], routers[line.b.name], **link_options(line, defaults))
        return tuple(routers.values())

    # -- what happens

    def at(self, when: Quantity) -> Moment:
        """A time, counted from the start of the run, at which to do something: ``net.at("10s").cut(a, b)``."""
        return Moment(self, duration_ns(when))

    # -- running

    def run(self, until: Quantity | None = None, *, progress: Progress | None = None, check: bool = True) -> Run:
        """Run until a virtual time; without one, until every program that is no service has finished.

        ``progress(now_ns, until_ns)`` is called now and then (``until_ns`` is 0 if unknown).  Raises
        :class:`~catenet.kernel.Deadlock` when nothing can happen any more and a program still waits, and, with
        ``check``, :class:`~catenet.lab.model.processes.ProgramFailed` at the end if a program has failed.  A run can
        be continued by another; :meth:`result` tells of one that ended in an exception.
        """
        until_ns = None if until is None else duration_ns(until)
        if until_ns is not None and until_ns < self.kernel.now_ns:
            now = duration_text(int(self.kernel.now_ns))
            raise LabError(f"cannot run until {until}: it is {now} already; times are counted from the start")
        self.build()
        return drive(self, until_ns, progress, check)

    def result(self, outcome: str | None = None) -> Run:
        """What there is to tell of the run up to now, also of one that ended in a deadlock or by Ctrl-C.

        ``outcome`` is how it ended, if the caller knows better.
        """
        return Run(self, self.outcome if outcome is None else outcome)

    def close(self) -> None:
        """End the programs that a run left unfinished, such as services; they are cancelled, without a word.

        Otherwise they end with the interpreter.  A process that makes many internets closes each, or uses it in
        a ``with`` statement, for some libraries keep an unfinished program alive.  It cannot be run afterwards.
        """
        with installed(), sparing_collector():
            for node in self.registry.hosts():
                node.host.close()
            for router in self.registry.routers():
                router.host.close()

    def __repr__(self) -> str:
        kinds = [node.kind for node in self.registry.nodes.values()]
        counts = [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)] + [("link", len(self.registry.links))]
        parts = ", ".join(counted(count, kind) for kind, count in counts)
        return f"<Internet {self.name!r}, seed {self.seed}: {parts}; {self._progress()}>"

    def _progress(self) -> str:
        """How far its time has come, and how its programs fare."""
        now = duration_text(int(self.kernel.now_ns))
        failed = len(self.processes.failed())
        programs = f"; {counted(len(self.processes.known), 'program')}" if self.processes.known else ""
        return f"at {now}{programs}" + (f", {failed} failed" if failed else "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- probes

    def ping(self, a: object, b: object, **options: Any) -> PingResult:
        """Ping ``b`` (a node, its name or an address) from ``a``; see :func:`~catenet.lab.probe.ping.ping`."""
        return ping(self, a, b, **options)

    def traceroute(self, a: object, b: object, **options: Any) -> list[Hop]:
        """Trace the route from ``a`` to ``b``; see :func:`~catenet.lab.probe.ping.traceroute`."""
        return traceroute(self, a, b, **options)

    def explain(self, a: object, b: object, *, version: int = 0) -> RouteExplanation:
        """Why packets from node ``a`` to ``b`` (a node, its name or an address) go as they do now.

        ``version`` as with :meth:`ping`; see :mod:`~catenet.lab.probe.explain`.  Raises
        :class:`~catenet.errors.LabError` if the two are one node.
        """
        target = target_of(self, a, b, version=version)
        source = self.registry.ip_node(a, "explain")
        network = Network(self.kernel, self.registry, self.routes, self.ospf, self.rip, self.metric)
        return explain_route(network, source, target.name, target.version, target.address)
