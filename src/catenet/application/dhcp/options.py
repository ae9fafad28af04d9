"""Options of DHCP: their codes, and values to and from octets (RFC 2132, RFC 3397, RFC 3442)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Final

PAD: Final = 0
SUBNET_MASK: Final = 1
ROUTER: Final = 3
DNS_SERVERS: Final = 6
HOST_NAME: Final = 12
DOMAIN_NAME: Final = 15
INTERFACE_MTU: Final = 26
REQUESTED_ADDRESS: Final = 50
LEASE_TIME: Final = 51
OVERLOAD: Final = 52
MESSAGE_TYPE: Final = 53
SERVER_ID: Final = 54
PARAMETER_LIST: Final = 55
MESSAGE: Final = 56
MAX_SIZE: Final = 57
RENEWAL_TIME: Final = 58
REBINDING_TIME: Final = 59
CLIENT_ID: Final = 61
DOMAIN_SEARCH: Final = 119
CLASSLESS_ROUTES: Final = 121
END: Final = 255

DISCOVER: Final = 1
OFFER: Final = 2
REQUEST: Final = 3
DECLINE: Final = 4
ACK: Final = 5
NAK: Final = 6
RELEASE: Final = 7
INFORM: Final = 8
TYPE_NAMES: Final = ("", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM")

INFINITE_S: Final = 0xFFFF_FFFF
MAX_LABEL_OCTETS: Final = 63


def from_addresses(addresses: list[IPv4Address]) -> bytes:
    """Addresses one after the other."""
    return b"".join(address.packed for address in addresses)


def to_addresses(data: bytes) -> list[IPv4Address]:
    """The whole addresses in the octets."""
    return [IPv4Address(data[at : at + 4]) for at in range(0, len(data) - 3, 4)]


def to_number(data: bytes, octets: int) -> int | None:
    """A whole number of so many octets; None if the length is another."""
    return int.from_bytes(data, "big") if len(data) == octets else None


def from_routes(routes: list[tuple[IPv4Network, IPv4Address]]) -> bytes:
    """Classless static routes (RFC 3442): each destination only as long as its prefix."""
    parts = []
    for network, gateway in routes:
        significant = (network.prefixlen + 7) // 8
        parts.append(bytes([network.prefixlen]) + network.network_address.packed[:significant] + gateway.packed)
    return b"".join(parts)


def to_routes(data: bytes) -> list[tuple[IPv4Network, IPv4Address]]:
    """Classless static routes; empty if they are malformed."""
    routes = []
    at = 0
    while at < len(data):
        length = data[at]
        end = at + 1 + (length + 7) // 8
        if length > 32 or end + 4 > len(data):
            return []
        network = IPv4Network((data[at + 1 : end].ljust(4, b"\0"), length), strict=False)
        routes.append((network, IPv4Address(data[end : end + 4])))
        at = end + 4
    return routes


def from_domains(domains: list[str]) -> bytes:
    """A search list (RFC 3397), without compression."""
    return b"".join(
        b"".join(bytes([len(label)]) + label.encode("ascii") for label in domain.split(".")) + b"\0"
        for domain in domains
    )


def to_domains(data: bytes) -> list[str]:
    """The names of a search list, which may be compressed; empty if it is malformed."""
    domains: list[str] = []
    at = 0
    while at < len(data):
        name, at = _name(data, at)
        if not name:
            return []
        domains.append(name)
    return domains


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A name, and where the next one begins; empty if it is malformed.  Each pointer leads backwards, so it ends."""
    labels: list[str] = []
    after = -1
    while at < len(data) and data[at]:
        size = data[at]
        if size & 0xC0 == 0xC0 and at + 1 < len(data):
            target = (size & 0x3F) << 8 | data[at + 1]
            after = at + 2 if after < 0 else after
            if target >= at:
                return "", len(data)
            at = target
            continue
        label = data[at + 1 : at + 1 + size]
        if size > MAX_LABEL_OCTETS or len(label) < size or not label.isascii():
            return "", len(data)
        labels.append(label.decode("ascii"))
        at += 1 + size
        if len(labels) > MAX_LABEL_OCTETS * 2:
            return "", len(data)
    if at >= len(data):
        return "", len(data)
    return ".".join(labels), at + 1 if after < 0 else after
