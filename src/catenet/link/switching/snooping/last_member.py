"""Group-specific queries after a member has left (RFC 3376 section 6.6.3, RFC 3810 7.6.3)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.multicast.query import Query
from catenet.link.switching.snooping.group_domain import GroupDomain
from catenet.link.switching.snooping.port_group import Asks


class LastMemberQuery:
    """Queries to one port: ``left`` more, the next at ``due_ns``.  What is not reported expires at ``by_ns``."""

    def __init__(self, domain: GroupDomain, port: int, group: int, asks: Asks, now_ns: i64) -> None:
        settings = domain.querier.settings
        self.domain: Final = domain
        self.port: Final = port
        self.group: Final = group
        self.asks: Final = asks
        self.left: i64 = settings.robustness
        self.due_ns: i64 = now_ns
        self.by_ns: Final[i64] = now_ns + settings.robustness * settings.last_member_ns
        known = domain.member(group, port)
        if known is not None:
            if asks.group:
                known.lower((), self.by_ns, now_ns)
            if asks.sources:
                known.lower(asks.sources, self.by_ns, now_ns)

    def queries(self, now_ns: i64) -> list[Query]:
        """The queries that are due now; for what was reported meanwhile with the S flag, for other routers."""
        self.left -= 1
        self.due_ns = now_ns + self.domain.querier.settings.last_member_ns
        known = self.domain.member(self.group, self.port)
        if known is None:
            self.left = 0
            return []
        made = [self._query((), not known.is_pending(0, self.by_ns))] if self.asks.group else []
        for suppress in (True, False):
            sources = [each for each in self.asks.sources if known.is_pending(each, self.by_ns) != suppress]
            if sources:
                made.append(self._query(tuple(sources), suppress))
        return made

    def _query(self, sources: tuple[int, ...], suppress: bool) -> Query:
        settings = self.domain.querier.settings
        return Query(
            self.domain.version,
            3 if self.domain.version == 4 else 2,
            settings.last_member_ns,
            self.group,
            sources,
            suppress,
            settings.robustness,
            settings.query_interval_ns,
        )
