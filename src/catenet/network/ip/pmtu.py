"""The path MTU cache of a host (RFC 1191, RFC 8201).

An entry expires after ten minutes and is removed at the next look-up, so that a larger MTU is tried again (RFC 1191
6.3, RFC 8201 4).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.quantity import NS_PER_S
from catenet.network.forwarding.destination_cache import Destination

LIFETIME_NS: Final[i64] = 600 * NS_PER_S
MIN_IPV4_OCTETS: Final[i64] = 68
"""The lower bound of path MTUs, which every link supports (RFC 1191 section 3)."""
MAX_ENTRIES: Final = 4096

PLATEAUS_OCTETS: Final = (32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
"""The plateau table, for routers that do not report the MTU (RFC 1191 section 7.1)."""


class PathMtu:
    """One path MTU in octets, with its expiry."""

    def __init__(self, octets: i64, until_ns: i64) -> None:
        self.octets: Final[i64] = octets
        self.until_ns: Final[i64] = until_ns


class PathMtus:
    """The path MTUs by destination address."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel: Final = kernel
        self._entries: Final[dict[int, PathMtu]] = {}

    def learn(self, destination: Destination, octets: i64) -> None:
        """Record that a packet of more than ``octets`` did not fit.  Never raises the MTU (RFC 8201 4)."""
        if octets >= current(destination, self.kernel.now_ns):
            return
        if len(self._entries) >= MAX_ENTRIES and destination.address not in self._entries:
            del self._entries[next(iter(self._entries))]
        self._entries[destination.address] = PathMtu(octets, self.kernel.now_ns + LIFETIME_NS)
        self.apply(destination)

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()

    def apply(self, destination: Destination) -> None:
        """Set the path MTU of a destination from the cache."""
        entry = self._entries.get(destination.address)
        if entry is None:
            return
        if entry.until_ns < self.kernel.now_ns:
            del self._entries[destination.address]
        elif entry.octets < destination.link_mtu:
            destination.path_mtu = entry.octets
            destination.path_mtu_until_ns = entry.until_ns


def current(destination: Destination, now_ns: i64) -> i64:
    """The present path MTU in octets; expired entries are removed."""
    if now_ns > destination.path_mtu_until_ns:
        destination.path_mtu = destination.link_mtu
        destination.path_mtu_until_ns = NEVER
    return destination.path_mtu


def next_plateau(octets: i64) -> i64:
    """The next plateau below a packet's length: an estimate for a router that reported none (RFC 1191 section 5)."""
    for plateau in PLATEAUS_OCTETS:
        if plateau < octets:
            return plateau
    return PLATEAUS_OCTETS[-1]
