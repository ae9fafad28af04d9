"""Explains a RIP route: the neighbour's update, and those of the other neighbours (RFC 2453)."""

from __future__ import annotations

from typing import Any, Final

from catenet.host.routing.rip import RipDaemon
from catenet.lab.model.nodes import End, IpNode
from catenet.lab.probe.explain.explanation import Other
from catenet.lab.probe.explain.network import Network
from catenet.lab.routing.graph import reachable_interfaces
from catenet.network.addresses import text
from catenet.network.routing.rip.advertising import SUPPRESSED, metric_towards
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.route import Hop, RipRoute
from catenet.network.routing.rip.settings import RipInterface


class RipReasons:
    """Explains one router's RIP route to a prefix."""

    def __init__(self, net: Network, node: IpNode, prefix: int, prefix_len: int) -> None:
        self._net: Final = net
        self._node: Final = node
        self._daemon: Final[RipDaemon] = net.rip.daemons[node.name]
        self._now_ns: Final = int(net.kernel.now_ns)
        self._prefix: Final = prefix
        self._prefix_len: Final = prefix_len
        self.route: Final[RipRoute | None] = self._daemon.machine.table.find(prefix, prefix_len)

    def because(self) -> dict[str, Any]:
        """The updates from which the route was learned."""
        route = self.route
        if route is None or route.dead:
            return {"protocol": "rip", "metric": None, "updates": []}
        return {
            "protocol": "rip",
            "metric": route.metric,
            "tag": route.tag,
            "updates": [self._update(route, hop) for hop in route.hops],
        }

    def _update(self, route: RipRoute, hop: Hop) -> dict[str, Any]:
        """One neighbour's advertisement: its metric, the link's cost, and when it was last received."""
        learned_ns = int(hop.deadline_ns) - int(self._daemon.machine.settings.timeout_ns)
        return {
            "neighbour": self._name(hop.source),
            "address": text(4, hop.source),
            "interface": hop.interface.name,
            "advertised": route.metric - hop.interface.cost,
            "link": hop.interface.cost,
            "heard_s_ago": (self._now_ns - learned_ns) / 1e9,
        }

    def _name(self, address: int) -> str:
        for node in self._net.registry.ip_nodes():
            if any(int(own) == address and own.version == 4 for own in node.addresses):
                return node.name
        return text(4, address)

    # -- alternatives

    def others(self) -> list[Other]:
        """What each other neighbour would advertise now, and why that is not chosen."""
        found = []
        taken = set() if self.route is None else {(hop.interface.number, hop.source) for hop in self.route.hops}
        for end in self._node.ends:
            own = self._configured(self._daemon, end)
            if own is None or not own.up:
                continue
            for across in reachable_interfaces(end, self._down()):
                daemon = self._net.rip.daemons.get(across.node.name)
                theirs = None if daemon is None else self._configured(daemon, across)
                if daemon is not None and theirs is not None and (own.number, theirs.address) not in taken:
                    found.append(Other(f"rip via {across.node.name}", self._why_not(own, theirs, daemon)))
        return found

    def _down(self) -> set[str]:
        return {name for name, link in self._net.registry.links.items() if not link.up}

    def _configured(self, daemon: RipDaemon, end: End) -> RipInterface | None:
        return next((port.configured for port in daemon.ports if port.interface is end.interface), None)

    def _why_not(self, own: RipInterface, theirs: RipInterface, daemon: RipDaemon) -> str:
        route = daemon.machine.table.find(self._prefix, self._prefix_len)
        if theirs.passive:
            return "it is silent on this link (passive)"
        if route is None:
            return "it has no route itself"
        said = metric_towards(route, theirs, daemon.machine.settings)
        if said == SUPPRESSED:
            return "it advertises nothing: its own route leads out here (split horizon)"
        if said >= INFINITY:
            return "it advertises metric 16: unreachable"
        total = min(said + own.cost, INFINITY)
        told = f"metric {said} + {own.cost} for the link = {total}"
        known = INFINITY if self.route is None else self.route.metric
        if self.route is not None and self.route.given:
            return f"{told}; the network is this router's own"
        if total > known:
            return f"{told}, {total - known} more"
        if total == known:
            return f"{told}, as good; the first that was heard is kept"
        return f"{told}, which is better; its next update has not come yet"
