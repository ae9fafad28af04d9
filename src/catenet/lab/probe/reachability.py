"""Finds the node that lacks a route on the path from a node to an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catenet.kernel.quantity import duration_text
from catenet.lab.model.nodes import IpNode
from catenet.network import addresses
from catenet.network.forwarding.route import UNICAST

if TYPE_CHECKING:
    from catenet.lab.probe.ping import Target
    from catenet.lab.world.world import World

MAX_HOPS: Final = 255


def gap_text(net: World, source: object, target: Target) -> str:
    """The node without a route on the path to ``target`` now, with the probable reason; empty if there is none.

    Of several next hops, the first is followed.
    """
    node = _without_route(net, net.registry.ip_node(source, "probe"), target)
    if node is None:
        return ""
    where = target.text if target.name == target.text else f"{target.name} ({target.text})"
    now_ns = int(net.kernel.now_ns)
    when = f"at {duration_text(now_ns)}" if now_ns else "at the start"
    told = f"{when} {node.name} has no route to {where}"
    spoken = [name for name, table in (("OSPF", net.ospf.daemons), ("RIP", net.rip.daemons)) if table]
    return f"{told}: {' and '.join(spoken)} may not have converged yet" if spoken else told


def _without_route(net: World, node: IpNode, target: Target) -> IpNode | None:
    """The node on the path that has no route; None if there is none, or if packets loop."""
    owners = {str(address): each for each in net.registry.ip_nodes() for address in each.addresses}
    for _ in range(MAX_HOPS):
        if owners.get(target.text) is node:
            return None
        table = node.stack.fib4 if target.version == 4 else node.stack.fib6
        route = table.lookup(target.address, need_carrier=True)
        if route is None or route.kind != UNICAST:
            return node
        hops = route.live_hops(need_carrier=True)
        if not hops or not hops[0].gateway:
            return None
        after = owners.get(addresses.text(target.version, hops[0].gateway))
        if after is None:
            return None
        node = after
    return None
