"""All headers of one frame, as a capture records it."""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.lab.probe.request.headers import dns, ip, link, transport
from catenet.lab.probe.request.headers.header import Header

ETHERNET: Final = "Ethernet"
PPP: Final = "PPP"
HDLC: Final = "HDLC"
RAW: Final = "IP"
"""How a link frames packets; RAW has no header (SLIP, COBS)."""
TCP, UDP, ICMPV6 = 6, 17, 58
FCS_OCTETS: Final = 4


class FrameHeaders(NamedTuple):
    """A frame's headers by layer.  ``protocol`` is that of the IP payload, 0 without; ``data`` is TCP's or UDP's."""

    link: tuple[Header, ...]
    network: Header | None
    protocol: int
    transport: Header | None
    message: Header | None
    payload: bytes
    data: bytes

    @property
    def packet_key(self) -> bytes:
        """What stays the same while routers and address translators pass the packet on.

        Of TCP and UDP it leaves out the ports and the checksum.
        """
        own = self.payload
        if self.protocol == TCP and self.transport is not None:
            return own[4:16] + own[18:]
        if self.protocol == UDP and self.transport is not None:
            return own[4:6] + own[8:]
        return own


def frame_headers(octets: bytes, framing: str = ETHERNET) -> FrameHeaders | None:
    """The headers of a frame; None if the octets are not one.  ``framing`` is the link's, without check sequence."""
    try:
        return _headers(octets, framing)
    except ValueError:
        return None


def _headers(octets: bytes, framing: str) -> FrameHeaders:
    own, ethertype, rest = _link(octets, framing)
    if ethertype == 0x0806:
        return FrameHeaders((*own, link.arp(rest)), None, 0, None, None, rest[:28], b"")
    if ethertype not in (0x0800, 0x86DD):
        raise ValueError("no IP packet")
    network = ip.ipv4(rest) if ethertype == 0x0800 else ip.ipv6(rest)
    protocol, payload = ip.payload_of(network, rest)
    if protocol == TCP:
        segment = transport.tcp(payload)
        return FrameHeaders(own, network, protocol, segment, None, payload, payload[len(segment.octets) :])
    if protocol == UDP:
        datagram = transport.udp(payload)
        ports = datagram.number("Source Port"), datagram.number("Destination Port")
        message = dns.dns(payload[8:]) if dns.PORT in ports else None
        return FrameHeaders(own, network, protocol, datagram, message, payload, payload[8:])
    return FrameHeaders(own, network, protocol, None, None, payload, b"")


def _link(octets: bytes, framing: str) -> tuple[tuple[Header, ...], int, bytes]:
    """The link's headers, the ethertype of what they carry, and what they carry."""
    if framing == RAW:
        return (), 0x0800 if octets[:1] and octets[0] >> 4 == 4 else 0x86DD, octets
    if framing == PPP:
        header = link.ppp(octets)
        kinds = {0x0021: 0x0800, 0x0057: 0x86DD}
        return (header,), kinds.get(header.number("Protocol"), 0), octets[len(header.octets) :]
    if framing == HDLC:
        header = link.hdlc(octets)
        return (header,), header.number("Protocol"), octets[4:]
    headers = [link.ethernet(octets)]
    rest, trailer = octets[14:-FCS_OCTETS], octets[-FCS_OCTETS:]
    while headers[-1].number("EtherType") in link.TAGS:
        headers.append(link.vlan_tag(rest))
        rest = rest[4:]
    ethertype = headers[-1].number("EtherType")
    return (*headers, link.frame_check_sequence(trailer)), ethertype, rest
