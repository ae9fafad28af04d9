"""A router tells a host of a better first hop (RFC 792, RFC 1812 5.2.7.2, RFC 4861 8.2)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.network import addresses
from catenet.network.forwarding.destination_cache import REMOTE, Destination
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.icmp import Icmp
from catenet.network.interface import Interface
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip_core import IpCore
from catenet.network.neighbour.neighbour import UNKNOWN_MAC, Neighbour
from catenet.network.packet import IpPacket
from catenet.network.router_discovery import output
from catenet.network.router_discovery.messages import Redirect
from catenet.network.router_discovery.nd_options import NdOptions

MIN_INTERVAL_NS: Final[i64] = NS_PER_S
"""Between two redirects to one host about one destination."""
MAX_REMEMBERED: Final = 4096
_REDIRECT_OCTETS: Final = 8 + 32 + 8 + 8
"""Header and addresses of the message, the target's MAC, and the head of the option that quotes the packet."""


class RedirectSender:
    """Redirects of one router; ``sent`` counts them."""

    def __init__(self, core: IpCore, icmp: Icmp) -> None:
        self.core: Final = core
        self.icmp: Final = icmp
        self.sent: int = 0
        self._last_ns: Final[dict[int, int]] = {}

    def turned_back(self, packet: IpPacket, destination: Destination, interface: Interface) -> None:
        """A packet is being forwarded out of the interface that it came in by."""
        version = packet.version
        neighbour = destination.neighbours[0]
        back = self.core.family(version).destination(packet.src)
        if back.kind != REMOTE or back.next_hop_count != 1 or back.neighbours[0].port is not interface.port:
            return
        if back.neighbours[0].address != packet.src or neighbour.address == packet.src:
            return
        if version == 4:
            self._redirect4(packet, neighbour, interface)
        else:
            self._redirect6(packet, neighbour, interface)

    def _redirect4(self, packet: IpPacket, neighbour: Neighbour, interface: Interface) -> None:
        """Only if the source and the next hop are in one subnet, and the source gave no route."""
        if not isinstance(packet, Ipv4Packet) or ipv4.is_source_routed(packet.options):
            return
        for address, length in interface.ipv4:
            mask = addresses.mask(4, length)
            if (address ^ packet.src) & mask == 0 and (address ^ neighbour.address) & mask == 0:
                if self._may_send(packet):
                    self.icmp.report(packet, icmpv4.REDIRECT, icmpv4.HOST_REDIRECT, neighbour.address)
                return

    def _redirect6(self, packet: IpPacket, neighbour: Neighbour, interface: Interface) -> None:
        own = output.link_local(interface)
        target = self._target6(packet, neighbour, interface)
        if own is None or target == 0 or not self._may_send(packet):
            return
        options = NdOptions()
        if neighbour.mac != UNKNOWN_MAC and interface.has_mac:
            options.target_mac = neighbour.mac
        # in whole units of 8 octets, since padding would make the message longer than the packet that it quotes
        room = (icmpv6.MAX_ERROR_OCTETS - ipv6.HEADER_OCTETS - _REDIRECT_OCTETS) // 8 * 8
        options.redirected = packet.emit()[:room]
        message = Redirect(target, packet.dst, options).message()
        output.send(self.core, interface, own.address, packet.src, message)

    def _target6(self, packet: IpPacket, neighbour: Neighbour, interface: Interface) -> int:
        """The destination itself if it is on the link, or the next router's link-local address; 0 if it is unknown."""
        if neighbour.address == packet.dst or addresses.is_link_local(6, neighbour.address):
            return neighbour.address
        if neighbour.mac == UNKNOWN_MAC:
            return 0
        for known in interface.neighbours(6).entries.values():
            if known.mac == neighbour.mac and known.is_router and addresses.is_link_local(6, known.address):
                return known.address
        return 0

    def _may_send(self, packet: IpPacket) -> bool:
        now_ns = self.core.kernel.now_ns
        key = packet.src << 128 | packet.dst
        last_ns = self._last_ns.get(key)
        if last_ns is not None and now_ns - last_ns < MIN_INTERVAL_NS:
            return False
        if len(self._last_ns) >= MAX_REMEMBERED:
            self._last_ns.clear()
        self._last_ns[key] = int(now_ns)
        self.sent += 1
        return True
