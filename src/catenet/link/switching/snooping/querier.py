"""The querier of one VLAN: its election, and the schedule of general queries.

The router or switch with the lowest address is the querier (RFC 3376 section 6.6.2, RFC 3810 section 7.6.2).  Queries
from the address 0.0.0.0 are not part of the election (RFC 4541 section 2.1.1).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.link.multicast.query import Query
from catenet.link.switching.snooping.settings import SnoopingSettings

STARTUP_FRACTION: Final[i64] = 4
"""Startup Query Interval: a quarter of the Query Interval (RFC 3376 section 8.6)."""


class Querier:
    """The election in one switch.  ``address`` is its own; ``other_port`` is the port to another querier."""

    def __init__(self, settings: SnoopingSettings, address: int) -> None:
        self.settings: Final = settings
        self.address: Final = address
        self.robustness: i64 = settings.robustness
        self.interval_ns: i64 = settings.query_interval_ns
        self.response_ns: i64 = settings.response_ns
        self.other_address: int = 0
        self.other_port: i64 = 0
        self.other_until_ns: i64 = 0
        self.due_ns: i64 = NEVER
        """The time of the next query of this switch, or of its takeover."""
        self.filter_from_ns: i64 = NEVER
        """The time from which members are known: they have had time to respond to the first query."""
        self._startup_left: i64 = 0

    @property
    def membership_ns(self) -> i64:
        """Group Membership Interval (RFC 3376 section 8.4)."""
        return self.robustness * self.interval_ns + self.response_ns

    @property
    def other_present_ns(self) -> i64:
        """Other Querier Present Interval (RFC 3376 section 8.5)."""
        return self.robustness * self.interval_ns + self.response_ns // 2

    def start(self, now_ns: i64) -> None:
        """Start with queries at the Startup Query Interval, the first at once."""
        self._startup_left = self.settings.robustness
        self.due_ns = now_ns
        self.filter_from_ns = now_ns + self.settings.response_ns

    def reconsider(self, now_ns: i64) -> None:
        """The topology has changed: members may be behind other ports."""
        if self.filter_from_ns < NEVER:
            self.filter_from_ns = now_ns + self.response_ns
        if self.is_own(now_ns):
            self.due_ns = now_ns

    def is_own(self, now_ns: i64) -> bool:
        """Whether this switch is the querier."""
        return self.settings.querier and self.due_ns < NEVER and self.other_until_ns <= now_ns

    def is_present(self, now_ns: i64) -> bool:
        """Whether there is a querier."""
        return self.is_own(now_ns) or self.other_until_ns > now_ns

    def filters(self, now_ns: i64) -> bool:
        """Whether the members are known."""
        return self.filter_from_ns <= now_ns and self.is_present(now_ns)

    def hear(self, query: Query, src: int, port: i64, now_ns: i64) -> bool:
        """Process another querier's query.  False if it is ignored, because this switch wins the election."""
        if src == 0 or (self.settings.querier and src > self.address):
            return False
        if not self.is_present(now_ns):
            self.filter_from_ns = now_ns + query.response_ns
        self._adopt(query)
        self.other_address, self.other_port = src, port
        self.other_until_ns = now_ns + self.other_present_ns
        if self.settings.querier:
            self.due_ns = self.other_until_ns
        return True

    def asked(self, now_ns: i64) -> Query:
        """The general query that is due now; schedules the next one."""
        settings = self.settings
        self.robustness, self.interval_ns = settings.robustness, settings.query_interval_ns
        self.response_ns = settings.response_ns
        if self._startup_left > 0:
            self._startup_left -= 1
        self.due_ns = now_ns + (self.interval_ns // STARTUP_FRACTION if self._startup_left > 0 else self.interval_ns)
        return self.general()

    def general(self) -> Query:
        """A general query; the address determines its version of IP."""
        version: i64 = 4 if self.address >> 32 == 0 else 6
        return Query(
            version,
            3 if version == 4 else 2,
            self.settings.response_ns,
            0,
            (),
            False,
            self.settings.robustness,
            self.settings.query_interval_ns,
        )

    def lose(self, port: i64, now_ns: i64) -> None:
        """A link went down: forget the querier behind the port."""
        if self.other_until_ns > now_ns and self.other_port == port:
            self.other_until_ns = now_ns
            if self.settings.querier:
                self.start(now_ns)

    def _adopt(self, query: Query) -> None:
        """Adopt the variables of the elected querier (RFC 3376 sections 4.1.6 and 4.1.7)."""
        self.robustness = query.robustness or self.settings.robustness
        self.interval_ns = query.interval_ns or self.settings.query_interval_ns
        if query.group == 0:
            self.response_ns = query.response_ns
