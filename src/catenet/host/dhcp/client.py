"""The DHCP client of one interface: it probes, and gives the host address, routes, MTU and name servers."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from mypy_extensions import i64

from catenet.application.dhcp.client import ClientActions, DhcpClient
from catenet.application.dhcp.client_lease import ClientLease, S
from catenet.application.dhcp.message import CLIENT_PORT, SERVER_PORT, DhcpMessage
from catenet.host.dhcp.lease_file import LeaseFile
from catenet.host.dhcp.port import DhcpPort
from catenet.host.host_base import HostBase
from catenet.kernel.timer import Timer
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface
from catenet.network.neighbour.nd_listener import NdListener
from catenet.network.neighbour.neighbour import NONE

METRIC: Final = 1024
"""As of routes from router advertisements; an interface's number is added."""
PROBES: Final = 2
PROBE_INTERVAL_NS: Final = S // 2
MIN_MTU_OCTETS: Final = 576


class DhcpClientDaemon(NdListener, ClientActions):
    """DHCP on one interface from :meth:`start` on; ``changed`` is called when the configuration has changed."""

    def __init__(self, host: HostBase, interface: Interface, changed: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.interface: Final = interface
        stream = host.kernel.streams.stream(f"host:{host.name}:{interface.name}:dhcp")
        self.client: Final = DhcpClient(interface.mac.to_bytes(6, "big"), host.name, stream, self)
        self._host: Final = host
        self._changed: Final = changed
        self._port: DhcpPort | None = None
        self._file: Final = LeaseFile(host, interface.name)
        self._has_read = False
        """Whether the file was read since the host's last start."""
        self._timer: Final = _ClientTimer(self)
        self._probe: Final = _ProbeTimer(self)
        self._metric: Final = METRIC + host.ip.interfaces.index(interface)
        self._routes: Final[list[tuple[int, int]]] = []
        self._address = 0

    @property
    def lease(self) -> ClientLease | None:
        """The present lease."""
        return self.client.lease

    def start(self) -> None:
        """Ask for a lease, now if the link is up, and whenever it comes up."""
        self.interface.nd_listeners.append(self)
        self.link_changed(self.interface.up and self.interface.enabled)

    def release(self) -> None:
        """Give the lease back, and stop; the next change of the link starts again."""
        self.client.release(self._now_ns)
        self._arm()

    # -- what the interface tells

    def link_changed(self, usable: bool) -> None:
        if usable:
            if self._port is None:
                self._port = DhcpPort(self._host, self.interface, CLIENT_PORT, self._received)
            if self._has_read:
                self.client.link_up(self._now_ns)
            else:
                self._file.read(self._read)
        elif self.interface.enabled:
            self.client.link_down()
        else:
            self._has_read = False
            self.client.forget()
            if self._port is not None:
                self._port.close()
                self._port = None
        if not usable:
            self._probe.forget()
        self._arm()

    def address_duplicate(self, version: i64, address: int) -> None:
        if version == 4:
            self.client.conflict(IPv4Address(address), self._now_ns)
            self._arm()

    # -- what the client asks for

    def send(self, message: DhcpMessage, to: IPv4Address | None, src: IPv4Address) -> None:
        if self._port is None:
            return
        if to is None:
            self._port.broadcast(message, src, SERVER_PORT)
        else:
            self._port.to_server(message, src, to)

    def probe(self, address: IPv4Address) -> None:
        self._probe.begin(int(address))

    def configure(self, lease: ClientLease) -> None:
        address = int(lease.address)
        if not self._host.ip.is_local(4, address):
            self._host.ip.add_address(self.interface, 4, address, lease.prefix_len)
        self._address = address
        self._set_routes(lease)
        mtu = lease.mtu if MIN_MTU_OCTETS <= lease.mtu <= self.interface.mtu else 0
        self._set_mtu(mtu)
        self._tell()

    def deconfigure(self) -> None:
        self._remove_routes()
        own = self.interface.own(4, self._address)
        # after a conflict it is gone already
        if own is not None and own.usable:
            self._host.ip.remove_address(4, self._address)
        self._set_mtu(0)
        self._tell()

    def remember(self, lease: ClientLease | None) -> None:
        self._file.write(lease)

    # -- inside

    def _read(self, lease: ClientLease | None) -> None:
        """The disk has been read; the link may have gone down meanwhile, and come up again."""
        if self._has_read:
            return
        self._has_read = True
        self.client.resume(lease)
        if self.interface.up and self.interface.enabled:
            self.client.link_up(self._now_ns)
            self._arm()

    def wake(self) -> None:
        """The client's time has come."""
        self.client.wake(self._now_ns)
        self._arm()

    def probed(self, in_use: bool) -> None:
        """The ARP probe is over."""
        self.client.probed(in_use, self._now_ns)
        self._arm()

    def _received(self, message: DhcpMessage, port: DhcpPort) -> None:
        self.client.receive(message, self._now_ns)
        self._arm()

    def _set_routes(self, lease: ClientLease) -> None:
        self._remove_routes()
        routes = [(int(network.network_address), network.prefixlen, gateway) for network, gateway in lease.routes]
        routes += [(0, 0, gateway) for gateway in lease.routers[:1]]
        for prefix, length, gateway in routes:
            hops = [NextHop(self.interface, int(gateway))]
            self._host.ip.add_route(Route(4, prefix, length, UNICAST, hops, self._metric))
            self._routes.append((prefix, length))

    def _remove_routes(self) -> None:
        for prefix, length in self._routes:
            self._host.ip.remove_route(4, prefix, length, self._metric)
        self._routes.clear()

    def _set_mtu(self, mtu: int) -> None:
        if mtu != self.interface.ipv4_mtu:
            self.interface.ipv4_mtu = mtu
            self._host.ip.forget_destinations()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed()

    def _arm(self) -> None:
        wake_ns = self.client.wake_ns
        self._timer.forget()
        if wake_ns is not None:
            self._timer.arm(max(wake_ns, self._now_ns))

    @property
    def _now_ns(self) -> int:
        return int(self._host.kernel.now_ns)


class _ClientTimer(Timer):
    def __init__(self, daemon: DhcpClientDaemon) -> None:
        super().__init__(daemon.interface.kernel)
        self._daemon: Final = daemon

    def expired(self) -> None:
        self._daemon.wake()


class _ProbeTimer(Timer):
    """ARP probes for an address that is not in use yet; an answer shows in the neighbour's entry."""

    def __init__(self, daemon: DhcpClientDaemon) -> None:
        super().__init__(daemon.interface.kernel)
        self._daemon: Final = daemon
        self._address = 0
        self._left = 0

    def begin(self, address: int) -> None:
        """Probe an address."""
        self._address = address
        self._left = PROBES
        self._daemon.interface.neighbours(4).entry(address).discard()
        self.arm(self.kernel.now_ns)

    def expired(self) -> None:
        entry = self._daemon.interface.neighbours(4).entry(self._address)
        if entry.state != NONE:
            self._daemon.probed(True)
        elif self._left:
            self._left -= 1
            self._daemon.interface.probe_ipv4(self._address)
            self.arm(self.kernel.now_ns + PROBE_INTERVAL_NS)
        else:
            self._daemon.probed(False)
