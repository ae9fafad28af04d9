"""The members of one group behind one port: the state of a multicast router (RFC 3376 section 6, RFC 3810 section 7).

A timer is stored as the time at which it expires, and evaluated at each query of the state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mypy_extensions import i64

from catenet.link.multicast.group_record import (
    ALLOW,
    BLOCK,
    IS_EXCLUDE,
    IS_INCLUDE,
    TO_EXCLUDE,
    TO_INCLUDE,
    GroupRecord,
)


class Asks:
    """The query that the querier must send after a record: for the ``group``, or for some ``sources``."""

    def __init__(self, group: bool = False, sources: Iterable[int] = ()) -> None:
        self.group: Final = group
        self.sources: Final = tuple(sorted(sources))


NOTHING_TO_ASK: Final = Asks()


class PortGroup:
    """In mode EXCLUDE (``exclude``, until ``expires_ns``) all sources are forwarded except those with expired timers.

    In mode INCLUDE only sources with running timers are forwarded.
    """

    def __init__(self, version: i64) -> None:
        self.version: Final[i64] = version
        self.exclude: bool = False
        self.expires_ns: i64 = 0
        self.sources: dict[int, int] = {}
        self._older_until_ns: Final[list[i64]] = [0, 0, 0]
        """Older Version Host Present timers, by version (RFC 3376 section 7.3.2)."""

    def has_members(self, now_ns: i64) -> bool:
        """Whether there are members."""
        self._expire(now_ns)
        return self.exclude or len(self.sources) > 0

    def forwards(self, source: int, now_ns: i64) -> bool:
        """Whether a source's packets are forwarded."""
        self._expire(now_ns)
        until_ns = self.sources.get(source)
        if until_ns is None:
            return self.exclude
        return until_ns > now_ns

    def blocked(self, now_ns: i64) -> list[int]:
        """The sources that are not forwarded in mode EXCLUDE, in ascending order."""
        self._expire(now_ns)
        return sorted([source for source, until_ns in self.sources.items() if until_ns <= now_ns])

    def wanted(self, now_ns: i64) -> list[int]:
        """The sources with running timers, in ascending order."""
        self._expire(now_ns)
        return sorted([source for source, until_ns in self.sources.items() if until_ns > now_ns])

    def last_ns(self, now_ns: i64) -> i64:
        """The time at which the last member expires without further reports."""
        self._expire(now_ns)
        last = self.expires_ns if self.exclude else now_ns
        for until_ns in self.sources.values():
            last = max(last, until_ns)
        return last

    def hear(self, record: GroupRecord, older: i64, now_ns: i64, interval_ns: i64) -> Asks:
        """Process a group record; ``older`` is the version of IGMP or MLD if it is not the latest, else 0.

        ``interval_ns`` is the Group Membership Interval.
        """
        self._expire(now_ns)
        if older > 0 and record.kind == IS_EXCLUDE:
            self._older_until_ns[older] = now_ns + interval_ns
        kind, sources = self._as_spoken(record, now_ns)
        if kind == 0:
            return NOTHING_TO_ASK
        until_ns = now_ns + interval_ns
        if kind in (IS_EXCLUDE, TO_EXCLUDE):
            return self._excludes(sources, until_ns, kind == TO_EXCLUDE, now_ns)
        if kind == BLOCK:
            return self._blocks(sources, now_ns)
        others = [source for source in self.wanted(now_ns) if source not in sources]
        for source in sources:
            self.sources[source] = until_ns
        return Asks(self.exclude, others) if kind == TO_INCLUDE else NOTHING_TO_ASK

    def lower(self, sources: Iterable[int], until_ns: i64, now_ns: i64) -> None:
        """Lower the timers of queried sources, or of the group if there are none: they expire without a report."""
        self._expire(now_ns)
        asked = list(sources)
        if not asked:
            self.expires_ns = min(self.expires_ns, until_ns)
        for source in asked:
            if self.sources.get(source, 0) > until_ns:
                self.sources[source] = int(until_ns)

    def is_pending(self, source: int, by_ns: i64) -> bool:
        """Whether a source (0: the group) still expires by a time: no report was received since the query."""
        if source == 0:
            return self.exclude and self.expires_ns <= by_ns
        return self.sources.get(source, by_ns + 1) <= by_ns

    def _as_spoken(self, record: GroupRecord, now_ns: i64) -> tuple[i64, tuple[int, ...]]:
        """A record as interpreted while older hosts are present; kind 0 if it is ignored (RFC 3376 section 7.3.2)."""
        kind, sources = record.kind, record.sources
        oldest: i64 = 1 if self._older_until_ns[1] > now_ns else 2 if self._older_until_ns[2] > now_ns else 0
        if oldest and kind == BLOCK:
            return 0, ()
        if oldest == 1 and kind == TO_INCLUDE and self.version == 4:
            return 0, ()
        if oldest and kind == TO_EXCLUDE:
            return kind, ()
        if kind not in (IS_INCLUDE, IS_EXCLUDE, TO_INCLUDE, TO_EXCLUDE, ALLOW, BLOCK):
            return 0, ()
        return kind, sources

    def _excludes(self, told: tuple[int, ...], until_ns: i64, asks: bool, now_ns: i64) -> Asks:
        group_ns = self.expires_ns
        kept: dict[int, int] = {}
        for source in told:
            known = self.sources.get(source)
            if known is not None:
                kept[source] = known
            elif self.exclude:
                kept[source] = int(group_ns if asks else until_ns)
            else:
                kept[source] = 0
        self.sources = kept
        self.exclude = True
        self.expires_ns = until_ns
        return Asks(False, self.wanted(now_ns)) if asks else NOTHING_TO_ASK

    def _blocks(self, told: tuple[int, ...], now_ns: i64) -> Asks:
        if self.exclude:
            for source in told:
                if source not in self.sources:
                    self.sources[source] = int(self.expires_ns)
        return Asks(False, [source for source in self.wanted(now_ns) if source in told])

    def _expire(self, now_ns: i64) -> None:
        if self.exclude and self.expires_ns > now_ns:
            return
        self.exclude = False
        for source in [source for source, until_ns in self.sources.items() if until_ns <= now_ns]:
            del self.sources[source]
