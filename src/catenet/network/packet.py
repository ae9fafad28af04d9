"""The base of IPv4 and IPv6 packets, and of their payloads.

A packet is one object from the host that sends it to the host that receives it.  Routers lower its hop
limit in place (see the ownership rule in :mod:`catenet.kernel.pdu`).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.queues.ip_fields import IpFields, IpPdu

PROTOCOL_ICMP: Final = 1
PROTOCOL_IGMP: Final = 2
PROTOCOL_TCP: Final = 6
PROTOCOL_UDP: Final = 17
PROTOCOL_ICMPV6: Final = 58
NO_NEXT_HEADER: Final = 59

ETHERTYPE_IPV4: Final = 0x0800
ETHERTYPE_ARP: Final = 0x0806
ETHERTYPE_IPV6: Final = 0x86DD


@mypyc_attr(allow_interpreted_subclasses=True)
class IpPayload(Pdu):
    """A PDU whose checksum covers the addresses of the packet that carries it: a segment, a datagram, ICMPv6."""

    def emit_over(self, pseudo_header_sum: i64) -> bytes:
        """The octets, with a checksum that starts from the sum of the pseudo header's 16-bit words."""
        raise AssertionError(f"{type(self).__name__} cannot be emitted")

    def emit(self) -> bytes:
        return self.emit_over(0)

    def flow_ports(self) -> i64:
        """Source port << 16 | destination port, which identify the flow; 0 if there are no ports."""
        return 0

    def flow_flags(self) -> i64:
        """TCP's flags, which show the state of the flow; 0 if there are none."""
        return 0

    def with_flow_ports(self, ports: i64) -> IpPayload:
        """A copy with other ports, in the form of :meth:`flow_ports`; itself if it has no ports."""
        return self


class IpPacket(IpPdu):
    """The header fields that both versions have.

    ``protocol`` identifies ``payload``, after any extension headers.  ``traffic_class`` is IPv4's type of service:
    DSCP << 2 | ECN (RFC 2474, RFC 3168).
    """

    def __init__(
        self,
        version: i64,
        src: int,
        dst: int,
        protocol: i64,
        hop_limit: i64,
        traffic_class: i64,
        payload: Pdu,
    ) -> None:
        self.version: Final[i64] = version
        self.src: int = src
        self.dst: int = dst
        self.protocol: i64 = protocol
        self.hop_limit: i64 = hop_limit
        self.traffic_class: i64 = traffic_class
        self.payload: Pdu = payload

    def ip_fields(self) -> IpFields:
        return IpFields(self.version, self.traffic_class, self.protocol, self.src, self.dst, flow_ports(self))

    def traffic_class_octet(self) -> i64:
        return self.traffic_class

    def mark_congestion(self) -> None:
        self.traffic_class |= 0b11

    def is_fragment(self) -> bool:
        """True if the payload is only a part of the sent one."""
        return False

    def is_plain(self) -> bool:
        """True if it needs no processing before the upper layer: no fragment, options or extension headers."""
        return True


def flow_ports(packet: IpPacket) -> i64:
    """Source port << 16 | destination port of TCP and UDP, the same in object and in octet form; else 0.

    It is 0 for a fragment, since only the first one has ports and all must take the same path.
    """
    protocol = packet.protocol
    if (protocol != PROTOCOL_TCP and protocol != PROTOCOL_UDP) or packet.is_fragment():
        return 0
    payload = packet.payload
    if isinstance(payload, IpPayload):
        return payload.flow_ports()
    if isinstance(payload, Octets) and len(payload.data) >= 4:
        data = payload.data
        src: i64 = data[0] << 8 | data[1]
        dst: i64 = data[2] << 8 | data[3]
        return src << 16 | dst
    return 0
