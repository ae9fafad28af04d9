"""Forwarding of a packet to the next hop: the hop limit, fragments, address translation, redirects.

RFC 1812 section 5.2.1 gives the order; RFC 8200 section 3 is the hop limit of IPv6.
"""

from __future__ import annotations

from typing import Final

from catenet.kernel.kernel import Kernel
from catenet.network import tracing
from catenet.network.family import SOURCE_GOOD, Family
from catenet.network.forwarding.destination_cache import Destination
from catenet.network.icmp.icmp import Icmp
from catenet.network.interface import Interface
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip_core import IpCore
from catenet.network.packet import IpPacket
from catenet.network.router_discovery.redirect_sender import RedirectSender


class IpForward(IpCore):
    """The part of a router's network layer that passes packets on."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(kernel, name)
        self.icmp: Final = Icmp(self)
        self.redirect_sender: RedirectSender | None = None

    def send_redirects(self, on: bool) -> None:
        """Whether it tells hosts of better first hops while it forwards (Linux's ``send_redirects``)."""
        self.redirect_sender = RedirectSender(self, self.icmp) if on else None

    def _forward(
        self, packet: IpPacket, destination: Destination, family: Family, source: int, interface: Interface
    ) -> None:
        if source != SOURCE_GOOD or destination.stays_on_link:  # RFC 1812 5.3.7, RFC 3927 7, RFC 4291 2.5.6
            family.counters.in_address_errors += 1
            self.drop(tracing.NOT_FORWARDED, packet)
            return
        if packet.hop_limit <= 1:  # RFC 1812 5.3.1: checked before it is decremented, so that no packet leaves with 0
            family.counters.in_header_errors += 1
            self.drop(tracing.HOP_LIMIT, packet)
            self.icmp.time_exceeded(packet)
            return
        if packet.wire_length() > destination.link_mtu:
            self._forward_big(packet, destination, family, interface)
            return
        if self.translator is not None and not self.translator.leaving(packet, destination, interface):
            return
        if self.redirect_sender is not None and destination.next_hop_count == 1:
            if destination.neighbours[0].port is interface.port:  # RFC 1812 5.2.7.2, RFC 4861 8.2
                self.redirect_sender.turned_back(packet, destination, interface)
        packet.hop_limit -= 1
        family.counters.forwarded += 1
        destination.send(packet)

    def _forward_big(self, packet: IpPacket, destination: Destination, family: Family, interface: Interface) -> None:
        if isinstance(packet, Ipv4Packet) and not packet.dont_fragment:
            if self.translator is not None and not self.translator.leaving(packet, destination, interface):
                return
            packet.hop_limit -= 1
            family.counters.forwarded += 1
            self.send_fragments(packet, destination, family, destination.link_mtu)
            return
        family.counters.fragmentation_failures += 1
        self.drop(tracing.TOO_BIG, packet)
        self.icmp.too_big(packet, destination.link_mtu)
