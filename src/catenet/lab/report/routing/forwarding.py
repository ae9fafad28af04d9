"""Forwarding tables: each prefix with the route's protocol, administrative distance and next hops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.lab.model.nodes import IpNode
from catenet.lab.report.routing.names import owners
from catenet.network.addresses import text
from catenet.network.forwarding.route import KIND_NAMES, Route
from catenet.network.forwarding.route_selection import ORIGINS

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def routes(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The forwarding tables of one node, or of all routers: one object per node.

    Routes are in order of prefix; the first of those to one prefix is used, if its link is up.
    """
    nodes: list[IpNode] = list(net.registry.routers()) if name is None else [net.registry.ip_node(name, "show")]
    names = owners(net)
    return [{"node": node.name, "routes": _forwarding(net, node, names)} for node in nodes]


def _forwarding(net: World, node: IpNode, names: dict[str, str]) -> list[dict[str, Any]]:
    daemon = net.ospf.daemons.get(node.name)
    origins = {**dict.fromkeys(() if daemon is None else daemon.distances, "ospf"), **ORIGINS}
    tables = (node.stack.fib4, node.stack.fib6)
    found = [
        route
        for table in tables
        for route in sorted(table.routes(), key=lambda route: (route.prefix, route.prefix_len, route.metric))
    ]
    return [_forwarding_route(route, names, origins) for route in found]


def _forwarding_route(route: Route, names: dict[str, str], origins: dict[int, str]) -> dict[str, Any]:
    version = int(route.version)
    hops = []
    for hop in route.hops:
        gateway = text(version, hop.gateway) if hop.gateway else None
        neighbour = names.get(gateway) if gateway else None
        up = hop.interface.up and hop.interface.enabled
        hops.append({"gateway": gateway, "node": neighbour, "interface": hop.interface.name, "up": up})
    return {
        "prefix": f"{text(version, route.prefix)}/{route.prefix_len}",
        "origin": origins.get(route.metric, "other"),
        "distance": route.metric,
        "kind": KIND_NAMES[route.kind],
        "hops": hops,
    }
