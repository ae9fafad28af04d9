"""The configuration of a host: interfaces, addresses, routes, and reactions to their changes."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.streams import Stream
from catenet.network import addresses, tracing
from catenet.network.family import Family
from catenet.network.forwarding.fib import Fib
from catenet.network.forwarding.route import Route
from catenet.network.interface import Interface, InterfaceObserver, LocalAddress
from catenet.network.ip.random_ids import RandomIds


class Configuration:
    """The tables of one host.  :class:`~catenet.network.stack.IpStack` adds packet processing."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.subject: Final = kernel.trace.subject(name)
        self.random_ids: Final = RandomIds(kernel.streams.stream(f"host:{name}:network"))
        self.family4: Final = Family(kernel, 4, self.random_ids)
        self.family6: Final = Family(kernel, 6, self.random_ids)
        self.interfaces: Final[list[Interface]] = []
        self._watchers: list[InterfaceObserver] = []
        self._forwarding = False

    @property
    def stream(self) -> Stream:
        """The random stream of the host's network layer."""
        return self.random_ids.stream()

    @property
    def forwarding(self) -> bool:
        """True for a router: it forwards packets for other hosts, and does not use routes over dead links."""
        return self._forwarding

    @forwarding.setter
    def forwarding(self, forwarding: bool) -> None:
        self._forwarding = forwarding
        self.family4.need_carrier = forwarding
        self.family6.need_carrier = forwarding
        self.forget_destinations()

    @property
    def fib4(self) -> Fib:
        """IPv4's routes.  Change them by :meth:`add_route`, which clears the destination cache."""
        return self.family4.fib

    @property
    def fib6(self) -> Fib:
        """IPv6's routes."""
        return self.family6.fib

    def add_address(
        self,
        interface: Interface,
        version: int,
        address: int,
        prefix_len: int,
        detect: bool = True,
        connected: bool = True,
    ) -> LocalAddress:
        """Give an interface an address, and the host a route to its link if ``connected``.

        ``detect`` starts duplicate address detection (see :mod:`~catenet.network.neighbour.duplicate_detection`).
        Raises ValueError if this host has it already, or if it is no unicast address.
        """
        family = self.family(version)
        text = addresses.text(version, address)
        if address in family.own:
            raise ValueError(f"{self.name} has the address {text} already")
        if address == addresses.UNSPECIFIED or addresses.is_multicast(version, address):
            raise ValueError(f"{text} cannot be the address of a host")
        addresses.mask(version, prefix_len)
        former = interface.own(version, address)
        if former is not None:
            interface.addresses.remove(former)
        own = LocalAddress(interface, version, address, prefix_len, detect and not interface.loopback, connected)
        interface.addresses.append(own)
        family.own[address] = own
        if connected and not interface.loopback and not (version == 6 and addresses.is_link_local(6, address)):
            self.add_route(family.connected_route(own))
        if version == 6:
            interface.join(6, addresses.solicited_node(address))
        self.forget_destinations()
        interface.detect(own)
        return own

    def remove_address(self, version: int, address: int) -> None:
        """Remove an address and its route.  Raises KeyError if this host does not have it."""
        own = self.family(version).own.pop(address)
        own.interface.addresses.remove(own)
        self._withdraw(own)

    def add_route(self, route: Route) -> None:
        """Add a route, replacing one with the same prefix and metric."""
        self.family(route.version).fib.add(route)
        self._route_changed(route.version, route.prefix_len)

    def remove_route(self, version: int, prefix: int, prefix_len: int, metric: int = 0) -> bool:
        """Remove a route; False if there is none."""
        removed = self.family(version).fib.remove(prefix, prefix_len, metric)
        if removed:
            self._route_changed(version, prefix_len)
        return removed

    def family(self, version: i64) -> Family:
        """One version's tables."""
        return self.family4 if version == 4 else self.family6

    def is_local(self, version: i64, address: int) -> bool:
        """True for an address of this host, and for all of 127.0.0.0/8."""
        family = self.family4 if version == 4 else self.family6
        return address in family.own or addresses.is_loopback(version, address)

    def carrier_changed(self, interface: Interface) -> None:
        """A link went down or came up: neighbours are removed, and addresses are checked again."""
        self.kernel.trace.row(self.kernel.now_ns, tracing.CARRIER, self.subject, 1 if interface.up else 0)
        self.forget_destinations()
        for watcher in self._watchers:
            watcher.interface_changed(interface)

    def watch(self, watcher: InterfaceObserver) -> None:
        """Add an observer of interfaces that go down or come up."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: InterfaceObserver) -> None:
        """Undo a :meth:`watch`."""
        self._watchers = [each for each in self._watchers if each is not watcher]

    def set_power(self, on: bool) -> None:
        """The host loses power, or gets it back: its interfaces are disabled meanwhile, and learned state is dropped.

        Addresses and routes are configuration, and stay.
        """
        for interface in self.interfaces:
            if not interface.loopback:
                interface.set_enabled(on)
        self.family4.path_mtus.clear()
        self.family6.path_mtus.clear()
        self.family4.forget_redirects()
        self.family6.forget_redirects()
        self.forget_destinations()

    def address_conflict(self, own: LocalAddress) -> None:
        """Another host has the address, too: this host stops using it."""
        version = int(own.version)
        self.kernel.trace.row(self.kernel.now_ns, tracing.ADDRESS_CONFLICT, self.subject, version, own.address)
        self.family(version).own.pop(own.address, None)
        self._withdraw(own)

    def forget_destinations(self) -> None:
        """Clear the destination cache after a change."""
        self.family4.forget_destinations()
        self.family6.forget_destinations()

    def _withdraw(self, own: LocalAddress) -> None:
        """Remove an address's route, unless another address is in the same subnet."""
        family = self.family(own.version)
        own.interface.stop_detecting(own)
        if own.version == 6:
            own.interface.leave(6, addresses.solicited_node(own.address))
        prefix = addresses.mask(own.version, own.prefix_len)
        for other in family.own.values():
            same = other.prefix_len == own.prefix_len and (other.address ^ own.address) & prefix == 0
            if same and other.connected:
                self.forget_destinations()
                return
        if not own.connected:
            self.forget_destinations()
            return
        if not self.remove_route(int(own.version), own.address, own.prefix_len):
            self.forget_destinations()

    def _route_changed(self, version: i64, prefix_len: int) -> None:
        self.kernel.trace.row(self.kernel.now_ns, tracing.ROUTE_CHANGE, self.subject, int(version), prefix_len)
        self.family(version).forget_redirects()
        self.forget_destinations()

    def _enlist(self, interface: Interface) -> None:
        self.interfaces.append(interface)
        self.family4.interfaces.append(interface)
        self.family6.interfaces.append(interface)
