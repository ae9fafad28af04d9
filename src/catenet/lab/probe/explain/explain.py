"""Builds an explanation: follows the forwarding tables, and finds the reason for the route at each node."""

from __future__ import annotations

from typing import Any, Final

from catenet.errors import LabError
from catenet.lab.model.nodes import HostNode, IpNode
from catenet.lab.probe.explain.automatic import Computed, WeighedNode, compute
from catenet.lab.probe.explain.explanation import ExplainedHop, Other, RouteExplanation
from catenet.lab.probe.explain.missing import ospf_candidates, why_missing
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.explain.ospf import OspfReasons
from catenet.lab.probe.explain.paths import Stop, TracedPaths
from catenet.lab.probe.explain.rip import RipReasons
from catenet.lab.probe.explain.selection import ONLY, Table
from catenet.network import addresses
from catenet.network.forwarding.route import Route
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES


def explain_route(net: Network, source: IpNode, target: str, version: int, address: int) -> RouteExplanation:
    """Why packets from a node to an address, named ``target``, take their present path.

    Raises :class:`~catenet.errors.LabError` if the address is the node's own.
    """
    if address in source.stack.family(version).own:
        raise LabError(f"explain: {source.name} and {target} are one node; name two")
    computed = compute(net, source, version, address)
    followed = TracedPaths(net, source, version, address)
    question = _Question(net, version, address, computed)
    count, paths = followed.paths()
    return RouteExplanation(
        source.name,
        target,
        addresses.text(version, address),
        int(net.kernel.now_ns),
        count,
        paths,
        tuple(question.hop(stop) for stop in followed.stops.values()),
        computed,
    )


class _Question:
    """The explanation of one destination, node by node."""

    def __init__(self, net: Network, version: int, address: int, computed: Computed | None) -> None:
        self._net: Final = net
        self._version: Final = version
        self._address: Final = address
        self._weighed: Final[dict[str, WeighedNode]] = (
            {} if computed is None else {hop.node: hop for hop in computed.hops}
        )

    def hop(self, stop: Stop) -> ExplainedHop:
        """The action of a node, and its reason."""
        node = stop.node
        if not isinstance(node, IpNode) or (stop.route is None and stop.fault is None):
            own = "it has the address itself" if stop.fault is None else "packets leave to Linux here"
            return ExplainedHop(node.name, None, own, {}, (), stop.fault)
        table = Table(self._net, node, self._version, self._address)
        route = stop.route
        if route is None:
            others = (*self._in_table(node, table, None), *why_missing(self._net, node, self._version, self._address))
            passes_on = node.stack.family(self._version).fib.lookup(self._address, True) is None
            return ExplainedHop(node.name, None, "", {}, others if passes_on else (), stop.fault)
        protocol, rules = table.protocol(route), [table.rule(route)]
        because, others_of_protocol = self._protocol(node, protocol, route, rules)
        if len(route.live_hops(True)) > 1:
            rules.append(f"{len(route.live_hops(True))} equal-cost next hops: the hash of a flow selects one")
        rule = "; ".join(said for said in rules if said and (said != ONLY or len(rules) == 1)) or ONLY
        told = [*self._in_table(node, table, route), *others_of_protocol]
        daemon = self._net.ospf.daemons.get(node.name)
        if daemon is not None and self._version == 4 and not any(table.protocol(it) == "ospf" for it in table.routes):
            told += ospf_candidates(self._net, daemon, self._address)
        return ExplainedHop(node.name, table.explained(stop), rule, because, tuple(dict.fromkeys(told)), stop.fault)

    def _protocol(
        self, node: IpNode, protocol: str, route: Route, rules: list[str]
    ) -> tuple[dict[str, Any], list[Other]]:
        """The protocol's information behind the chosen route, and the alternatives; adds the rule that decided."""
        if protocol == "ospf":
            ospf = OspfReasons(self._net, node, route.prefix, route.prefix_len)
            rules.append(ospf.rule())
            return ospf.because(), ospf.others()
        if protocol == "rip":
            rip = RipReasons(self._net, node, route.prefix, route.prefix_len)
            rules.append("lowest metric advertised by a neighbour")
            return rip.because(), rip.others()
        if protocol == "automatic":
            weighed = self._weighed.get(node.name)
            if weighed is not None:
                return {"protocol": protocol, **weighed.reasons()}, []
            if isinstance(node, HostNode):
                return {"protocol": protocol, "default": "a host with one link sends to the router there"}, []
        return {"protocol": protocol}, []

    def _in_table(self, node: IpNode, table: Table, chosen: Route | None) -> list[Other]:
        """The table's other routes, with the metrics of the protocols that made them."""
        return [
            Other(f"{other.what}{self._metric(node, table.protocol(route), route)}", other.why_not)
            for route, other in table.others(chosen)
        ]

    def _metric(self, node: IpNode, protocol: str, route: Route) -> str:
        if protocol == "ospf":
            ospf = OspfReasons(self._net, node, route.prefix, route.prefix_len).route
            return "" if ospf is None else f", {PATH_TYPES[ospf.path_type]}, cost {ospf.cost}"
        if protocol == "rip":
            rip = RipReasons(self._net, node, route.prefix, route.prefix_len).route
            return "" if rip is None else f", metric {rip.metric}"
        return ""
