"""The common state of OSPF's parts: areas, interfaces, databases, time and output.

The parts are functions over it, one file each; :class:`~catenet.network.routing.ospf.process.Ospf` combines them.  A
part reports an event of a neighbour or an interface by :meth:`Router.neighbour_event` and
:meth:`Router.interface_event`, independently of its consequences.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.pdu import Octets
from catenet.kernel.streams import Stream
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import EXCHANGE, LOADING, Neighbour
from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.calculation.spf_delay import SpfDelay
from catenet.network.routing.ospf.callbacks import OspfCallbacks
from catenet.network.routing.ospf.database.database import AS_SCOPE
from catenet.network.routing.ospf.database.scope import NO_INTERFACE, Scope
from catenet.network.routing.ospf.lsa.lsa import EXTERNAL, OPAQUE_AS, OPAQUE_LINK
from catenet.network.routing.ospf.packets.header import OspfPacket
from catenet.network.routing.ospf.settings import OspfSettings
from catenet.network.routing.process import RoutingProcess

SECOND_NS: Final[i64] = 1_000_000_000
TICK_NS: Final[i64] = 10_000_000
"""The lowest cryptographic sequence number is the time in hundredths of a second, to survive restarts."""


class Router(RoutingProcess):
    """``now_ns`` is the time of the present event; ``drops`` counts rejected packets and LSAs, by reason.

    Of the ``interfaces``, ``physical`` are those on links, by their numbers, and ``virtual_links`` the rest;
    ``by_number`` holds both.
    ``exchanging`` counts the neighbours in state Exchange or Loading on all interfaces; ``helps`` those that are helped
    through a restart.
    ``wake_ns`` is a lower bound of the next deadline.
    """

    def __init__(self, settings: OspfSettings, stream: Stream, callbacks: OspfCallbacks) -> None:
        self.settings: Final = settings
        self.router_id: Final = settings.router_id
        self.stream: Final = stream
        self.callbacks: Final = callbacks
        self.interfaces: Final[list[Interface]] = []
        self.physical: Final[list[Interface]] = []
        self.virtual_links: Final[list[Interface]] = []
        self.by_number: Final[dict[int, Interface]] = {}
        self.own_addresses: Final[dict[int, Interface]] = {}
        self.areas: Final[dict[int, Area]] = {}
        self.externals: Final = Scope(AS_SCOPE)
        self.link_scopes: Final[list[Scope]] = []
        self.spf_delay: Final = SpfDelay(settings)
        self.drops: Final[list[int]] = [0] * drop_reasons.REASON_COUNT
        self.now_ns: i64 = 0
        self.wake_ns: i64 = NEVER
        self.exchanging: i64 = 0
        self.started = False
        self.stale: bool = False
        self.databases_changed: bool = False
        self.review_flushed = False
        self.helps = 0
        self.flood_now: Final[list[Interface]] = []

    # -- events caused by parts

    def neighbour_event(self, neighbour: Neighbour, event: int) -> None:
        """Process an event of a neighbour's table."""
        raise AssertionError("the machine handles its neighbours' events")

    def interface_event(self, interface: Interface, event: int) -> None:
        """Process an event of an interface's table."""
        raise AssertionError("the machine handles its interfaces' events")

    def wake_at(self, time_ns: i64) -> None:
        """Set a deadline."""
        if time_ns < self.wake_ns:
            self.wake_ns = time_ns

    def links_changed(self, interface: Interface) -> None:
        """A link in own LSAs has changed: rebuild them, and calculate routes."""
        area = self.area_of(interface)
        area.router_lsa_is_stale = area.links_changed = True
        interface.network_lsa_is_stale = True
        self.stale = self.databases_changed = True

    # -- look-ups

    def interface_of(self, neighbour: Neighbour) -> Interface:
        """The interface on whose link a neighbour is."""
        return self.by_number[neighbour.settings.number]

    def area_of(self, interface: Interface) -> Area:
        """The area that an interface belongs to."""
        return self.areas[interface.settings.area_id]

    def scope_of(self, ls_type: int, interface: Interface) -> Scope:
        """The scope of an LSA of a type received on an interface."""
        if ls_type in (EXTERNAL, OPAQUE_AS):
            return self.externals
        if ls_type != OPAQUE_LINK:
            return self.area_of(interface).scope
        scope = interface.link_scope
        if scope is None:
            scope = interface.link_scope = Scope(interface.settings.area_id, interface.settings.number)
            self.link_scopes.append(scope)
        return scope

    def scopes(self) -> list[Scope]:
        """All scopes: the areas, the AS, and the links whose scope contains an LSA."""
        found = [area.scope for area in self.areas.values()]
        found.append(self.externals)
        found.extend(self.link_scopes)
        return found

    def interfaces_of(self, scope: Scope) -> list[Interface]:
        """The interfaces on which LSAs of a scope are flooded (section 13.3)."""
        if scope.interface_number != NO_INTERFACE:
            return [self.by_number[scope.interface_number]]
        if scope is self.externals:
            return [
                interface
                for interface in self.interfaces
                if self.area_of(interface).settings.takes_externals and not interface.is_virtual
            ]
        return self.areas[scope.area_id].interfaces

    def is_own_address(self, address: int) -> bool:
        """Whether it is the address of one of the router's interfaces."""
        return address in self.own_addresses

    def set_neighbour_state(self, neighbour: Neighbour, state: i64) -> None:
        """Set a neighbour's state, and count the neighbours in exchange."""
        was = EXCHANGE <= neighbour.state <= LOADING
        neighbour.state = state
        if was != (EXCHANGE <= state <= LOADING):
            self.exchanging += -1 if was else 1
            assert self.exchanging >= 0, "a neighbour leaves the exchange once"

    # -- output

    def send(self, interface: Interface, dst: int, packet: OspfPacket) -> None:
        """Send a packet, authenticated if the interface has a key."""
        key = interface.settings.key
        if key is None:
            self.callbacks.send(interface, dst, packet)
            return
        interface.sequence = max(interface.sequence + 1, int(self.now_ns // TICK_NS))
        self.callbacks.send(interface, dst, Octets(key.authenticated(packet, interface.sequence, interface.address)))

    def drop(self, interface: Interface, source: int, reason: int) -> None:
        """Count and trace a rejected packet, or an LSA in one."""
        self.drops[reason] += 1
        interface.drops[reason] += 1
        self.callbacks.dropped(interface, source, reason)
