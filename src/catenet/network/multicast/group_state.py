"""The pending reports of one group on an interface: state changes to repeat, and the response to a query.

RFC 3376 sections 5.1 and 5.2, RFC 3810 sections 6.1 and 6.2.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.link.multicast.group_record import (
    ALLOW,
    BLOCK,
    IS_EXCLUDE,
    IS_INCLUDE,
    TO_EXCLUDE,
    TO_INCLUDE,
    GroupRecord,
)
from catenet.network.multicast.source_filter import SourceFilter


class GroupState:
    """``mode_left`` and ``source_left`` count the state-change reports that still have to contain a change.

    ``response_ns`` is the time of the response to a query; ``asked`` are the queried sources, None for all.
    ``old_left`` counts the unsolicited reports of older versions that are still to be sent.
    """

    def __init__(self, group: int) -> None:
        self.group: Final = group
        self.mode_left: i64 = 0
        self.source_left: dict[int, int] = {}
        self.response_ns: i64 = NEVER
        self.asked: tuple[int, ...] | None = None
        self.old_left: i64 = 0

    @property
    def has_changes(self) -> bool:
        """Whether a state-change report has to contain the group."""
        return self.mode_left > 0 or len(self.source_left) > 0

    @property
    def is_idle(self) -> bool:
        """Whether no report is pending."""
        return not self.has_changes and self.response_ns >= NEVER

    def change(self, old: SourceFilter, new: SourceFilter, robustness: i64) -> None:
        """The filter has changed: report it ``robustness`` times; earlier changes keep their remaining repetitions."""
        if old.exclude != new.exclude:
            self.mode_left = robustness
            self.source_left = {}
            return
        for source in (*old.sources, *new.sources):
            if (source in old.sources) != (source in new.sources):
                self.source_left[source] = int(robustness)

    def change_records(self, current: SourceFilter) -> list[GroupRecord]:
        """The records of the next state-change report; counts it as sent."""
        if self.mode_left > 0:
            self.mode_left -= 1
            kind = TO_EXCLUDE if current.exclude else TO_INCLUDE
            self._count_down(sorted(self.source_left))
            return [GroupRecord(kind, self.group, current.sources)]
        sources = sorted(self.source_left)
        allowed = [source for source in sources if current.accepts(source)]
        blocked = [source for source in sources if not current.accepts(source)]
        self._count_down(sources)
        told = [GroupRecord(ALLOW, self.group, allowed), GroupRecord(BLOCK, self.group, blocked)]
        return [record for record in told if record.sources]

    def ask(self, sources: tuple[int, ...], due_ns: i64) -> None:
        """Process a query for this group: it is merged with a pending one (RFC 3376 5.2, rules 3 to 5)."""
        if self.response_ns >= NEVER:
            self.asked = sources or None
        elif not sources or self.asked is None:
            self.asked = None
        else:
            self.asked = tuple(sorted({*self.asked, *sources}))
        self.response_ns = min(self.response_ns, due_ns)

    def answer(self, current: SourceFilter) -> GroupRecord | None:
        """The pending current-state record; None if there is nothing to report."""
        asked = self.asked
        self.response_ns = NEVER
        self.asked = None
        if asked is None:
            return current_state(self.group, current)
        heard = [source for source in asked if current.accepts(source)]
        return GroupRecord(IS_INCLUDE, self.group, heard) if heard else None

    def _count_down(self, sources: list[int]) -> None:
        for source in sources:
            left = self.source_left[source] - 1
            if left > 0:
                self.source_left[source] = left
            else:
                del self.source_left[source]


def current_state(group: int, current: SourceFilter) -> GroupRecord | None:
    """A group's record in the response to a general query; None if the group is not joined."""
    if current.is_nothing:
        return None
    return GroupRecord(IS_EXCLUDE if current.exclude else IS_INCLUDE, group, current.sources)
