"""Why packets go from here to there as they do: what automatic routing saw, weighed, and wrote into the tables.

The ways are weighed on the very graph that the routes were computed on, so changes that routing has not heard of yet
are not in it.  Beside each decision stands what the node's forwarding table really says; where a static route was
given, or a link has just been cut, the two may differ, and that is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from catenet.lab.errors import LabError
from catenet.lab.nodes import End, IpNode, Node
from catenet.lab.probe import target_of
from catenet.lab.route_graph import Edge, reachable_interfaces
from catenet.lab.route_tables import AUTOMATIC_METRIC, STATIC_METRIC
from catenet.network import addresses
from catenet.network.fib import KIND_NAMES, UNICAST, Route
from catenet.network.routing.explain import Explanation, Step, Way, explain
from catenet.network.routing.graph import UNREACHED, Graph

if TYPE_CHECKING:
    from catenet.lab.internet import Internet

MOST_PATHS: Final = 16
ORIGINS: Final = {AUTOMATIC_METRIC: "automatic", STATIC_METRIC: "static", 0: "connected"}


class WayOut(NamedTuple):
    """A way out of a node, weighed; see :class:`~catenet.network.routing.explain.Way`.  None stands for: no path."""

    to: str
    link: str
    cost: int
    total: int | None
    extra: int | None
    taken: bool
    loop_free: bool


class TableHop(NamedTuple):
    """A next hop in a table.  ``gateway`` is empty where the destination itself is next."""

    node: str
    gateway: str
    interface: str


class TableRoute(NamedTuple):
    """What a node's forwarding table says of the destination; ``origin`` is automatic, static or connected."""

    prefix: str
    origin: str
    kind: str
    next_hops: tuple[TableHop, ...]


class HopExplained(NamedTuple):
    """A node that packets may pass: what it has cost to get there, what is left, and its ways, best first.

    ``table`` is None at the destination, and where there is no route.  ``as_computed`` tells whether the table sends
    packets the ways that are taken here.
    """

    node: str
    distance: int
    left: int
    ways: tuple[WayOut, ...]
    table: TableRoute | None
    as_computed: bool


class TreeNode(NamedTuple):
    """A node in the tree of all shortest paths from the source; several ``parents`` are a tie."""

    node: str
    distance: int | None
    parents: tuple[str, ...]
    first_hops: tuple[str, ...]


class RouteExplanation(NamedTuple):
    """Why packets go from ``source`` to ``target`` as they do.

    ``cost`` is None if no path leads there.  ``prefix`` is the destination that was computed, ``owners`` the routers
    that lead to it.  ``paths`` are the shortest paths as nodes' names, at most 16 of ``path_count``.
    """

    source: str
    target: str
    address: str
    prefix: str
    owners: tuple[str, ...]
    metric: str
    cost: int | None
    path_count: int
    paths: tuple[tuple[str, ...], ...]
    hops: tuple[HopExplained, ...]
    tree: tuple[TreeNode, ...]

    def as_data(self) -> dict[str, Any]:
        """The same in dicts and lists, for JSON."""
        data = self._asdict()
        data["hops"] = [
            {
                **hop._asdict(),
                "ways": [way._asdict() for way in hop.ways],
                "table": hop.table
                and {**hop.table._asdict(), "next_hops": [each._asdict() for each in hop.table.next_hops]},
            }
            for hop in self.hops
        ]
        data["tree"] = [node._asdict() for node in self.tree]
        return data


def explain_route(net: Internet, a: object, b: object, *, version: int = 0) -> RouteExplanation:
    """Explain the automatic routes from node ``a`` to ``b`` (a node, its name or an address).

    ``version`` as with :func:`~catenet.lab.probe.ping`.  Raises :class:`~catenet.lab.errors.LabError` for what
    cannot be explained: a static router, or an address that no computed prefix holds.
    """
    net.build()
    return _Question(net, a, b, version).answer()


class _Question:
    """The graph that the routes were computed on, with the two that are asked about in it."""

    def __init__(self, net: Internet, a: object, b: object, version: int) -> None:
        self._net: Final = net
        self._target: Final = target_of(net, a, b, version=version)
        source = net.registry.ip_node(a, "explain")
        self._holder: Final = _holder(net, self._target.version, self._target.address)
        if source is self._holder:
            raise LabError(f"explain: {source.name} and {self._target.name} are one node; name two")
        self._seen: Final = net.routes.graph()
        self._graph: Final[Graph] = self._seen.graph
        self._edges: Final[list[Edge]] = self._seen.edges
        self._names: Final = [node.name for node in self._seen.nodes]
        self._prefix, self._owners = self._destination()
        self._last: Final = self._enter_target()
        self._first: Final = self._enter_source(source)

    def _destination(self) -> tuple[str, list[IpNode]]:
        version, address = self._target.version, self._target.address
        found = self._net.routes.destination(version, address)
        if found is None:
            raise LabError(
                f"explain: no automatic route leads to {self._target.text}, at no router with automatic routes; "
                f"`catenet traceroute` shows where packets go"
            )
        (_, network, length), owners = found
        return f"{addresses.text(version, network)}/{length}", owners

    def _enter_target(self) -> int:
        """The destination's number.  If it is not itself where routes lead, it is a node behind those that are."""
        if self._holder in self._owners:
            return self._seen.numbers[self._holder.name]
        target = self._graph.add_node()
        self._names.append(self._holder.name)
        for owner in self._owners:
            pair = _pair(owner, self._holder, self._target.version, self._target.address)
            if pair is not None:
                self._add(self._seen.numbers[owner.name], pair, target, 0)
        return target

    def _enter_source(self, source: IpNode) -> int:
        """The source's number.  A host with one link comes in before its router."""
        known = self._seen.numbers.get(source.name)
        if known is not None:
            return known
        gateway = self._net.routes.gateway(source)
        if gateway is None:
            raise LabError(
                f"explain: nothing was computed for {source.name}, a {source.kind} without automatic routes; "
                f"`catenet traceroute` shows where its packets go"
            )
        number = self._graph.add_node()
        self._names.append(source.name)
        beside = _pair(source, self._holder, self._target.version, self._target.address)
        if beside is not None:
            self._add(number, beside, self._last, 0)
            return number
        for edge in self._seen.ways_out(source):
            if edge.into is gateway:
                self._add(number, (edge.out, edge.into), edge.number, edge.cost)
        return number

    def _add(self, tail: int, pair: tuple[End, End], head: int, cost: int) -> None:
        self._graph.add_edge(tail, head, cost)
        self._edges.append(Edge(*pair, head, cost))

    # -- answering

    def answer(self) -> RouteExplanation:
        found = explain(self._graph, self._first, self._last)
        return RouteExplanation(
            source=self._names[self._first],
            target=self._target.name,
            address=self._target.text,
            prefix=self._prefix,
            owners=tuple(owner.name for owner in self._owners),
            metric=self._net.metric,
            cost=_known(found.cost),
            path_count=found.path_count,
            paths=tuple(self._path(path) for path in found.paths.paths(self._last, MOST_PATHS)),
            hops=tuple(self._hop(step) for step in found.steps),
            tree=self._tree(found),
        )

    def _path(self, edges: list[int]) -> tuple[str, ...]:
        return (self._names[self._first], *(self._names[self._graph.heads[edge]] for edge in edges))

    def _hop(self, step: Step) -> HopExplained:
        node = self._net.registry.nodes[self._names[step.node]]
        ways = tuple(self._way(way) for way in step.ways)
        if not isinstance(node, IpNode) or step.node == self._last:
            return HopExplained(node.name, step.distance, step.left, ways, None, True)
        version, address = self._target.version, self._target.address
        route = node.stack.family(version).fib.lookup(address, True)
        hops = [] if route is None else self._table_hops(node, route)
        computed = {self._edges[way.edge].into for way in step.ways if way.taken}
        table = None if route is None else _table_route(route, [hop for hop, _ in hops])
        return HopExplained(node.name, step.distance, step.left, ways, table, {into for _, into in hops} == computed)

    def _way(self, way: Way) -> WayOut:
        link = self._edges[way.edge].out.link
        return WayOut(
            self._names[way.head],
            "" if link is None else link.name,
            way.cost,
            _known(way.total),
            _known(way.extra),
            way.taken,
            way.loop_free,
        )

    def _table_hops(self, node: IpNode, route: Route) -> list[tuple[TableHop, End | None]]:
        version = self._target.version
        found: list[tuple[TableHop, End | None]] = []
        for hop in route.live_hops(True):
            address = hop.gateway or self._target.address
            ends = [end for end in node.ends if end.interface is hop.interface]
            pair = _pair_over(ends, version, address)
            into = None if pair is None else pair[1]
            gateway = addresses.text(version, hop.gateway) if hop.gateway else ""
            found.append((TableHop("" if into is None else into.node.name, gateway, hop.interface.name), into))
        return found

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


def _table_route(route: Route, hops: list[TableHop]) -> TableRoute:
    version = int(route.version)
    prefix = f"{addresses.text(version, route.prefix)}/{route.prefix_len}"
    kind = "" if route.kind == UNICAST else KIND_NAMES[route.kind]
    return TableRoute(prefix, ORIGINS.get(route.metric, "other"), kind or "unicast", tuple(hops))


def _holder(net: Internet, version: int, address: int) -> IpNode:
    """Whose address that is."""
    for node in net.registry.ip_nodes():
        for own in node.addresses():
            if own.version == version and int(own) == address:
                return node
    raise LabError(f"explain: nobody has the address {addresses.text(version, address)}")


def _pair(node: IpNode, other: Node, version: int, address: int) -> tuple[End, End] | None:
    """The ends between two that are next to each other, the far one with that address; None if they are not."""
    pair = _pair_over(node.ends, version, address)
    return pair if pair is not None and pair[1].node is other else None


def _pair_over(ends: list[End], version: int, address: int) -> tuple[End, End] | None:
    for out in ends:
        for into in reachable_interfaces(out, set()):
            if any(face.version == version and int(face.ip) == address for face in into.faces):
                return out, into
    return None
