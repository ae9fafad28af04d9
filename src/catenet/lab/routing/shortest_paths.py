"""Automatic routes: shortest paths, computed for all nodes and kept up to date.

**Graph.**  The nodes are routers, and hosts with several links, which do not forward.  The cost of a link is
:meth:`~catenet.lab.model.link.Link.path_cost`; crossing a LAN costs the sum of the links on the path.  The blocks of
each router, each LAN and each explicit subnet are destinations of the routers that have them.  All next hops on
shortest paths are used (ECMP); the hash of a flow selects one of them.

**Time.**  Routes are computed before the run, and ``reconverge`` after a link was cut or healed: this models the time
for detection, flooding and computation of a link-state protocol, without its messages.  Until then packets follow the
previous routes; only the routers at the link stop using it at once.  Tables change at that time; their entries are
computed when they are looked up (:mod:`~catenet.lab.routing.tables`).

**Hosts.**  A host with one link has default routes to the router there; on a LAN with several routers, to the first one
that was linked and is reachable.

Routers with ``routing="static"`` or a routing protocol take no part: no routes are computed for them, and no path leads
through them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, NamedTuple

from catenet.errors import LabError, did_you_mean
from catenet.kernel.kernel import Kernel
from catenet.lab.model.address_assignment import AddressAssignment
from catenet.lab.model.address_plan import Address, Network, parse_address, parse_networks
from catenet.lab.model.lans import Lans
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Attachment, End, HostNode, IpNode, Router
from catenet.lab.model.registry import Registry
from catenet.lab.observe.timeline import ROUTES_CHANGED, Timeline
from catenet.lab.routing.graph import RouteGraph, destinations, next_hop, reachable_interfaces
from catenet.lab.routing.link_changes import Change
from catenet.lab.routing.tables import AUTOMATIC_METRIC, STATIC_METRIC, NodeRoutes, Prefix, SharedTables
from catenet.network import addresses
from catenet.network.forwarding.route import UNICAST, NextHop, Route

ANYWHERE: Final[dict[int, Network]] = {4: IPv4Network("0.0.0.0/0"), 6: IPv6Network("::/0")}


class StaticRoute(NamedTuple):
    """A declared static route."""

    node: IpNode
    prefixes: tuple[Network, ...]
    via: IpNode | Attachment | Address


class AutomaticRoutes:
    """Installs the routes of all routers and hosts of one internet, static ones included."""

    def __init__(
        self,
        kernel: Kernel,
        timeline: Timeline,
        registry: Registry,
        lans: Lans,
        assignment: AddressAssignment,
        metric: str,
        reconverge_ns: int,
    ) -> None:
        self._kernel: Final = kernel
        self._timeline: Final = timeline
        self._registry: Final = registry
        self._lans: Final = lans
        self._assignment: Final = assignment
        self._metric: Final = metric
        self._reconverge_ns: Final = reconverge_ns
        self._down: Final[set[str]] = set()
        self._tables: SharedTables | None = None
        self._followed: set[str] = set()
        self._places: list[list[IpNode]] = []
        self._prefixes: list[list[Prefix]] = []
        self._gateways: Final[dict[str, End]] = {}
        self._static: Final[list[StaticRoute]] = []
        self._static_hops: Final[dict[tuple[str, Network], list[NextHop]]] = {}
        self._seen: Final[set[str]] = set()
        self._following = False

    def add_static(self, node: IpNode, prefix: str, via: object) -> None:
        """Add a static route to a prefix; its next hop is resolved when addresses are known."""
        if prefix == "default":
            prefixes = tuple(ANYWHERE.values())
        else:
            prefixes = tuple(parse_networks([prefix], f"route of {node.name}"))
        self._static.append(StaticRoute(node, prefixes, self._next(via, f"route of {node.name}")))

    def _next(self, via: object, owner: str) -> IpNode | Attachment | Address:
        if isinstance(via, IPv4Address | IPv6Address):
            return via
        looks_like_address = isinstance(via, str) and (":" in via or via.replace(".", "").isdigit())
        if isinstance(via, str) and looks_like_address and via not in self._registry.nodes:
            return parse_address(via, owner)
        if isinstance(via, str) and isinstance(self._registry.nodes.get(via), Attachment):
            via = self._registry.node(via)
        return via if isinstance(via, Attachment) else self._registry.ip_node(via, owner)

    def compute(self) -> None:
        """Compute all routes of the present network."""
        self.install_static()
        for name, link in self._registry.links.items():
            if name not in self._seen and not link.up:
                self._down.add(name)
            self._seen.add(name)
        places = destinations(self._registry, self._lans, self._assignment)
        self._places = [owners for _, owners in places]
        self._prefixes = [
            [(prefix.version, int(prefix.network_address), prefix.prefixlen) for prefix in prefixes]
            for prefixes, _ in places
        ]
        self._lay_out()
        self._default_routes()

    def install_static(self) -> None:
        """Install the static routes that were added since the last call."""
        for route in self._static:
            self._install_static(route)
        self._static.clear()

    def link_changed(self, link: Link) -> None:
        """A link was cut or healed: the routes change after ``reconverge``."""
        up = link.up

        def heard() -> None:
            if up:
                self._down.discard(link.name)
            else:
                self._down.add(link.name)
            if not self._following:
                # After all other changes at this instant: one computation for all of them.
                self._following = True
                self._kernel.call_after(0, self._follow)

        self._kernel.call_after(self._reconverge_ns, heard)

    def _follow(self) -> None:
        """Update the tables to the links that are known to be up."""
        self._following = False
        tables = self._tables
        if tables is None:
            return
        down, up = self._down - self._followed, self._followed - self._down
        self._followed = set(self._down)
        change = Change(tables, sorted(down), sorted(up))
        routes = sum(self._changed(tables, node, change.changed[node]) for node in sorted(change.changed))
        self._default_routes()
        if routes:
            routers = len(change.changed)
            text = f"{routes} routes of {routers} routers changed"
            self._timeline.record(ROUTES_CHANGED, "routing", text, routers, routes)

    # -- automatic

    def graph(self) -> RouteGraph:
        """The graph of the routes: the network with the changes that routing has processed."""
        return RouteGraph(self._registry, self._metric, self._down)

    def destination(self, version: int, address: int) -> tuple[Prefix, list[IpNode]] | None:
        """The longest computed prefix that contains an address, and the routers that have it; None if there is none."""
        bits = addresses.width(version)
        found: tuple[Prefix, list[IpNode]] | None = None
        for owners, prefixes in zip(self._places, self._prefixes, strict=True):
            for prefix in prefixes:
                shift = bits - prefix[2]
                if prefix[0] == version and address >> shift == prefix[1] >> shift:
                    if found is None or prefix[2] > found[0][2]:
                        found = prefix, owners
        return found

    def gateway(self, host: IpNode) -> End | None:
        """The router's end that is the gateway of a host with one link; None if there is none."""
        return self._gateways.get(host.name)

    def _lay_out(self) -> None:
        """Build the shared tables of the present network."""
        if self._tables is not None:
            self._notify_all(self._tables)
        routes = RouteGraph(self._registry, self._metric, set())
        places = [[routes.numbers[owner.name] for owner in owners] for owners in self._places]
        tables = self._tables = SharedTables(routes, places, self._prefixes, self._blocks())
        self._followed = set(self._down)
        for name in sorted(self._followed):
            tables.break_link(name)
        for number, node in enumerate(routes.nodes):
            node.stack.fib4.source = NodeRoutes(tables, number, 4)
            node.stack.fib6.source = NodeRoutes(tables, number, 6)
            node.stack.forget_destinations()
        self._notify_all(tables)

    def _blocks(self) -> set[Prefix]:
        """The prefixes that aggregate the networks of routers."""
        blocks = [block for router in self._registry.routers() for block in self._assignment.blocks(router)]
        summed = [prefix for block in blocks for prefix in (block.ipv4, block.ipv6)]
        return {(prefix.version, int(prefix.network_address), prefix.prefixlen) for prefix in summed}

    def _changed(self, tables: SharedTables, number: int, places: list[int]) -> int:
        """A node's routes to these destinations have changed; returns the number of prefixes."""
        stack = tables.routes.nodes[number].stack
        stack.forget_destinations()
        prefixes = [prefix for place in places for prefix in tables.prefixes[place]]
        for version, network, length in prefixes:
            stack.family(version).fib.changed(network, length)
        return len(prefixes)

    def _notify_all(self, tables: SharedTables) -> None:
        """Notify the observers that all routes may have changed."""
        for node in tables.routes.nodes:
            if node.stack.fib4.is_watched() or node.stack.fib6.is_watched():
                for prefixes in tables.prefixes:
                    for version, network, length in prefixes:
                        node.stack.family(version).fib.changed(network, length)

    def _default_routes(self) -> None:
        for host in self._registry.hosts():
            if len(host.ends) == 1:
                self._default_route(host)

    def _default_route(self, host: HostNode) -> None:
        out = host.ends[0]
        routers = [end for end in reachable_interfaces(out, self._down) if isinstance(end.node, Router)]
        if not routers or self._gateways.get(host.name) is routers[0]:
            return
        self._gateways[host.name] = routers[0]
        for version, anywhere in ANYWHERE.items():
            through = next_hop(out, routers[0], version)
            if through and version not in host.configures:
                network = int(anywhere.network_address)
                host.stack.add_route(Route(version, network, 0, UNICAST, through, AUTOMATIC_METRIC))

    # -- static

    def _install_static(self, route: StaticRoute) -> None:
        written = False
        for prefix in route.prefixes:
            through = self._through(route, prefix.version)
            if through:
                network = int(prefix.network_address)
                length = prefix.prefixlen
                hops = self._static_hops.setdefault((route.node.name, prefix), [])
                hops.extend(through)
                route.node.stack.add_route(Route(prefix.version, network, length, UNICAST, list(hops), STATIC_METRIC))
                written = True
        if not written:
            via = getattr(route.via, "name", str(route.via))
            names = [end.node.name for out in route.node.ends for end in reachable_interfaces(out, set())]
            raise LabError(
                f"route of {route.node.name} to {route.prefixes[0]}: {via} is not next to it, "
                f"or has no IPv{route.prefixes[0].version} address{did_you_mean(via, dict.fromkeys(names))}"
            )

    def _through(self, route: StaticRoute, version: int) -> list[NextHop]:
        for out in route.node.ends:
            for end in reachable_interfaces(out, set()):
                if end.node is route.via:
                    return next_hop(out, end, version)
            for face in out.faces:
                if isinstance(route.via, IPv4Address | IPv6Address) and face.version == version:
                    if route.via in face.network and out.interface is not None:
                        return [NextHop(out.interface, int(route.via))]
        return []
