"""Headers of IPv4 and IPv6."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import Final

from catenet.lab.probe.request.headers.header import HEX16, Field, Format, Header, in_hex, named, read_fields
from catenet.lab.probe.request.headers.link import ipv4_text

PROTOCOLS: Final = {1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 58: "ICMPv6", 89: "OSPF"}
_DSCP: Final = named({0: "CS0", 46: "EF"})
_ECN: Final = named({0: "Not-ECT", 1: "ECT(1)", 2: "ECT(0)", 3: "CE"})


def _flags(number: int) -> str:
    names = [name for bit, name in ((2, "DF"), (1, "MF")) if number & bit]
    return f"{number:03b}" + (f" ({', '.join(names)})" if names else "")


_V4: Final = (
    Format("Version", 4, "ip.version"),
    Format("IHL", 4, "", lambda number: f"{number} ({4 * number} octets)"),
    Format("DSCP", 6, "ip.dsfield.dscp", _DSCP),
    Format("ECN", 2, "ip.dsfield.ecn", _ECN),
    Format("Total Length", 16, "ip.len"),
    Format("Identification", 16, "ip.id", HEX16),
    Format("Flags", 3, "ip.flags", _flags),
    Format("Fragment Offset", 13, "", lambda number: str(8 * number)),
    Format("Time to Live", 8, "ip.ttl"),
    Format("Protocol", 8, "ip.proto", named(PROTOCOLS)),
    Format("Header Checksum", 16, "ip.checksum", HEX16),
    Format("Source Address", 32, "ip.src", ipv4_text),
    Format("Destination Address", 32, "ip.dst", ipv4_text),
)


def _ipv6_text(number: int) -> str:
    return str(IPv6Address(number))


_V6: Final = (
    Format("Version", 4, "ipv6.version"),
    Format("DSCP", 6, "ipv6.tclass.dscp", _DSCP),
    Format("ECN", 2, "ipv6.tclass.ecn", _ECN),
    Format("Flow Label", 20, "ipv6.flow", in_hex(5)),
    Format("Payload Length", 16, "ipv6.plen"),
    Format("Next Header", 8, "ipv6.nxt", named(PROTOCOLS)),
    Format("Hop Limit", 8, "ipv6.hlim"),
    Format("Source Address", 128, "ipv6.src", _ipv6_text),
    Format("Destination Address", 128, "ipv6.dst", _ipv6_text),
)


def ipv4(octets: bytes) -> Header:
    """An IPv4 header with its options.  Raises ValueError if the octets end before it does."""
    fields = list(read_fields(octets[:20], _V4))
    length = 4 * (octets[0] & 15)
    if length < 20 or len(octets) < length:
        raise ValueError(f"an IPv4 header of {length} octets does not fit")
    options = octets[20:length]
    if options:
        fields.append(Field("Options", 160, 8 * len(options), None, options.hex(" "), ""))
    return Header("IPv4", "RFC 791", octets[:length], tuple(fields))


def ipv6(octets: bytes) -> Header:
    """An IPv6 header.  Raises ValueError if the octets end before it does."""
    return Header("IPv6", "RFC 8200", octets[:40], tuple(read_fields(octets[:40], _V6)))


def payload_of(header: Header, octets: bytes) -> tuple[int, bytes]:
    """The protocol of a packet's payload, and the payload without padding; 0 for fragments and extension headers."""
    start = len(header.octets)
    if header.name == "IPv6":
        return header.number("Next Header"), octets[start : start + header.number("Payload Length")]
    fragment = header.number("Fragment Offset") or header.number("Flags") & 1
    return 0 if fragment else header.number("Protocol"), octets[start : header.number("Total Length")]
