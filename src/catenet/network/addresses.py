"""IP addresses: conversion between text and integers, and classification.

Inside the stack an address is an ``int`` that goes with a ``version``, 4 or 6.  0 is the unspecified address of both.
The special ranges are those of RFC 6890, RFC 4291 and RFC 5771.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from mypy_extensions import i64

UNSPECIFIED: Final = 0
BROADCAST: Final = 0xFFFFFFFF
"""255.255.255.255, the limited broadcast address (RFC 919)."""
LOOPBACK4: Final = 0x7F000001
LOOPBACK6: Final = 1
ALL_NODES4: Final = 0xE0000001
"""224.0.0.1."""
ALL_NODES6: Final = 0xFF020000000000000000000000000001
ALL_ROUTERS6: Final = 0xFF020000000000000000000000000002
SOLICITED_NODE: Final = 0xFF0200000000000000000001FF000000
LINK_LOCAL6: Final = 0xFE800000000000000000000000000000
BROADCAST_MAC: Final = 0xFFFFFFFFFFFF


def parse(text: str) -> tuple[int, int]:
    """Parse an address to ``(version, address)``.  Raises ValueError with the reason."""
    address = ipaddress.ip_address(text)
    return address.version, int(address)


MAX_TEXTS: Final = 65_536
_TEXTS6: Final[dict[int, str]] = {}
"""A cache of IPv6 texts, since programs use the same addresses repeatedly."""


def text(version: int, address: int) -> str:
    """An address as text; IPv6 by RFC 5952."""
    if version == 4:
        if not 0 <= address <= BROADCAST:
            return str(ipaddress.IPv4Address(address))
        return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
    known = _TEXTS6.get(address)
    if known is None:
        if len(_TEXTS6) >= MAX_TEXTS:
            _TEXTS6.clear()
        known = _TEXTS6[address] = str(ipaddress.IPv6Address(address))
    return known


def parse_interface(text: str) -> tuple[int, int, int]:
    """``(version, address, prefix_len)`` of ``"10.0.0.1/24"``, host bits kept.  Raises ValueError."""
    interface = ipaddress.ip_interface(text)
    return interface.version, int(interface.ip), interface.network.prefixlen


def width(version: i64) -> i64:
    """Bits in an address."""
    return 32 if version == 4 else 128


def mask(version: i64, prefix_len: int) -> int:
    """The network mask of a prefix length, as a number.  Raises ValueError if it does not fit the version."""
    bits: int = 32 if version == 4 else 128
    if not 0 <= prefix_len <= bits:
        raise ValueError(f"a prefix of IPv{version} has 0 to {bits} bits, not {prefix_len}")
    return ((1 << prefix_len) - 1) << (bits - prefix_len)


def is_multicast(version: i64, address: int) -> bool:
    """In 224.0.0.0/4 or ff00::/8."""
    if version == 4:
        return address >> 28 == 0xE
    return address >> 120 == 0xFF


def is_link_scope_group(version: i64, group: int) -> bool:
    """In 224.0.0.0/24, or a group of link-local scope: routers never forward it (RFC 5771 4, RFC 4291 2.7)."""
    if version == 4:
        return group >> 8 == 0xE00000
    return (group >> 112) & 0xF == 2


def is_reported(version: i64, group: int) -> bool:
    """Whether IGMP or MLD reports a group; the all-nodes groups and interface-local ones are never reported.

    (RFC 3376 section 5, RFC 3810 section 6.)
    """
    if version == 4:
        return group != ALL_NODES4
    return group != ALL_NODES6 and (group >> 112) & 0xF >= 2


def is_loopback(version: i64, address: int) -> bool:
    """In 127.0.0.0/8, or ::1."""
    if version == 4:
        return address >> 24 == 127
    return address == LOOPBACK6


def is_link_local(version: i64, address: int) -> bool:
    """In 169.254.0.0/16 or fe80::/10."""
    if version == 4:
        return address >> 16 == 0xA9FE
    return address >> 118 == 0x3FA


def scope(address: int) -> int:
    """The scope of an IPv6 address as RFC 6724 3.1 numbers it: 2 link-local, 5 site-local, 14 global."""
    if address >> 120 == 0xFF:
        return (address >> 112) & 0xF
    if address >> 118 == 0x3FA or address == LOOPBACK6:
        return 2
    if address >> 118 == 0x3FB:
        return 5
    return 14


def link_local_of(mac: int) -> int:
    """The link-local address whose interface identifier is the modified EUI-64 of a MAC (RFC 4291 appendix A)."""
    identifier = (mac >> 24) << 40 | 0xFFFE << 24 | mac & 0xFFFFFF
    return LINK_LOCAL6 | identifier ^ 1 << 57


def solicited_node(address: int) -> int:
    """The solicited-node group of an IPv6 address (RFC 4291 2.7.1)."""
    return SOLICITED_NODE | address & 0xFFFFFF


def multicast_mac(version: i64, group: int) -> i64:
    """The Ethernet group address of an IP group (RFC 1112 6.4, RFC 2464 7)."""
    if version == 4:
        return i64(0x01005E000000 | group & 0x7FFFFF)
    return i64(0x333300000000 | group & 0xFFFFFFFF)
