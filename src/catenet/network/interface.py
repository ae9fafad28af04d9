"""The base of interfaces: name, port, addresses, groups and state.

:mod:`~catenet.network.ip_interface`, used by the stack only, implements frames and neighbours.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.link.framing.line import Line, LineUser
from catenet.link.multicast.message import GroupMessage
from catenet.link.port import Port
from catenet.network import addresses
from catenet.network.icmp.message import IcmpMessage
from catenet.network.multicast.group_filter import GroupFilter
from catenet.network.multicast.settings import DEFAULT_SETTINGS, MulticastSettings
from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter
from catenet.network.neighbour.nd_listener import NdListener
from catenet.network.neighbour.neighbour import Neighbour, NeighbourTable
from catenet.network.packet import IpPacket

OPTIMISTIC: Final[i64] = 0
"""Used, with care, while detection runs (RFC 4429)."""
PREFERRED: Final[i64] = 1
DUPLICATE: Final[i64] = 2
"""Another host has it: not used."""


class LocalAddress:
    """One address of one interface, and its state of duplicate address detection.

    A ``connected`` one brings a route to its prefix; a ``deprecated`` one is the source of new flows only if there is
    no other (RFC 4862 5.5.4).
    """

    def __init__(
        self, interface: Interface, version: i64, address: int, prefix_len: int, detect: bool, connected: bool = True
    ) -> None:
        self.interface: Final = interface
        self.version: Final[i64] = version
        self.address: Final = address
        self.prefix_len: Final = prefix_len
        self.detect: Final = detect
        self.connected: Final = connected
        self.deprecated = False
        self.state: i64 = OPTIMISTIC if detect else PREFERRED
        self.defended_ns: i64 = -1

    @property
    def usable(self) -> bool:
        """True unless it is known to be a duplicate."""
        return self.state != DUPLICATE


class Interface(LineUser):
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
        self.multicast: MulticastSettings = DEFAULT_SETTINGS
        self.ipv6_mtu: i64 = 0
        """The MTU that a router advertises for IPv6; 0 for the port's."""
        self.ipv4_mtu: i64 = 0
        """The MTU that a DHCP server gives for IPv4; 0 for the port's."""
        self.ipv6_hop_limit: i64 = 0
        """The hop limit that a router advertises; 0 for the host's."""
        self.nd_listeners: Final[list[NdListener]] = []
        self._groups: Final[dict[int, int]] = {}
        self._filters: Final[dict[int, GroupFilter]] = {}
        """Only for groups with a socket that filters sources."""

    @property
    def mac(self) -> int:
        """The port's MAC."""
        return self.port.mac

    @property
    def mtu(self) -> int:
        """The longest packet on this link, in octets."""
        return self.port.mtu

    def mtu_of(self, version: i64) -> i64:
        """The longest packet of a version of IP on this link, in octets."""
        told = self.ipv6_mtu if version == 6 else self.ipv4_mtu
        return told or self.port.mtu

    @property
    def has_mac(self) -> bool:
        """False on a line, whose ends have no link-layer addresses."""
        return True

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

    def line_address(self) -> int:
        for own in self.addresses:
            if own.version == 4 and own.usable:
                return own.address
        return self.borrowed.address if self.borrowed is not None else 0

    def line_identifier(self) -> int:
        return self.link_local() & 0xFFFF_FFFF_FFFF_FFFF

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

    # -- groups

    def join(self, version: int, group: int) -> None:
        """Receive packets to a multicast group.  Joins are counted."""
        self.change_filter(version, group, NOTHING, ANY_SOURCE)

    def leave(self, version: int, group: int) -> None:
        """Undo one :meth:`join`.  Raises KeyError if there was none."""
        self.change_filter(version, group, ANY_SOURCE, NOTHING)

    def change_filter(self, version: int, group: int, old: SourceFilter, new: SourceFilter) -> None:
        """A socket's source filter for a group changed; NOTHING is the filter of a socket that is no member.

        Raises KeyError for an ``old`` filter of a group that was not joined.
        """
        before = self.filter_of(group)
        members = self._groups.get(group, 0)
        self._count_members(version, group, (0 if new.is_nothing else 1) - (0 if old.is_nothing else 1))
        merged = self._filters.get(group)
        if merged is None and (old.sources or new.sources):
            merged = self._filters[group] = GroupFilter(members)
        if merged is not None:
            merged.change(old, new)
            if merged.is_plain:
                del self._filters[group]
        self.filter_changed(version, group, before, self.filter_of(group))

    def _count_members(self, version: int, group: int, step: int) -> None:
        count = self._groups.get(group, 0)
        if step < 0 and count == 0:
            raise KeyError(group)
        if count + step > 0:
            self._groups[group] = count + step
        if count == 0 and step > 0:
            self.port.join(addresses.multicast_mac(version, group))
        elif count > 0 and count + step == 0:
            del self._groups[group]
            self.port.leave(addresses.multicast_mac(version, group))

    def is_member(self, group: int) -> bool:
        """True if the group was joined here."""
        return group in self._groups

    def filter_of(self, group: int) -> SourceFilter:
        """The merged filter of all sockets for a group."""
        merged = self._filters.get(group)
        if merged is not None:
            return merged.merged
        return ANY_SOURCE if group in self._groups else NOTHING

    def accepts(self, group: int, source: int) -> bool:
        """True if some socket may listen to this source of a group."""
        if group not in self._groups:
            return False
        merged = self._filters.get(group)
        return merged is None or merged.merged.accepts(source)

    def reports(self, version: i64, group: int) -> bool:
        """True for a group that IGMP or MLD reports on this interface."""
        return group in self._groups and addresses.is_reported(version, group)

    def reported_groups(self, version: i64) -> list[int]:
        """The reported groups, in the order of joining."""
        return [
            group
            for group in self._groups
            if (version == 4) == (group <= addresses.BROADCAST) and addresses.is_reported(version, group)
        ]

    # -- implemented in ``ip_interface`` -----------------------------------------------

    def use_line(self, line: Line) -> None:
        """Use a point-to-point link, on which the neighbour needs no resolution."""
        raise AssertionError(f"{type(self).__name__} cannot use a line")

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

    def set_multicast(self, settings: MulticastSettings) -> None:
        """Change the settings by which groups are reported."""
        raise AssertionError(f"{type(self).__name__} reports no groups")

    def report_link_scope(self) -> None:
        """From now on always report groups of link scope, as Linux does."""
        raise AssertionError(f"{type(self).__name__} reports no groups")

    def filter_changed(self, version: int, group: int, old: SourceFilter, new: SourceFilter) -> None:
        """The merged filter of a group changed from ``old`` to ``new``."""
        raise AssertionError(f"{type(self).__name__} reports no groups")

    def receive_group_message(self, version: i64, message: GroupMessage) -> None:
        """An IGMP or MLD message was received from the link."""
        raise AssertionError(f"{type(self).__name__} reports no groups")

    def address_preferred(self, own: LocalAddress) -> None:
        """Duplicate address detection has ended: the address is unique."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def detect(self, own: LocalAddress) -> None:
        """Run duplicate address detection: now if the link is up, and whenever it comes up."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def stop_detecting(self, own: LocalAddress) -> None:
        """The address was removed or is no longer used."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def probe_ipv4(self, address: int) -> None:
        """Ask by ARP, from no address, whether another host has an address that is not this host's."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def disable_duplicate(self, own: LocalAddress) -> None:
        """Another host has this address: stop using it."""
        raise AssertionError(f"{type(self).__name__} cannot detect duplicates")

    def neighbour_failed(self, neighbour: Neighbour) -> None:
        """A neighbour does not answer."""
        raise AssertionError(f"{type(self).__name__} has no neighbours")

    def neighbour_is_host(self, neighbour: Neighbour) -> None:
        """An IPv6 neighbour that was a router says that it is none (RFC 4861 7.3.3)."""
        raise AssertionError(f"{type(self).__name__} has no neighbours")


@mypyc_attr(allow_interpreted_subclasses=True)
class InterfaceObserver:
    """An observer of interface changes, such as a routing daemon.

    Registered by :meth:`catenet.network.stack.IpStack.watch`.
    """

    def interface_changed(self, interface: Interface) -> None:
        """The carrier or the administrative state has changed: see ``up`` and ``enabled``."""
