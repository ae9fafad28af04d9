"""The order of a name's addresses: destination address selection, RFC 6724 section 6.

Rules for features that this stack lacks (home addresses, tunnels) never decide.  The remaining rules: avoid unusable
destinations; prefer matching scope, matching label, higher precedence, smaller scope, longest matching prefix;
otherwise keep the order.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from catenet.network import addresses

GLOBAL_SCOPE: Final = 14
LINK_SCOPE: Final = 2
V4_MAPPED: Final = 0xFFFF << 32

POLICY: Final[tuple[tuple[int, int, int, int], ...]] = (
    (0x1, 128, 50, 0),
    (V4_MAPPED, 96, 35, 4),
    (0x0, 96, 1, 3),
    (0x20010000 << 96, 32, 5, 5),
    (0x2002 << 112, 16, 30, 2),
    (0x3FFE << 112, 16, 1, 12),
    (0xFEC0 << 112, 10, 1, 11),
    (0xFC00 << 112, 7, 3, 13),
    (0x0, 0, 40, 1),
)
"""Prefix, its length, precedence and label (RFC 6724 2.1), the longest prefixes first."""


class Routes(Protocol):
    """The interface to the network layer: the source address for a destination, 0 without a route."""

    def source_address(self, version: int, dst: int, /) -> int:
        """RFC 6724 section 5."""


class Candidate(NamedTuple):
    """A destination with the properties that the rules compare."""

    version: int
    address: int
    source: int


def order(found: list[tuple[int, int]], routes: Routes) -> list[tuple[int, int]]:
    """Destinations ``(version, address)``, the best first; the sort is stable (rule 10)."""
    candidates = [Candidate(version, dst, routes.source_address(version, dst)) for version, dst in found]
    return [(one.version, one.address) for one in sorted(candidates, key=rank)]


def rank(candidate: Candidate) -> tuple[int, int, int, int, int, int]:
    """A key that sorts better candidates first: rules 1, 2, 5, 6, 8 and 9 of RFC 6724 section 6."""
    version, dst, src = candidate
    if src == 0:
        return (1, 0, 0, 0, 0, 0)
    dst_precedence, dst_label = policy(version, dst)
    _, src_label = policy(version, src)
    return (
        0,
        int(scope(version, dst) != scope(version, src)),
        int(dst_label != src_label),
        -dst_precedence,
        scope(version, dst),
        -common_prefix_len(version, src, dst),
    )


def policy(version: int, address: int) -> tuple[int, int]:
    """``(precedence, label)`` of an address; IPv4 is looked up in its mapped form."""
    mapped = V4_MAPPED | address if version == 4 else address
    for prefix, prefix_len, precedence, label in POLICY:
        if (mapped ^ prefix) >> (128 - prefix_len) == 0:
            return precedence, label
    raise AssertionError("the last row matches everything")


def scope(version: int, address: int) -> int:
    """An address's scope; of IPv4, loopback and 169.254/16 are link-local (RFC 6724 3.2)."""
    if version == 6:
        return addresses.scope(address)
    local = addresses.is_loopback(4, address) or addresses.is_link_local(4, address)
    return LINK_SCOPE if local else GLOBAL_SCOPE


def common_prefix_len(version: int, one: int, other: int) -> int:
    """Leading bits in common, of the first 64 (RFC 6724 2.2); IPv4 addresses are not compared."""
    if version == 4:
        return 0
    return min(64, 128 - (one ^ other).bit_length())
