"""Iterative resolution: from the nearest known zone cut, by referrals, to the answer (RFC 1034 section 5.3.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from dns.name import Name, root
from dns.rcode import Rcode
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.counters import Counters
from catenet.application.dns.resolver.cache import Cache, Rank, Soa
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.limits import LimitReached, Limits, Unanswered, Work
from catenet.application.dns.resolver.query import minimised
from catenet.application.dns.resolver.reply import Meaning, Reply
from catenet.application.dns.resolver.zone_servers import ZoneServers


class Answer(NamedTuple):
    """The answer to a question: RRsets from the name asked along the chain; ``soa`` if it ends with nothing."""

    rcode: Rcode
    rdatasets: list[tuple[Name, Rdataset]]
    soa: Soa | None = None
    stale: bool = False


class Link(NamedTuple):
    """One step of a chain: ``target`` is where a CNAME record points."""

    rcode: Rcode
    rdataset: Rdataset | None
    soa: Soa | None = None
    target: Name | None = None


class Iteration:
    """Finds answers for a resolver, and fills its cache."""

    def __init__(self, hints: Hints, cache: Cache, servers: ZoneServers, limits: Limits, counters: Counters) -> None:
        self._hints: Final = hints
        self._cache: Final = cache
        self._delegations: Final = Cache(limits)
        """What parents say of the servers of a zone; what the zone says itself is in the cache, and may be wrong."""
        self._servers: Final = servers
        self._limits: Final = limits
        self._counters: Final = counters
        self._prime_at = 0.0

    async def resolve(self, name: Name, rdtype: RdataType, work: Work, depth: int = 0) -> Answer:
        """The answer, from the cache and the network.  Raises ``LimitReached`` or ``Unanswered``."""
        found: list[tuple[Name, Rdataset]] = []
        for _ in range(self._limits.chain_max):
            link = self.cached(name, rdtype) or await self._from_network(name, rdtype, work, depth)
            if link.rdataset is not None:
                found.append((name, link.rdataset))
            if link.target is None:
                return Answer(link.rcode, found, link.soa)
            name = link.target
            if any(name == owner for owner, _ in found):
                raise Unanswered(f"the CNAME records of {name} are a loop")
        raise LimitReached("chain_max")

    def cached(self, name: Name, rdtype: RdataType, *, stale: bool = False) -> Link | None:
        """What the cache answers for a name; only records that may be answers, with the rest of their TTL."""
        now = asyncio.get_running_loop().time()
        for wanted in (rdtype, RdataType.CNAME):
            entry = self._cache.get(name, wanted, now, stale=stale)
            if entry is None or entry.rank == Rank.GLUE:
                continue
            ttl = self._limits.stale_ttl if entry.expires <= now else entry.ttl(now)
            if entry.rdataset is not None:
                target = entry.rdataset[0].target if wanted == RdataType.CNAME != rdtype else None
                return Link(Rcode.NOERROR, with_ttl(entry.rdataset, ttl), None, target)
            if wanted == rdtype:
                return Link(Rcode.NOERROR, None, _soa_with_ttl(entry.soa, ttl))
        missing = self._cache.nxdomain(name, now, stale=stale)
        if missing is None:
            return None
        ttl = self._limits.stale_ttl if missing.expires <= now else missing.ttl(now)
        return Link(Rcode.NXDOMAIN, None, _soa_with_ttl(missing.soa, ttl))

    async def _from_network(self, name: Name, rdtype: RdataType, work: Work, depth: int) -> Link:
        """The answer of the nearest zone; where its servers are dead, what a zone above it says."""
        zone = self._nearest_zone(name, rdtype)
        while True:
            try:
                return await self._descend(zone, name, rdtype, work, depth)
            except Unanswered:
                if zone == root:
                    raise
                zone = self._nearest_zone(zone.parent(), RdataType.NONE)

    async def _descend(self, zone: Name, name: Name, rdtype: RdataType, work: Work, depth: int) -> Link:
        known, count = len(zone), 0
        for _ in range(self._limits.referrals_max):
            probe = minimised(name, known, count)
            whole = probe == name
            asked = rdtype if whole else RdataType.A
            reply = await self._ask(zone, probe, asked, work, depth)
            if reply.meaning is Meaning.REFERRAL:
                self._keep_referral(reply)
                zone, known = reply.owner, len(reply.owner)
            elif whole:
                return self._keep(reply, asked)
            elif reply.meaning is Meaning.NXDOMAIN:
                known = len(name)  # some servers deny names that only have others below them: ask for the whole name
            else:
                known = len(probe)
            count += 0 if whole else 1
        raise LimitReached("referrals_max")

    # -- servers

    def _nearest_zone(self, name: Name, rdtype: RdataType) -> Name:
        """The deepest zone whose servers are known, and can be reached without asking themselves."""
        if rdtype == RdataType.DS and name != root:
            name = name.parent()
        while name != root:
            targets = self._targets(name)
            if any(self._known_addresses(target) or not target.is_subdomain(name) for target in targets):
                return name
            name = name.parent()
        return root

    def _targets(self, zone: Name) -> list[Name]:
        now = asyncio.get_running_loop().time()
        if zone == root:
            primed = self._cache.get(root, RdataType.NS, now)
            servers = self._hints.servers if primed is None or primed.rdataset is None else primed.rdataset
            return [server.target for server in servers]
        entries = [cache.get(zone, RdataType.NS, now) for cache in (self._cache, self._delegations)]
        rdatasets = [entry.rdataset for entry in entries if entry is not None and entry.rdataset is not None]
        return list(dict.fromkeys(server.target for rdataset in rdatasets for server in rdataset))

    def _known_addresses(self, target: Name) -> list[str]:
        now = asyncio.get_running_loop().time()
        found: list[str] = []
        for rdtype in (RdataType.A, RdataType.AAAA):
            entry = self._cache.get(target, rdtype, now)
            if entry is not None and entry.rdataset is not None:
                found += [rdata.address for rdata in entry.rdataset]
        return found

    async def _ask(self, zone: Name, probe: Name, rdtype: RdataType, work: Work, depth: int) -> Reply:
        if zone == root:
            await self._prime(work)
        targets = self._targets(zone)
        addresses: list[str] = []
        for target in targets:
            addresses += self._known_addresses(target)
        addresses = list(dict.fromkeys(addresses))

        async def more() -> Sequence[str]:
            return self._hints.all_addresses if zone == root else await self._look_up(zone, targets, work, depth)

        return await self._servers.ask(zone, addresses, more, probe, rdtype, work)

    async def _prime(self, work: Work) -> None:
        """Ask a server of the hints for those that the root has now, and again once their TTL ends (RFC 8109).

        Without an answer the hints are used, and the next attempt is made after ``failure_ttl``.
        """
        now = asyncio.get_running_loop().time()
        if now < self._prime_at:
            return
        self._prime_at = now + self._limits.failure_ttl

        async def no_more() -> Sequence[str]:
            return ()

        self._counters.add("priming-queries")
        try:
            reply = await self._servers.ask(root, self._hints.all_addresses, no_more, root, RdataType.NS, work)
        except Unanswered:
            return
        if reply.rdataset is not None and reply.meaning is Meaning.ANSWER:
            self._keep(reply, RdataType.NS)
            self._keep_glue(reply)
            self._prime_at = now + min(reply.rdataset.ttl, self._limits.ttl_max)

    async def _look_up(self, zone: Name, targets: Sequence[Name], work: Work, depth: int) -> list[str]:
        """Addresses of name servers that came without glue; of few, since each may cost as much as a query."""
        missing = [one for one in targets if not one.is_subdomain(zone) and not self._known_addresses(one)]
        if len(missing) > self._limits.targets_max:
            self._counters.add("limit-targets_max")
        if missing and depth >= self._limits.depth_max:
            raise LimitReached("depth_max")
        found: list[str] = []
        for target in missing[: self._limits.targets_max]:
            for rdtype in (RdataType.A, RdataType.AAAA):
                try:
                    answer = await self.resolve(target, rdtype, work, depth + 1)
                except Unanswered:
                    continue
                found += [rdata.address for _, one in answer.rdatasets if one.rdtype == rdtype for rdata in one]
            if found:
                break
        return found

    # -- what is kept

    def _keep_referral(self, reply: Reply) -> None:
        now = asyncio.get_running_loop().time()
        assert reply.rdataset is not None
        self._delegations.put(reply.owner, reply.rdataset, Rank.GLUE, now)
        self._keep_glue(reply)

    def _keep_glue(self, reply: Reply) -> None:
        now = asyncio.get_running_loop().time()
        for name, rdataset in reply.glue:
            self._cache.put(name, rdataset, Rank.GLUE, now)

    def _keep(self, reply: Reply, rdtype: RdataType) -> Link:
        now = asyncio.get_running_loop().time()
        if reply.rdataset is not None:
            rank = Rank.AUTHORITATIVE if reply.authoritative else Rank.ANSWER
            self._cache.put(reply.owner, reply.rdataset, rank, now)
            target = reply.rdataset[0].target if reply.meaning is Meaning.CNAME else None
            return Link(Rcode.NOERROR, reply.rdataset, None, target)
        rcode = Rcode.NXDOMAIN if reply.meaning is Meaning.NXDOMAIN else Rcode.NOERROR
        if reply.soa is not None:
            self._cache.put_negative(reply.owner, rdtype, rcode, reply.soa, now)
        return Link(rcode, None, reply.soa)


def with_ttl(rdataset: Rdataset, ttl: int) -> Rdataset:
    """The same records with another TTL (seconds)."""
    copy: Rdataset = rdataset.copy()
    copy.ttl = ttl
    return copy


def _soa_with_ttl(soa: Soa | None, ttl: int) -> Soa | None:
    return None if soa is None else (soa[0], with_ttl(soa[1], ttl))
