"""The RIP daemon of one router: joins the pure protocol to UDP port 520, to the links and to the forwarding table.

Its routes stand in the table at administrative distance 120, so that connected (0) and
static ones (1) win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.host.routing.daemon import PRECEDENCE, RoutingDaemon
from catenet.host.routing.redistribution import RouteTaker
from catenet.network.forwarding import route_selection as distances
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface
from catenet.network.routing.process import RoutingProcess
from catenet.network.routing.rip import tracing
from catenet.network.routing.rip.callbacks import RipCallbacks
from catenet.network.routing.rip.drop_reasons import network_fault
from catenet.network.routing.rip.process import GROUP, PORT, Rip
from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface, RipSettings
from catenet.transport.udp import UdpSocket, UdpUser

if TYPE_CHECKING:
    from catenet.host.host import Host

DISTANCE: Final = distances.RIP
"""RIP's administrative distance."""


class RipDaemon(RoutingDaemon):
    """RIPv2 on a host.  Give it its interfaces, then start it.

    Raises OSError if port 520 is taken.
    """

    def __init__(self, host: Host, settings: RipSettings) -> None:
        super().__init__(host, (DISTANCE,))
        stream = host.kernel.streams.stream(f"host:{host.name}:rip")
        self.machine: Final = Rip(settings, stream, _DaemonCallbacks(self))
        self.ports: Final[list[_Port]] = []

    def add_interface(self, interface: Interface, configured: RipInterface) -> None:
        """Speak RIP on an interface; ``configured.number`` counts them from 0."""
        assert configured.number == len(self.ports)
        self.ports.append(_Port(self, interface, configured))
        for address, length in configured.networks:
            self.own_prefixes.add((address >> (32 - length) << (32 - length), length))
        self.machine.add_interface(configured)
        self.number_interface(interface)

    def advertise(self, prefix: int, prefix_len: int, metric: int = 1, tag: int = 0, next_hop: int = 0) -> None:
        """Advertise one more network, such as an address of the router itself, or what a static route leads to."""
        self.machine.add_network(prefix, prefix_len, self.host.kernel.now_ns, metric, tag, next_hop)
        self.rearm()

    def withdraw(self, prefix: int, prefix_len: int) -> None:
        """Undo :meth:`advertise`."""
        self.machine.remove_network(prefix, prefix_len, self.host.kernel.now_ns)
        self.rearm()

    def tag_of(self, prefix: int, prefix_len: int) -> int:
        """The tag of its route to a prefix; 0 if it has none."""
        route = self.machine.table.find(prefix, prefix_len)
        return 0 if route is None or route.dead else route.tag

    def process(self) -> RoutingProcess:
        return self.machine

    def link_changed(self, number: int, up: bool, now_ns: i64) -> None:
        configured = self.ports[number].configured
        if up:
            self.machine.interface_up(configured, now_ns)
        else:
            self.machine.interface_down(configured, now_ns)


class RipTaker(RouteTaker):
    """Redistributes routes into RIP, with the metric and the tag that go with what made them.

    A single gateway on the link is named as next hop, so that the others need not come by here (RFC 2453 section 4.4).
    """

    def __init__(self, daemon: RipDaemon) -> None:
        self._daemon: Final = daemon

    def take(self, route: Route, metric: int, tag: int, is_type2: bool) -> None:
        if network_fault(route.prefix, route.prefix_len):
            return
        gateway = route.hops[0].gateway if len(route.hops) == 1 else 0
        self._daemon.advertise(route.prefix, route.prefix_len, metric, tag & 0xFFFF, gateway)

    def give_back(self, prefix: int, prefix_len: int) -> None:
        self._daemon.withdraw(prefix, prefix_len)


class _Port(UdpUser):
    """Port 520 of one interface."""

    def __init__(self, daemon: RipDaemon, interface: Interface, configured: RipInterface) -> None:
        super().__init__()
        self.interface: Final = interface
        self.configured: Final = configured
        self._daemon: Final = daemon
        self.socket: Final = self._open(daemon.host)
        interface.join(4, GROUP)

    def _open(self, host: Host) -> UdpSocket:
        socket = host.udp.open(self, 4)
        socket.interface = self.interface
        socket.traffic_class = PRECEDENCE
        errno = host.udp.bind(socket, 0, PORT)
        if errno:
            raise OSError(errno, f"RIP of {host.name}: UDP port {PORT} on {self.interface.name} is taken")
        return socket

    def readable(self) -> None:
        machine = self._daemon.machine
        arrival = self.socket.receive()
        while arrival is not None:
            now_ns = self._daemon.host.kernel.now_ns
            machine.receive(self.configured, arrival.src, int(arrival.src_port), arrival.data, now_ns)
            arrival = self.socket.receive()
        self._daemon.rearm()


class _DaemonCallbacks(RipCallbacks):
    """What the protocol wants done."""

    def __init__(self, daemon: RipDaemon) -> None:
        super().__init__()
        self._daemon: Final = daemon
        self._ip: Final = daemon.host.ip

    def send(self, interface: RipInterface, address: int, port: int, octets: bytes) -> None:
        # What cannot be sent is lost, as on any link: the next update says it again.
        self._daemon.ports[interface.number].socket.send_to(octets, 4, address, port)

    def use(self, route: RipRoute) -> None:
        ports = self._daemon.ports
        hops = [NextHop(ports[hop.interface.number].interface, hop.gateway) for hop in route.hops]
        self._ip.add_route(Route(4, route.prefix, route.prefix_len, UNICAST, hops, DISTANCE))

    def leave(self, route: RipRoute) -> None:
        self._ip.remove_route(4, route.prefix, route.prefix_len, DISTANCE)

    def changed(self, route: RipRoute, gateway: int, cause: int) -> None:
        prefix = tracing.pack_prefix(route.prefix, route.prefix_len)
        self._daemon.trace_row(tracing.ROUTE, prefix, tracing.pack_change(gateway, route.metric, cause))

    def updated(self, cause: int, routes: int) -> None:
        self._daemon.trace_row(tracing.UPDATE, cause, routes)

    def dropped(self, interface: RipInterface, source: int, reason: int) -> None:
        self._daemon.trace_row(tracing.DROP, reason, source)
