"""What an internet is made of, as it is declared: routers, switches, hosts, links, routes.

:class:`~catenet.internet.Internet` adds what happens to them, and running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import Quantity
from catenet.lab.model.address_plan import parse_faces, parse_networks
from catenet.lab.model.attachment import ATTACHED_RATE, check_plug, make_attachment
from catenet.lab.model.devices import make_attachment_end, make_end, make_router, make_switch
from catenet.lab.model.geography import Position, check_position
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link, given_delay_ns
from catenet.lab.model.names import check_name
from catenet.lab.model.nodes import Attachment, End, HostNode, Node, Router, SwitchNode
from catenet.lab.observe.connections import HostJournal
from catenet.lab.options import link as parse
from catenet.lab.options.ospf import OspfLinkOptions, parse_ospf_link, parse_ospf_options
from catenet.lab.routing.nat import Gateway
from catenet.lab.routing.protocols import check_costs, check_options, parse_routing
from catenet.lab.routing.rip import parse_rip_options
from catenet.lab.world.world import World


class Builder(World):
    """Declares what an internet is made of; each method checks what it is given before it changes anything."""

    def router(
        self,
        name: str,
        *,
        routing: str = "auto",
        position: Position | None = None,
        addresses: Sequence[str] = (),
        rip: Mapping[str, Any] | None = None,
        ospf: Mapping[str, Any] | None = None,
    ) -> Router:
        """A router.

        ``routing="auto"`` keeps its routes on the shortest paths; ``"static"`` leaves them to :meth:`route`;
        ``"rip"`` learns IPv4 routes by RIPv2 with the options ``rip``
        (:func:`~catenet.lab.routing.rip.parse_rip_options`), ``"ospf"`` by OSPFv2 with the options ``ospf``
        (:mod:`~catenet.lab.options.ospf`), ``"ospf+rip"`` by both.
        ``position`` (latitude and longitude in degrees) gives links between positions their delay.
        ``addresses`` are the router's own, such as ``["192.0.2.1/32"]``; without, it gets one of each version.
        """
        name = check_name(name)
        self.registry.check_free(name, "router")
        where = None if position is None else check_position(position)
        faces = parse_faces(addresses, f"router {name}")
        routing = parse_routing(routing)
        check_options(name, routing, {"rip": rip, "ospf": ospf})
        rip_options = parse_rip_options(rip or {}, f"router {name}: rip")
        ospf_options = parse_ospf_options(ospf or {}, f"router {name}: ospf")
        router = make_router(self.kernel, name, routing, where, self.naming.table, self.epoch_ns)
        if router.speaks("rip"):
            self.rip.options[name] = rip_options
        if router.speaks("ospf"):
            self.ospf.options[name] = ospf_options
        if faces:
            self._settler.wanted_own[name] = faces
        self._add_ip_node(router)
        return router

    def routers(
        self,
        *names: str,
        routing: str = "auto",
        rip: Mapping[str, Any] | None = None,
        ospf: Mapping[str, Any] | None = None,
    ) -> tuple[Router, ...]:
        """Several routers."""
        return tuple(self.router(name, routing=routing, rip=rip, ospf=ospf) for name in names)

    def switch(self, name: str, *, subnets: Sequence[str] = ()) -> SwitchNode:
        """A learning switch.  Switches that are joined are one LAN; ``subnets`` are the LAN's."""
        name = check_name(name)
        self.registry.check_free(name, "switch")
        networks = parse_networks(subnets, f"switch {name}")
        switch = make_switch(self.kernel, name)
        self.registry.add_node(switch)
        self._lans.add(switch, networks)
        return switch

    def host(self, name: str, *, at: object = None, addresses: Sequence[str] = (), **options: Any) -> Host:
        """A host.

        ``at`` is a router or a switch, and makes an access link of 1 Gbit/s and 0.1 ms (``options`` are those
        of :meth:`link`), on which the host has ``addresses``, or automatic ones.  Without ``at``, link it
        yourself.
        """
        name = check_name(name)
        self.registry.check_free(name, "host")
        where = None if at is None else self.registry.node(at)
        if where is None and (addresses or options):
            given = ", ".join([*(["addresses"] if addresses else []), *options])
            raise LabError(f"host {name}: {given}: these are options of the access link, and there is none; give at=")
        if isinstance(where, HostNode):
            raise LabError(f"host {name}: {where.name} is a host; a host stands at a router or a switch")
        parse_faces(addresses, f"host {name}")
        parse.parse_options(options, parse.LINK_OPTIONS, f"host {name}")
        node = HostNode(Host(self.kernel, name, self.naming.table, self.epoch_ns, self.processes, self.accounts))
        self._add_ip_node(node)
        if where is not None:
            access = {"rate": parse.ACCESS_RATE, "delay": parse.ACCESS_DELAY, **options}
            if "length" in options:
                del access["delay"]
            self.link(node.host, where, addresses={name: addresses}, **access)
        return node.host

    def attach(
        self,
        name: str,
        *,
        at: object = None,
        kind: str = "tap",
        namespace: str | None = None,
        device: str | None = None,
        addresses: Sequence[str] = (),
        routes: Sequence[str] | None = None,
        offload: bool = True,
        **options: Any,
    ) -> Attachment:
        """A place where Linux is plugged in, by a TAP device (Ethernet) or a TUN device (IP).

        ``at`` is a router or a switch, and makes a link of 10 Gbit/s without delay (``options`` are those of
        :meth:`link`); without it, link the attachment yourself, to another one if you like.  ``namespace`` is where the
        device is put, made if there is none of that name; without it, where the process is.  ``device`` is what the
        device is called (default: ``name``).  ``addresses`` are Linux's (automatic, if none are given), ``routes`` the
        prefixes that Linux sends here: default ``["default"]`` in a namespace, else all that the internet has.
        Nothing is made in Linux before :class:`~catenet.lab.attach.attached.Attached` is entered.
        """
        name = check_name(name)
        self.registry.check_free(name, "attachment")
        node = make_attachment(name, kind, namespace, device, routes, offload)
        where = None if at is None else self.registry.node(at)
        if where is None and (addresses or options):
            given = ", ".join([*(["addresses"] if addresses else []), *options])
            raise LabError(f"attachment {name}: {given}: these are options of its link, and there is none; give at=")
        if isinstance(where, HostNode | Attachment):
            raise LabError(
                f"attachment {name}: {where.name} is a {where.kind}; it is plugged in at a router or a switch"
            )
        parse_faces(addresses, f"attachment {name}")
        parse.parse_options(options, parse.LINK_OPTIONS, f"attachment {name}")
        if where is not None:
            check_plug(node, where)
        self.registry.add_node(node)
        if where is not None:
            access = {"rate": ATTACHED_RATE, "delay": 0, **options}
            if "length" in options:
                del access["delay"]
            self.link(node, where, addresses={name: addresses}, **access)
        return node

    def hosts(self, *names: str, at: object = None, **options: Any) -> tuple[Host, ...]:
        """Several hosts, each with an access link of its own if ``at`` is given."""
        return tuple(self.host(name, at=at, **options) for name in names)

    def link(
        self,
        a: object,
        b: object,
        *,
        name: str | None = None,
        addresses: Mapping[str, Sequence[str]] | None = None,
        subnets: Sequence[str] = (),
        **options: Any,
    ) -> Link:
        """A link between two nodes, the same in both directions unless told otherwise.

        Options: ``rate`` (1 Gbit/s), ``delay`` (one way: as given, else from ``length``, else from the ends'
        positions, else 1 ms), ``jitter``, ``loss``, ``reorder``, ``duplicate``, ``bit_errors``, ``mtu`` (1500),
        ``queue`` (1000 frames), ``cost`` (by the metric), ``ospf`` (a table); how each is written is told in
        :mod:`~catenet.lab.options.link`.  ``back`` is a table of options for the direction from ``b`` to ``a``, where
        it differs.  ``addresses`` gives an end's, by its node's name; ``subnets`` the link's.
        """
        here, there = self.registry.node(a), self.registry.node(b)
        owner = f"link {name or f'{here.name}-{there.name}'}"
        if here is there:
            raise LabError(f"{owner}: both ends are {here.name}; a link leads from one node to another")
        if name is not None:
            name = check_name(name)
        parsed = parse.parse_options(options, parse.LINK_OPTIONS, owner)
        parse_networks(subnets, owner)
        faces = {who: parse_faces(texts, f"{who} on {owner}") for who, texts in (addresses or {}).items() if texts}
        for who in faces:
            if who not in (here.name, there.name):
                raise LabError(
                    f"{owner}: addresses for {who}, which is at neither end{did_you_mean(who, (here.name, there.name))}"
                )
            if isinstance(self.registry.node(who), SwitchNode):
                raise LabError(f"{owner}: {who} is a switch, which has no addresses; give the switch subnets")
        if "ospf" in parsed:
            parsed["ospf"] = _ospf_of(options["ospf"], here, there, owner)
        check_costs(owner, parsed, here, there)
        parsed.setdefault("rate", parse.parse_rate(parse.LINK_RATE))
        parsed["delay"] = given_delay_ns(parsed, _position(here), _position(there), parse.LINK_DELAY)
        return self._lay(here, there, self.registry.link_name(name, here, there), {**parsed, "subnets": subnets}, faces)

    def _add_ip_node(self, node: HostNode | Router) -> None:
        self.registry.add_node(node)
        journal = HostJournal(self.kernel, node.name)
        node.machine.tcp.table.journal = journal
        self.journals.append(journal)

    def _end(self, node: Node) -> End:
        mac = self._plan.mac()
        if isinstance(node, Attachment):
            return make_attachment_end(self.kernel, node, mac)
        return make_end(node, mac, self.fidelity == "bytes")

    def _lay(self, here: Node, there: Node, name: str, options: Mapping[str, Any], faces: Mapping[str, Any]) -> Link:
        if isinstance(here, SwitchNode) and isinstance(there, SwitchNode):
            self._lans.check_join(here, there)
        if options["subnets"] and (isinstance(here, SwitchNode) or isinstance(there, SwitchNode)):
            raise LabError(f"link {name}: one end is a switch; give the switch the subnets")
        for node, other in ((here, there), (there, here)):
            if isinstance(node, Attachment):
                check_plug(node, other)
        ends = self._end(here), self._end(there)
        link = Link(self.kernel, self.timeline, name, ends, options, self.routes.link_changed)
        self.registry.add_link(link)
        if isinstance(here, SwitchNode) and isinstance(there, SwitchNode):
            self._lans.join(here, there)
        for end in ends:
            if end.node.name in faces:
                self._settler.wanted[end] = faces[end.node.name]
        self.captures.link_added(link)
        return link

    def route(self, router: object, prefix: str, via: object) -> None:
        """A static route: packets of a router (or host) to ``prefix`` go to the neighbour ``via``.

        ``prefix`` is like ``"10.0.0.0/8"`` or ``"default"``; ``via`` a neighbour, its name, or an address.  Several
        routes to one prefix share its flows.  A static route wins over an automatic one to the same prefix.
        """
        self.routes.add_static(self.registry.ip_node(router, "route"), prefix, via)

    def nat(
        self,
        router: object,
        *,
        outside: object,
        inside: Sequence[object] = (),
        filtering: str = "endpoint-independent",
        hairpin: bool = True,
        forward: Mapping[str, str] | None = None,
        ports: Sequence[int] = (1024, 65_535),
        timeouts: Mapping[str, Quantity] | None = None,
    ) -> None:
        """Let a router translate the IPv4 addresses of what is inside to its own on the ``outside`` link.

        ``outside`` is a link of the router, or the neighbour across; ``inside`` are such too, or, if none is given, all
        its other links.  ``filtering`` is ``"endpoint-independent"``, ``"address-dependent"`` or
        ``"address-and-port-dependent"`` (RFC 4787 section 5).  ``forward`` binds ports for good, as in
        ``{"tcp/8080": "server:80"}``; ``ports`` are the first and last that high ports are given; ``timeouts`` may hold
        ``tcp_established`` (2 h 4 min), ``tcp_transitory`` (4 min), ``udp`` (5 min) and ``icmp`` (1 min).
        """
        node = self.registry.node(router)
        if not isinstance(node, Router):
            raise LabError(f"nat: {node.name} is a {node.kind}; name a router")
        if node.name in self._gateways:
            raise LabError(f"nat {node.name}: this router translates already; it has one outside link")
        self._gateways[node.name] = Gateway(
            self.registry, node, outside, inside, filtering, hairpin, forward or {}, ports, timeouts or {}
        )


def _ospf_of(given: Any, here: Node, there: Node, owner: str) -> OspfLinkOptions:
    try:
        return parse_ospf_link(given, (here.name, there.name))
    except LabError as error:
        raise LabError(f"{owner}: {error}") from error


def _position(node: Node) -> Position | None:
    return node.position
