"""One group's filter on an interface, merged from those of all sockets (RFC 3376 section 3.2, RFC 3810 section 4.2)."""

from __future__ import annotations

from typing import Final

from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter


class GroupFilter:
    """Counts, for each source, the sockets that include and that exclude it; ``merged`` is the interface's filter.

    If any socket excludes, the interface excludes the sources that all of those exclude and none includes; otherwise it
    includes all that any socket includes.
    """

    def __init__(self, members: int = 0) -> None:
        """``members`` is the number of sockets that listen to all sources."""
        self.excluding: int = members
        self.including: int = 0
        self.merged: SourceFilter = ANY_SOURCE if members else NOTHING
        self._excluded: Final[dict[int, int]] = {}
        self._included: Final[dict[int, int]] = {}

    def change(self, old: SourceFilter, new: SourceFilter) -> None:
        """A socket's filter changed from ``old`` to ``new``; :data:`NOTHING` is that of a socket that is no member."""
        self._count(old, -1)
        self._count(new, 1)
        self.merged = self._merge()

    def _merge(self) -> SourceFilter:
        if self.excluding:
            by_all = [source for source, count in self._excluded.items() if count == self.excluding]
            return SourceFilter(True, [source for source in by_all if source not in self._included])
        return SourceFilter(False, list(self._included)) if self._included else NOTHING

    @property
    def is_plain(self) -> bool:
        """Whether all sockets listen to all sources."""
        return not (self.including or self._excluded)

    def _count(self, each: SourceFilter, step: int) -> None:
        if each.is_nothing:
            return
        if each.exclude:
            self.excluding += step
        else:
            self.including += step
        counts = self._excluded if each.exclude else self._included
        for source in each.sources:
            count = counts.get(source, 0) + step
            if count:
                counts[source] = count
            else:
                del counts[source]
