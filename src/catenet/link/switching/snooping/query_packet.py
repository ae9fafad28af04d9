"""Queries of a switch as packets: IPv4 and IPv6 with Router Alert and hop limit 1 (RFC 3376 section 4, RFC 3810 5)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Octets
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.multicast.message import ROUTER_ALERT4, ROUTER_ALERT6
from catenet.link.multicast.query import Query
from catenet.link.switching.snooping.group_packet import ALL_HOSTS4, ALL_NODES6, ICMPV6, IGMP

LINK_LOCAL4: Final = 0xA9FE0000
LINK_LOCAL6: Final = 0xFE80 << 112


def own_address(version: i64, mac: int) -> int:
    """A link-local address derived from a MAC: in 169.254.1.0 to 169.254.254.255, or by modified EUI-64."""
    if version == 4:
        return LINK_LOCAL4 | (1 + (mac >> 8 & 0xFF) % 254) << 8 | mac & 0xFF
    identifier = (mac >> 24) << 40 | 0xFFFE << 24 | mac & 0xFFFFFF
    return LINK_LOCAL6 | identifier ^ 1 << 57


def query_frame(query: Query, mac: i64, src: int) -> Frame:
    """The frame of a query; a general query is sent to all hosts, another to its group."""
    if query.version == 4:
        group = query.group or ALL_HOSTS4
        return Frame(0x01005E000000 | i64(group & 0x7FFFFF), mac, IPV4, Octets(_packet4(query, src, group)))
    group = query.group or ALL_NODES6
    return Frame(0x333300000000 | i64(group & 0xFFFFFFFF), mac, IPV6, Octets(_packet6(query, src, group)))


def _packet4(query: Query, src: int, dst: int) -> bytes:
    message = _checked(query.emit(), b"")
    header = bytes([0x46, 0xC0]) + (24 + len(message)).to_bytes(2, "big") + bytes([0, 0, 0x40, 0, 1, IGMP, 0, 0])
    header += src.to_bytes(4, "big") + dst.to_bytes(4, "big") + ROUTER_ALERT4
    checksum = int(internet_checksum(header))
    return header[:10] + checksum.to_bytes(2, "big") + header[12:] + message


def _packet6(query: Query, src: int, dst: int) -> bytes:
    addresses = src.to_bytes(16, "big") + dst.to_bytes(16, "big")
    bare = query.emit()
    message = _checked(bare, addresses + len(bare).to_bytes(4, "big") + bytes([0, 0, 0, ICMPV6]))
    header = bytes([0x60, 0, 0, 0]) + (8 + len(message)).to_bytes(2, "big") + bytes([0, 1])
    return header + addresses + bytes([ICMPV6, 0]) + ROUTER_ALERT6 + message


def _checked(message: bytes, pseudo_header: bytes) -> bytes:
    checksum = int(internet_checksum(pseudo_header + message))
    return message[:2] + checksum.to_bytes(2, "big") + message[4:]
