"""OSPF's events and timers (RFC 2328).

Each method is one event, with the time; :meth:`Ospf.deadline_ns` is the next time to call :meth:`Ospf.expired`.
Nothing else triggers an action.  After each event its consequences are processed together: own LSAs are rebuilt,
flushed ones removed, and LSAs to flood are sent in as few packets as possible.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream
from catenet.network.routing.ospf import virtual_links as virtual
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency import transitions
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.adjacency.timers import interface_timers
from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.calculation.areas import BACKBONE
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver
from catenet.network.routing.ospf.calculation.routes import Hop, RouteChange
from catenet.network.routing.ospf.callbacks import OspfCallbacks
from catenet.network.routing.ospf.database.ageing import age_out, remove_flushed
from catenet.network.routing.ospf.database.database import OWN
from catenet.network.routing.ospf.database.flooding import send_collected
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import RouterLink
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, TRANSIT
from catenet.network.routing.ospf.origination.origination import flush_all, origins_due
from catenet.network.routing.ospf.origination.redistribution import External
from catenet.network.routing.ospf.origination.triggers import OriginationTriggers
from catenet.network.routing.ospf.packet_input import dispatch, recipient, verify_packet
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.settings import AreaSettings, InterfaceSettings, OspfSettings


class Ospf(Router):
    """OSPFv2 of one router.

    Areas and interfaces are added first, and interfaces are down until :meth:`interface_up`.  Nothing is sent before
    :meth:`start`.
    """

    def __init__(self, settings: OspfSettings, stream: Stream, callbacks: OspfCallbacks) -> None:
        super().__init__(settings, stream, callbacks)
        self.calculation: Final = Calculation(
            settings.router_id, _Links(self), settings.max_paths, settings.rfc1583_compatible
        )
        self.reporter: Final = OriginationTriggers(self, self.calculation)
        self._up: Final[list[bool]] = []

    # -- configuration

    def add_area(self, chosen: AreaSettings) -> Area:
        """Add an area.  Raises ValueError if it exists already."""
        if chosen.area_id in self.areas:
            raise ValueError(f"area {chosen.area_id} already exists")
        area = self.areas[chosen.area_id] = Area(chosen)
        self.calculation.add_area(chosen)
        return area

    def add_interface(self, chosen: InterfaceSettings) -> Interface:
        """Add an interface, numbered from 0; an area that was not added is a normal one."""
        assert chosen.number == len(self.physical)
        area = self.areas.get(chosen.area_id)
        if area is None:
            area = self.add_area(AreaSettings(chosen.area_id))
        interface = Interface(chosen)
        self.interfaces.append(interface)
        self.physical.append(interface)
        self.own_addresses[chosen.address] = interface
        self.by_number[chosen.number] = interface
        area.interfaces.append(interface)
        self._up.append(False)
        return interface

    def add_virtual_link(self, chosen: InterfaceSettings) -> Interface:
        """Add a virtual link (section 15), which comes up when there is a path.

        Raises ValueError for an impossible one.
        """
        virtual.check(self, chosen)
        area = self.areas.get(BACKBONE)
        if area is None:
            area = self.add_area(AreaSettings(BACKBONE))
        interface = Interface(chosen)
        self.interfaces.append(interface)
        self.virtual_links.append(interface)
        self.by_number[chosen.number] = interface
        area.interfaces.append(interface)
        self.areas[chosen.transit_area_id].router_lsa_is_stale = self.stale = True
        return interface

    def add_host(self, address: int, cost: int = 0, area_id: int | None = None) -> None:
        """Advertise a loopback address of the router in an area (default: the first one)."""
        if area_id is None:
            area_id = next(iter(self.areas), 0)
        area = self.areas.get(area_id)
        if area is None:
            area = self.add_area(AreaSettings(area_id))
        area.hosts.append((address, cost))
        area.router_lsa_is_stale = self.stale = True

    # -- events

    def start(self, now_ns: i64) -> None:
        """Start: send hellos on links that are up."""
        self.now_ns = now_ns
        self.started: bool = True
        for interface in self.physical:
            if self._up[interface.settings.number]:
                self.interface_event(interface, interfaces.UP)
        self.reporter.all_stale()
        self.databases_changed: bool = True
        self._process_consequences()

    def stop(self, now_ns: i64) -> None:
        """Stop: flush all own LSAs, and remove all routes."""
        self.now_ns = now_ns
        flush_all(self)
        self.stale: bool = False
        self._process_consequences()
        self.started = False
        for interface in self.interfaces:
            send_collected(self, interface)
            self.interface_event(interface, interfaces.FALL)
        self._calculate()
        self.stale = self.databases_changed = False
        self.reporter.externals_due_ns = self.wake_ns = NEVER

    def interface_up(self, interface: Interface, now_ns: i64) -> None:
        """A link came up."""
        self._up[interface.settings.number] = True
        self._happen(interface, interfaces.UP, now_ns)

    def interface_down(self, interface: Interface, now_ns: i64) -> None:
        """A link went down."""
        self._up[interface.settings.number] = False
        self._happen(interface, interfaces.FALL, now_ns)

    def interface_looped(self, interface: Interface, now_ns: i64) -> None:
        """A link is looped back: its address is still advertised, nothing is sent."""
        self._happen(interface, interfaces.LOOP, now_ns)

    def interface_unlooped(self, interface: Interface, now_ns: i64) -> None:
        """The loop was removed; the link is down until :meth:`interface_up`."""
        self._up[interface.settings.number] = False
        self._happen(interface, interfaces.UNLOOP, now_ns)

    def _happen(self, interface: Interface, event: int, now_ns: i64) -> None:
        if self.started:
            self.now_ns = now_ns
            self.interface_event(interface, event)
            self._process_consequences()

    def receive(self, interface: Interface, source: int, destination: int, packet: Pdu, now_ns: i64) -> None:
        """A packet of protocol 89 was received."""
        if not self.started:
            return
        self.now_ns = now_ns
        interface = recipient(self, interface, packet)
        accepted = verify_packet(self, interface, source, destination, packet)
        if isinstance(accepted, int):
            self.drop(interface, source, accepted)
        else:
            dispatch(self, interface, source, accepted)
        self._process_consequences()

    def expired(self, now_ns: i64) -> None:
        """The deadline has expired."""
        if not self.started or now_ns < self.wake_ns:
            return
        self.now_ns = now_ns
        for interface in self.interfaces:
            if interface.deadline_ns() <= now_ns:
                interface_timers(self, interface)
        for scope in self.scopes():
            self._scope_due(scope)
        if self.reporter.externals_due_ns <= now_ns:
            self.reporter.originate_externals()
        self._process_consequences()
        if self.spf_delay.due_ns <= now_ns:
            self._calculate()
            self._process_consequences()
        self.wake_ns = self._next_ns()

    def deadline_ns(self) -> i64:
        """The next time to call :meth:`expired`; it may change with every event."""
        return self.wake_ns if self.started else NEVER

    def set_cost(self, interface: Interface, cost: int, now_ns: i64) -> None:
        """Change the cost of an interface.  Raises ValueError for a cost out of range."""
        if not 1 <= cost <= 0xFFFF:
            raise ValueError(f"interface {interface.settings.name}: the cost must be 1 to 65535, not {cost}")
        interface.cost = cost
        self.now_ns = now_ns
        self.area_of(interface).router_lsa_is_stale = self.stale = True
        self._process_consequences()

    def redistribute(
        self, prefix: int, prefix_len: int, metric: int, type2: bool, tag: int, now_ns: i64, forwarding: int = 0
    ) -> None:
        """Redistribute an external network.  Packets go to ``forwarding``, or to this router if that is 0.

        Simultaneous calls are advertised together.  Raises ValueError for a metric or a tag out of range.
        """
        self.now_ns = now_ns
        self.reporter.add_external(External(pack_prefix(prefix, prefix_len), metric, type2, tag, forwarding))

    def withdraw_external(self, prefix: int, prefix_len: int, now_ns: i64) -> None:
        """Stop redistributing it."""
        self.now_ns = now_ns
        self.reporter.remove_external(pack_prefix(prefix, prefix_len))

    # -- events caused by parts

    def neighbour_event(self, neighbour: Neighbour, event: int) -> None:
        transitions.neighbour_event(self, neighbour, event)

    def interface_event(self, interface: Interface, event: int) -> None:
        transitions.interface_event(self, interface, event)

    # -- time

    def _scope_due(self, scope: Scope) -> None:
        if scope.database.next_expiry_ns <= self.now_ns:
            age_out(self, scope)
        if scope.origin_due_ns <= self.now_ns:
            origins_due(self, scope)

    def _next_ns(self) -> i64:
        """The exact next deadline."""
        soonest = min(self.spf_delay.due_ns, self.reporter.externals_due_ns)
        for interface in self.interfaces:
            soonest = min(soonest, interface.deadline_ns())
        for scope in self.scopes():
            soonest = min(soonest, scope.deadline_ns())
        return soonest

    # -- consequences of events

    def _process_consequences(self) -> None:
        """Process the consequences of the event."""
        while self.stale:
            self.stale = False
            self.reporter.originate_links()
        if self.review_flushed:
            remove_flushed(self)
        if self.databases_changed:
            self.databases_changed = False
            self.spf_delay.changed(self.now_ns)
            self.wake_at(self.spf_delay.due_ns)
        if self.flood_now:
            leaving = list(self.flood_now)
            self.flood_now.clear()
            for interface in leaving:
                send_collected(self, interface)

    def _calculate(self) -> None:
        """Calculate the routing table (section 16), and update the LSAs derived from it."""
        self.spf_delay.calculated()
        lsas = 0
        for scope in self.scopes():
            for _, old, new in scope.database.changed:
                self.calculation.change(scope.area_id, old, new)
                lsas += 1
            scope.database.changed.clear()
        for area in self.areas.values():
            if area.links_changed:
                area.links_changed = False
                self.calculation.links_changed(area.area_id)
        changes = self.calculation.run()
        self.callbacks.calculated(lsas, len(changes))
        if changes:
            self.callbacks.replace_routes(changes)
            for change in changes:
                self.callbacks.route_changed(change, self._sender(change))
        if self.started:
            virtual.follow_paths(self, self.calculation.areas)
            self.reporter.originate_routes()

    def _sender(self, change: RouteChange) -> int:
        """The neighbour that sent the LSA behind a change."""
        for scope in self.scopes():
            entry = scope.database.get(change.cause)
            if entry is not None:
                return entry.received_from
        return OWN


class _Links(NextHopResolver):
    """The next hops of the links in the router's own LSAs (section 16.1.1)."""

    def __init__(self, router: Router) -> None:
        super().__init__()
        self._router: Final = router

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        for interface in self._router.areas[area_id].interfaces:
            if not interface.is_up:
                continue
            chosen = interface.settings
            if link.kind == TRANSIT:
                if link.data == chosen.address and link.id == interface.dr:
                    return (chosen.number, 0)
            elif link.kind == POINT_TO_POINT and interface.is_point_to_point:
                if link.data == (chosen.if_index if chosen.unnumbered else chosen.address):
                    neighbour = interface.neighbours.get(link.id)
                    if neighbour is not None and neighbour.is_advertised:
                        return (chosen.number, neighbour.address)
        return None

    def transit_area(self, link: RouterLink) -> int:
        for interface in self._router.virtual_links:
            if interface.is_up and link.id == interface.settings.peer_id and link.data == interface.address:
                return interface.settings.transit_area_id
        return -1

    def area_of(self, number: int) -> int:
        return self._router.physical[number].settings.area_id

    def on_link(self, area_id: int, address: int) -> Hop | None:
        for interface in self._router.areas[area_id].interfaces:
            chosen = interface.settings
            if interface.is_up and not chosen.unnumbered and chosen.is_on_link(address):
                return (chosen.number, address)
        return None
