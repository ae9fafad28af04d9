"""An interface: where a stack meets a port, with the addresses and neighbours of that link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.link.ethernet import Frame
from catenet.link.mac import GROUP_BIT
from catenet.link.port import Port, Station
from catenet.network import addresses
from catenet.network.ip import ipv4, ipv6
from catenet.network.neighbour import arp
from catenet.network.neighbour.arp_resolver import ArpResolver
from catenet.network.neighbour.duplicate_detection import Detection
from catenet.network.neighbour.local_address import DUPLICATE, OwnAddress
from catenet.network.neighbour.nd_resolver import NdResolver
from catenet.network.neighbour.neighbour import Neighbour, NeighbourTable, Resolver
from catenet.network.packet import ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, PROTOCOL_ICMPV6, IpPacket

if TYPE_CHECKING:
    from catenet.network.stack import IpStack

__all__ = ["Interface", "OwnAddress"]


class Interface(Station):
    """One interface of a host.  Made by :meth:`catenet.network.stack.IpStack.add_interface`.

    ``up`` tells the carrier; ``enabled`` is what an administrator says.  ``loopback`` marks the one
    without a link.
    """

    def __init__(self, stack: IpStack, name: str, mac: int, loopback: bool = False) -> None:
        self.stack: Final = stack
        self.kernel: Final = stack.kernel
        self.name: Final = name
        self.loopback: Final = loopback
        self.up: bool = loopback
        self.enabled: bool = True
        self.port: Final = Port(stack.kernel, f"{stack.name}.{name}", mac, self)
        self.port.all_groups = False
        self.addresses: Final[list[OwnAddress]] = []
        self.arp: Final = ArpResolver(self)
        self.nd: Final = NdResolver(self)
        self.neighbours4: Final = NeighbourTable(stack.kernel, self.port, self.arp, 4)
        self.neighbours6: Final = NeighbourTable(stack.kernel, self.port, self.nd, 6)
        self.borrowed: OwnAddress | None = None
        """An IPv4 address of another interface of the host that neighbours on this link know it by (RFC 1812 2.2.7)."""
        self._groups: Final[dict[int, int]] = {}
        self._detections: Final[dict[int, Detection]] = {}
        self._broadcast: Final = Neighbour(stack.kernel, self.port, self.arp, 4, addresses.BROADCAST)
        self._broadcast.make_permanent(addresses.BROADCAST_MAC)

    @property
    def mac(self) -> int:
        """The port's MAC."""
        return self.port.mac

    @property
    def mtu(self) -> int:
        """The longest packet that this link takes, in octets."""
        return self.port.mtu

    @property
    def ipv4(self) -> list[tuple[int, int]]:
        """IPv4 addresses in use, with their prefix lengths."""
        return [(own.address, own.prefix_len) for own in self.addresses if own.version == 4 and own.usable]

    @property
    def ipv6(self) -> list[tuple[int, int]]:
        """IPv6 addresses in use, with their prefix lengths."""
        return [(own.address, own.prefix_len) for own in self.addresses if own.version == 6 and own.usable]

    def receive_frame(self, port: Port, frame: Frame) -> None:
        group = frame.dst & GROUP_BIT != 0
        if not self.enabled or (frame.dst != port.mac and not group):
            return
        ethertype = frame.ethertype
        payload = frame.payload
        if ethertype in (ETHERTYPE_IPV4, ETHERTYPE_IPV6):
            packet = payload if isinstance(payload, IpPacket) else self._parse(ethertype, payload.emit())
            if packet is not None:
                if packet.protocol == PROTOCOL_ICMPV6:
                    self.nd.last_sender_mac = frame.src
                self.stack.input(packet, self, group)
        elif ethertype == ETHERTYPE_ARP:
            message = payload if isinstance(payload, arp.ArpPacket) else arp.parse(payload.emit())
            if message is not None:
                self.arp.receive(message)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.up = up
        self._link_changed(up and self.enabled)

    def mtu_changed(self, port: Port) -> None:
        self.stack.forget_destinations()

    def set_enabled(self, enabled: bool) -> None:
        """Take the interface out of use, or into it again, as an administrator does.  Its routes go with it."""
        if enabled != self.enabled:
            self.enabled = enabled
            self._link_changed(self.up and enabled)

    def neighbour_for(self, version: i64, address: int) -> Neighbour:
        """The neighbour that an address on this link is sent to; groups and broadcast included."""
        table = self.neighbours4 if version == 4 else self.neighbours6
        if addresses.is_multicast(version, address):
            neighbour = table.entry(address)
            neighbour.make_permanent(addresses.multicast_mac(version, address))
            return neighbour
        if version == 4 and self.stack.family4.is_broadcast(address):
            return self._broadcast
        return table.entry(address)

    def add_neighbour(self, version: int, address: int, mac: int) -> None:
        """Enter a neighbour by hand: it is never asked for."""
        table = self.neighbours4 if version == 4 else self.neighbours6
        table.entry(address).make_permanent(mac)

    def has_address(self, version: i64) -> bool:
        """True if there is a usable address of this version."""
        return any(own.version == version and own.usable for own in self.addresses)

    def link_local(self) -> int:
        """The usable IPv6 link-local address; 0 if there is none."""
        for own in self.addresses:
            if own.version == 6 and own.usable and addresses.is_link_local(6, own.address):
                return own.address
        return 0

    def own(self, version: i64, address: int) -> OwnAddress | None:
        """The interface's entry for an address, duplicate or not; None if it has none."""
        for own in self.addresses:
            if own.version == version and own.address == address:
                return own
        return None

    def join(self, version: int, group: int) -> None:
        """Take packets to a multicast group.  Joined twice, it must be left twice."""
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

    def _link_changed(self, usable: bool) -> None:
        if not usable:
            self.neighbours4.flush()
            self.neighbours6.flush()
        for detection in self._detections.values():
            if usable:
                detection.start()
            else:
                detection.forget()
        self.stack.carrier_changed(self)

    def _parse(self, ethertype: i64, data: bytes) -> IpPacket | None:
        version: i64 = 4 if ethertype == ETHERTYPE_IPV4 else 6
        packet: IpPacket | None = ipv4.parse(data) if version == 4 else ipv6.parse(data)
        if packet is None:
            self.stack.malformed(version)
        return packet

    def detect(self, own: OwnAddress) -> None:
        """See whether another host has an address: now if the link is up, and whenever it comes up again."""
        if own.detect:
            resolver: Resolver = self.arp if own.version == 4 else self.nd
            detection = Detection(self.kernel, self.stack.stream, own, resolver)
            self._detections[own.address] = detection
            if self.up and self.enabled:
                detection.start()

    def stop_detecting(self, own: OwnAddress) -> None:
        """The address is gone, or given up."""
        detection = self._detections.pop(own.address, None)
        if detection is not None:
            detection.forget()

    def disable_duplicate(self, own: OwnAddress) -> None:
        """Another host has this address: stop using it."""
        own.state = DUPLICATE
        self.stack.address_conflict(own)
