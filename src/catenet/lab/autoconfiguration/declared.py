"""What was declared of advertising routers, hosts that configure themselves, and DHCP, and puts it in place."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.host.dhcp.relay import DhcpRelayDaemon
from catenet.host.dhcp.server import DhcpServerDaemon
from catenet.kernel.kernel import Kernel
from catenet.lab.autoconfiguration.host import HostConfiguration
from catenet.lab.autoconfiguration.subnets import make_subnet, serve_link
from catenet.lab.model.address_plan import AddressPlan
from catenet.lab.model.hosts_table import HostNames
from catenet.lab.model.nodes import Attachment, End, HostNode, IpNode, Router
from catenet.lab.model.registry import Registry
from catenet.lab.options.autoconfiguration import AdvertiseOptions
from catenet.lab.routing.graph import reachable_interfaces
from catenet.lab.routing.protocols import check_links
from catenet.lab.services.nameservers import Nameservers
from catenet.network.router_discovery.advertiser import RouterAdvertiser


class DeclaredServer(NamedTuple):
    """A DHCP server: options of all its subnets, and of some by network."""

    node: IpNode
    options: Mapping[str, Any]
    subnets: Mapping[IPv4Network, Mapping[str, Any]]


class DeclaredRelay(NamedTuple):
    """A relay agent, and its servers: nodes or addresses."""

    node: Router
    servers: tuple[IpNode | IPv4Address, ...]


class Autoconfiguration:
    """Everything of one internet; ``hosts``, ``servers`` and ``relays`` are by node's name, once it is built."""

    def __init__(
        self, kernel: Kernel, registry: Registry, naming: HostNames, plan: AddressPlan, nameservers: Nameservers
    ) -> None:
        self.advertised: Final[dict[str, AdvertiseOptions]] = {}
        self.hosts: Final[dict[str, HostConfiguration]] = {}
        self.servers: Final[dict[str, DhcpServerDaemon]] = {}
        self.relays: Final[dict[str, DhcpRelayDaemon]] = {}
        self._kernel: Final = kernel
        self._registry: Final = registry
        self._naming: Final = naming
        self._plan: Final = plan
        self._nameservers: Final = nameservers
        self._servers: Final[dict[str, DeclaredServer]] = {}
        self._relays: Final[dict[str, DeclaredRelay]] = {}

    def add_host(self, node: HostNode, dhcp: bool, ipv6: str) -> None:
        """A host is to configure itself: its IPv4, its IPv6, or both."""
        versions = [*([4] if dhcp else []), *([6] if ipv6 != "auto" else [])]
        if versions:
            node.configures = frozenset(versions)
            self.hosts[node.name] = HostConfiguration(node, self._naming, self._nameservers, ipv6 != "slaac-eui64")

    def add_server(
        self, node: IpNode, options: Mapping[str, Any], subnets: Mapping[IPv4Network, Mapping[str, Any]]
    ) -> None:
        """A node is to serve DHCP."""
        self._check_free(node)
        if 4 in node.configures:
            raise LabError(f"dhcp {node.name}: it gets its own addresses by DHCP; give it addresses")
        self._servers[node.name] = DeclaredServer(node, options, subnets)

    def add_relay(self, node: IpNode, servers: tuple[IpNode | IPv4Address, ...]) -> None:
        """A router is to relay DHCP."""
        self._check_free(node)
        if not isinstance(node, Router):
            raise LabError(f"dhcp {node.name}: it is a {node.kind}; a relay agent is a router")
        if node in servers:
            raise LabError(f"dhcp {node.name}: it cannot relay to itself")
        self._relays[node.name] = DeclaredRelay(node, servers)

    def _check_free(self, node: IpNode) -> None:
        if node.name in self._servers or node.name in self._relays:
            raise LabError(f"dhcp {node.name}: it serves or relays DHCP already")

    # -- once addresses are known

    def settle(self) -> None:
        """Start what was declared since the last time."""
        for router in self._registry.routers():
            options = self.advertised.get(router.name)
            if options is not None:
                self._advertise(router, options)
        for server in self._servers.values():
            if server.node.name not in self.servers:
                self._serve(server)
        for relay in self._relays.values():
            if relay.node.name not in self.relays:
                self._relay(relay)
        for host in self.hosts.values():
            host.settle()

    def _advertise(self, router: Router, options: AdvertiseOptions) -> None:
        if options.links is not None:
            check_links(router, "advertise: links", options.links)
        for end in router.ends:
            if end.interface is None or end.link is None or end.interface.name in router.advertisers:
                continue
            if _is_chosen(end, options.links):
                name = f"host:{router.name}:{end.interface.name}:router-advertisements"
                stream = self._kernel.streams.stream(name)
                advertiser = RouterAdvertiser(router.stack, end.interface, options.settings, stream)
                router.advertisers[end.interface.name] = advertiser
                advertiser.start()

    def _serve(self, declared: DeclaredServer) -> None:
        node = declared.node
        owner = f"dhcp {node.name}"
        made = {}
        for end in self._served_ends(node):
            face = end.face(4)
            options = {} if face is None else declared.subnets.get(IPv4Network(face.network), {})
            subnet = serve_link(end, {**declared.options, **options}, self._registry, self._plan, owner)
            if subnet is not None:
                made[subnet.network] = subnet
        for network, options in declared.subnets.items():
            if network not in made:
                merged = {**declared.options, **options}
                made[network] = make_subnet(network, merged, self._registry, self._plan, owner, None)
        if not made:
            raise LabError(f"{owner}: it has no link with an IPv4 subnet, and no relay agent sends to it")
        daemon = self.servers[node.name] = DhcpServerDaemon(node.machine, list(made.values()))
        daemon.interfaces.extend(end.interface for end in node.ends if end.interface is not None)
        daemon.start()

    def _served_ends(self, node: IpNode) -> list[End]:
        """The ends on whose links a server's clients are: its own, and those of the relay agents that send to it."""
        own = [end for end in node.ends if _has_hosts(end)]
        relayed = [
            end
            for relay in self._relays.values()
            if node in relay.servers or any(address in node.addresses for address in relay.servers)
            for end in self._client_ends(relay)
        ]
        return own + relayed

    def _client_ends(self, relay: DeclaredRelay) -> list[End]:
        """The links of a relay agent with hosts, other than its servers."""
        servers = {server for server in relay.servers if isinstance(server, IpNode)}
        found = []
        for end in relay.node.ends:
            others = [other.node for other in reachable_interfaces(end, set())]
            if _has_hosts(end) and not servers.intersection(others):
                found.append(end)
        return found

    def _relay(self, declared: DeclaredRelay) -> None:
        servers = [_address_of(server, declared.node) for server in declared.servers]
        daemon = self.relays[declared.node.name] = DhcpRelayDaemon(declared.node.machine, servers)
        clients = self._client_ends(declared)
        for end in declared.node.ends:
            if end.interface is not None:
                daemon.add_interface(end.interface, end in clients)


def _address_of(server: IpNode | IPv4Address, relay: Router) -> IPv4Address:
    if isinstance(server, IPv4Address):
        return server
    for address in server.addresses:
        if isinstance(address, IPv4Address):
            return address
    raise LabError(f"dhcp {relay.name}: the server {server.name} has no IPv4 address")


def _has_hosts(end: End) -> bool:
    """Whether there are hosts or Linux on the link at an end of a node."""
    others = [other.node for other in reachable_interfaces(end, set())]
    return any(isinstance(node, HostNode | Attachment) and node is not end.node for node in others)


def _is_chosen(end: End, links: tuple[str, ...] | None) -> bool:
    assert end.link is not None
    if links is None:
        return _has_hosts(end)
    return end.link.name in links or end.link.other(end).node.name in links
