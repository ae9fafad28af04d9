"""Declarations by a program: every option is a keyword parameter, so that an editor completes it.

:class:`~catenet.internet.Internet` adds actions and running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from catenet.lab.files.topology import lay_topology
from catenet.lab.model.address_plan import Address
from catenet.lab.model.geography import Position
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Attachment, Router
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.options.autoconfiguration import AdvertiseOption, Ipv6Configuration
from catenet.lab.options.link import LINK_OPTIONS, parse_options
from catenet.lab.options.ospf import parse_ospf
from catenet.lab.options.rip import parse_rip
from catenet.lab.options.switch_types import (
    LldpOption,
)
from catenet.lab.options.types import (
    AttachKind,
    Drift,
    Duration,
    FadingOption,
    Filtering,
    FramingOption,
    JitterOption,
    Length,
    LinkDirectionTable,
    LinkFidelity,
    LossOption,
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
    Snr,
    given,
)
from catenet.lab.routing.nat import parse_timeouts
from catenet.lab.routing.protocols import parse_routing
from catenet.lab.services.nameservers import parse_host_dns
from catenet.lab.world.service_declarations import ServiceDeclarations
from catenet.physical.phys.catalogue import PhyName


class Declarations(ServiceDeclarations):
    """Declares nodes, links and routes in ``world``; each method raises :class:`~catenet.errors.LabError`."""

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
        lldp: LldpOption = False,
        advertise: AdvertiseOption = False,
        send_redirects: bool | None = None,
    ) -> Router:
        """A router.

        ``routing="auto"`` computes its routes as shortest paths; ``"static"`` uses those of :meth:`route` only;
        ``"rip"`` learns IPv4 routes by RIPv2 with the options ``rip``
        (:func:`~catenet.lab.options.rip.parse_rip`), ``"ospf"`` by OSPFv2 with the options ``ospf``
        (:mod:`~catenet.lab.options.ospf`), ``"ospf+rip"`` by both. ``position`` (latitude and longitude in degrees)
        determines the delay of links between routers with positions. ``addresses`` are its loopback addresses, such as
        ``["192.0.2.1/32"]``; by default one of each version.  With ``lldp`` it tells its neighbours who it is (IEEE
        802.1AB); a table sets the times.  With ``advertise`` it sends router advertisements to hosts (RFC 4861); a
        table sets what they say.  With ``send_redirects`` it tells hosts of better first hops; by default it does so if
        it advertises.
        """
        return self._world.router(
            name,
            routing=parse_routing(routing),
            position=position,
            addresses=addresses,
            rip=None if rip is None else parse_rip(rip, f"router {name}: rip"),
            ospf=None if ospf is None else parse_ospf(ospf, f"router {name}: ospf"),
            lldp=lldp,
            advertise=advertise,
            send_redirects=send_redirects,
        )

    def routers(
        self, *names: str, routing: Routing = "auto", rip: RipTable | None = None, ospf: OspfTable | None = None
    ) -> tuple[Router, ...]:
        """Several routers."""
        return tuple(self.router(name, routing=routing, rip=rip, ospf=ospf) for name in names)

    def host(
        self,
        name: str,
        *,
        at: NodeReference | None = None,
        addresses: Sequence[str] = (),
        lldp: LldpOption = False,
        promiscuous: bool = False,
        nameservers: Sequence[str] = (),
        resolv_conf: str | None = None,
        dhcp: bool = False,
        ipv6: Ipv6Configuration = "auto",
        accept_redirects: bool | None = None,
        rate: Rate | None = None,
        delay: Duration | None = None,
        length: Length | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        phy: PhyName | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        framing: FramingOption | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Host:
        """A host.

        ``at`` is a router or a switch; it creates an access link of 1 Gbit/s and 0.1 ms, with the options of a link, on
        which the host has ``addresses``, or automatic ones.  Without ``at``, use :meth:`link`.  With ``promiscuous``
        its packet sockets (AF_PACKET) also receive frames for others.  With ``dhcp`` it gets its IPv4 addresses from a
        DHCP server, see :meth:`dhcp`; with ``ipv6="slaac"`` it forms its IPv6 addresses from router advertisements,
        with stable identifiers, or with ``"slaac-eui64"`` from its MAC.  With ``accept_redirects`` it uses first hops
        that its routers tell of; by default it does so if it configures itself.  ``nameservers`` are up to three
        addresses or hosts, at which it looks names up (default: a table); ``resolv_conf`` is as in resolv.conf(5).
        """
        options = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, phy=phy, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity,
            framing=framing, queue=queue, mtu=mtu, back=back, length=length, cost=cost, ospf=ospf,
        )  # fmt: skip
        parsed = parse_options(options, LINK_OPTIONS, f"host {name}")
        learned: dict[str, Any] = {"dhcp": dhcp, "ipv6": ipv6, "accept_redirects": accept_redirects}
        learned["dns"] = parse_host_dns(nameservers, resolv_conf, f"host {name}")
        return self._world.host(
            name, at=at, addresses=addresses, lldp=lldp, promiscuous=promiscuous, options=parsed, **learned
        )

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
        phy: PhyName | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        framing: FramingOption | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> tuple[Host, ...]:
        """Several hosts, each with an access link of its own if ``at`` is given, with the options of :meth:`link`."""
        options = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, phy=phy, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity,
            framing=framing, queue=queue, mtu=mtu, back=back, length=length, cost=cost, ospf=ospf,
        )  # fmt: skip
        parsed = parse_options(options, LINK_OPTIONS, f"hosts {', '.join(names)}")
        return tuple(self._world.host(name, at=at, options=parsed) for name in names)

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
        phy: PhyName | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        framing: FramingOption | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Attachment:
        """An attachment of Linux, by a TAP device (Ethernet) or a TUN device (IP).

        ``at`` is a router or a switch; it creates a link of 10 Gbit/s without delay.  Without ``at``, use :meth:`link`.
        ``namespace`` is the device's, created if needed (default: the process's), ``device`` its name (default:
        ``name``).  ``addresses`` are Linux's (default: automatic), ``routes`` those to here (default: ``["default"]``
        in a namespace).  Nothing exists before :class:`~catenet.lab.attach.attached.Attached` is entered.
        """
        options = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, phy=phy, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity,
            framing=framing, queue=queue, mtu=mtu, back=back, length=length, cost=cost, ospf=ospf,
        )  # fmt: skip
        return self._world.attach(
            name,
            at=at,
            kind=kind,
            namespace=namespace,
            device=device,
            addresses=addresses,
            routes=routes,
            offload=offload,
            options=parse_options(options, LINK_OPTIONS, f"attachment {name}"),
        )

    # -- links and routes

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
        phy: PhyName | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        framing: FramingOption | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        ospf: OspfLink | None = None,
        back: LinkDirectionTable | None = None,
    ) -> Link:
        """A link between two nodes, the same in both directions unless ``back`` is given.

        Defaults: ``rate`` 1 Gbit/s; ``delay`` (one way) from ``length``, else from the ends' positions, else 1 ms;
        ``mtu`` 1500 octets; ``queue`` 1000 frames; ``cost`` by the metric.  :mod:`~catenet.lab.options.link` describes
        the syntax of each option.  ``framing`` replaces Ethernet.  ``back`` is a table of options for the direction
        from ``b`` to ``a``, where it differs.  ``addresses`` are the ends', by node name; ``subnets`` are the link's.
        """
        options = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, phy=phy, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity,
            framing=framing, queue=queue, mtu=mtu, back=back, length=length, cost=cost, ospf=ospf,
        )  # fmt: skip
        parsed = parse_options(options, LINK_OPTIONS, self._link_owner(a, b, name))
        return self._world.link(a, b, name=name, addresses=addresses or {}, subnets=subnets, options=parsed)

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
        phy: PhyName | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        framing: FramingOption | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        cost: int | None = None,
        back: LinkDirectionTable | None = None,
    ) -> tuple[Router, ...]:
        """Routers and links from a GraphML or GML file (see :mod:`~catenet.lab.files.topology`), or from TOML.

        ``rate`` is the default of links without one in the file (10 Gbit/s; from TOML 1 Gbit/s), ``delay`` of those of
        unknown length; other options are defaults of every link.  ``keys`` maps attributes to the names in a GraphML or
        GML file, like ``{"rate": "bw"}``.  ``routing``, ``rip`` and ``ospf`` apply to every router; TOML has its own.
        """
        options = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, phy=phy, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity,
            framing=framing, queue=queue, mtu=mtu, back=back, length=length, cost=cost,
        )  # fmt: skip
        parsed = parse_options(options, LINK_OPTIONS, f"topology {file}")
        return lay_topology(
            self._world,
            Path(file),
            parse_routing(routing),
            None if rip is None else parse_rip(rip, f"topology {file}: rip"),
            None if ospf is None else parse_ospf(ospf, f"topology {file}: ospf"),
            keys or {},
            parsed,
        )

    def route(self, router: NodeReference, prefix: str, via: NodeReference | Address) -> None:
        """A static route: a router (or host) sends packets for ``prefix`` to the neighbour ``via``.

        ``prefix`` is like ``"10.0.0.0/8"`` or ``"default"``; ``via`` a neighbour, its name, or an address.  Flows are
        distributed over several routes to one prefix.  A static route is preferred to an automatic one.
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
        """Let a router translate the IPv4 addresses of its inside networks to its own on the ``outside`` link.

        ``outside`` is a link of the router, or the neighbour on it; so are ``inside`` (default: all its other links).
        ``filtering`` is ``"endpoint-independent"``, ``"address-dependent"`` or ``"address-and-port-dependent"`` (RFC
        4787 section 5).  ``forward`` are static port mappings, such as ``{"tcp/8080": "server:80"}``; ``ports`` is the
        range of external ports for high ports; ``timeouts`` may contain ``tcp_established`` (2 h 4 min),
        ``tcp_transitory`` (4 min), ``udp`` (5 min) and ``icmp`` (1 min).
        """
        self._world.nat(
            router,
            outside=outside,
            inside=inside,
            filtering=filtering,
            hairpin=hairpin,
            forward=forward or {},
            ports=ports,
            timeouts=parse_timeouts(timeouts or {}, f"nat {self._world.registry.node(router).name}: "),
        )

    def _link_owner(self, a: NodeReference, b: NodeReference, name: str | None) -> str:
        """The name of a link in an error before it is created."""
        node = self._world.registry.node
        return f"link {name or f'{node(a).name}-{node(b).name}'}"
