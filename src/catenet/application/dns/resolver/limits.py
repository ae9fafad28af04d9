"""The limits of a resolver, by name."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds of work per client query, and of memory.

    ``queries_max`` packets are sent for one client query, whatever it leads to; ``targets_max`` name servers without
    glue are looked up for one delegation (NXNS, CVE-2020-12662), ``depth_max`` such look-ups lie within each other;
    ``chain_max`` CNAME records and ``referrals_max`` referrals are followed.
    """

    queries_max: int = 64
    targets_max: int = 3
    depth_max: int = 4
    chain_max: int = 11
    referrals_max: int = 32
    tries_max: int = 6
    """Queries to the servers of one zone for one question."""
    time_s: float = 10.0
    """Seconds for one client query."""
    resolutions_max: int = 1_000
    """Questions in work at a time; equal ones are one."""
    entries_max: int = 100_000
    """RRsets and negative answers in the cache."""
    octets_max: int = 64 << 20
    """Octets of the records in the cache, with :data:`~catenet.application.dns.resolver.cache.ENTRY_OCTETS` for each
    entry."""
    servers_max: int = 10_000
    """Servers whose round-trip times are remembered."""
    ttl_max: int = 86_400
    negative_ttl_max: int = 10_800
    """Seconds (RFC 2308 section 5)."""
    failure_ttl: float = 5.0
    """Seconds for which a failure is remembered (RFC 9520)."""
    stale_max: int = 86_400
    """Seconds after the end of its TTL for which a record may still be used; 0 for none (RFC 8767)."""
    stale_ttl: int = 30
    """TTL of a stale answer (RFC 8767 section 4)."""
    stale_after_s: float = 1.8
    """A client whose answer is known, but stale, waits this long for a fresh one (RFC 8767 section 5)."""


class LimitReached(Exception):
    """A limit of :class:`Limits` ends the work; the argument names it."""


class Unanswered(Exception):
    """No server of a zone gave a usable response."""


class Work:
    """What one client query has cost so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.queries: int = 0

    def spend(self) -> None:
        """Count a packet.  Raises :class:`LimitReached`."""
        if self.queries >= self.limits.queries_max:
            raise LimitReached("queries_max")
        self.queries += 1
