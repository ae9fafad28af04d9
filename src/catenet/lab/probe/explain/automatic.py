"""The computation of automatic routing: the cost of every link out of each node on the shortest paths.

The costs are those of the graph from which the routes were computed, so changes that routing has not processed yet are
not in it.  With a static route, or just after a link was cut, a table may differ; the result says so.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from catenet.lab.model.nodes import End, IpNode, Node
from catenet.lab.probe.explain.network import Network
from catenet.lab.routing.graph import Edge, reachable_interfaces
from catenet.network import addresses
from catenet.network.routing.explain import CandidateEdge, Explanation, Step, explain
from catenet.network.routing.graph import UNREACHED, Graph

MAX_PATHS: Final = 16


class OutgoingLink(NamedTuple):
    """A link out of a node, with its cost; see :class:`~catenet.network.routing.explain.CandidateEdge`.

    ``total`` and ``extra`` are None if there is no path.
    """

    to: str
    link: str
    cost: int
    total: int | None
    extra: int | None
    taken: bool
    loop_free: bool


class WeighedNode(NamedTuple):
    """A node on the shortest paths: the cost up to it, the cost from it, and its links, best first.

    ``as_computed`` is True if its forwarding table uses the links that are chosen here.
    """

    node: str
    distance: int
    left: int
    links: tuple[OutgoingLink, ...]
    as_computed: bool

    def reasons(self) -> dict[str, Any]:
        """The same in dicts and lists, for JSON."""
        return {**self._asdict(), "links": [link._asdict() for link in self.links]}


class TreeNode(NamedTuple):
    """A node in the tree of all shortest paths from the source; several ``parents`` are a tie."""

    node: str
    distance: int | None
    parents: tuple[str, ...]
    first_hops: tuple[str, ...]


class Computed(NamedTuple):
    """The shortest paths that automatic routing computed.

    ``cost`` is None if no path leads there.  ``prefix`` is the destination that was computed, ``owners`` the routers
    that advertise it.  ``paths`` are the shortest paths as nodes' names, at most 16 of ``path_count``.
    """

    prefix: str
    owners: tuple[str, ...]
    metric: str
    cost: int | None
    path_count: int
    paths: tuple[tuple[str, ...], ...]
    hops: tuple[WeighedNode, ...]
    tree: tuple[TreeNode, ...]

    def as_data(self) -> dict[str, Any]:
        """The same in dicts and lists, for JSON."""
        hops, tree = [hop.reasons() for hop in self.hops], [node._asdict() for node in self.tree]
        return {**self._asdict(), "hops": hops, "tree": tree}


def compute(net: Network, source: IpNode, version: int, address: int) -> Computed | None:
    """The computation of automatic routing for a node and an address, if any."""
    found, holder = net.routes.destination(version, address), _holder(net, version, address)
    if found is None or holder is None or holder is source:
        return None
    weighing = _CostGraph(net, source, holder, version, address)
    return weighing.answer() if weighing.has_part else None


class _CostGraph:
    """The graph from which the routes were computed, with source and destination added."""

    def __init__(self, net: Network, source: IpNode, holder: IpNode, version: int, address: int) -> None:
        self._net: Final = net
        self._version: Final = version
        self._address: Final = address
        self._holder: Final = holder
        self._seen: Final = net.routes.graph()
        self._graph: Final[Graph] = self._seen.graph
        self._edges: Final[list[Edge]] = self._seen.edges
        self._names: Final = [node.name for node in self._seen.nodes]
        found = net.routes.destination(version, address)
        assert found is not None
        (_, network, length), self._owners = found
        self._prefix: Final = f"{addresses.text(version, network)}/{length}"
        self._last: Final = self._enter_target()
        self._first: Final = self._enter_source(source)

    @property
    def has_part(self) -> bool:
        """Whether anything was computed for the source."""
        return self._first is not None

    def _enter_target(self) -> int:
        """The destination's number.

        Without routes of its own, it is a node behind those that have them.
        """
        if self._holder in self._owners:
            return self._seen.numbers[self._holder.name]
        target = self._graph.add_node()
        self._names.append(self._holder.name)
        for owner in self._owners:
            pair = _pair(owner, self._holder, self._version, self._address)
            if pair is not None:
                self._add(self._seen.numbers[owner.name], pair, target, 0)
        return target

    def _enter_source(self, source: IpNode) -> int | None:
        """The source's number.  A host with one link is placed before its router."""
        known = self._seen.numbers.get(source.name)
        if known is not None:
            return known
        gateway = self._net.routes.gateway(source)
        if gateway is None or gateway.node.name not in self._seen.numbers:
            return None
        number = self._graph.add_node()
        self._names.append(source.name)
        beside = _pair(source, self._holder, self._version, self._address)
        if beside is not None:
            self._add(number, beside, self._last, 0)
            return number
        for edge in self._seen.edges_out(source):
            if edge.into is gateway:
                self._add(number, (edge.out, edge.into), edge.number, edge.cost)
        return number

    def _add(self, tail: int, pair: tuple[End, End], head: int, cost: int) -> None:
        self._graph.add_edge(tail, head, cost)
        self._edges.append(Edge(*pair, head, cost))

    # -- result

    def answer(self) -> Computed:
        """The shortest paths, and the links compared on them."""
        assert self._first is not None
        found = explain(self._graph, self._first, self._last)
        return Computed(
            prefix=self._prefix,
            owners=tuple(owner.name for owner in self._owners),
            metric=self._net.metric,
            cost=_known(found.cost),
            path_count=found.path_count,
            paths=tuple(self._path(path) for path in found.paths.paths(self._last, MAX_PATHS)),
            hops=tuple(self._hop(step) for step in found.steps),
            tree=self._tree(found),
        )

    def _path(self, edges: list[int]) -> tuple[str, ...]:
        assert self._first is not None
        return (self._names[self._first], *(self._names[self._graph.heads[edge]] for edge in edges))

    def _hop(self, step: Step) -> WeighedNode:
        node = self._net.registry.nodes[self._names[step.node]]
        links = tuple(self._outgoing_link(edge) for edge in step.candidates)
        as_computed = True
        if isinstance(node, IpNode) and step.node != self._last:
            as_computed = self._leads_to(node) == {self._edges[one.edge].into for one in step.candidates if one.taken}
        return WeighedNode(node.name, step.distance, step.left, links, as_computed)

    def _leads_to(self, node: IpNode) -> set[End | None]:
        """The ends to which a node's table sends packets."""
        route = node.stack.family(self._version).fib.lookup(self._address, True)
        found = set[End | None]()
        for hop in [] if route is None else route.live_hops(True):
            ends = [end for end in node.ends if end.interface is hop.interface]
            pair = _pair_over(ends, self._version, hop.gateway or self._address)
            found.add(None if pair is None else pair[1])
        return found

    def _outgoing_link(self, candidate: CandidateEdge) -> OutgoingLink:
        link = self._edges[candidate.edge].out.link
        return OutgoingLink(
            self._names[candidate.head],
            "" if link is None else link.name,
            candidate.cost,
            _known(candidate.total),
            _known(candidate.extra),
            candidate.taken,
            candidate.loop_free,
        )

    def _tree(self, found: Explanation) -> tuple[TreeNode, ...]:
        names, graph = self._names, self._graph
        hops = found.paths.first_hops()
        return tuple(
            TreeNode(
                names[node],
                found.paths.distances[node],
                tuple(dict.fromkeys(names[graph.tails[edge]] for edge in found.paths.parents[node])),
                tuple(dict.fromkeys(names[graph.heads[edge]] for edge in hops[node])),
            )
            for node in sorted(found.paths.order(), key=found.paths.distances.__getitem__)
        )


def _known(cost: int) -> int | None:
    return None if cost == UNREACHED else cost


def _holder(net: Network, version: int, address: int) -> IpNode | None:
    """The node with this address; None if there is none."""
    for node in net.registry.ip_nodes():
        for own in node.addresses:
            if own.version == version and int(own) == address:
                return node
    return None


def _pair(node: IpNode, other: Node, version: int, address: int) -> tuple[End, End] | None:
    """The ends between two adjacent nodes, the far one with that address; None if they are not adjacent."""
    pair = _pair_over(node.ends, version, address)
    return pair if pair is not None and pair[1].node is other else None


def _pair_over(ends: list[End], version: int, address: int) -> tuple[End, End] | None:
    for out in ends:
        for into in reachable_interfaces(out, set()):
            if any(face.version == version and int(face.ip) == address for face in into.faces):
                return out, into
    return None
