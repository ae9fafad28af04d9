"""The RIP daemon of one router: joins the pure machine to UDP port 520, to the links and to the forwarding table.

It is a program of its host as any other, but needs no event loop: a datagram, a link that changes and a timer are
all that ever wakes it.  Its routes stand in the table at administrative distance 120, so that connected (0) and
static ones (1) win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catenet.host.routing import admin_distance as distances
from catenet.host.routing.redistribution import RouteTaker
from catenet.kernel.kernel import Kernel
from catenet.kernel.timer import Timer
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface, InterfaceWatcher
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
PRECEDENCE: Final = 0xC0
"""Internet control (RFC 791): updates are not dropped among the first."""


class RipDaemon(InterfaceWatcher):
    """RIPv2 on a host.  Give it its interfaces, then :meth:`start` it.

    Raises OSError if port 520 is taken.
    """

    def __init__(self, host: Host, settings: RipSettings) -> None:
        self.host: Final = host
        stream = host.kernel.streams.stream(f"host:{host.name}:rip")
        self.machine: Final = Rip(settings, stream, _Hands(self))
        self.ports: Final[list[_Port]] = []
        self.distances: Final = (DISTANCE,)
        self.own_prefixes: Final[set[tuple[int, int]]] = set()
        """The networks that its interfaces are on: it advertises them as long as they are up."""
        self.timer: Final = _Clock(host.kernel, self)
        self._of: Final[dict[Interface, _Port]] = {}
        self._started = False
        host.ip.watch(self)

    def add_interface(self, interface: Interface, configured: RipInterface) -> None:
        """Speak RIP on an interface; ``configured.number`` counts them from 0."""
        assert configured.number == len(self.ports)
        port = _Port(self, interface, configured)
        self.ports.append(port)
        self._of[interface] = port
        for address, length in configured.networks:
            self.own_prefixes.add((address >> (32 - length) << (32 - length), length))
        self.machine.add_interface(configured)
        if self._started:
            self.interface_changed(interface)

    def start(self) -> None:
        """Begin now."""
        for port in self.ports:
            if port.interface.up and port.interface.enabled:
                self.machine.interface_up(port.configured, self.host.kernel.now_ns)
        self._started = True
        self.machine.start(self.host.kernel.now_ns)
        self.rearm()

    def has(self, interface: Interface) -> bool:
        """Whether it speaks on an interface."""
        return interface in self._of

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

    def interface_changed(self, interface: Interface) -> None:
        port = self._of.get(interface)
        if port is None or not self._started:
            return
        if interface.up and interface.enabled:
            self.machine.interface_up(port.configured, self.host.kernel.now_ns)
        else:
            self.machine.interface_down(port.configured, self.host.kernel.now_ns)
        self.rearm()

    def rearm(self) -> None:
        """Set the timer for what the machine waits for next."""
        if self._started:
            self.timer.arm(self.machine.deadline_ns())


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


class _Clock(Timer):
    """The one timer of a daemon."""

    def __init__(self, kernel: Kernel, daemon: RipDaemon) -> None:
        super().__init__(kernel)
        self._daemon: Final = daemon

    def expired(self) -> None:
        self._daemon.machine.expired(self.kernel.now_ns)
        self._daemon.rearm()


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


class _Hands(RipCallbacks):
    """What the machine wants done."""

    def __init__(self, daemon: RipDaemon) -> None:
        super().__init__()
        self._daemon: Final = daemon
        self._ip: Final = daemon.host.ip
        self._kernel: Final = daemon.host.kernel
        self._trace: Final = daemon.host.kernel.trace
        self._subject: Final = daemon.host.ip.subject

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
        self._trace.row(
            self._kernel.now_ns,
            tracing.ROUTE,
            self._subject,
            tracing.pack_prefix(route.prefix, route.prefix_len),
            tracing.pack_change(gateway, route.metric, cause),
        )

    def updated(self, cause: int, routes: int) -> None:
        self._trace.row(self._kernel.now_ns, tracing.UPDATE, self._subject, cause, routes)

    def dropped(self, interface: RipInterface, source: int, reason: int) -> None:
        self._trace.row(self._kernel.now_ns, tracing.DROP, self._subject, reason, source)
