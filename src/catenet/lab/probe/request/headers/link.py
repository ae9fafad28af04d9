"""Headers of the link layer: Ethernet II, VLAN tags, PPP and HDLC, and ARP."""

from __future__ import annotations

from typing import Final

from catenet.lab.probe.request.headers.header import HEX16, HEX32, Field, Format, Header, in_hex, named, read_header

ETHERTYPES: Final = {
    0x0800: "IPv4",
    0x0806: "ARP",
    0x86DD: "IPv6",
    0x8100: "802.1Q",
    0x88A8: "802.1ad",
}
TAGS: Final = (0x8100, 0x88A8)
PPP_PROTOCOLS: Final = {0x0021: "IPv4", 0x0057: "IPv6"}


def mac_text(number: int) -> str:
    """A MAC address."""
    return number.to_bytes(6, "big").hex(":")


def ipv4_text(number: int) -> str:
    """An IPv4 address."""
    return ".".join(map(str, number.to_bytes(4, "big")))


_TYPE: Final = named(ETHERTYPES, HEX16)
_ETHERNET: Final = (
    Format("Destination Address", 48, "eth.dst", mac_text),
    Format("Source Address", 48, "eth.src", mac_text),
    Format("EtherType", 16, "eth.type", _TYPE),
)
_TAG: Final = (
    Format("PCP", 3, "vlan.priority"),
    Format("DEI", 1, "vlan.dei"),
    Format("VID", 12, "vlan.id"),
    Format("EtherType", 16, "vlan.etype", _TYPE),
)
_PPP_ADDRESS: Final = (Format("Address", 8, "ppp.address", in_hex(2)), Format("Control", 8, "ppp.control", in_hex(2)))
_PPP_PROTOCOL: Final = Format("Protocol", 16, "ppp.protocol", named(PPP_PROTOCOLS, HEX16))
_ALL_STATIONS: Final = b"\xff\x03"
_HDLC: Final = (
    Format("Address", 8, "chdlc.address", in_hex(2)),
    Format("Control", 8, "", in_hex(2)),
    Format("Protocol", 16, "chdlc.protocol", _TYPE),
)
_ARP: Final = (
    Format("Hardware Type", 16, "arp.hw.type", named({1: "Ethernet"})),
    Format("Protocol Type", 16, "arp.proto.type", _TYPE),
    Format("Hardware Address Length", 8, "arp.hw.size"),
    Format("Protocol Address Length", 8, "arp.proto.size"),
    Format("Operation", 16, "arp.opcode", named({1: "request", 2: "reply"})),
    Format("Sender Hardware Address", 48, "arp.src.hw_mac", mac_text),
    Format("Sender Protocol Address", 32, "arp.src.proto_ipv4", ipv4_text),
    Format("Target Hardware Address", 48, "arp.dst.hw_mac", mac_text),
    Format("Target Protocol Address", 32, "arp.dst.proto_ipv4", ipv4_text),
)


def ethernet(octets: bytes) -> Header:
    """An Ethernet II header."""
    return read_header("Ethernet", "IEEE 802.3", octets, _ETHERNET)


def frame_check_sequence(octets: bytes) -> Header:
    """The last four octets of a frame, as they were sent."""
    number = int.from_bytes(octets, "big")
    field = Field("Frame Check Sequence", 0, 32, number, HEX32(number), "eth.fcs")
    return Header("Ethernet trailer", "IEEE 802.3", octets, (field,))


def vlan_tag(octets: bytes) -> Header:
    """A VLAN tag, with the type of what follows."""
    return read_header("VLAN tag", "IEEE 802.1Q", octets, _TAG)


def ppp(octets: bytes) -> Header:
    """A PPP header in HDLC-like framing, with or without the fields that LCP may compress (RFC 1661 section 6)."""
    address = _PPP_ADDRESS if octets.startswith(_ALL_STATIONS) else ()
    place = 2 if address else 0
    is_short = len(octets) > place and octets[place] & 1
    protocol = _PPP_PROTOCOL._replace(bits=8) if is_short else _PPP_PROTOCOL
    return read_header("PPP", "RFC 1662", octets, (*address, protocol))


def hdlc(octets: bytes) -> Header:
    """A header of Cisco's HDLC."""
    return read_header("HDLC", "RFC 1547", octets, _HDLC)


def arp(octets: bytes) -> Header:
    """An ARP message for IPv4 over Ethernet."""
    return read_header("ARP", "RFC 826", octets, _ARP)
