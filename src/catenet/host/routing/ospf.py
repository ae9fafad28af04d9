"""The OSPF daemon of one router: joins the pure protocol to IP protocol 89, to the links and to the forwarding table.

Its routes stand in the table at administrative distance 110, so that connected (0) and static ones (1) win, and RIP's
(120) do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.host.routing.daemon import PRECEDENCE, RoutingDaemon
from catenet.host.routing.redistribution import RouteTaker
from catenet.kernel.pdu import Pdu
from catenet.network.forwarding import route_selection as distances
from catenet.network.forwarding.route import UNICAST, UNREACHABLE, NextHop, Route
from catenet.network.interface import Interface
from catenet.network.packet import IpPacket
from catenet.network.protocol import Protocol
from catenet.network.routing.ospf import tracing
from catenet.network.routing.ospf.adjacency import interface as states
from catenet.network.routing.ospf.adjacency.interface import Interface as OspfInterface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.calculation.routes import OspfRoute, RouteChange
from catenet.network.routing.ospf.callbacks import OspfCallbacks
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import Lsa
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS, PROTOCOL
from catenet.network.routing.ospf.process import Ospf
from catenet.network.routing.ospf.settings import AreaSettings, InterfaceSettings, OspfSettings
from catenet.network.routing.process import RoutingProcess

if TYPE_CHECKING:
    from catenet.host.host import Host

DISTANCE: Final = distances.OSPF
"""OSPF's administrative distance."""


class OspfDaemon(RoutingDaemon):
    """OSPFv2 on a host.  Give it its areas and interfaces, then start it.

    ``external_distance`` is the administrative distance of the routes to what others redistribute.
    """

    def __init__(self, host: Host, settings: OspfSettings, external_distance: int = DISTANCE) -> None:
        super().__init__(host, (DISTANCE, external_distance))
        stream = host.kernel.streams.stream(f"host:{host.name}:ospf")
        self.machine: Final = Ospf(settings, stream, _DaemonCallbacks(self))
        self.ports: Final[list[OspfPort]] = []
        host.ip.register(PROTOCOL, _ProtocolHandler(self))

    def add_area(self, area: AreaSettings) -> None:
        """Say what kind of area one is, before an interface is put into it.  Without it, it is a normal one."""
        self.machine.add_area(area)

    def add_interface(self, interface: Interface, configured: InterfaceSettings) -> None:
        """Speak OSPF on an interface; ``configured.number`` counts them from 0."""
        assert configured.number == len(self.ports)
        self.ports.append(OspfPort(interface, self.machine.add_interface(configured)))
        if not configured.unnumbered:
            self.own_prefixes.add((configured.address & configured.mask, configured.prefix_len))
        self.number_interface(interface)

    def add_virtual_link(self, configured: InterfaceSettings) -> None:
        """Join the backbone through another area (:func:`~catenet.network.routing.ospf.settings.virtual_link`).

        Raises ValueError for a link that there cannot be.
        """
        self.machine.add_virtual_link(configured)

    def add_host(self, address: int, area_id: int, cost: int = 0) -> None:
        """Advertise an address of the router itself, which no link can take down."""
        self.own_prefixes.add((address, 32))
        self.machine.add_host(address, cost, area_id)

    def stop(self) -> None:
        """Say that everything said so far is void (premature ageing), and fall silent."""
        self.machine.stop(self.host.kernel.now_ns)
        self.rearm()

    def port_of(self, interface: Interface) -> OspfPort | None:
        """What it knows of an interface."""
        number = self.number_of(interface)
        return None if number < 0 else self.ports[number]

    def tag_of(self, prefix: int, prefix_len: int) -> int:
        """The tag of its route to a prefix; 0 if it has none."""
        route = self.machine.calculation.route(prefix, prefix_len)
        return 0 if route is None else route.tag

    def set_cost(self, interface: Interface, cost: int) -> None:
        """Give an interface another cost.  Raises ValueError for one that OSPF has not, KeyError for no OSPF there."""
        port = self.port_of(interface)
        if port is None:
            raise KeyError(interface)
        self.machine.set_cost(port.ospf, cost, self.host.kernel.now_ns)
        self.rearm()

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        """A packet of protocol 89 came."""
        port = self.port_of(interface)
        if port is None or packet.version != 4 or not self.is_started:
            return
        self.machine.receive(port.ospf, packet.src, packet.dst, packet.payload, self.host.kernel.now_ns)
        self.rearm()

    def process(self) -> RoutingProcess:
        return self.machine

    def link_changed(self, number: int, up: bool, now_ns: i64) -> None:
        ospf = self.ports[number].ospf
        if up:
            self.machine.interface_up(ospf, now_ns)
        else:
            self.machine.interface_down(ospf, now_ns)


class OspfPort:
    """One interface of the daemon, and the groups that it has joined there."""

    def __init__(self, interface: Interface, ospf: OspfInterface) -> None:
        self.interface: Final = interface
        self.ospf: Final = ospf
        self._joined: Final[list[int]] = []

    def listen_to(self, groups: list[int]) -> None:
        """Be a member of just these groups."""
        for group in groups:
            if group not in self._joined:
                self.interface.join(4, group)
        for group in self._joined:
            if group not in groups:
                self.interface.leave(4, group)
        self._joined[:] = groups


class OspfTaker(RouteTaker):
    """Redistributes routes into OSPF."""

    def __init__(self, daemon: OspfDaemon) -> None:
        self._daemon: Final = daemon

    def take(self, route: Route, metric: int, tag: int, is_type2: bool) -> None:
        daemon = self._daemon
        now_ns = daemon.host.kernel.now_ns
        daemon.machine.redistribute(route.prefix, route.prefix_len, metric, is_type2, tag, now_ns)
        daemon.rearm()

    def give_back(self, prefix: int, prefix_len: int) -> None:
        self._daemon.machine.withdraw_external(prefix, prefix_len, self._daemon.host.kernel.now_ns)
        self._daemon.rearm()


class _ProtocolHandler(Protocol):
    """Protocol 89 of the host."""

    def __init__(self, daemon: OspfDaemon) -> None:
        super().__init__()
        self._daemon: Final = daemon

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        self._daemon.receive(packet, interface)


class _DaemonCallbacks(OspfCallbacks):
    """What the protocol wants done."""

    def __init__(self, daemon: OspfDaemon) -> None:
        super().__init__()
        self._daemon: Final = daemon
        self._ip: Final = daemon.host.ip
        self._trace: Final = daemon.host.kernel.trace
        self._hops: Final[dict[tuple[tuple[int, int], ...], list[NextHop]]] = {}

    def send(self, interface: OspfInterface, dst: int, packet: Pdu) -> None:
        # What cannot be sent is lost, as on any link: OSPF repeats what matters.
        if interface.is_virtual:
            self._ip.send(4, interface.address, dst, PROTOCOL, packet, PRECEDENCE, dont_fragment=False)
            return
        port = self._daemon.ports[interface.settings.number]
        self._ip.send_on_link(port.interface, 4, interface.address, dst, PROTOCOL, packet, PRECEDENCE)

    def replace_routes(self, changes: list[RouteChange]) -> None:
        # Straight into the table: a row of trace for each route is left below, and the cache is cleared once.
        fib = self._ip.fib4
        for change in changes:
            added = self._entry(change.new)
            if added is not None:
                fib.add(added)
            old = change.old
            if old is not None and (added is None or self._distance(old) != added.metric) and self._is_entered(old):
                fib.remove(change.prefix, change.prefix_len, self._distance(old))
        self._ip.forget_destinations()

    def _entry(self, route: OspfRoute | None) -> Route | None:
        """The line for the forwarding table; None if there is none, or the network is connected."""
        if route is None or not self._is_entered(route):
            return None
        kind = UNREACHABLE if route.is_discard else UNICAST
        return Route(4, route.prefix, route.prefix_len, kind, self._next_hops(route), self._distance(route))

    def _is_entered(self, route: OspfRoute) -> bool:
        return route.is_discard or bool(self._next_hops(route))

    def _next_hops(self, route: OspfRoute) -> list[NextHop]:
        """Where a route leads, for the table; nothing for what is on a link of this router, for that is connected."""
        hops = self._hops.get(route.hops)
        if hops is None:
            ports = self._daemon.ports
            leads_on = all(gateway for _, gateway in route.hops)
            hops = [NextHop(ports[number].interface, gateway) for number, gateway in route.hops] if leads_on else []
            self._hops[route.hops] = hops
        return hops

    def _distance(self, route: OspfRoute) -> int:
        return self._daemon.distances[0 if route.is_internal else 1]

    def route_changed(self, change: RouteChange, received_from: int) -> None:
        if not self._trace.listening:
            return
        new = change.new
        path_type, cost, hops = (0, 0, ()) if new is None else (new.path_type, new.cost, new.hops)
        gateway = hops[0][1] if hops else 0
        packed = tracing.pack_route(path_type, cost, gateway, len(hops), change.cause, max(0, received_from))
        self._daemon.trace_row(tracing.ROUTE, tracing.pack_prefix(change.prefix, change.prefix_len), packed)

    def interface_changed(self, interface: OspfInterface, old: int, event: int) -> None:
        number = interface.settings.number
        state = int(interface.state)
        groups = []
        if interface.is_up and not interface.settings.passive:
            groups.append(ALL_SPF_ROUTERS)
            if state in (states.DR, states.BACKUP):
                groups.append(ALL_D_ROUTERS)
        if not interface.is_virtual:
            self._daemon.ports[number].listen_to(groups)
        self._daemon.trace_row(tracing.INTERFACE, number, tracing.pack_states(number, old, state, event))

    def neighbour_changed(self, neighbour: Neighbour, old: int, event: int) -> None:
        number = neighbour.settings.number
        packed = tracing.pack_states(number, old, int(neighbour.state), event)
        self._daemon.trace_row(tracing.NEIGHBOUR, neighbour.router_id, packed)

    def lsa_installed(self, area_id: int, entry: Entry) -> None:
        if self._trace.listening:
            packed = tracing.pack_instance(area_id, entry.lsa.sequence, max(0, entry.received_from), tracing.HEARD)
            self._daemon.trace_row(tracing.INSTALLED, entry.lsa.key, packed)

    def lsa_originated(self, area_id: int, lsa: Lsa, cause: int) -> None:
        self._daemon.trace_row(tracing.ORIGINATED, lsa.key, tracing.pack_instance(area_id, lsa.sequence, 0, cause))

    def lsa_flushed(self, area_id: int, lsa: Lsa, cause: int) -> None:
        self._daemon.trace_row(tracing.FLUSHED, lsa.key, tracing.pack_instance(area_id, lsa.sequence, 0, cause))

    def calculated(self, lsas: int, routes: int) -> None:
        self._daemon.trace_row(tracing.CALCULATED, lsas, routes)

    def dropped(self, interface: OspfInterface, source: int, reason: int) -> None:
        self._daemon.trace_row(tracing.DROP, reason, source)
