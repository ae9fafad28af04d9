"""What routers know, as data: forwarding tables, and RIP's own view of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.host.distances import ORIGINS
from catenet.host.rip import RipDaemon
from catenet.kernel.kernel import NEVER
from catenet.lab.errors import LabError
from catenet.lab.nodes import IpNode
from catenet.network.addresses import text
from catenet.network.fib import KIND_NAMES, Route
from catenet.network.routing.rip import judging
from catenet.network.routing.rip.route import RipRoute

if TYPE_CHECKING:
    from catenet.lab.internet import Internet


def routes(net: Internet, name: str | None = None) -> list[dict[str, Any]]:
    """The forwarding tables of one node, or of all routers: one entry a node.

    Routes are in order of prefix; the first of those to one prefix is used, if its link is up.
    """
    nodes: list[IpNode] = list(net.registry.routers()) if name is None else [net.registry.ip_node(name, "show")]
    owners = _owners(net)
    return [{"node": node.name, "routes": _forwarding(node, owners)} for node in nodes]


def _forwarding(node: IpNode, owners: dict[str, str]) -> list[dict[str, Any]]:
    tables = (node.stack.fib4, node.stack.fib6)
    found = [
        route
        for table in tables
        for route in sorted(table.routes(), key=lambda route: (route.prefix, route.prefix_len, route.metric))
    ]
    return [_forwarding_route(route, owners) for route in found]


def _forwarding_route(route: Route, owners: dict[str, str]) -> dict[str, Any]:
    version = int(route.version)
    hops = []
    for hop in route.hops:
        gateway = text(version, hop.gateway) if hop.gateway else None
        neighbour = owners.get(gateway) if gateway else None
        up = hop.interface.up and hop.interface.enabled
        hops.append({"gateway": gateway, "node": neighbour, "interface": hop.interface.name, "up": up})
    return {
        "prefix": f"{text(version, route.prefix)}/{route.prefix_len}",
        "origin": ORIGINS.get(route.metric, "other"),
        "distance": route.metric,
        "kind": KIND_NAMES[route.kind],
        "hops": hops,
    }


def rip(net: Internet, name: str | None = None) -> list[dict[str, Any]]:
    """RIP of one router, or of all that speak it: interfaces, neighbours, table, and what was not believed.

    Raises LabError for a router that does not speak it.
    """
    daemons = net.rip.daemons
    if name is not None:
        node = net.registry.ip_node(name, "show")
        if node.name not in daemons:
            raise LabError(f'{node.name} does not speak RIP; give it routing = "rip"')
        daemons = {node.name: daemons[node.name]}
    owners = _owners(net)
    return [_daemon(name, daemon, owners, int(net.kernel.now_ns)) for name, daemon in daemons.items()]


def _daemon(name: str, daemon: RipDaemon, owners: dict[str, str], now_ns: int) -> dict[str, Any]:
    machine = daemon.machine
    return {
        "router": name,
        "interfaces": [
            {
                "name": interface.name,
                "address": text(4, interface.address),
                "up": interface.up,
                "metric": interface.cost,
                "passive": interface.passive,
                "authentication": None if interface.key is None else interface.key.algorithm,
            }
            for interface in machine.interfaces
        ],
        "neighbours": [
            {
                "address": text(4, peer.address),
                "node": owners.get(text(4, peer.address)),
                "interface": peer.interface.name,
                "heard_s_ago": (now_ns - int(peer.heard_ns)) / 1e9,
                "messages": int(peer.messages),
                "bad_entries": int(peer.bad_entries),
            }
            for peer in machine.peers.values()
        ],
        "table": [
            _rip_route(route, owners, now_ns)
            for route in sorted(machine.table.routes.values(), key=lambda route: (route.prefix, route.prefix_len))
        ],
        "drops": {judging.REASONS[reason]: count for reason, count in enumerate(machine.drops) if count},
    }


def _rip_route(route: RipRoute, owners: dict[str, str], now_ns: int) -> dict[str, Any]:
    flushed_in_s = None if route.garbage_at_ns >= NEVER else (int(route.garbage_at_ns) - now_ns) / 1e9
    return {
        "prefix": f"{text(4, route.prefix)}/{route.prefix_len}",
        "metric": route.metric,
        "tag": route.tag,
        "connected": route.given,
        "hops": [
            {
                "gateway": text(4, hop.gateway),
                "node": owners.get(text(4, hop.gateway)),
                "interface": hop.interface.name,
                "times_out_in_s": (int(hop.deadline_ns) - now_ns) / 1e9,
            }
            for hop in route.hops
        ],
        "flushed_in_s": flushed_in_s,
    }


def _owners(net: Internet) -> dict[str, str]:
    """Whose address that is."""
    return {str(address): node.name for node in net.registry.ip_nodes() for address in node.addresses()}
