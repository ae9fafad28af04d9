"""The cache of a resolver: RRsets with TTL and rank (RFC 2181 section 5.4.1), and negative answers (RFC 2308)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from dns.name import Name
from dns.rcode import Rcode
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.dns.resolver.limits import Limits

Soa = tuple[Name, Rdataset]
ENTRY_OCTETS: Final = 256
"""What an entry counts for beside its records."""


class Rank(IntEnum):
    """How far a record is trusted: a lower rank does not replace a higher one."""

    GLUE = 1
    """From a referral: good for the next query, not for an answer."""
    ANSWER = 2
    AUTHORITATIVE = 3


class Entry(NamedTuple):
    """What is known of a name and a type; ``rdataset`` is None if there is none, and ``soa`` then says so."""

    rdataset: Rdataset | None
    rank: Rank
    expires: float
    rcode: Rcode = Rcode.NOERROR
    soa: Soa | None = None
    octets: int = ENTRY_OCTETS
    """What it counts for."""

    def ttl(self, now: float) -> int:
        """Seconds that are left, at least 0."""
        return max(0, int(self.expires - now))


class Cache:
    """Entries by name and type, bounded in number and octets; the least recently used go first.

    ``now`` is in seconds on the loop's clock.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits: Final = limits
        self._entries: Final[dict[tuple[Name, RdataType], Entry]] = {}
        self.octets: int = 0
        """What all entries count for."""

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, name: Name, rdataset: Rdataset, rank: Rank, now: float) -> None:
        """Remember an RRset, unless a higher rank is known.

        The NS records of a zone do not outlive their first TTL by repetition: else a zone that its parent has removed
        would stay for as long as somebody asks for it (the "ghost domain names" of 2012).
        """
        expires = now + min(rdataset.ttl, self._limits.ttl_max)
        known = self._entries.get((name, rdataset.rdtype))
        if known is not None and known.expires > now:
            if known.rank > rank:
                return
            if rdataset.rdtype == RdataType.NS and known.rdataset is not None:
                expires = min(expires, known.expires)
        octets = ENTRY_OCTETS + sum(len(rdata.to_wire() or b"") for rdata in rdataset)
        self._store((name, rdataset.rdtype), Entry(rdataset, rank, expires, octets=octets))

    def put_negative(self, name: Name, rdtype: RdataType, rcode: Rcode, soa: Soa, now: float) -> None:
        """Remember that a name has no such type, or with NXDOMAIN, that there is no such name.

        The TTL is the lesser of that of the SOA record and its last field (RFC 2308 section 5).
        """
        ttl = min(soa[1].ttl, soa[1][0].minimum, self._limits.negative_ttl_max)
        kind = RdataType.ANY if rcode == Rcode.NXDOMAIN else rdtype
        self._store((name, kind), Entry(None, Rank.AUTHORITATIVE, now + ttl, rcode, soa))

    def get(self, name: Name, rdtype: RdataType, now: float, *, stale: bool = False) -> Entry | None:
        """What is known, of any rank; with ``stale``, also what has expired not too long ago."""
        entry = self._entries.get((name, rdtype))
        if entry is None:
            return None
        if entry.expires <= now - self._limits.stale_max:
            if entry.expires <= now:
                self._drop((name, rdtype))
            return None
        if entry.expires <= now and not stale:
            return None
        self._entries[name, rdtype] = self._entries.pop((name, rdtype))
        return entry

    def nxdomain(self, name: Name, now: float, *, stale: bool = False) -> Entry | None:
        """The entry by which a name does not exist: its own, or that of a name above it (RFC 8020)."""
        while True:
            entry = self.get(name, RdataType.ANY, now, stale=stale)
            if entry is not None:
                return entry
            if len(name) <= 1:
                return None
            name = name.parent()

    def _store(self, key: tuple[Name, RdataType], entry: Entry) -> None:
        self._drop(key)
        self._entries[key] = entry
        self.octets += entry.octets
        while len(self._entries) > self._limits.entries_max or self.octets > self._limits.octets_max:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[Name, RdataType]) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.octets -= entry.octets
