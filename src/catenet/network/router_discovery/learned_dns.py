"""Name servers and search domains that routers advertise, while their lifetimes last (RFC 8106)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.router_discovery.nd_options import NdOptions
from catenet.network.router_discovery.output import seconds_after

MAX_ENTRIES: Final = 8
"""The number of servers, and of domains, that are kept (RFC 8106 5.3.1: at least three); the newest replace others."""


class LearnedDns:
    """Servers and domains in the order in which they were learned, with the ends of their lifetimes."""

    def __init__(self) -> None:
        self.servers: Final[dict[int, int]] = {}
        self.domains: Final[dict[str, int]] = {}

    def learn(self, options: NdOptions, now_ns: i64) -> bool:
        """Take over what an advertisement says; True if there are other servers or domains than before."""
        before = list(self.servers), list(self.domains)
        for told in options.name_servers:
            for server in told.servers:
                _note(self.servers, server, told.lifetime_s, now_ns)
        for listed in options.search_lists:
            for domain in listed.domains:
                _note_domain(self.domains, domain, listed.lifetime_s, now_ns)
        return before != (list(self.servers), list(self.domains))

    def expire(self, now_ns: i64) -> bool:
        """Forget what has run out; True if there was any."""
        old_servers = [server for server, until_ns in self.servers.items() if until_ns <= now_ns]
        old_domains = [domain for domain, until_ns in self.domains.items() if until_ns <= now_ns]
        for server in old_servers:
            del self.servers[server]
        for domain in old_domains:
            del self.domains[domain]
        return bool(old_servers or old_domains)

    def next_ns(self) -> i64:
        """When the next lifetime ends."""
        earliest: i64 = NEVER
        for until_ns in [*self.servers.values(), *self.domains.values()]:
            earliest = min(earliest, until_ns)
        return earliest

    def clear(self) -> None:
        """Forget all."""
        self.servers.clear()
        self.domains.clear()


def _note(known: dict[int, int], server: int, lifetime_s: int, now_ns: i64) -> None:
    if lifetime_s == 0:
        known.pop(server, None)
        return
    if server not in known and len(known) >= MAX_ENTRIES:
        del known[min(known, key=known.__getitem__)]
    known[server] = int(seconds_after(now_ns, lifetime_s))


def _note_domain(known: dict[str, int], domain: str, lifetime_s: int, now_ns: i64) -> None:
    if lifetime_s == 0:
        known.pop(domain, None)
        return
    if domain not in known and len(known) >= MAX_ENTRIES:
        del known[min(known, key=known.__getitem__)]
    known[domain] = int(seconds_after(now_ns, lifetime_s))
