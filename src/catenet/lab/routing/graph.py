"""The graph on which automatic routes are computed: adjacent nodes, and the prefixes of each."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Final

from catenet.lab.model.address_assignment import AddressAssignment
from catenet.lab.model.address_plan import Network
from catenet.lab.model.broadcast_domain import BroadcastDomain
from catenet.lab.model.lans import Lans, switch_of
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import End, HostNode, IpNode, Router
from catenet.lab.model.registry import Registry
from catenet.network.forwarding.route import NextHop
from catenet.network.routing.graph import Graph


class Edge:
    """An edge from a node to a neighbour, from one end to another, over ``links``.

    ``number`` is the number of the neighbour.
    """

    __slots__ = ("_hops", "cost", "into", "links", "number", "out")

    def __init__(self, out: End, into: End, number: int, cost: int, links: tuple[str, ...] = ()) -> None:
        self.out: Final = out
        self.into: Final = into
        self.number: Final = number
        self.cost: Final = cost
        self.links: Final = links
        self._hops: list[list[NextHop]] | None = None

    def hops(self, version: int) -> list[NextHop]:
        """The next hop of a version of IP; empty if the two ends do not both have it."""
        if self._hops is None:
            self._hops = [next_hop(self.out, self.into, each) for each in (4, 6)]
        return self._hops[version == 6]


class RouteGraph:
    """Nodes are numbered in order of declaration; ``edges`` are those out of each; ``graph`` is the same in numbers.

    Edges lead only to routers, since hosts do not forward, and not over links whose names are in ``down``.
    """

    def __init__(self, registry: Registry, metric: str, down: set[str]) -> None:
        self._metric: Final = metric
        self._down: Final = down
        self.nodes: Final[list[IpNode]] = [node for node in registry.ip_nodes() if takes_part(node)]
        self.numbers: Final = {node.name: number for number, node in enumerate(self.nodes)}
        self.edges: Final[list[Edge]] = []
        self.graph: Final = Graph(len(self.nodes))
        for tail, node in enumerate(self.nodes):
            for edge in self.edges_out(node):
                self.graph.add_edge(tail, edge.number, edge.cost)
                self.edges.append(edge)

    def edges_out(self, node: IpNode) -> list[Edge]:
        """The edges from any node to nodes that take part in automatic routing."""
        edges = []
        for out in node.ends:
            for way, across in _reachable(out, self._down):
                if self._passes_on(across) and across.node is not node:
                    over = [(end, end.link) for end in way if end.link is not None]
                    cost = sum(link.path_cost(self._metric, end) for end, link in over)
                    names = tuple(link.name for _, link in over)
                    edges.append(Edge(out, across, self.numbers[across.node.name], cost, names))
        return edges

    def _passes_on(self, end: End) -> bool:
        return isinstance(end.node, Router) and end.node.name in self.numbers


def reachable_interfaces(out: End, down: set[str]) -> list[End]:
    """The ends of hosts and routers that are adjacent to an end, over links that are not down.

    On a link this is one end; across a switch it is all ends of the LAN, in order of declaration of their nodes'
    links, switch by switch.
    """
    return [end for _, end in _reachable(out, down)]


def _reachable(out: End, down: set[str]) -> list[tuple[list[End], End]]:
    """The same, each with the outgoing ends on the path to it."""
    return BroadcastDomain(out, lambda end: end.link is not None and end.link.name not in down).found


def next_hop(out: End, into: End, version: int) -> list[NextHop]:
    """The next hop from one end to another; empty if they do not both have this version."""
    mine, theirs = out.face(version), into.face(version)
    if mine is None or theirs is None or out.interface is None:
        return []
    return [NextHop(out.interface, int(theirs.ip))]


def takes_part(node: IpNode) -> bool:
    """Whether routes are computed for a node: automatic routers, and hosts with several links."""
    if isinstance(node, Router):
        return node.routing == "auto"
    return isinstance(node, HostNode) and len(node.ends) > 1


def destinations(
    registry: Registry, lans: Lans, assignment: AddressAssignment
) -> list[tuple[list[Network], list[IpNode]]]:
    """The prefixes, and the nodes that have them, in order of declaration.

    A host with several links is reached at each of its addresses over the link of that address, like any host.
    """
    found: list[tuple[list[Network], list[IpNode]]] = []
    for router in registry.routers():
        if router.routing == "auto":
            prefixes: list[Network] = [
                prefix for block in assignment.blocks(router) for prefix in (block.ipv4, block.ipv6)
            ]
            outside = [
                face for face in router.own_faces if not any(_holds(prefix, face.network) for prefix in prefixes)
            ]
            found.append(([*prefixes, *(face.network for face in outside)], [router]))
    for lan in lans.all():
        owners = _auto_routers(lan.ends())
        if owners and lan.subnets:
            found.append((list(lan.subnets), owners))
    for link in registry.links.values():
        found.extend(_link_destination(link, assignment))
    return [(prefixes, owners) for prefixes, owners in found if prefixes]


def _link_destination(link: Link, assignment: AddressAssignment) -> list[tuple[list[Network], list[IpNode]]]:
    if switch_of(link) is not None:
        return []
    owners = _auto_routers(list(link.ends))
    blocks = [block for node in owners if isinstance(node, Router) for block in assignment.blocks(node)]
    covered: list[Network] = [prefix for block in blocks for prefix in (block.ipv4, block.ipv6)]
    subnets = [face.network for face in link.a.faces if not any(_holds(prefix, face.network) for prefix in covered)]
    return [(subnets, owners)] if subnets and owners else []


def _auto_routers(ends: list[End]) -> list[IpNode]:
    nodes = [end.node for end in ends if isinstance(end.node, Router) and end.node.routing == "auto"]
    return list(dict.fromkeys(nodes))


def _holds(prefix: Network, other: Network) -> bool:
    if isinstance(prefix, IPv4Network):
        return isinstance(other, IPv4Network) and other.subnet_of(prefix)
    return isinstance(other, IPv6Network) and other.subnet_of(prefix)
