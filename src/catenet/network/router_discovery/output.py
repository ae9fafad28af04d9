"""Sends messages of router discovery: ICMPv6 with hop limit 255, so that no router forwards one."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.quantity import NS_PER_S
from catenet.network import addresses
from catenet.network.icmp.icmpv6 import ND_HOP_LIMIT
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import Interface, LocalAddress
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip_core import IpCore
from catenet.network.packet import PROTOCOL_ICMPV6
from catenet.network.router_discovery.nd_options import INFINITE_S


def send(core: IpCore, interface: Interface, src: int, dst: int, message: IcmpMessage) -> None:
    """Send a message to a neighbour or a group of the interface's link."""
    core.icmp_counters.sent(6, message.kind)
    core.family6.counters.out_requests += 1
    interface.neighbour_for(6, dst).send(Ipv6Packet(src, dst, PROTOCOL_ICMPV6, message, ND_HOP_LIMIT))


def link_local(interface: Interface) -> LocalAddress | None:
    """The interface's usable link-local address, also while duplicate detection runs."""
    for own in interface.addresses:
        if own.version == 6 and own.usable and addresses.is_link_local(6, own.address):
            return own
    return None


def seconds_after(now_ns: i64, lifetime_s: int) -> i64:
    """The end of a lifetime that begins now; never for an infinite one."""
    return NEVER if lifetime_s == INFINITE_S else now_ns + lifetime_s * NS_PER_S
