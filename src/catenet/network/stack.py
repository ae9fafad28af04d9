"""One host's network layer: input and output of packets.

Input: :meth:`IpStack.input` looks up the destination (one dict look-up), and delivers the packet or forwards it
(:mod:`~catenet.network.ip_forward`).  Output:
:meth:`IpStack.send` looks up the destination, builds the packet, and passes it to the next hop's neighbour entry.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.network import addresses, tracing
from catenet.network.family import SOURCE_BAD, Family
from catenet.network.forwarding.destination_cache import (
    BROADCAST,
    LOCAL,
    LOOPBACK,
    MULTICAST,
    REFUSED,
    REMOTE,
    Destination,
)
from catenet.network.forwarding.route import NextHop
from catenet.network.forwarding.source_selection import choose_source
from catenet.network.icmp.errors import parse_quoted
from catenet.network.icmp.icmpv6 import ND_HOP_LIMIT
from catenet.network.interface import Interface
from catenet.network.ip import pmtu
from catenet.network.ip.ipv4 import MAX_OCTETS as MAX_OCTETS4
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import MAX_OCTETS as MAX_OCTETS6
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip.options import examine
from catenet.network.ip.reassembly import Reassembler
from catenet.network.ip_forward import IpForward
from catenet.network.ip_interface import IpInterface
from catenet.network.loopback import Loopback
from catenet.network.multicast.igmp_input import Igmp, is_group_management
from catenet.network.multicast.settings import DEFAULT_SETTINGS, MulticastSettings
from catenet.network.neighbour.neighbour import Neighbour
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_IGMP, IpPacket
from catenet.network.partition_filter import PartitionFilter
from catenet.network.protocol import IcmpError
from catenet.network.router_discovery.redirect_receiver import RedirectReceiver

DEFAULT_HOP_LIMIT: Final[i64] = 64


class IpStack(IpForward):
    """IPv4 and IPv6 of one host or router.

    ``forwarding`` makes it a router.  Protocols are numbers from 0 to 255; addresses are integers with a version, 4 or
    6; an errno of 0 means success.
    """

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(kernel, name)
        self.default_hop_limit: i64 = DEFAULT_HOP_LIMIT
        self.reassembler4: Final = Reassembler(kernel, self.family4.counters, 4)
        self.reassembler6: Final = Reassembler(kernel, self.family6.counters, 6)
        self.loopback: Loopback = Loopback(self)
        self._multicast: MulticastSettings = DEFAULT_SETTINGS
        self.partition_filter: PartitionFilter | None = None
        self.loopback_interface: Final = self._make_loopback_interface()
        self._last_interface = self.loopback_interface
        self.register(PROTOCOL_ICMP, self.icmp)
        self.register(PROTOCOL_ICMPV6, self.icmp)
        self.register(PROTOCOL_IGMP, Igmp(self))

    def add_interface(self, name: str, mac: int, mtu: int = 1500, link_local: bool = True) -> IpInterface:
        """Add an interface; attach a channel to its ``port``.  ``mtu`` is in octets of IP packet.

        With ``link_local`` it gets the IPv6 link-local address of its MAC.  Raises ValueError if the name is taken.
        """
        if any(interface.name == name for interface in self.interfaces):
            raise ValueError(f"{self.name} has an interface {name!r} already")
        interface = IpInterface(self, name, mac)
        self._enlist(interface)
        interface.port.mtu = mtu
        interface.multicast = self._multicast
        interface.join(4, addresses.ALL_NODES4)
        interface.join(6, addresses.ALL_NODES6)
        if link_local:
            self.add_address(interface, 6, addresses.link_local_of(mac), 64)
        return interface

    def set_multicast(self, settings: MulticastSettings) -> None:
        """Set how all interfaces, later ones included, report their groups."""
        self._multicast = settings
        for interface in self.interfaces:
            interface.set_multicast(settings)

    def accept_redirects(self, on: bool) -> None:
        """Whether it uses first hops that its routers tell of (Linux's ``accept_redirects``)."""
        self.icmp.redirects = RedirectReceiver(self) if on else None
        if not on:
            self.family4.forget_redirects()
            self.family6.forget_redirects()

    # -- queries of the layer above -----------------------------------------------------------------------------

    def source_address(self, version: i64, dst: int, interface: Interface | None = None) -> int:
        """The source address for ``dst`` (RFC 6724 section 5); 0 if there is no route or no address."""
        family = self.family4 if version == 4 else self.family6
        destination = family.destination(dst) if interface is None else self._scoped(family, dst, interface)
        if destination.source == 0:
            destination.source = choose_source(family, destination)
        return destination.source

    def route_error(self, version: i64, dst: int) -> int:
        """The errno of sending to ``dst``: 0, ENETUNREACH, EACCES, EINVAL ..."""
        return self.family(version).destination(dst).errno

    def source_error(self, version: i64, src: int, dst: int) -> int:
        """The errno of sending to ``dst`` from the address ``src``: 0, EADDRNOTAVAIL, EINVAL."""
        family = self.family4 if version == 4 else self.family6
        return self._source_error(family, family.destination(dst), src)

    def confirm(self, version: i64, dst: int) -> None:
        """The upper layer made forward progress with ``dst``, so its next hop is reachable (RFC 4861 7.3.1)."""
        family = self.family4 if version == 4 else self.family6
        destination = family.destination(dst)
        if destination.kind == REMOTE and destination.next_hop_count == 1:
            destination.neighbours[0].confirm()

    def counters(self) -> dict[str, int]:
        """All counters, by the names that ``nstat`` prints."""
        own = self.family4.counters.named(4) | self.icmp_counters.named() | self.family6.counters.named(6)
        return own if self.translator is None else own | self.translator.named_counters()

    # -- out ------------------------------------------------------------------------------------------

    def send(
        self,
        version: i64,
        src: int,
        dst: int,
        protocol: i64,
        payload: Pdu,
        traffic_class: i64 = 0,
        hop_limit: i64 = 0,
        dont_fragment: bool = True,
        interface: Interface | None = None,
    ) -> int:
        family = self.family4 if version == 4 else self.family6
        destination = family.destination(dst) if interface is None else self._scoped(family, dst, interface)
        if src != destination.checked_source:
            src = self._checked_source(family, destination, src)
            if src < 0:
                return -src
        if hop_limit == 0:
            hop_limit = 1 if destination.kind == MULTICAST else destination.hop_limit
            if hop_limit == 0:
                hop_limit = self.default_hop_limit
        family.counters.out_requests += 1
        packet: IpPacket
        if version == 4:
            packet = Ipv4Packet(src, dst, protocol, payload, hop_limit, traffic_class, 0, dont_fragment)
            if not dont_fragment:
                packet.identification = self.random_ids.next_identification4()
        else:
            packet = Ipv6Packet(src, dst, protocol, payload, hop_limit, traffic_class)
        if destination.kind == REMOTE and packet.wire_length() <= destination.path_mtu:
            destination.send(packet)
            return 0
        return self._send_unusual(packet, destination, family, dont_fragment)

    def send_on_link(
        self,
        interface: Interface,
        version: i64,
        src: int,
        dst: int,
        protocol: i64,
        payload: Pdu,
        traffic_class: i64 = 0,
        hop_limit: i64 = 1,
    ) -> None:
        """Send a packet to a neighbour or a group on a link, bypassing the routes; takes ownership of the payload.

        For routing protocols and DHCP: with a hop limit of 1 the packet stays on the link, and a packet to a group is
        not looped back; ``src`` may be unspecified.  A packet that exceeds the link's MTU is fragmented.
        """
        family = self.family4 if version == 4 else self.family6
        family.counters.out_requests += 1
        neighbour = interface.neighbour_for(version, dst)
        packet: IpPacket
        if version == 4:
            packet = Ipv4Packet(src, dst, protocol, payload, hop_limit, traffic_class, 0, False)
            packet.identification = self.random_ids.next_identification4()
        else:
            packet = Ipv6Packet(src, dst, protocol, payload, hop_limit, traffic_class)
        mtu = interface.mtu_of(version)
        if packet.wire_length() <= mtu:
            neighbour.send(packet)
            return
        self.send_fragments(packet, family.make(dst, REMOTE, [NextHop(interface)]), family, mtu)

    def _checked_source(self, family: Family, destination: Destination, src: int) -> int:
        """The source address to use, or a negated errno."""
        if destination.errno != 0:
            family.counters.out_no_routes += 1
            return -destination.errno
        if src == addresses.UNSPECIFIED:
            src = destination.source or choose_source(family, destination)
            destination.source = src
            if src == addresses.UNSPECIFIED:
                return -errno.EADDRNOTAVAIL
        else:
            error = self._source_error(family, destination, src)
            if error:
                return -error
        destination.checked_source = src
        return src

    def _source_error(self, family: Family, destination: Destination, src: int) -> int:
        if not self.is_local(family.version, src):
            return errno.EADDRNOTAVAIL
        if addresses.is_loopback(family.version, src) and destination.kind in (REMOTE, BROADCAST):
            return errno.EINVAL  # A loopback address must not leave the host: RFC 1122 3.2.1.3 (g), RFC 4291 2.5.3.
        return 0

    def _scoped(self, family: Family, dst: int, interface: Interface) -> Destination:
        """A destination on one interface's link; an address of this host is local on every link."""
        destination = family.destination(dst)
        if (
            destination.kind == LOCAL
            or destination.kind == LOOPBACK
            or (destination.kind == REMOTE and not destination.stays_on_link)
        ):
            return destination
        kind = destination.kind if destination.kind != REFUSED else REMOTE
        return family.make(dst, kind, [NextHop(interface)])

    def _send_unusual(self, packet: IpPacket, destination: Destination, family: Family, dont_fragment: bool) -> int:
        """Send a packet to this host itself, to a group, or above the path MTU."""
        kind = destination.kind
        if packet.wire_length() > (MAX_OCTETS4 if packet.version == 4 else MAX_OCTETS6):
            return errno.EMSGSIZE
        if kind in (LOCAL, LOOPBACK):
            self.loopback.put(packet)
            return 0
        if kind == REFUSED:
            family.counters.out_no_routes += 1
            return destination.errno
        if kind == BROADCAST or self._is_joined(destination):
            copy = packet.clone()
            if isinstance(copy, IpPacket):
                self.loopback.put(copy)
        if kind == MULTICAST and addresses.is_loopback(packet.version, packet.src):
            return 0  # As on Linux: members on this host have received it, and it is not sent to the link.
        length = packet.wire_length()
        if length > pmtu.current(destination, self.kernel.now_ns):
            if dont_fragment:
                family.counters.fragmentation_failures += 1
                return errno.EMSGSIZE
            return self.send_fragments(packet, destination, family, destination.path_mtu)
        destination.send(packet)
        return 0

    def _is_joined(self, destination: Destination) -> bool:
        if destination.kind != MULTICAST:
            return False
        return any(
            interface.port is destination.neighbours[0].port and interface.is_member(destination.address)
            for interface in self.interfaces
        )

    # -- in -------------------------------------------------------------------------------------------

    def input(self, packet: IpPacket, interface: Interface, group: bool) -> None:
        family = self.family4 if packet.version == 4 else self.family6
        family.counters.in_receives += 1
        source = family.source_kind(packet.src)
        if self.translator is not None and source != SOURCE_BAD and not group:
            translated = self.translator.arriving(packet, interface)
            if translated is None:
                return
            packet = translated
        destination = family.destination(packet.dst)
        if source == SOURCE_BAD or group:
            self._input_unusual(packet, interface, destination, family, source, group)
        elif destination.kind == LOCAL:
            self._deliver(packet, interface, family)
        elif destination.kind == REMOTE and self._forwarding:
            self._forward(packet, destination, family, source, interface)
        else:
            self._input_unusual(packet, interface, destination, family, source, group)

    def _input_unusual(
        self,
        packet: IpPacket,
        interface: Interface,
        destination: Destination,
        family: Family,
        source: int,
        group: bool,
    ) -> None:
        """Process a packet to a group, from an invalid source, or to another host."""
        kind = destination.kind
        if kind == LOOPBACK or (source == SOURCE_BAD and not self._may_claim(packet, kind)):
            family.counters.in_address_errors += 1
            self.drop(tracing.MARTIAN_SOURCE, packet)
        elif kind == BROADCAST or (kind == MULTICAST and _listens(interface, packet)):
            self._deliver(packet, interface, family)
        elif kind == MULTICAST:
            self.drop(tracing.GROUP_SOURCE if interface.is_member(packet.dst) else tracing.NOT_MEMBER, packet)
        elif group:
            family.counters.in_discards += 1
            self.drop(tracing.LINK_GROUP, packet)
        elif not self._forwarding:
            family.counters.in_address_errors += 1
            self.drop(tracing.NOT_OURS, packet)
        else:
            family.counters.out_no_routes += 1
            self.drop(destination.reason, packet)
            self.icmp.refused(packet, destination)

    def _may_claim(self, packet: IpPacket, kind: i64) -> bool:
        """Whether a packet with an otherwise invalid source is accepted.

        A host without an address may send to a group (RFC 1122 3.2.1.3, RFC 4862 5.4.2), and a host that uses an
        address of ours is accepted in Neighbour Discovery, so that the duplicate is detected.
        """
        if packet.src == addresses.UNSPECIFIED:
            return kind in (BROADCAST, MULTICAST)
        claims = packet.protocol == PROTOCOL_ICMPV6 and packet.hop_limit == ND_HOP_LIMIT
        return kind == MULTICAST and claims and not addresses.is_multicast(6, packet.src)

    def deliver_own(self, packet: IpPacket) -> None:
        family = self.family4 if packet.version == 4 else self.family6
        family.counters.in_receives += 1
        own = family.own.get(packet.dst)
        self._deliver(packet, own.interface if own is not None else self.loopback_interface, family)

    def _deliver(self, packet: IpPacket, interface: Interface, family: Family) -> None:
        if self.partition_filter is not None and self.partition_filter.keeps_out(packet):
            self.drop(tracing.BARRED, packet)
            return
        if not packet.is_plain():
            whole = self._completed(packet)
            if whole is None:
                return
            packet = whole
        self._last_interface = interface
        handler = self._handlers[packet.protocol]
        if handler is None:
            family.counters.in_unknown_protocols += 1
            self.drop(tracing.NO_PROTOCOL, packet)
            self.icmp.protocol_unreachable(packet)
            return
        family.counters.in_delivers += 1
        handler.receive(packet, interface)

    def _completed(self, packet: IpPacket) -> IpPacket | None:
        """The packet, reassembled and with its options examined; None if it is incomplete or dropped."""
        if packet.is_fragment():
            whole = self._reassembled(packet)
            if whole is None:
                return None
            packet = whole
        verdict = examine(packet)
        if verdict is None:
            return packet
        self.family(packet.version).counters.in_header_errors += 1
        self.drop(tracing.OPTIONS, packet)
        if verdict.code >= 0:
            self.icmp.parameter_problem(packet, verdict.code, verdict.pointer)
        return None

    def _reassembled(self, packet: IpPacket) -> IpPacket | None:
        reassembler = self.reassembler4 if packet.version == 4 else self.reassembler6
        failures = reassembler.counters.reassembly_failures
        whole = reassembler.add(packet)
        if reassembler.counters.reassembly_failures != failures:
            self.drop(tracing.REASSEMBLY, packet)
        return whole

    # -- errors and changes ---------------------------------------------------------------------------

    def reject_port(self, packet: IpPacket) -> None:
        """Send a port-unreachable error to a packet's sender."""
        self.icmp.port_unreachable(packet)

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        if not dropped:
            kernel = self.kernel
            kernel.trace.row(
                kernel.now_ns, tracing.NEIGHBOUR_FAILED, self.subject, int(neighbour.version), neighbour.address
            )
            self.family(neighbour.version).forget_redirects(neighbour)
        for packet in packets:
            self.family(packet.version).counters.out_discards += 1
            self.drop(tracing.QUEUE_FULL if dropped else tracing.UNRESOLVED, packet)
            if not dropped:
                self._host_unreachable(packet)

    def _host_unreachable(self, packet: IpPacket) -> None:
        if self.translator is not None:
            packet = self.translator.original(packet)
        version = packet.version
        if not self.is_local(version, packet.src):
            self.icmp.host_unreachable(packet)
            return
        quoted = parse_quoted(version, packet.emit())
        if quoted is not None:
            error = IcmpError(
                version, packet.src, packet.dst, quoted.protocol, errno.EHOSTUNREACH, False, 0, quoted.head
            )
            self.report_error(error)

    def _make_loopback_interface(self) -> IpInterface:
        interface = IpInterface(self, "lo", 0, True)
        self._enlist(interface)
        interface.port.mtu = 65_536
        self.add_address(interface, 4, addresses.LOOPBACK4, 8)
        self.add_address(interface, 6, addresses.LOOPBACK6, 128)
        return interface


def _listens(interface: Interface, packet: IpPacket) -> bool:
    """Whether a packet to a group is accepted.  Source filters do not apply to queries (as in Linux)."""
    if interface.accepts(packet.dst, packet.src):
        return True
    return interface.is_member(packet.dst) and is_group_management(packet)
