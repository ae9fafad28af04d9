"""The base of interfaces: name, port, addresses, groups and state.

:mod:`~catenet.network.ip_interface`, used by the stack only, implements frames and neighbours.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.link.port import Port, Station
from catenet.network import addresses
from catenet.network.icmp.message import IcmpMessage
from catenet.network.neighbour.neighbour import Neighbour, NeighbourTable
from catenet.network.packet import IpPacket

OPTIMISTIC: Final[i64] = 0
"""Used, with care, while detection runs (RFC 4429)."""
PREFERRED: Final[i64] = 1
DUPLICATE: Final[i64] = 2
"""Another host has it: not used."""


class LocalAddress:
    """One address of one interface, and its state of duplicate address detection."""

    def __init__(self, interface: Interface, version: i64, address: int, prefix_len: int, detect: bool) -> None:
        self.interface: Final = interface
        self.version: Final[i64] = version
        self.address: Final = address
        self.prefix_len: Final = prefix_len
        self.detect: Final = detect
        self.state: i64 = OPTIMISTIC if detect else PREFERRED
        self.defended_ns: i64 = -1

    @property
    def usable(self) -> bool:
        """True unless it is known to be a duplicate."""
        return self.state != DUPLICATE


class Interface(Station):
    """One interface of a host.  Created by :meth:`catenet.network.stack.IpStack.add_interface`.

    ``up`` is the carrier, ``enabled`` the administrative state; ``loopback`` marks the one without a link.
    """

    def __init__(self, kernel: Kernel, host: str, name: str, mac: int, loopback: bool) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.loopback: Final = loopback
        self.up = loopback
        self.enabled = True
        self.port: Final = Port(kernel, f"{host}.{name}", mac, self)
        self.port.all_groups = False
        self.addresses: Final[list[LocalAddress]] = []
        self.borrowed: LocalAddress | None = None
        """For an unnumbered link: the IPv4 address of another interface by which neighbours know it (RFC 1812 2.2.7).
        """
        self._groups: Final[dict[int, int]] = {}

    @property
    def mac(self) -> int:
        """The port's MAC."""
        return self.port.mac

    @property
    def mtu(self) -> int:
        """The longest packet on this link, in octets."""
        return self.port.mtu

    @property
    def ipv4(self) -> list[tuple[int, int]]:
        """IPv4 addresses in use, with their prefix lengths."""
        return [(own.address, own.prefix_len) for own in self.addresses if own.version == 4 and own.usable]

    @property
    def ipv6(self) -> list[tuple[int, int]]:
        """IPv6 addresses in use, with their prefix lengths."""
        return [(own.address, own.prefix_len) for own in self.addresses if own.version == 6 and own.usable]

    def has_address(self, version: i64) -> bool:
        """True if there is a usable address of this version."""
        return any(own.version == version and own.usable for own in self.addresses)

    def link_local(self) -> int:
        """The usable IPv6 link-local address; 0 if there is none."""
        for own in self.addresses:
            if own.version == 6 and own.usable and addresses.is_link_local(6, own.address):
                return own.address
        return 0

    def own(self, version: i64, address: int) -> LocalAddress | None:
        """The interface's entry for an address, duplicate or not; None if it has none."""
        for own in self.addresses:
            if own.version == version and own.address == address:
                return own
        return None

    def join(self, version: int, group: int) -> None:
        """Receive packets to a multicast group.  Joins are counted."""
        count = self._groups.get(group, 0)
        self._groups[group] = count + 1
        if count == 0:
            self.port.join(addresses.multicast_mac(version, group))

    def leave(self, version: int, group: int) -> None:
        """Undo one :meth:`join`.  Raises KeyError if there was none."""
        count = self._groups[group] - 1
        if count > 0:
            self._groups[group] = count
            return
        del self._groups[group]
        self.port.leave(addresses.multicast_mac(version, group))

    def is_member(self, group: int) -> bool:
        """True if the group was joined here."""
        return group in self._groups

    # -- implemented in ``ip_interface`` -----------------------------------------------

    def set_enabled(self, enabled: bool) -> None:
        """Set the administrative state.  Routes of a disabled interface are not used."""
        raise AssertionError(f"{type(self).__name__} cannot be taken out of use")

    def neighbours(self, version: i64) -> NeighbourTable:
        """The neighbours of one version of IP on the interface's link."""
        raise AssertionError(f"{type(self).__name__} has no neighbours")

    def neighbour_for(self, version: i64, address: int) -> Neighbour:
        """The neighbour entry of an address on this link, also for groups and broadcast."""
        raise AssertionError(f"{type(self).__name__} has no neighbours")

    def add_neighbour(self, version: int, address: int, mac: int) -> None:
        """Add a static neighbour entry."""
        self.neighbours(version).entry(address).make_permanent(mac)

    def receive_nd(self, packet: IpPacket, message: IcmpMessage) -> None:
        """A Neighbour Discovery message was received from the link."""
        raise AssertionError(f"{type(self).__name__} does not speak Neighbour Discovery")

    def detect(self, own: LocalAddress) -> None:
        """Run duplicate address detection: now if the link is up, and whenever it comes up."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def stop_detecting(self, own: LocalAddress) -> None:
        """The address was removed or is no longer used."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def disable_duplicate(self, own: LocalAddress) -> None:
        """Another host has this address: stop using it."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")


@mypyc_attr(allow_interpreted_subclasses=True)
class InterfaceWatcher:
    """An observer of interface changes, such as a routing daemon.

    Registered by :meth:`catenet.network.stack.IpStack.watch`.
    """

    def interface_changed(self, interface: Interface) -> None:
        """The carrier or the administrative state has changed: see ``up`` and ``enabled``."""
