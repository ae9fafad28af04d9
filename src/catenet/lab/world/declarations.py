"""What an internet is made of, as a program declares it: every option written out, so that an editor completes it.

:class:`~catenet.internet.Internet` adds what happens, and running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from catenet.lab.files.topology import lay_topology
from catenet.lab.model.address_plan import Address
from catenet.lab.model.geography import Position
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Attachment, Router, Switch
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.options.types import (
    AttachKind,
    Duration,
    Filtering,
    JitterOption,
    Length,
    LinkDirectionTable,
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
    SwitchPortTable,
    SwitchVlanTable,
    given,
)
from catenet.lab.world.builder import Builder


class Declarations:
    """Declares nodes and what joins them in ``world``; each method raises :class:`~catenet.errors.LabError`."""

    def __init__(self, world: Builder) -> None:
        self._world: Final = world

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
        (:func:`~catenet.lab.options.rip.parse_rip_options`), ``"ospf"`` by OSPFv2 with the options ``ospf``
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

    def switch(
        self,
        name: str,
        *,
        subnets: Sequence[str] = (),
        vlans: Mapping[int, SwitchVlanTable] | None = None,
        ports: Mapping[str, SwitchPortTable] | None = None,
    ) -> Switch:
        """A learning switch.  Switches that are joined are one LAN; ``subnets`` are the LAN's.

        With ``vlans`` or ``ports`` it knows VLANs (IEEE 802.1Q), each a LAN of its own: ``vlans`` gives VLANs their
        subnets, as in ``{10: {"subnets": ["10.0.10.0/24"]}}``; ``ports`` says, by the name of a link or of the
        neighbour across, which VLANs a port is in: ``{"access": 10}``, ``{"trunk": [10, 20], "native": 10}`` or, for
        QinQ, ``{"tunnel": 100}`` and ``{"trunk": [100], "tag": "802.1ad"}``.  A port of which nothing is said is in
        VLAN 1.
        """
        return self._world.switch(name, subnets=subnets, vlans=vlans, ports=ports)

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
