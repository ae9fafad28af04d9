"""A host takes a better first hop from its router (RFC 1122 3.2.2.2, RFC 4861 8.1 and 8.3).

A redirect holds until its next hop does not answer, or the host's routes change.
"""

from __future__ import annotations

from typing import Final

from catenet.network import addresses
from catenet.network.family import Family
from catenet.network.forwarding.destination_cache import REMOTE
from catenet.network.forwarding.route import NextHop
from catenet.network.icmp.errors import parse_quoted
from catenet.network.icmp.icmpv6 import ND_HOP_LIMIT, NO_MAC
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import Interface
from catenet.network.ip_core import IpCore
from catenet.network.packet import IpPacket
from catenet.network.router_discovery.messages import parse_redirect

MAX_CODE: Final = 3
"""Redirects for networks, hosts, and either with a type of service; each is taken as one for a host."""


class RedirectReceiver:
    """Redirects to one host; ``accepted`` and ``rejected`` count them.  A router takes none (RFC 1812 5.2.7.2)."""

    def __init__(self, core: IpCore) -> None:
        self.core: Final = core
        self.accepted: int = 0
        self.rejected: int = 0

    def receive4(self, packet: IpPacket, message: IcmpMessage, interface: Interface) -> None:
        """An ICMP redirect was received."""
        quoted = parse_quoted(4, message.body)
        gateway = int(message.rest)
        family = self.core.family4
        valid = (
            quoted is not None
            and message.code <= MAX_CODE
            and not interface.loopback
            and self.core.is_local(4, quoted.src)
            and not self.core.is_local(4, gateway)
            and not family.is_broadcast(gateway)
            and _is_on_link(interface, gateway)
        )
        if quoted is None or not valid or not self._from_first_hop(family, packet, quoted.dst, interface):
            self.rejected += 1
            return
        self._take(family, quoted.dst, NextHop(interface, gateway))

    def receive6(self, packet: IpPacket, message: IcmpMessage, interface: Interface) -> None:
        """An ICMPv6 redirect was received."""
        family = self.core.family6
        told = parse_redirect(message)
        if (
            told is None
            or packet.hop_limit != ND_HOP_LIMIT
            or interface.loopback
            or self.core.is_local(6, told.target)
            or not addresses.is_link_local(6, packet.src)
            or not self._from_first_hop(family, packet, told.destination, interface)
        ):
            self.rejected += 1
            return
        if told.options.target_mac != NO_MAC:
            neighbour = interface.neighbours(6).entry(told.target)
            neighbour.heard(told.options.target_mac)
            if told.target != told.destination:
                neighbour.is_router = True
        gateway = 0 if told.target == told.destination else told.target
        self._take(family, told.destination, NextHop(interface, gateway))

    def _take(self, family: Family, destination: int, hop: NextHop) -> None:
        self.accepted += 1
        family.redirect(destination, hop)

    def _from_first_hop(self, family: Family, packet: IpPacket, destination: int, interface: Interface) -> bool:
        """Whether the sender is the present next hop for the destination, on this link."""
        if self.core.forwarding:
            return False
        current = family.destination(destination)
        if current.kind != REMOTE or current.next_hop_count != 1:
            return False
        first = current.neighbours[0]
        return first.address == packet.src and first.port is interface.port


def _is_on_link(interface: Interface, gateway: int) -> bool:
    """Whether an address is in a subnet of the interface."""
    subnets = [address ^ gateway for address, length in interface.ipv4 if (address ^ gateway) >> (32 - length) == 0]
    return bool(subnets)
