"""The base of a machine, below its programs: the layers of the stack, connected from the bottom up."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Final

from catenet.host.clock import Clock
from catenet.host.disk.disk import SimulatedDisk
from catenet.kernel import Kernel
from catenet.network.addresses import is_link_local
from catenet.network.stack import IpStack
from catenet.presentation.tls.host_tls import HostTls
from catenet.presentation.tls.internet_tls import InternetTls
from catenet.session.environment import Environment
from catenet.session.loop.loop import Loop
from catenet.session.names.hosts_table import Names
from catenet.session.names.name_service import NameService
from catenet.session.stack import SocketStack
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer


class HostBase:
    """The base of a machine; :class:`~catenet.host.host.Host` runs the programs."""

    def __init__(self, kernel: Kernel, name: str, names: Names | None, clock: Clock) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.names: Final = Names() if names is None else names
        self.ip: Final = IpStack(kernel, name)
        self.tcp: Final = TcpLayer(kernel, self.ip, name)
        self.udp: Final = UdpLayer(kernel, self.ip, name)
        self.clock: Final = clock
        self.internet_tls: InternetTls | None = None
        """The certificate authorities of its internet; None for a host without others."""
        self._sockets: SocketStack | None = None
        self._name_service: NameService | None = None
        self._disk: SimulatedDisk | None = None
        self._tls: HostTls | None = None

    @property
    def addresses(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """All its addresses except link-local ones, by interface."""
        return tuple(
            IPv4Address(address) if version == 4 else IPv6Address(address)
            for interface in self.ip.interfaces
            for version, own in ((4, interface.ipv4), (6, interface.ipv6))
            for address, _ in own
            if not interface.loopback and not is_link_local(version, address)
        )

    def log_event(self, what: str, text: str) -> None:
        """A program reports an event of its machine: a kind, and a line of text.  Override to record it.

        See :meth:`catenet.application.storage.disk.Machine.log_event`.
        """

    @property
    def sockets(self) -> SocketStack:
        """The socket calls of its programs."""
        if self._sockets is None:
            self._sockets = SocketStack(self.kernel, self.ip, self.tcp, self.udp, self.names, self.name)
            self._sockets.resolver.service = self._name_service
        return self._sockets

    @property
    def name_service(self) -> NameService | None:
        """What looks its names up; None for the hosts table."""
        return self._name_service

    @name_service.setter
    def name_service(self, service: NameService | None) -> None:
        self._name_service = service
        if self._sockets is not None:
            self._sockets.resolver.service = service

    @property
    def disk(self) -> SimulatedDisk:
        """Its disk."""
        if self._disk is None:
            self._disk = SimulatedDisk(self.kernel, self.name, lambda: self.environment)
        return self._disk

    @property
    def tls(self) -> HostTls:
        """TLS of its programs."""
        if self._tls is None:
            internet = self.internet_tls or InternetTls(self.kernel.streams, self.names, self.clock.wall_ns())
            self._tls = HostTls(internet, self.name, self.log_event)
        return self._tls

    # -- available while programs run

    @property
    def loop(self) -> Loop:
        """The event loop of its programs."""
        raise AssertionError(f"{type(self).__name__} has no loop")

    @property
    def environment(self) -> Environment:
        """The environment of its programs."""
        raise AssertionError(f"{type(self).__name__} has no environment")

    @property
    def ending(self) -> bool:
        """True once unfinished programs are being cancelled."""
        return False

    def forget_programs(self) -> Loop | None:
        """Replace the event loop for restarted programs, and return that of the ended ones.  For :mod:`.power` only."""
        return None

    def run_ended(self) -> None:
        """Notification: a run has ended.  Unfinished tasks are recorded, so that they can be closed."""
