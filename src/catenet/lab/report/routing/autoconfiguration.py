"""What hosts have learned from their links, and what routers and DHCP servers gave them."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError
from catenet.host.dhcp.client import DhcpClientDaemon
from catenet.host.dhcp.server import DhcpServerDaemon, lease_rows
from catenet.kernel.kernel import NEVER
from catenet.lab.autoconfiguration.declared import Autoconfiguration
from catenet.lab.autoconfiguration.host import HostConfiguration
from catenet.lab.model.nodes import End, IpNode, Router
from catenet.network import addresses
from catenet.network.interface import DUPLICATE, OPTIMISTIC, LocalAddress
from catenet.network.router_discovery.advertiser import RouterAdvertiser
from catenet.network.router_discovery.host_discovery import HostDiscovery

if TYPE_CHECKING:
    from catenet.lab.world.world import World

S: Final = 1_000_000_000


def autoconfiguration(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The configuration of one node, or of all that configure themselves or others.  Raises LabError for another."""
    state = net.autoconfiguration
    taking_part = [node for node in net.registry.ip_nodes() if _takes_part(node, state)]
    if name is not None:
        node = net.registry.ip_node(name, "show")
        if node not in taking_part:
            raise LabError(f'{node.name} takes no part in autoconfiguration; set dhcp = true, ipv6 = "slaac" …')
        taking_part = [node]
    return [_node(node, state, int(net.kernel.now_ns)) for node in taking_part]


def _takes_part(node: IpNode, state: Autoconfiguration) -> bool:
    advertises = isinstance(node, Router) and bool(node.advertisers)
    return advertises or any(node.name in part for part in (state.hosts, state.servers, state.relays))


def _node(node: IpNode, state: Autoconfiguration, now_ns: int) -> dict[str, Any]:
    found: dict[str, Any] = {"node": node.name}
    host = state.hosts.get(node.name)
    if host is not None:
        found["interfaces"] = [_interface(end, host, now_ns) for end in node.ends if end.interface is not None]
    if isinstance(node, Router) and node.advertisers:
        found["advertises"] = [
            _advertiser(end, node.advertisers[end.interface.name])
            for end in node.ends
            if end.interface is not None and end.interface.name in node.advertisers
        ]
    server = state.servers.get(node.name)
    if server is not None:
        found["dhcp_server"] = _server(node, server)
    relay = state.relays.get(node.name)
    if relay is not None:
        found["dhcp_relay"] = {
            "servers": [str(address) for address in relay.servers],
            "forwarded": relay.relay.forwarded,
            "returned": relay.relay.returned,
        }
    return found


def _interface(end: End, host: HostConfiguration, now_ns: int) -> dict[str, Any]:
    assert end.interface is not None
    interface = end.interface
    discovery = host.discoveries.get(interface.name)
    client = host.dhcp.get(interface.name)
    return {
        "interface": interface.name,
        "link": "" if end.link is None else end.link.name,
        "addresses": [_address(own, discovery, client, now_ns) for own in interface.addresses],
        **({} if client is None else {"dhcp": _client(client, now_ns)}),
        **({} if discovery is None else {"router_discovery": _discovery(discovery, now_ns)}),
    }


def _address(
    own: LocalAddress, discovery: HostDiscovery | None, client: DhcpClientDaemon | None, now_ns: int
) -> dict[str, Any]:
    preferred_ns: int | None = NEVER
    valid_ns: int | None = NEVER
    origin = "link-local" if addresses.is_link_local(int(own.version), own.address) else "given"
    for formed in discovery.autoconfiguration.formed.values() if discovery is not None else ():
        if formed.own is own:
            origin = "slaac"
            preferred_ns, valid_ns = int(formed.preferred_until_ns), int(formed.valid_until_ns)
    lease = None if client is None else client.lease
    if lease is not None and own.version == 4 and own.address == int(lease.address):
        origin = "dhcp"
        preferred_ns = valid_ns = lease.until_ns
    return {
        "address": f"{addresses.text(int(own.version), own.address)}/{own.prefix_len}",
        "origin": origin,
        "state": _state(own),
        "preferred_s": _left_s(preferred_ns, now_ns),
        "valid_s": _left_s(valid_ns, now_ns),
    }


def _state(own: LocalAddress) -> str:
    if own.state == DUPLICATE:
        return "duplicate"
    if own.deprecated:
        return "deprecated"
    return "optimistic" if own.state == OPTIMISTIC else "preferred"


def _client(client: DhcpClientDaemon, now_ns: int) -> dict[str, Any]:
    lease = client.lease
    found: dict[str, Any] = {"state": client.client.state, "declined": client.client.declined}
    if lease is None:
        return found
    return found | {
        "server": str(lease.server),
        "renew_s": _left_s(lease.renew_ns, now_ns),
        "rebind_s": _left_s(lease.rebind_ns, now_ns),
        "expires_s": _left_s(lease.until_ns, now_ns),
        "routers": [str(address) for address in lease.routers],
        "routes": {str(network): str(gateway) for network, gateway in lease.routes},
        "name_servers": [str(address) for address in lease.name_servers],
        "domains": list(lease.domains),
    }


def _discovery(discovery: HostDiscovery, now_ns: int) -> dict[str, Any]:
    chosen = discovery.routes.chosen.get((0, 0))
    return {
        "default_routers": [
            {
                "address": addresses.text(6, router.address),
                "preference": {-1: "low", 0: "medium", 1: "high"}[router.preference],
                "expires_s": _left_s(int(router.until_ns), now_ns),
                "used": router.address == chosen,
            }
            for router in discovery.routes.default_routers
        ],
        "prefixes": [
            {"prefix": f"{addresses.text(6, prefix)}/{length}", "expires_s": _left_s(until_ns, now_ns)}
            for (prefix, length), until_ns in discovery.prefixes.items()
        ],
        "name_servers": [addresses.text(6, server) for server in discovery.dns.servers],
        "domains": list(discovery.dns.domains),
        "managed": discovery.managed,
        "other": discovery.other,
    }


def _advertiser(end: End, advertiser: RouterAdvertiser) -> dict[str, Any]:
    settings = advertiser.settings
    return {
        "link": "" if end.link is None else end.link.name,
        "advertising": advertiser.advertising,
        "interval_s": [int(settings.min_interval_ns) // S, int(settings.max_interval_ns) // S],
        "lifetime_s": settings.lifetime_s,
        "sent": advertiser.sent,
        "solicited": advertiser.solicited,
        "inconsistent": advertiser.inconsistent,
    }


def _server(node: IpNode, daemon: DhcpServerDaemon) -> dict[str, Any]:
    now_s = node.machine.clock.wall_ns() // S
    server = daemon.server
    return {
        "subnets": [str(subnet.network) for subnet in daemon.subnets],
        "leases": []
        if server is None
        else [
            {
                "address": str(IPv4Address(lease.address)),
                "mac": lease.mac.hex(":"),
                "host": lease.host_name,
                "state": lease.state if lease.until_s > now_s else "free",
                "expires_s": max(0, lease.until_s - now_s),
            }
            for lease in lease_rows(server)
        ],
    }


def _left_s(until_ns: int | None, now_ns: int) -> int | None:
    """Seconds until a time, rounded; None for never."""
    return None if until_ns is None or until_ns >= NEVER else max(0, round((until_ns - now_ns) / S))
