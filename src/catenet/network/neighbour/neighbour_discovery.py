"""Neighbour Discovery: solicitations, advertisements, and duplicate address detection (RFC 4861 7.2, RFC 4862 5.4).

An optimistic address follows RFC 4429: its solicitations contain no MAC, so that they change no cache, and its
advertisements do not override.  A reply to a solicitation without a MAC is sent to the frame's source, since otherwise
two optimistic hosts would wait for each other.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.ethernet import Frame
from catenet.network import addresses
from catenet.network.icmp.icmpv6 import (
    FLAG_OVERRIDE,
    FLAG_ROUTER,
    FLAG_SOLICITED,
    ND_HOP_LIMIT,
    NEIGHBOUR_SOLICITATION,
    NO_MAC,
    NeighbourMessage,
    advertisement,
    parse_neighbour,
    solicitation,
)
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import OPTIMISTIC, Interface, LocalAddress
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip_core import IpCore
from catenet.network.neighbour.duplicate_detection import AddressProber
from catenet.network.neighbour.neighbour import INCOMPLETE, NONE, Neighbour
from catenet.network.packet import ETHERTYPE_IPV6, PROTOCOL_ICMPV6, IpPacket

NONCE_OCTETS: Final = 6


class NeighbourDiscovery(AddressProber):
    """Neighbour Discovery of one interface.  ``last_sender_mac`` is the source of the last ICMPv6 frame."""

    def __init__(self, interface: Interface, core: IpCore) -> None:
        super().__init__()
        self.interface: Final = interface
        self.core: Final = core
        self.last_sender_mac: i64 = 0
        self._nonces: Final[dict[int, bytes]] = {}

    def receive(self, packet: IpPacket, message: IcmpMessage) -> None:
        """Process a solicitation or an advertisement; malformed ones, and those from another link, are ignored."""
        if packet.hop_limit != ND_HOP_LIMIT or self.interface.loopback:
            return
        told = parse_neighbour(message)
        if told is None:
            return
        if told.kind == NEIGHBOUR_SOLICITATION:
            self._solicited(packet, told)
        elif not (addresses.is_multicast(6, packet.dst) and told.flags & FLAG_SOLICITED):
            self._advertised(told)

    def solicit(self, neighbour: Neighbour, unicast: bool) -> None:
        own = self._speaker(neighbour)
        if own is None:
            return
        mac: i64 = NO_MAC if own.state == OPTIMISTIC else self.interface.port.mac
        message = solicitation(neighbour.address, mac)
        if unicast:
            self._send(message, own.address, neighbour.address, neighbour.mac)
        else:
            self._send_to_group(message, own.address, addresses.solicited_node(neighbour.address))

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        self.core.unresolved(neighbour, packets, dropped)
        if not dropped:
            self.interface.neighbour_failed(neighbour)

    def forgotten(self, neighbour: Neighbour) -> None:
        self.core.forget_destinations()

    def probe(self, own: LocalAddress) -> None:
        nonce = self.core.stream.octets(NONCE_OCTETS)
        self._nonces[own.address] = nonce
        message = solicitation(own.address, NO_MAC, nonce)
        self._send_to_group(message, addresses.UNSPECIFIED, addresses.solicited_node(own.address))

    def announce(self, own: LocalAddress) -> None:
        message = advertisement(own.address, self.interface.port.mac, self._flags(own))
        self._send_to_group(message, own.address, addresses.ALL_NODES6)

    def _solicited(self, packet: IpPacket, told: NeighbourMessage) -> None:
        own = self.interface.own(6, told.target)
        if own is None or not own.usable:
            return
        if packet.src == addresses.UNSPECIFIED:
            if told.mac == NO_MAC and packet.dst == addresses.solicited_node(told.target):
                self._probed(own, told)
            return
        to_mac = self.last_sender_mac
        if told.mac != NO_MAC:
            self.interface.neighbours(6).entry(packet.src).heard(told.mac)
            to_mac = told.mac
        answer = advertisement(own.address, self.interface.port.mac, self._flags(own) | FLAG_SOLICITED)
        self._send(answer, own.address, packet.src, to_mac)

    def _probed(self, own: LocalAddress, told: NeighbourMessage) -> None:
        """Another host probes an address of ours (RFC 4862 5.4.3), or our own probe was looped back (RFC 7527)."""
        if told.nonce and told.nonce == self._nonces.get(own.address):
            return
        if own.state == OPTIMISTIC:
            self.interface.disable_duplicate(own)
        else:
            self.announce(own)

    def _advertised(self, told: NeighbourMessage) -> None:
        own = self.interface.own(6, told.target)
        if own is not None:
            if own.usable and own.state == OPTIMISTIC:
                self.interface.disable_duplicate(own)
            return
        neighbour = self.interface.neighbours(6).find(told.target)
        if neighbour is not None:
            self._learn(neighbour, told)

    def _learn(self, neighbour: Neighbour, told: NeighbourMessage) -> None:
        """RFC 4861 7.2.5."""
        state = neighbour.current_state()
        solicited = told.flags & FLAG_SOLICITED != 0
        if state == NONE or (state == INCOMPLETE and told.mac == NO_MAC):
            return
        was_router = neighbour.is_router
        neighbour.is_router = told.flags & FLAG_ROUTER != 0
        if was_router and not neighbour.is_router:
            self.interface.neighbour_is_host(neighbour)
        mac = neighbour.mac if told.mac == NO_MAC else told.mac
        if state != INCOMPLETE and mac != neighbour.mac and told.flags & FLAG_OVERRIDE == 0:
            neighbour.doubted()
        elif solicited:
            neighbour.answered(mac)
        else:
            neighbour.heard(mac)

    def _speaker(self, neighbour: Neighbour) -> LocalAddress | None:
        """The source address of solicitations: the queued packet's own, else the link-local one, else any."""
        if neighbour.waiting:
            own = self.interface.own(6, neighbour.waiting[-1].src)
            if own is not None and own.usable:
                return own
        fallback: LocalAddress | None = None
        for own in self.interface.addresses:
            if own.version == 6 and own.usable:
                if addresses.is_link_local(6, own.address):
                    return own
                fallback = fallback or own
        return fallback

    def _flags(self, own: LocalAddress) -> i64:
        flags: i64 = 0 if own.state == OPTIMISTIC else FLAG_OVERRIDE
        return flags | FLAG_ROUTER if self.core.forwarding else flags

    def _send_to_group(self, message: NeighbourMessage, src: int, group: int) -> None:
        self._send(message, src, group, addresses.multicast_mac(6, group))

    def _send(self, message: NeighbourMessage, src: int, dst: int, to_mac: i64) -> None:
        interface = self.interface
        self.core.icmp_counters.sent(6, message.kind)
        self.core.family6.counters.out_requests += 1
        packet = Ipv6Packet(src, dst, PROTOCOL_ICMPV6, message.message(), ND_HOP_LIMIT)
        interface.port.send(Frame(to_mac, interface.port.mac, ETHERTYPE_IPV6, packet))
