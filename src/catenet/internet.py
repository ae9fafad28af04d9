"""The internet that a program builds: hosts, routers, switches and links, and what happens to them.

Everything is given by name or by the object that declaring it returned.  Quantities are text with a unit
(``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``), plain numbers of the base unit, or, for times, timedeltas; all types are in
:mod:`~catenet.lab.options.types`.  A mistake raises :class:`~catenet.errors.LabError` where it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from catenet.errors import LabError
from catenet.host.sandbox.environment import installed
from catenet.kernel.quantity import counted, duration_ns, duration_text
from catenet.kernel.trace import Trace
from catenet.lab.faults.schedule import At
from catenet.lab.files.topology import lay_topology
from catenet.lab.forwarding.check import ForwardingCheck
from catenet.lab.model.address_plan import Address
from catenet.lab.model.geography import Position
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Attachment, Router, Switch
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.options.types import (
    AttachKind,
    Duration,
    Fidelity,
    Filtering,
    IpVersion,
    JitterOption,
    Length,
    LinkDirectionTable,
    LossOption,
    Metric,
    NatTimeoutTable,
    OspfLink,
    OspfTable,
    QueueOption,
    Rate,
    Ratio,
    ReorderOption,
    RipTable,
    Routing,
    Size,
    given,
)
from catenet.lab.probe.explain.explain import explain_route
from catenet.lab.probe.explain.explanation import RouteExplanation
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.ping import MAX_HOPS, Hop, PingResult, ping, target_of, traceroute
from catenet.lab.report.run import Progress, Run, drive
from catenet.lab.routing.ospf import OspfRouting
from catenet.lab.routing.rip import RipRouting
from catenet.lab.world.builder import Builder
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.lab.world.world import RECONVERGE


class Internet:
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
        self._world: Final = Builder(
            seed=seed,
            start=start,
            fidelity=fidelity,
            reconverge=reconverge,
            metric=metric,
            name=name,
            check_forwarding=check_forwarding,
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

    # -- nodes

    def router(
        self,
        name: str,
        *,
        routing: Routing = "auto",
        position: Position | None = None,
        addresses: Sequence[str] = (),
        rip: RipTable | None = None,
        ospf: OspfTable | None = None,
    ) -> Router:
        """A router.

        ``routing="auto"`` keeps its routes on the shortest paths; ``"static"`` leaves them to :meth:`route`;
        ``"rip"`` learns IPv4 routes by RIPv2 with the options ``rip``
        (:func:`~catenet.lab.routing.rip.parse_rip_options`), ``"ospf"`` by OSPFv2 with the options ``ospf``
        (:mod:`~catenet.lab.options.ospf`), ``"ospf+rip"`` by both.
        ``position`` (latitude and longitude in degrees) gives links between positions their delay.
        ``addresses`` are the router's own, such as ``["192.0.2.1/32"]``; without, it gets one of each version.
        """
        return self._world.router(name, routing=routing, position=position, addresses=addresses, rip=rip, ospf=ospf)

    def routers(
        self, *names: str, routing: Routing = "auto", rip: RipTable | None = None, ospf: OspfTable | None = None
    ) -> tuple[Router, ...]:
        """Several routers."""
        return tuple(self.router(name, routing=routing, rip=rip, ospf=ospf) for name in names)

    def switch(self, name: str, *, subnets: Sequence[str] = ()) -> Switch:
        """A learning switch.  Switches that are joined are one LAN; ``subnets`` are the LAN's."""
        return self._world.switch(name, subnets=subnets)

    def host(
        self,
        name: str,
        *,
        at: NodeReference | None = None,
        addresses: Sequence[str] = (),
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Host:
        """A host.

        ``at`` is a router or a switch, and makes an access link of 1 Gbit/s and 0.1 ms (its options are those
        of :meth:`link`), on which the host has ``addresses``, or automatic ones.  Without ``at``, link it
        yourself.
        """
        options = given(
            rate=rate,
            delay=delay,
            jitter=jitter,
            loss=loss,
            reorder=reorder,
            duplicate=duplicate,
            bit_errors=bit_errors,
            queue=queue,
            mtu=mtu,
            back=back,
            length=length,
            cost=cost,
            ospf=ospf,
        )
        return self._world.host(name, at=at, addresses=addresses, options=options)

    def hosts(
        self,
        *names: str,
        at: NodeReference | None = None,
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> tuple[Host, ...]:
        """Several hosts, each with an access link of its own if ``at`` is given, with the options of :meth:`link`."""
        options = given(
            rate=rate,
            delay=delay,
            jitter=jitter,
            loss=loss,
            reorder=reorder,
            duplicate=duplicate,
            bit_errors=bit_errors,
            queue=queue,
            mtu=mtu,
            back=back,
            length=length,
            cost=cost,
            ospf=ospf,
        )
        return tuple(self._world.host(name, at=at, options=options) for name in names)

    def attach(
        self,
        name: str,
        *,
        at: NodeReference | None = None,
        kind: AttachKind = "tap",
        namespace: str | None = None,
        device: str | None = None,
        addresses: Sequence[str] = (),
        routes: Sequence[str] | None = None,
        offload: bool = True,
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Attachment:
        """A place where Linux is plugged in, by a TAP device (Ethernet) or a TUN device (IP).

        ``at`` is a router or a switch, and makes a link of 10 Gbit/s without delay (its options are those of
        :meth:`link`); without it, link the attachment yourself, to another one if you like.  ``namespace`` is where the
        device is put, made if there is none of that name; without it, where the process is.  ``device`` is what the
        device is called (default: ``name``).  ``addresses`` are Linux's (automatic, if none are given), ``routes`` the
        prefixes that Linux sends here: default ``["default"]`` in a namespace, else all that the internet has.
        Nothing is made in Linux before :class:`~catenet.lab.attach.attached.Attached` is entered.
        """
        options = given(
            rate=rate,
            delay=delay,
            jitter=jitter,
            loss=loss,
            reorder=reorder,
            duplicate=duplicate,
            bit_errors=bit_errors,
            queue=queue,
            mtu=mtu,
            back=back,
            length=length,
            cost=cost,
            ospf=ospf,
        )
        return self._world.attach(
            name,
            at=at,
            kind=kind,
            namespace=namespace,
            device=device,
            addresses=addresses,
            routes=routes,
            offload=offload,
            options=options,
        )

    # -- what joins them

    def link(
        self,
        a: NodeReference,
        b: NodeReference,
        *,
        name: str | None = None,
        addresses: Mapping[str, Sequence[str]] | None = None,
        subnets: Sequence[str] = (),
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Link:
        """A link between two nodes, the same in both directions unless told otherwise.

        ``rate`` is 1 Gbit/s unless given; ``delay`` (one way) as given, else from ``length``, else from the ends'
        positions, else 1 ms; ``mtu`` 1500; ``queue`` 1000 frames.  ``cost`` is by the metric, unless given.  How each
        option is written is told in :mod:`~catenet.lab.options.link`.  ``back`` is a table of options for the direction
        from ``b`` to ``a``, where it differs.  ``addresses`` gives an end's, by its node's name; ``subnets`` are the
        link's.
        """
        options = given(
            rate=rate,
            delay=delay,
            jitter=jitter,
            loss=loss,
            reorder=reorder,
            duplicate=duplicate,
            bit_errors=bit_errors,
            queue=queue,
            mtu=mtu,
            back=back,
            length=length,
            cost=cost,
            ospf=ospf,
        )
        return self._world.link(a, b, name=name, addresses=addresses or {}, subnets=subnets, options=options)

    def topology(
        self,
        file: str | Path,
        *,
        routing: Routing = "auto",
        rip: RipTable | None = None,
        ospf: OspfTable | None = None,
        keys: Mapping[str, str] | None = None,
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        back: LinkDirectionTable | None = None,
    ) -> tuple[Router, ...]:
        """Routers and links from a GraphML or GML file (see :mod:`~catenet.lab.files.topology`), or from TOML.

        ``rate`` is for links whose file states none (default 10 Gbit/s; from TOML 1 Gbit/s), ``delay`` for
        those whose length cannot be told; the options of :meth:`link` hold for every link, but for what the file
        states.  ``keys`` are names that a GraphML or GML file has for what is read, such as ``{"rate": "bw"}``.
        ``routing``, ``rip`` and ``ospf`` hold for every router; a TOML file states the routing of each, and may add to
        the options.
        """
        options = given(
            rate=rate,
            delay=delay,
            jitter=jitter,
            loss=loss,
            reorder=reorder,
            duplicate=duplicate,
            bit_errors=bit_errors,
            queue=queue,
            mtu=mtu,
            back=back,
            length=length,
            cost=cost,
        )
        return lay_topology(self._world, Path(file), routing, rip, ospf, keys or {}, options)

    def route(self, router: NodeReference, prefix: str, via: NodeReference | Address) -> None:
        """A static route: packets of a router (or host) to ``prefix`` go to the neighbour ``via``.

        ``prefix`` is like ``"10.0.0.0/8"`` or ``"default"``; ``via`` a neighbour, its name, or an address.  Several
        routes to one prefix share its flows.  A static route wins over an automatic one to the same prefix.
        """
        self._world.route(router, prefix, via)

    def nat(
        self,
        router: NodeReference,
        *,
        outside: NodeReference | LinkReference,
        inside: Sequence[NodeReference | LinkReference] = (),
        filtering: Filtering = "endpoint-independent",
        hairpin: bool = True,
        forward: Mapping[str, str] | None = None,
        ports: Sequence[int] = (1024, 65_535),
        timeouts: NatTimeoutTable | None = None,
    ) -> None:
        """Let a router translate the IPv4 addresses of what is inside to its own on the ``outside`` link.

        ``outside`` is a link of the router, or the neighbour across; ``inside`` are such too, or, if none is given, all
        its other links.  ``filtering`` is ``"endpoint-independent"``, ``"address-dependent"`` or
        ``"address-and-port-dependent"`` (RFC 4787 section 5).  ``forward`` binds ports for good, as in
        ``{"tcp/8080": "server:80"}``; ``ports`` are the first and last that high ports are given; ``timeouts`` may hold
        ``tcp_established`` (2 h 4 min), ``tcp_transitory`` (4 min), ``udp`` (5 min) and ``icmp`` (1 min).
        """
        self._world.nat(
            router,
            outside=outside,
            inside=inside,
            filtering=filtering,
            hairpin=hairpin,
            forward=forward or {},
            ports=ports,
            timeouts=timeouts or {},
        )

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
