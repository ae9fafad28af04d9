"""Builds an internet from declarations: routers, switches, hosts, links, routes.

:class:`~catenet.internet.Internet` adds actions and running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.lab.model.address_plan import Address, Face, parse_address, parse_faces, parse_networks
from catenet.lab.model.attachment import ATTACHED_RATE_BIT_S, check_plug, make_attachment
from catenet.lab.model.devices import make_attachment_end, make_end, make_router, make_switch, with_lldp
from catenet.lab.model.geography import Position, check_position
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link, given_delay_ns
from catenet.lab.model.link_medium import link_medium
from catenet.lab.model.names import check_name
from catenet.lab.model.nodes import Attachment, End, HostNode, IpNode, Node, Router, Switch
from catenet.lab.model.registry import LinkReference, NodeReference
from catenet.lab.model.segment import Segment, segment_of, segment_options
from catenet.lab.model.switching.aggregates import check_aggregates, parallel
from catenet.lab.model.switching.switch_ports import configure_ports
from catenet.lab.observe.connections import ConnectionLog
from catenet.lab.options import link as parse
from catenet.lab.options.autoconfiguration import (
    AdvertiseOption,
    check_learned,
    parse_advertise,
    parse_dhcp_subnet,
    parse_ipv6,
)
from catenet.lab.options.link import ACCESS_DELAY_NS, ACCESS_RATE_BIT_S
from catenet.lab.options.lldp import parse_lldp
from catenet.lab.options.option_tables import flag
from catenet.lab.options.ospf import check_ends, ospf_options
from catenet.lab.options.rip import rip_options
from catenet.lab.options.segment import parse_segment
from catenet.lab.options.switch import parse_switch
from catenet.lab.options.switch_types import (
    AggregateTable,
    LldpOption,
    MirrorTable,
    PauseOption,
    SnoopingTable,
    StormTable,
    SwitchPortTable,
    SwitchVlanTable,
)
from catenet.lab.routing.nat import Gateway
from catenet.lab.routing.protocols import check_costs, check_options
from catenet.lab.services.nameservers import HostDns
from catenet.lab.world.framing import check_framing, set_framing
from catenet.lab.world.world import World
from catenet.link.switching.bridge_tree import NO_TREE
from catenet.network.nat.table import NatTimeouts

NOTHING: Final[Mapping[str, Any]] = {}

Faces = Mapping[str, Sequence[Face]]
"""The addresses of a link's ends, by the names of their nodes."""


class Builder(World):
    """Adds declarations to a world; each method validates its arguments before it changes anything.

    :class:`~catenet.internet.Internet` describes the arguments; here options are parsed (:mod:`catenet.lab.options`).
    """

    def router(
        self,
        name: str,
        *,
        routing: str = "auto",
        position: Position | None = None,
        addresses: Sequence[str] = (),
        rip: Mapping[str, Any] | None = None,
        ospf: Mapping[str, Any] | None = None,
        lldp: LldpOption = False,
        advertise: AdvertiseOption = False,
        send_redirects: bool | None = None,
    ) -> Router:
        """A router; ``rip`` and ``ospf`` are parsed options by name."""
        name = check_name(name)
        self.registry.check_free(name, "router")
        where = None if position is None else check_position(position)
        faces = parse_faces(addresses, f"router {name}")
        check_options(name, routing, {"rip": rip, "ospf": ospf})
        own_rip = rip_options(rip or {}, f"router {name}: rip")
        own_ospf = ospf_options(ospf or {}, f"router {name}: ospf")
        spoken = parse_lldp(lldp, f"router {name}")
        advertised = parse_advertise(advertise, f"router {name}")
        router = make_router(self.kernel, name, routing, where, self.naming.table, self.epoch_ns)
        with_lldp(router, spoken)
        if advertised is not None:
            self.autoconfiguration.advertised[name] = advertised
        redirects = advertised is not None if send_redirects is None else send_redirects
        router.stack.send_redirects(flag(redirects, f"router {name}: send_redirects"))
        if router.speaks("rip"):
            self.rip.options[name] = own_rip
        if router.speaks("ospf"):
            self.ospf.options[name] = own_ospf
        if faces:
            self._assignment.wanted_own[name] = faces
        self._add_ip_node(router)
        return router

    def switch(
        self,
        name: str,
        *,
        subnets: Sequence[str] = (),
        vlans: Mapping[int, SwitchVlanTable] | None = None,
        ports: Mapping[str, SwitchPortTable] | None = None,
        stp: str = NO_TREE,
        snooping: bool | SnoopingTable | None = None,
        tree: Mapping[str, Any] = NOTHING,
        lldp: LldpOption = False,
        aggregates: Mapping[str, AggregateTable] | None = None,
        storm_control: StormTable | None = None,
        mirror: MirrorTable | Sequence[MirrorTable] | None = None,
        pause: PauseOption = False,
    ) -> Switch:
        """A learning switch; connected switches form one LAN, or one for each VLAN."""
        name = check_name(name)
        self.registry.check_free(name, "switch")
        networks = parse_networks(subnets, f"switch {name}")
        options = parse_switch(name, vlans, ports, stp, tree, lldp, aggregates, snooping, storm_control, mirror, pause)
        if networks and options.vlans:
            raise LabError(f"switch {name}: subnets are for a switch without VLANs; give each VLAN its own")
        switch = make_switch(self.kernel, name, options)
        self.registry.add_node(switch)
        self._lans.add(switch, networks)
        return switch

    def segment(
        self,
        name: str,
        *,
        kind: str = "coax",
        rate: Any = None,
        length: Any = None,
        taps: Mapping[str, Any] | None = None,
        subnets: Sequence[str] = (),
    ) -> Segment:
        """A shared medium of half-duplex stations; it is one LAN with the switches that are connected to it."""
        name = check_name(name)
        self.registry.check_free(name, "segment")
        networks = parse_networks(subnets, f"segment {name}")
        segment = Segment(self.kernel, name, parse_segment(name, kind, rate, length, taps))
        self.registry.add_node(segment)
        self._lans.add(segment, networks)
        return segment

    def host(
        self,
        name: str,
        *,
        at: NodeReference | None = None,
        addresses: Sequence[str] = (),
        lldp: LldpOption = False,
        promiscuous: bool = False,
        dns: HostDns | None = None,
        dhcp: bool = False,
        ipv6: str = "auto",
        accept_redirects: bool | None = None,
        options: Mapping[str, Any] = NOTHING,
    ) -> Host:
        """A host, and its access link at a router or a switch."""
        name = check_name(name)
        owner = f"host {name}"
        self.registry.check_free(name, "host")
        where = None if at is None else self.registry.node(at)
        if isinstance(where, HostNode):
            raise LabError(f"{owner}: {where.name} is a host; attach a host to a router or a switch")
        faces = self._access(owner, name, where, addresses, options)
        learned = flag(dhcp, f"{owner}: dhcp"), parse_ipv6(ipv6, owner)
        check_learned(owner, *learned, faces.get(name, ()))
        spoken = parse_lldp(lldp, owner)
        hears_all = flag(promiscuous, f"{owner}: promiscuous")
        host = Host(self.kernel, name, self.naming.table, self.epoch_ns, self.processes, self.notes)
        node = HostNode(host, hears_all)
        self._add_ip_node(with_lldp(node, spoken))
        if dns is not None:
            self.nameservers.by_host[name] = dns
        self.autoconfiguration.add_host(node, *learned)
        accepts = bool(node.configures) if accept_redirects is None else accept_redirects
        node.stack.accept_redirects(flag(accepts, f"{owner}: accept_redirects"))
        if where is not None:
            defaults = _access_defaults(where, ACCESS_RATE_BIT_S, ACCESS_DELAY_NS, options)
            self._join(node, where, None, faces, (), {**defaults, **options})
        return node.host

    def attach(
        self,
        name: str,
        *,
        at: NodeReference | None = None,
        kind: str = "tap",
        namespace: str | None = None,
        device: str | None = None,
        addresses: Sequence[str] = (),
        routes: Sequence[str] | None = None,
        offload: bool = True,
        options: Mapping[str, Any] = NOTHING,
    ) -> Attachment:
        """An attachment of Linux, and its link to a router or a switch."""
        name = check_name(name)
        owner = f"attachment {name}"
        self.registry.check_free(name, "attachment")
        node = make_attachment(name, kind, namespace, device, routes, offload)
        where = None if at is None else self.registry.node(at)
        if isinstance(where, HostNode | Attachment):
            raise LabError(f"{owner}: {where.name} is a {where.kind}; plug Linux in at a router or a switch")
        faces = self._access(owner, name, where, addresses, options)
        if where is not None:
            check_plug(node, where)
        self.registry.add_node(node)
        if where is not None:
            defaults = _access_defaults(where, ATTACHED_RATE_BIT_S, 0, options)
            self._join(node, where, None, faces, (), {**defaults, **options})
        return node

    def _access(
        self, owner: str, name: str, where: Node | None, addresses: Sequence[str], options: Mapping[str, Any]
    ) -> Faces:
        """The addresses of an access link, checked with its options before anything is changed."""
        if where is None and (addresses or options):
            given = ", ".join([*(["addresses"] if addresses else []), *options])
            what = "its link" if owner.startswith("attachment") else "the access link"
            raise LabError(f"{owner}: {given}: these are options of {what}, and there is none; give at=")
        faces = parse_faces(addresses, owner)
        if where is None:
            return {}
        check_ends(options.get("ospf"), (name, where.name), owner)
        return {name: faces} if faces else {}

    def link(
        self,
        a: NodeReference,
        b: NodeReference,
        *,
        name: str | None = None,
        addresses: Mapping[str, Sequence[str]] = NOTHING,
        subnets: Sequence[str] = (),
        options: Mapping[str, Any] = NOTHING,
    ) -> Link:
        """A link between two nodes, the same in both directions unless told otherwise."""
        here, there = self.registry.node(a), self.registry.node(b)
        owner = f"link {name or f'{here.name}-{there.name}'}"
        if here is there:
            raise LabError(f"{owner}: both ends are {here.name}; a link leads from one node to another")
        if name is not None:
            name = check_name(name)
        check_ends(options.get("ospf"), (here.name, there.name), owner)
        parse_networks(subnets, owner)
        faces = {who: parse_faces(texts, f"{who} on {owner}") for who, texts in addresses.items() if texts}
        for who in faces:
            if who not in (here.name, there.name):
                raise LabError(
                    f"{owner}: addresses for {who}, which is at neither end{did_you_mean(who, (here.name, there.name))}"
                )
            if isinstance(self.registry.node(who), Switch):
                raise LabError(f"{owner}: {who} is a switch, which has no addresses; give the switch subnets")
        return self._join(here, there, name, faces, subnets, dict(options))

    def _join(
        self, here: Node, there: Node, name: str | None, faces: Faces, subnets: Sequence[str], parsed: dict[str, Any]
    ) -> Link:
        """Create a link from parsed options, with defaults for the missing ones."""
        owner = f"link {name or f'{here.name}-{there.name}'}"
        check_costs(owner, parsed, here, there)
        segment = segment_of(owner, here, there)
        if segment is not None:
            station = there.name if segment is here else here.name
            segment_options(segment, owner, self.registry.link_name(name, here, there), station, parsed)
        parsed["medium"] = link_medium(owner, parsed, here.position, there.position)
        parsed.setdefault("rate", parse.LINK_RATE_BIT_S)
        parsed["delay"] = given_delay_ns(parsed, here.position, there.position, parse.LINK_DELAY_NS)
        return self._lay(here, there, self.registry.link_name(name, here, there), {**parsed, "subnets": subnets}, faces)

    def route(self, router: NodeReference, prefix: str, via: NodeReference | Address) -> None:
        """A static route of a router or a host."""
        self.routes.add_static(self.registry.ip_node(router, "route"), prefix, via)

    def dhcp(
        self,
        node: NodeReference,
        *,
        relay: NodeReference | Address | Sequence[NodeReference | Address] | None = None,
        subnets: Mapping[str, Any] = NOTHING,
        options: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Let a router or host serve DHCP, or a router relay it."""
        owner = self.registry.ip_node(node, "dhcp")
        if relay is not None:
            if subnets or options:
                raise LabError(f"dhcp {owner.name}: a relay agent takes no other options; give them to the server")
            servers: Sequence[Any] = relay if isinstance(relay, list | tuple) else [relay]
            self.autoconfiguration.add_relay(owner, tuple(self._dhcp_server(each) for each in servers))
            return
        parsed = {}
        for text, table in subnets.items():
            (network,) = parse_networks([text], f"dhcp {owner.name}")
            if not isinstance(network, IPv4Network):
                raise LabError(f"dhcp {owner.name}: {network} is a subnet of IPv6; DHCP is for IPv4")
            parsed[network] = parse_dhcp_subnet(table, f"dhcp {owner.name}: {network}")
        self.autoconfiguration.add_server(owner, parse_dhcp_subnet(options, f"dhcp {owner.name}"), parsed)

    def _dhcp_server(self, given: NodeReference | Address) -> IpNode | IPv4Address:
        text = str(given)
        if text not in self.registry.nodes and text.replace(".", "").isdigit():
            return IPv4Address(int(parse_address(text, "dhcp")))
        return self.registry.ip_node(given, "dhcp")

    def nat(
        self,
        router: NodeReference,
        *,
        outside: NodeReference | LinkReference,
        inside: Sequence[NodeReference | LinkReference] = (),
        filtering: str,
        hairpin: bool,
        forward: Mapping[str, str],
        ports: Sequence[int],
        timeouts: NatTimeouts,
    ) -> None:
        """Let a router translate the IPv4 addresses of its inside networks to its own on the ``outside`` link."""
        node = self.registry.node(router)
        if not isinstance(node, Router):
            raise LabError(f"nat: {node.name} is a {node.kind}; name a router")
        if node.name in self._gateways:
            raise LabError(f"nat {node.name}: this router already translates; it can have only one outside link")
        self._gateways[node.name] = Gateway(
            self.registry, node, outside, inside, filtering, hairpin, forward, ports, timeouts
        )

    def _add_ip_node(self, node: HostNode | Router) -> None:
        self.registry.add_node(node)
        node.machine.internet_tls = self.tls
        journal = ConnectionLog(self.kernel, node.name)
        node.machine.tcp.table.journal = journal
        self.journals.append(journal)

    def _end(self, node: Node) -> End:
        mac = self._plan.mac()
        if isinstance(node, Attachment):
            return make_attachment_end(self.kernel, node, mac)
        return make_end(node, mac, self.fidelity == "bytes")

    def _lay(self, here: Node, there: Node, name: str, options: Mapping[str, Any], faces: Faces) -> Link:
        check_aggregates(name, here, there)
        if isinstance(here, Switch) and isinstance(there, Switch):
            if here.options.aggregate_of(name, there.name) is None or not parallel(here, there):
                self._lans.check_join(here, there)
        if options["subnets"] and (isinstance(here, Switch) or isinstance(there, Switch)):
            raise LabError(f"link {name}: one end is a switch; give the switch the subnets")
        for node, other in ((here, there), (there, here)):
            if isinstance(node, Attachment):
                check_plug(node, other)
        framing = options.get("framing")
        check_framing(name, framing, here, there, options.get("phy"))
        ends = self._end(here), self._end(there)
        if framing is not None:
            for end in ends:
                set_framing(framing, end)
        configure_ports(name, ends)
        link = Link(self.kernel, self.timeline, name, ends, options, self.routes.link_changed)
        self.registry.add_link(link)
        if isinstance(here, Switch) and isinstance(there, Switch):
            self._lans.join(here, there)
        for end in ends:
            if end.node.name in faces:
                self._assignment.wanted[end] = list(faces[end.node.name])
        self.captures.link_added(link)
        return link


def _access_defaults(where: Node, rate_bit_s: int, delay_ns: int, parsed: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of an access link; a length determines the delay, and a PHY or a segment determines both."""
    if "phy" in parsed or isinstance(where, Segment):
        return {}
    return {"rate": rate_bit_s, **({} if "length" in parsed else {"delay": delay_ns})}
