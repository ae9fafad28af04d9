"""Options of Neighbour Discovery messages on the wire (RFC 4861 4.6, RFC 4191 2.3, RFC 8106 5)."""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.network import addresses
from catenet.network.icmp.icmpv6 import NO_MAC, OPTION_SOURCE_MAC, OPTION_TARGET_MAC

OPTION_PREFIX: Final = 3
OPTION_REDIRECTED: Final = 4
OPTION_MTU: Final = 5
OPTION_ROUTE: Final = 24
OPTION_RDNSS: Final = 25
OPTION_DNSSL: Final = 31

INFINITE_S: Final = 0xFFFF_FFFF
"""A lifetime that does not end."""

LOW: Final = -1
MEDIUM: Final = 0
HIGH: Final = 1
RESERVED: Final = -2
"""Preferences of RFC 4191 2.1, as two bits in two's complement."""

_PREFIX: Final = struct.Struct("!BBBBIII16s")
_ON_LINK: Final = 0x80
_AUTONOMOUS: Final = 0x40
MAX_LABEL_OCTETS: Final = 63
MAX_NAME_OCTETS: Final = 255


class PrefixInformation:
    """A prefix of the link.  Lifetimes are in seconds."""

    def __init__(
        self,
        prefix: int,
        prefix_len: int,
        valid_s: int,
        preferred_s: int,
        on_link: bool = True,
        autonomous: bool = True,
    ) -> None:
        self.prefix: Final = prefix
        self.prefix_len: Final = prefix_len
        self.valid_s: Final = valid_s
        self.preferred_s: Final = preferred_s
        self.on_link: Final = on_link
        self.autonomous: Final = autonomous


class RouteInformation:
    """A more specific route through the router (RFC 4191 2.3)."""

    def __init__(self, prefix: int, prefix_len: int, lifetime_s: int, preference: int = MEDIUM) -> None:
        self.prefix: Final = prefix
        self.prefix_len: Final = prefix_len
        self.lifetime_s: Final = lifetime_s
        self.preference: Final = preference


class NameServers:
    """Addresses of recursive DNS servers, with one lifetime (RFC 8106 5.1)."""

    def __init__(self, servers: list[int], lifetime_s: int) -> None:
        self.servers: Final = servers
        self.lifetime_s: Final = lifetime_s


class SearchList:
    """Domains for unqualified names, in ASCII without a final dot, with one lifetime (RFC 8106 5.2)."""

    def __init__(self, domains: list[str], lifetime_s: int) -> None:
        self.domains: Final = domains
        self.lifetime_s: Final = lifetime_s


class NdOptions:
    """The options of one message.  ``mtu`` 0 means that there is none."""

    def __init__(self) -> None:
        self.source_mac: i64 = NO_MAC
        self.target_mac: i64 = NO_MAC
        self.mtu: int = 0
        self.prefixes: Final[list[PrefixInformation]] = []
        self.routes: Final[list[RouteInformation]] = []
        self.name_servers: Final[list[NameServers]] = []
        self.search_lists: Final[list[SearchList]] = []
        self.redirected: bytes = b""

    def emit(self) -> bytes:
        """The octets of all options."""
        parts: list[bytes] = []
        if self.source_mac != NO_MAC:
            parts.append(_mac_option(OPTION_SOURCE_MAC, self.source_mac))
        if self.target_mac != NO_MAC:
            parts.append(_mac_option(OPTION_TARGET_MAC, self.target_mac))
        if self.mtu:
            parts.append(struct.pack("!BBHI", OPTION_MTU, 1, 0, self.mtu))
        parts.extend([_emit_prefix(each) for each in self.prefixes])
        parts.extend([_emit_route(each) for each in self.routes])
        parts.extend([_emit_servers(each) for each in self.name_servers])
        parts.extend([_emit_search(each) for each in self.search_lists])
        if self.redirected:
            parts.append(_emit_redirected(self.redirected))
        return b"".join(parts)


def parse_options(data: bytes) -> NdOptions | None:
    """The options of a message; None if one has no length or is truncated (RFC 4861 6.1).

    Unknown options, and those with a wrong length for their type, are ignored.
    """
    found = NdOptions()
    at = 0
    while at < len(data):
        if at + 2 > len(data) or data[at + 1] == 0 or at + data[at + 1] * 8 > len(data):
            return None
        end = at + data[at + 1] * 8
        _read(found, data[at], data[at:end])
        at = end
    return found


def _read(found: NdOptions, kind: int, option: bytes) -> None:
    if kind == OPTION_SOURCE_MAC and len(option) == 8:
        found.source_mac = i64(int.from_bytes(option[2:], "big"))
    elif kind == OPTION_TARGET_MAC and len(option) == 8:
        found.target_mac = i64(int.from_bytes(option[2:], "big"))
    elif kind == OPTION_MTU and len(option) == 8:
        found.mtu = int.from_bytes(option[4:], "big")
    elif kind == OPTION_PREFIX and len(option) == 32:
        _read_prefix(found, option)
    elif kind == OPTION_ROUTE:
        _read_route(found, option)
    elif kind == OPTION_RDNSS and len(option) >= 24 and len(option) % 16 == 8:
        servers = [int.from_bytes(option[at : at + 16], "big") for at in range(8, len(option), 16)]
        found.name_servers.append(NameServers(servers, int.from_bytes(option[4:8], "big")))
    elif kind == OPTION_DNSSL and len(option) >= 16:
        domains = _parse_domains(option[8:])
        if domains:
            found.search_lists.append(SearchList(domains, int.from_bytes(option[4:8], "big")))
    elif kind == OPTION_REDIRECTED:
        found.redirected = option[8:]


def preference_bits(preference: int) -> int:
    """The two bits of a preference."""
    return preference & 3


def preference_of(bits: int) -> int:
    """The preference that two bits mean."""
    return bits - 4 if bits & 2 else bits


def _mac_option(kind: int, mac: i64) -> bytes:
    return bytes([kind, 1]) + int(mac).to_bytes(6, "big")


def _emit_prefix(each: PrefixInformation) -> bytes:
    flags = (_ON_LINK if each.on_link else 0) | (_AUTONOMOUS if each.autonomous else 0)
    address = each.prefix.to_bytes(16, "big")
    return _PREFIX.pack(OPTION_PREFIX, 4, each.prefix_len, flags, each.valid_s, each.preferred_s, 0, address)


def _read_prefix(found: NdOptions, option: bytes) -> None:
    _, _, length, flags, valid_s, preferred_s, _, address = _PREFIX.unpack(option)
    if length > 128:
        return
    prefix = int.from_bytes(address, "big") & addresses.mask(6, length)
    on_link, autonomous = flags & _ON_LINK != 0, flags & _AUTONOMOUS != 0
    found.prefixes.append(PrefixInformation(prefix, length, valid_s, preferred_s, on_link, autonomous))


def _emit_route(each: RouteInformation) -> bytes:
    octets = 0 if each.prefix_len == 0 else 8 if each.prefix_len <= 64 else 16
    head = struct.pack(
        "!BBBBI", OPTION_ROUTE, 1 + octets // 8, each.prefix_len, preference_bits(each.preference) << 3, each.lifetime_s
    )
    return head + each.prefix.to_bytes(16, "big")[:octets]


def _read_route(found: NdOptions, option: bytes) -> None:
    length = option[2]
    preference = preference_of(option[3] >> 3 & 3)
    fits = length <= 128 and len(option) <= 24 and len(option) >= (8 if length == 0 else 16 if length <= 64 else 24)
    if not fits or preference == RESERVED:
        return
    prefix = int.from_bytes(option[8:].ljust(16, b"\0"), "big") & addresses.mask(6, length)
    found.routes.append(RouteInformation(prefix, length, int.from_bytes(option[4:8], "big"), preference))


def _emit_servers(each: NameServers) -> bytes:
    head = struct.pack("!BBHI", OPTION_RDNSS, 1 + 2 * len(each.servers), 0, each.lifetime_s)
    return head + b"".join([server.to_bytes(16, "big") for server in each.servers])


def _emit_search(each: SearchList) -> bytes:
    names = b"".join([_emit_domain(domain) for domain in each.domains])
    names += bytes(-len(names) % 8)
    return struct.pack("!BBHI", OPTION_DNSSL, 1 + len(names) // 8, 0, each.lifetime_s) + names


def _emit_domain(domain: str) -> bytes:
    labels = [label.encode("ascii") for label in domain.split(".")]
    return b"".join([bytes([len(label)]) + label for label in labels]) + b"\0"


def _parse_domains(data: bytes) -> list[str]:
    """The names of a search list (RFC 1035 3.1, never compressed); empty if it is malformed."""
    domains: list[str] = []
    labels: list[str] = []
    at = 0
    while at < len(data):
        size = data[at]
        if size > MAX_LABEL_OCTETS or at + 1 + size > len(data):
            return []
        label = data[at + 1 : at + 1 + size]
        at += 1 + size
        if size:
            if not label.isascii() or 0x2E in label:
                return []
            labels.append(label.decode("ascii"))
        elif labels:
            domains.append(".".join(labels))
            labels = []
    longest = max([len(domain) + 2 for domain in domains], default=0)
    return [] if labels or longest > MAX_NAME_OCTETS else domains


def _emit_redirected(packet: bytes) -> bytes:
    """The start of the redirected packet, padded to a multiple of 8 octets."""
    body = packet + bytes(-len(packet) % 8)
    return struct.pack("!BBHI", OPTION_REDIRECTED, 1 + len(body) // 8, 0, 0) + body
