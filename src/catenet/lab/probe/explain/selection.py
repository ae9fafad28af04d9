"""Which of the routes in a forwarding table wins, and why the others do not: longest prefix, then distance."""

from __future__ import annotations

from typing import Final

from catenet.lab.model.nodes import IpNode
from catenet.lab.probe.explain.explanation import ExplainedNextHop, ExplainedRoute, Other
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.explain.paths import Stop
from catenet.network import addresses
from catenet.network.forwarding.route import KIND_NAMES, NextHop, Route
from catenet.network.forwarding.route_selection import ORIGINS

ONLY: Final = "the only route that contains it"


class Table:
    """One node's routes that cover an address, in order of preference."""

    def __init__(self, net: Network, node: IpNode, version: int, address: int) -> None:
        self.node: Final = node
        self.version: Final = version
        self._origins: Final = _origins(net, node)
        fib, bits = node.stack.family(version).fib, addresses.width(version)
        self.routes: Final[list[Route]] = [
            route
            for length in range(bits, -1, -1)
            for route in fib.routes_to(address >> (bits - length) << (bits - length), length)
        ]

    def protocol(self, route: Route) -> str:
        """The protocol that installed a route."""
        return self._origins.get(route.metric, "other")

    def explained(self, stop: Stop) -> ExplainedRoute | None:
        """The chosen route, with its next hops."""
        route = stop.route
        if route is None:
            return None
        hops = tuple(
            ExplainedNextHop(
                "" if hop.node is None else hop.node.name,
                addresses.text(self.version, hop.hop.gateway) if hop.hop.gateway else "",
                hop.hop.interface.name,
                "" if hop.out is None or hop.out.link is None else hop.out.link.name,
            )
            for hop in stop.next_hops
        )
        return ExplainedRoute(prefix_of(route), self.protocol(route), route.metric, KIND_NAMES[route.kind], hops)

    def rule(self, chosen: Route) -> str:
        """Why it was chosen: the deciding rules of preference, in order."""
        usable = [route for route in self.routes if route.is_usable(True)]
        rivals = [route for route in usable if route.prefix_len == chosen.prefix_len]
        said = []
        if len(rivals) < len(usable):
            said.append(f"longest prefix of {len({route.prefix_len for route in usable})} that contain it")
        if len(rivals) > 1:
            told = ", ".join(f"{self.protocol(route)} {route.metric}" for route in rivals)
            said.append(f"lowest administrative distance of {told}")
        return "; ".join(said) or ONLY

    def others(self, chosen: Route | None) -> list[tuple[Route, Other]]:
        """The other routes that cover the address, and why they were not chosen."""
        return [
            (route, Other(f"{self.protocol(route)} {prefix_of(route)}{_via(route)}", self._why_not(route, chosen)))
            for route in self.routes
            if chosen is None or not _is_same(route, chosen)
        ]

    def _why_not(self, route: Route, chosen: Route | None) -> str:
        if not route.is_usable(True):
            return f"cannot be used: {', '.join(map(_state, route.hops))}"
        assert chosen is not None
        if route.prefix_len < chosen.prefix_len:
            return f"shorter prefix: /{chosen.prefix_len} contains the address too"
        mine, better = self.protocol(route), self.protocol(chosen)
        return f"administrative distance {route.metric} ({mine}) is more than {chosen.metric} ({better})"


def prefix_of(route: Route) -> str:
    """A route's prefix, as it is written."""
    return f"{addresses.text(int(route.version), route.prefix)}/{route.prefix_len}"


def _origins(net: Network, node: IpNode) -> dict[int, str]:
    daemon = net.ospf.daemons.get(node.name)
    return {**dict.fromkeys(() if daemon is None else daemon.distances, "ospf"), **ORIGINS}


def _is_same(one: Route, other: Route) -> bool:
    return one.prefix_len == other.prefix_len and one.metric == other.metric


def _via(route: Route) -> str:
    gateways = [addresses.text(int(route.version), hop.gateway) for hop in route.hops if hop.gateway]
    return f" via {', '.join(gateways)}" if gateways else ""


def _state(hop: NextHop) -> str:
    if not hop.interface.enabled:
        return f"{hop.interface.name} is disabled"
    return f"{hop.interface.name} has no carrier" if not hop.interface.up else f"{hop.interface.name} is up"
