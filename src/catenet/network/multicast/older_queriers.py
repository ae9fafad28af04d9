"""The version of IGMP or MLD that an interface uses: that of the oldest querier present.

(Host Compatibility Mode, RFC 3376 section 7.2.1, RFC 3810 section 8.2.1.)
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.link.multicast.query import Query
from catenet.network.multicast.settings import MulticastSettings

QUERY_INTERVAL_NS: Final[i64] = 125 * NS_PER_S
"""Query Interval (RFC 3376 section 8.2), until a query contains another."""


class OlderQueriers:
    """The queriers' variables and versions on one link, and how long they are valid."""

    def __init__(self, version: i64, settings: MulticastSettings) -> None:
        self.latest: Final[i64] = settings.latest(version)
        self.robustness: i64 = settings.robustness
        self.interval_ns: i64 = QUERY_INTERVAL_NS
        self.heard: bool = False
        """Whether any query was ever received."""
        self._present_until_ns: Final[list[i64]] = [0, 0, 0]
        """Older Version Querier Present timers, by version."""

    def hear(self, query: Query, now_ns: i64) -> None:
        """Learn from a query; those of the latest version contain the querier's variables."""
        self.heard = True
        if query.robustness:
            self.robustness = query.robustness
        if query.interval_ns:
            self.interval_ns = query.interval_ns
        newest: i64 = 3 if query.version == 4 else 2
        if query.generation < newest:
            until_ns = now_ns + self.robustness * self.interval_ns + query.response_ns
            self._present_until_ns[query.generation] = until_ns

    def spoken(self, now_ns: i64) -> i64:
        """The version to use now."""
        generation: i64 = 1
        while generation < self.latest:
            if self._present_until_ns[generation] > now_ns:
                return generation
            generation += 1
        return self.latest
