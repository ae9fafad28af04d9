"""The paths of packets by the forwarding tables, over all equal-cost next hops, and where they end."""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.lab.forwarding.graph import loops
from catenet.lab.model.broadcast_domain import any_link, reached
from catenet.lab.model.lans import switch_of
from catenet.lab.model.nodes import Attachment, End, IpNode, Node, Router
from catenet.lab.probe.explain.network import Network
from catenet.network import addresses
from catenet.network.forwarding.route import KIND_NAMES, UNICAST, NextHop, Route

MAX_PATHS: Final = 16
MAX_STEPS: Final = 10_000
"""The limit on partial paths, for many equal-cost next hops."""


class TracedNextHop(NamedTuple):
    """A usable next hop of a route: the node with its address (or None), and why it leads nowhere (or None)."""

    hop: NextHop
    out: End | None
    node: Node | None
    fault: str | None


class Stop(NamedTuple):
    """A node on the path.  ``route`` is None at the destination, and where there is no route."""

    node: Node
    arrived: bool
    route: Route | None
    next_hops: tuple[TracedNextHop, ...]
    fault: str | None
    """Why packets, or some of them, get no further."""


class TracedPaths:
    """From ``source`` to an address, node by node: ``stops`` by name, in the order of traversal."""

    def __init__(self, net: Network, source: IpNode, version: int, address: int) -> None:
        self.stops: Final[dict[str, Stop]] = {}
        self._net: Final = net
        self._source: Final = source
        self._version: Final = version
        self._address: Final = address
        pending: list[Node] = [source]
        self.stops[source.name] = self._stop(source)
        for node in pending:
            for next_hop in self.stops[node.name].next_hops:
                if next_hop.node is not None and next_hop.fault is None and next_hop.node.name not in self.stops:
                    self.stops[next_hop.node.name] = self._stop(next_hop.node)
                    pending.append(next_hop.node)
        self._mark_loops()

    # -- one node

    def _stop(self, node: Node) -> Stop:
        if isinstance(node, Attachment):
            own = any(int(address) == self._address for address in node.addresses)
            return Stop(node, True, None, (), None if own else f"{node.name} is Linux: its routes are unknown here")
        assert isinstance(node, IpNode)
        family = node.stack.family(self._version)
        if self._address in family.own:
            return Stop(node, True, None, (), None)
        if not isinstance(node, Router) and node is not self._source:
            return Stop(node, False, None, (), f"{node.name} is a host, which does not forward")
        route = family.fib.lookup(self._address, True)
        if route is None:
            return Stop(node, False, None, (), f"{node.name} has no route to {self._text(self._address)}")
        if route.kind != UNICAST:
            fault = f"{node.name} discards packets: its route to {_prefix(route)} is {KIND_NAMES[route.kind]}"
            return Stop(node, False, route, (), fault)
        next_hops = tuple(self._next_hop(node, hop) for hop in route.live_hops(True))
        return Stop(
            node,
            False,
            route,
            next_hops,
            next((next_hop.fault for next_hop in next_hops if next_hop.fault is not None), None),
        )

    def _next_hop(self, node: IpNode, hop: NextHop) -> TracedNextHop:
        address = hop.gateway or self._address
        out = next((end for end in node.ends if end.interface is hop.interface), None)
        if out is None:
            return TracedNextHop(hop, None, None, f"{node.name}: {hop.interface.name} is not one of its links")
        there = self._across(out, working=False)
        holder = next((other for other in there if self._has(other, address)), None)
        name = "the LAN" if out.link is None or switch_of(out.link) is not None else f"link {out.link.name}"
        if holder is None:
            linux = next((other for other in there if isinstance(other, Attachment)), None)
            if linux is not None:
                return TracedNextHop(hop, out, linux, None)
            return TracedNextHop(
                hop, out, None, f"nobody on {name} of {node.name} has the address {self._text(address)}"
            )
        if holder not in self._across(out, working=True):
            fault = f"{node.name} sends to {holder.name} over {name}, which is down, and has not noticed yet"
            return TracedNextHop(hop, out, holder, fault)
        return TracedNextHop(hop, out, holder, None)

    def _has(self, node: Node, address: int) -> bool:
        if not isinstance(node, IpNode | Attachment):
            return False
        return any(own.version == self._version and int(own) == address for own in node.addresses)

    def _across(self, out: End, working: bool) -> list[Node]:
        """The nodes adjacent to an end, across any switches; with ``working``, only over links that carry frames."""
        return [end.node for end in reached(out, _carries if working else any_link)]

    def _text(self, address: int) -> str:
        return addresses.text(self._version, address)

    # -- all nodes

    def _next(self, name: str) -> list[str]:
        next_hops = self.stops[name].next_hops
        return list(
            dict.fromkeys(
                next_hop.node.name for next_hop in next_hops if next_hop.node is not None and next_hop.fault is None
            )
        )

    def _mark_loops(self) -> None:
        numbers = {name: number for number, name in enumerate(self.stops)}
        names = list(numbers)
        branches = [tuple(numbers[other] for other in self._next(name)) for name in names]
        for fault in loops(branches):
            ring = [names[number] for number in fault.routers]
            told = f"packets circle: {' → '.join([*ring, ring[0]])}"
            self.stops[ring[0]] = self.stops[ring[0]]._replace(fault=told)

    def paths(self) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """The number of paths that arrive, and the first 16 of them.

        If packets can loop, only the paths found are counted.
        """
        leading = self._leading()
        found: list[tuple[str, ...]] = []
        pending: list[tuple[str, ...]] = [(self._source.name,)] if self._source.name in leading else []
        steps = 0
        while pending and len(found) < MAX_PATHS and steps < MAX_STEPS:
            steps += 1
            path = pending.pop()
            if self.stops[path[-1]].arrived:
                found.append(path)
                continue
            onward = [name for name in self._next(path[-1]) if name in leading and name not in path]
            pending.extend((*path, name) for name in reversed(onward))
        return max(len(found), self._count(leading)), tuple(found)

    def _leading(self) -> set[str]:
        """The nodes from which a packet can arrive."""
        before: dict[str, list[str]] = {}
        for name in self.stops:
            for other in self._next(name):
                before.setdefault(other, []).append(name)
        pending = [name for name, stop in self.stops.items() if stop.arrived]
        found = set(pending)
        while pending:
            for name in before.get(pending.pop(), []):
                if name not in found:
                    found.add(name)
                    pending.append(name)
        return found

    def _count(self, leading: set[str]) -> int:
        """The number of paths that arrive, computed in topological order; 0 if packets can loop."""
        waiting = dict.fromkeys(leading, 0)
        onward = {name: [other for other in self._next(name) if other in leading] for name in leading}
        for others in onward.values():
            for other in others:
                waiting[other] += 1
        counts = {**dict.fromkeys(leading, 0), self._source.name: 1}
        ready = [name for name in self.stops if name in leading and waiting[name] == 0]
        arrived = done = 0
        for name in ready:
            done += 1
            arrived += counts[name] if self.stops[name].arrived else 0
            for other in onward[name]:
                counts[other] += counts[name]
                waiting[other] -= 1
                if waiting[other] == 0:
                    ready.append(other)
        return arrived if done == len(leading) else 0


def _prefix(route: Route) -> str:
    return f"{addresses.text(int(route.version), route.prefix)}/{route.prefix_len}"


def _carries(end: End) -> bool:
    return end.link is not None and end.link.carries(end)
