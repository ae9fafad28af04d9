"""The implementation of interfaces: frame input, neighbour resolution, and duplicate address detection."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.ethernet import Frame
from catenet.link.framing.line import Line
from catenet.link.mac import GROUP_BIT
from catenet.link.multicast.message import GroupMessage
from catenet.link.port import Port
from catenet.network import addresses
from catenet.network.icmp.icmpv6 import ND_HOP_LIMIT, NEIGHBOUR_ADVERTISEMENT, NEIGHBOUR_SOLICITATION
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import DUPLICATE, PREFERRED, Interface, LocalAddress
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip_core import IpCore
from catenet.network.multicast.membership_reports import Membership
from catenet.network.multicast.report_output import GroupOutput
from catenet.network.multicast.settings import MulticastSettings
from catenet.network.multicast.source_filter import NOTHING, SourceFilter
from catenet.network.neighbour import arp_packet as arp
from catenet.network.neighbour.arp import Arp
from catenet.network.neighbour.duplicate_detection import AddressProber, DuplicateDetection
from catenet.network.neighbour.neighbour import Neighbour, NeighbourTable
from catenet.network.neighbour.neighbour_discovery import NeighbourDiscovery
from catenet.network.neighbour.point_to_point import PointToPointNeighbour
from catenet.network.packet import ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, PROTOCOL_ICMPV6, IpPacket


class IpInterface(Interface):
    """The connection of a stack to a port, with ARP and Neighbour Discovery on that link."""

    def __init__(self, core: IpCore, name: str, mac: int, loopback: bool = False) -> None:
        super().__init__(core.kernel, core.name, name, mac, loopback)
        self.core: Final = core
        self.arp: Final = Arp(self, core)
        self.nd: Final = NeighbourDiscovery(self, core)
        self.neighbours4: Final = NeighbourTable(core.kernel, self.port, self.arp, 4)
        self.neighbours6: Final = NeighbourTable(core.kernel, self.port, self.nd, 6)
        self._reports_all = False
        self._membership4: Membership | None = None
        self._membership6: Membership | None = None
        self.line: Line | None = None
        self._detections: Final[dict[int, DuplicateDetection]] = {}
        self._broadcast: Final = Neighbour(core.kernel, self.port, self.arp, 4, addresses.BROADCAST)
        self._broadcast.make_permanent(addresses.BROADCAST_MAC)

    @property
    def has_mac(self) -> bool:
        return self.line is None

    # -- in -------------------------------------------------------------------------------------------

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
                self.core.input(packet, self, group)
        elif ethertype == ETHERTYPE_ARP:
            message = payload if isinstance(payload, arp.ArpPacket) else arp.parse(payload.emit())
            if message is not None:
                self.arp.receive(message)

    def receive_nd(self, packet: IpPacket, message: IcmpMessage) -> None:
        kind = message.kind
        if kind in (NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT):
            self.nd.receive(packet, message)
        elif packet.hop_limit == ND_HOP_LIMIT and not self.loopback:
            for listener in list(self.nd_listeners):
                listener.receive_nd(packet, message)

    def _parse(self, ethertype: i64, data: bytes) -> IpPacket | None:
        version: i64 = 4 if ethertype == ETHERTYPE_IPV4 else 6
        packet: IpPacket | None = ipv4.parse(data) if version == 4 else ipv6.parse(data)
        if packet is None:
            self.core.malformed(version)
        return packet

    # -- neighbours -----------------------------------------------------------------------------------

    def neighbours(self, version: i64) -> NeighbourTable:
        return self.neighbours4 if version == 4 else self.neighbours6

    def neighbour_for(self, version: i64, address: int) -> Neighbour:
        table = self.neighbours4 if version == 4 else self.neighbours6
        if self.line is not None:
            return self._across(self.line, table, address)
        if addresses.is_multicast(version, address):
            neighbour = table.entry(address)
            neighbour.make_permanent(addresses.multicast_mac(version, address))
            return neighbour
        if version == 4 and self.core.family4.is_broadcast(address):
            return self._broadcast
        return table.entry(address)

    def _across(self, line: Line, table: NeighbourTable, address: int) -> Neighbour:
        neighbour = table.find(address)
        if neighbour is None:
            neighbour = PointToPointNeighbour(line, self.arp, table.version, address)
            table.entries[address] = neighbour
        return neighbour

    # -- changes --------------------------------------------------------------------------------------

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.up = up
        self._link_changed(up and self.enabled)

    def mtu_changed(self, port: Port) -> None:
        self.core.forget_destinations()

    def set_enabled(self, enabled: bool) -> None:
        if enabled != self.enabled:
            self.enabled = enabled
            self._link_changed(self.up and enabled)

    def _link_changed(self, usable: bool) -> None:
        if not usable:
            self.neighbours4.flush()
            self.neighbours6.flush()
        for detection in self._detections.values():
            if usable:
                detection.start()
            else:
                detection.forget()
        self._announce_groups(usable)
        self.core.carrier_changed(self)
        for listener in list(self.nd_listeners):
            listener.link_changed(usable)

    # -- groups ---------------------------------------------------------------------------------------

    def set_multicast(self, settings: MulticastSettings) -> None:
        if self._reports_all:
            settings = settings.with_link_scope()
        if settings != self.multicast:
            self._announce_groups(False)
            self._membership4 = self._membership6 = None
            self.multicast = settings
            self._announce_groups(self.up and self.enabled)

    def report_link_scope(self) -> None:
        self._reports_all = True
        self.set_multicast(self.multicast)

    def filter_changed(self, version: int, group: int, old: SourceFilter, new: SourceFilter) -> None:
        if self.up and self.enabled and self._tells(version, group):
            self._membership(version).changed(group, old, new)

    def receive_group_message(self, version: i64, message: GroupMessage) -> None:
        if message.query is not None:
            self._membership(version).receive(message.query)
            return
        known = self._membership4 if version == 4 else self._membership6
        if known is not None and message.report is not None:
            known.overheard(message.report)

    def address_preferred(self, own: LocalAddress) -> None:
        known = self._membership6
        if own.version == 6 and known is not None and known.output.without_address:
            known.output.without_address = False
            self._announce(6)
        for listener in list(self.nd_listeners):
            listener.address_preferred(own.version, own.address)

    def _announce_groups(self, usable: bool) -> None:
        for known in (self._membership4, self._membership6):
            if known is not None and not usable:
                known.stop()
        if usable:
            self._announce(4)
            self._announce(6)

    def _announce(self, version: int) -> None:
        for group in self.reported_groups(version):
            if self._tells(version, group):
                self._membership(version).changed(group, NOTHING, self.filter_of(group))

    def _tells(self, version: int, group: int) -> bool:
        """Whether changes of a group are reported; groups of link scope only if something on the link needs them."""
        if self.loopback or not addresses.is_reported(version, group):
            return False
        if not addresses.is_link_scope_group(version, group) or self.multicast.link_scope_reports:
            return True
        known = self._membership4 if version == 4 else self._membership6
        return known is not None and known.queriers.heard

    def _membership(self, version: i64) -> Membership:
        known = self._membership4 if version == 4 else self._membership6
        if known is None:
            stream = self.kernel.streams.stream(f"host:{self.core.name}:{self.name}:multicast{version}")
            known = Membership(self, GroupOutput(self, self.core, version), stream, version, self.multicast)
            if version == 4:
                self._membership4 = known
            else:
                self._membership6 = known
        return known

    # -- duplicate addresses --------------------------------------------------------------------------

    def use_line(self, line: Line) -> None:
        self.line = line
        for own in self.addresses:
            self.stop_detecting(own)
            own.state = PREFERRED

    def detect(self, own: LocalAddress) -> None:
        """Not needed on a point-to-point link; PPP's control protocols compare the addresses of the two ends."""
        if self.line is not None:
            own.state = PREFERRED
            return
        if own.detect:
            prober: AddressProber = self.arp if own.version == 4 else self.nd
            detection = DuplicateDetection(self.kernel, self.core.stream, own, prober)
            self._detections[own.address] = detection
            if self.up and self.enabled:
                detection.start()

    def stop_detecting(self, own: LocalAddress) -> None:
        detection = self._detections.pop(own.address, None)
        if detection is not None:
            detection.forget()

    def probe_ipv4(self, address: int) -> None:
        self.arp.probe_address(address)

    def disable_duplicate(self, own: LocalAddress) -> None:
        own.state = DUPLICATE
        self.core.address_conflict(own)
        for listener in list(self.nd_listeners):
            listener.address_duplicate(own.version, own.address)

    def neighbour_failed(self, neighbour: Neighbour) -> None:
        for listener in list(self.nd_listeners):
            listener.neighbour_failed(neighbour.version, neighbour.address)

    def neighbour_is_host(self, neighbour: Neighbour) -> None:
        for listener in list(self.nd_listeners):
            listener.neighbour_is_host(neighbour.address)
