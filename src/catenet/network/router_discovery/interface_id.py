"""Interface identifiers of autoconfigured addresses: modified EUI-64 (RFC 4291 appendix A), or stable (RFC 7217)."""

from __future__ import annotations

import hashlib
from typing import Final

from catenet.network import addresses

IDENTIFIER_BITS: Final = 64
SECRET_OCTETS: Final = 16
_MASK: Final = (1 << IDENTIFIER_BITS) - 1
_FIRST_ANYCAST: Final = 0xFDFF_FFFF_FFFF_FF80
"""Identifiers of subnet anycast addresses begin here (RFC 2526)."""
_IANA_BLOCK: Final = 0x0200_5EFF_FE00_0000
"""Identifiers of the IANA Ethernet block: 0200:5eff:fe00:0 to 0200:5eff:feff:ffff (RFC 5453)."""


def eui64(mac: int) -> int:
    """The modified EUI-64 of a MAC."""
    return addresses.link_local_of(mac) & _MASK


def stable(prefix: int, interface: str, attempt: int, secret: bytes) -> int:
    """The identifier of RFC 7217 section 5: F(prefix, interface's name, DAD counter, secret key), with SHA-256.

    A reserved identifier (RFC 5453) is passed over, by counting on.
    """
    while True:
        text = prefix.to_bytes(16, "big")[:8] + interface.encode() + attempt.to_bytes(4, "big") + secret
        identifier = int.from_bytes(hashlib.sha256(text).digest()[-8:], "big")
        if not is_reserved(identifier):
            return identifier
        attempt += 1


def is_reserved(identifier: int) -> bool:
    """Whether RFC 5453 reserves an identifier: that of the subnet-router anycast address, and others."""
    return (
        identifier == 0
        or identifier >> 24 == _IANA_BLOCK >> 24
        or _FIRST_ANYCAST <= identifier <= _FIRST_ANYCAST + 0x7F
    )
