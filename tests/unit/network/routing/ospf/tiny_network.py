"""A tiny network of OSPF machines: links with delay and loss, one heap of events, nothing else."""

from __future__ import annotations

from heapq import heappop, heappush
from random import Random

from catenet.kernel.kernel import NEVER
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.network.routing.ospf.adjacency.interface import BACKUP, DR, Interface
from catenet.network.routing.ospf.adjacency.neighbour import FULL, Neighbour
from catenet.network.routing.ospf.calculation.routes import OspfRoute, RouteChange
from catenet.network.routing.ospf.callbacks import OspfCallbacks
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import Lsa
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS
from catenet.network.routing.ospf.process import Ospf
from catenet.network.routing.ospf.settings import AreaSettings, InterfaceSettings, OspfSettings

SECOND_NS = 1_000_000_000
MS_NS = 1_000_000


class Segment:
    """A link of two interfaces or of many.  ``loss`` is a share, drawn from the bench's random numbers."""

    def __init__(self, bench: Bench, number: int, delay_ns: int) -> None:
        self.bench = bench
        self.number = number
        self.delay_ns = delay_ns
        self.loss = 0.0
        self.silent = False
        """Whether it loses everything, without anybody's interface going down."""
        self.ends: list[tuple[Node, Interface]] = []
        self.carried: list[tuple[int, Node, int, Pdu]] = []
        """Time, sender, destination and packet of all that was sent."""

    def carry(self, node: Node, sender: Interface, dst: int, packet: Pdu) -> None:
        self.carried.append((self.bench.now_ns, node, dst, packet))
        for other, interface in self.ends:
            if interface is sender or (dst not in (ALL_SPF_ROUTERS, ALL_D_ROUTERS) and dst != interface.address):
                continue
            if dst == ALL_D_ROUTERS and interface.state not in (DR, BACKUP):
                continue
            if self.silent or self.bench.random.random() < self.loss:
                continue
            if self.bench.as_octets:
                packet = Octets(packet.emit())
            self.bench.push(self.bench.now_ns + self.delay_ns, other, interface, sender.address, dst, packet)

    def cut(self) -> None:
        for node, interface in self.ends:
            node.ospf.interface_down(interface, self.bench.now_ns)

    def heal(self) -> None:
        for node, interface in self.ends:
            node.ospf.interface_up(interface, self.bench.now_ns)


class Node(OspfCallbacks):
    """One router, and the calls to its callbacks."""

    def __init__(self, bench: Bench, settings: OspfSettings) -> None:
        super().__init__()
        self.bench = bench
        self.ospf = Ospf(settings, Stream(1, f"ospf:{settings.router_id}"), self)
        self.segments: dict[int, Segment] = {}
        self.routes: dict[int, OspfRoute] = {}
        self.reasons: list[int] = []
        self.originated: list[tuple[int, int, Lsa, int]] = []
        self.flushed: list[tuple[int, int, Lsa, int]] = []
        self.states: list[tuple[int, int, int]] = []
        self.causes: list[tuple[RouteChange, int]] = []

    def send(self, interface: Interface, dst: int, packet: Pdu) -> None:
        self.segments[interface.settings.number].carry(self, interface, dst, packet)

    def replace_routes(self, changes: list[RouteChange]) -> None:
        for change in changes:
            if change.new is None:
                del self.routes[change.key]
            else:
                self.routes[change.key] = change.new

    def route_changed(self, change: RouteChange, received_from: int) -> None:
        self.causes.append((change, received_from))

    def neighbour_changed(self, neighbour: Neighbour, old: int, event: int) -> None:
        self.states.append((neighbour.router_id, old, int(neighbour.state)))

    def lsa_originated(self, area_id: int, lsa: Lsa, cause: int) -> None:
        self.originated.append((self.bench.now_ns, area_id, lsa, cause))

    def lsa_flushed(self, area_id: int, lsa: Lsa, cause: int) -> None:
        self.flushed.append((self.bench.now_ns, area_id, lsa, cause))

    def dropped(self, interface: Interface, source: int, reason: int) -> None:
        self.reasons.append(reason)

    # -- what tests ask

    @property
    def router_id(self) -> int:
        return self.ospf.router_id

    @property
    def interfaces(self) -> list[Interface]:
        return self.ospf.interfaces

    def neighbour(self, other: Node) -> Neighbour | None:
        for interface in self.interfaces:
            for neighbour in interface.neighbours.values():
                if neighbour.router_id == other.router_id:
                    return neighbour
        return None

    def database(self, area_id: int = 0) -> dict[int, Entry]:
        return self.ospf.areas[area_id].scope.database.entries

    def live(self, area_id: int = 0) -> dict[int, int]:
        """The sequence numbers of what is in a database and not at MaxAge, by key."""
        return {key: e.lsa.sequence for key, e in sorted(self.database(area_id).items()) if not e.is_flushed}


class Bench:
    """Routers, segments and the time."""

    def __init__(self, seed: int = 1, as_octets: bool = False) -> None:
        self.now_ns = 0
        self.random = Random(seed)
        self.as_octets = as_octets
        self.nodes: list[Node] = []
        self.segments: list[Segment] = []
        self._heap: list[tuple[int, int, tuple[Node, Interface, int, int, Pdu]]] = []
        self._pushed = 0

    def node(self, router_id: int = 0, **settings: int) -> Node:
        node = Node(self, OspfSettings(router_id or len(self.nodes) + 1, **settings))  # type: ignore[arg-type]
        self.nodes.append(node)
        return node

    def area(self, node: Node, area_id: int, kind: str = "normal", **chosen: object) -> None:
        node.ospf.add_area(AreaSettings(area_id, kind, **chosen))  # type: ignore[arg-type]

    def join(self, nodes: list[Node], network: str = "", delay_ns: int = MS_NS, **chosen: object) -> Segment:
        """A segment 10.0.n.0/24 of these nodes, each with its place in the list and 1 for its last octet."""
        number = len(self.segments)
        segment = Segment(self, number, delay_ns)
        self.segments.append(segment)
        for place, node in enumerate(nodes):
            self.attach(
                segment, node, place + 1, network or ("broadcast" if len(nodes) > 2 else "point-to-point"), **chosen
            )
        return segment

    def attach(self, segment: Segment, node: Node, last: int, network: str, **chosen: object) -> Interface:
        count = len(node.interfaces)
        address = 0x0A000000 | segment.number << 8 | last
        interface = node.ospf.add_interface(
            InterfaceSettings(count, f"if{count}", address, 24, network=network, **chosen)  # type: ignore[arg-type]
        )
        node.segments[count] = segment
        segment.ends.append((node, interface))
        return interface

    def push(self, time_ns: int, node: Node, interface: Interface, source: int, dst: int, packet: Pdu) -> None:
        self._pushed += 1
        heappush(self._heap, (time_ns, self._pushed, (node, interface, source, dst, packet)))

    def start(self, nodes: list[Node] | None = None) -> None:
        for node in self.nodes if nodes is None else nodes:
            for interface in node.interfaces:
                node.ospf.interface_up(interface, self.now_ns)
            node.ospf.start(self.now_ns)

    def run(self, seconds: float) -> None:
        """Go on for so long."""
        until_ns = self.now_ns + int(seconds * SECOND_NS)
        while True:
            due = [int(node.ospf.deadline_ns()) for node in self.nodes]
            timer_ns = min(due, default=NEVER)
            packet_ns = self._heap[0][0] if self._heap else NEVER
            if min(timer_ns, packet_ns) > until_ns:
                break
            self.now_ns = max(self.now_ns, min(timer_ns, packet_ns))
            if packet_ns <= timer_ns:
                node, interface, source, dst, packet = heappop(self._heap)[2]
                node.ospf.receive(interface, source, dst, packet, self.now_ns)
            else:
                self.nodes[due.index(timer_ns)].ospf.expired(self.now_ns)
        self.now_ns = until_ns

    # -- what must hold

    def assert_adjacent(self, one: Node, other: Node) -> None:
        for here, there in ((one, other), (other, one)):
            neighbour = here.neighbour(there)
            assert neighbour is not None, f"{here.router_id} does not know {there.router_id}"
            assert neighbour.state == FULL, f"{there.router_id} is in state {neighbour.state} at {here.router_id}"

    def assert_equal_databases(self, nodes: list[Node] | None = None, area_id: int = 0) -> None:
        first, *others = self.nodes if nodes is None else nodes
        for other in others:
            assert other.live(area_id) == first.live(area_id), f"{other.router_id} differs from {first.router_id}"
