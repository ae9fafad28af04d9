"""Group membership on one interface with IGMP or MLD: reports of changes, and responses to queries.

RFC 3376 section 5 and RFC 3810 section 6; with an older querier, RFC 2236 section 3 and RFC 2710 section 4.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.link.multicast.group_record import IS_EXCLUDE, TO_INCLUDE, GroupRecord
from catenet.link.multicast.query import Query
from catenet.link.multicast.report import Report
from catenet.network.interface import Interface
from catenet.network.multicast.group_state import GroupState, current_state
from catenet.network.multicast.older_queriers import OlderQueriers
from catenet.network.multicast.report_output import GroupOutput
from catenet.network.multicast.settings import MulticastSettings
from catenet.network.multicast.source_filter import SourceFilter

UNSOLICITED_NS: Final[i64] = NS_PER_S
"""Unsolicited Report Interval (RFC 3376 section 8.11): a change is repeated after up to this."""
OLD_UNSOLICITED_NS: Final[i64] = 10 * NS_PER_S
"""That of IGMPv2 and MLDv1 (RFC 2236 section 8.10, RFC 2710 section 7.10)."""


class Membership(Timer):
    """The reports of one interface; ``version`` is that of IP."""

    def __init__(
        self, interface: Interface, output: GroupOutput, stream: Stream, version: i64, settings: MulticastSettings
    ) -> None:
        super().__init__(interface.kernel)
        self.interface: Final = interface
        self.output: Final = output
        self.version: Final[i64] = version
        self.queriers: Final = OlderQueriers(version, settings)
        self._stream: Final = stream
        self._latest: Final[i64] = 3 if version == 4 else 2
        self._groups: Final[dict[int, GroupState]] = {}
        self._reporter: Final[dict[int, bool]] = {}
        """Groups of which this host sent the last report: only it sends a leave message (RFC 2236 section 3)."""
        self._general_ns: i64 = NEVER
        self._changes_ns: i64 = NEVER

    # -- calls of the interface ---------------------------------------------------------------------

    def changed(self, group: int, old: SourceFilter, new: SourceFilter) -> None:
        """A group's filter has changed: report it at this instant, and repeat the report later."""
        if old == new:
            return
        now_ns = self.kernel.now_ns
        if self.queriers.spoken(now_ns) < self._latest:
            self._changed_older(group, old, new, now_ns)
        else:
            self._state(group).change(old, new, self.queriers.robustness)
            self._changes_ns = now_ns
        self._wait()

    def receive(self, query: Query) -> None:
        """Process a query: the response is sent after a random delay, up to the query's maximum response time."""
        now_ns = self.kernel.now_ns
        spoken = self.queriers.spoken(now_ns)
        self.queriers.hear(query, now_ns)
        if self.queriers.spoken(now_ns) != spoken:
            self.stop()
        due_ns = now_ns + self._stream.below(max(1, query.response_ns))
        if self.queriers.spoken(now_ns) < self._latest:
            self._asked_older(query, due_ns)
        elif query.group == 0:
            self._general_ns = min(self._general_ns, due_ns)
        elif self._general_ns > due_ns and self.interface.reports(self.version, query.group):
            self._state(query.group).ask(query.sources, due_ns)
        self._wait()

    def overheard(self, report: Report) -> None:
        """Another host's report; in older versions it suppresses ours (RFC 2236 section 3, RFC 2710 section 4)."""
        if report.is_latest or report.records[0].kind != IS_EXCLUDE:
            return
        group = report.records[0].group
        state = self._groups.get(group)
        if state is not None and self.queriers.spoken(self.kernel.now_ns) < self._latest:
            state.response_ns = NEVER
            state.old_left = 0
            self._reporter.pop(group, None)
            self._wait()

    def stop(self) -> None:
        """Cancel pending reports: the link is down, or the version has changed."""
        self._groups.clear()
        self._general_ns = self._changes_ns = NEVER
        super().stop()

    # -- timer -----------------------------------------------------------------------

    def expired(self) -> None:
        now_ns = self.kernel.now_ns
        if self.queriers.spoken(now_ns) < self._latest:
            self._answer_older(now_ns)
        else:
            self._answer(now_ns)
            if self._changes_ns <= now_ns:
                self._report_changes(now_ns)
        for group in [group for group, state in self._groups.items() if state.is_idle]:
            del self._groups[group]
        self._wait()

    def _answer(self, now_ns: i64) -> None:
        records: list[GroupRecord | None] = []
        if self._general_ns <= now_ns:
            self._general_ns = NEVER
            for group in self.interface.reported_groups(self.version):
                records.append(current_state(group, self.interface.filter_of(group)))
        for state in self._groups.values():
            if state.response_ns <= now_ns:
                records.append(state.answer(self.interface.filter_of(state.group)))
        self.output.report([record for record in records if record is not None])

    def _report_changes(self, now_ns: i64) -> None:
        records: list[GroupRecord] = []
        for state in self._groups.values():
            if state.has_changes:
                records += state.change_records(self.interface.filter_of(state.group))
        self.output.report(records)
        again = len([1 for state in self._groups.values() if state.has_changes]) > 0
        self._changes_ns = now_ns + 1 + self._stream.below(UNSOLICITED_NS) if again else NEVER

    # -- older versions -------------------------------------------------------------------------------

    def _changed_older(self, group: int, old: SourceFilter, new: SourceFilter, now_ns: i64) -> None:
        if old.is_nothing and not new.is_nothing:
            state = self._state(group)
            state.response_ns = now_ns
            state.old_left = self.queriers.robustness
        elif new.is_nothing:
            self._groups.pop(group, None)
            generation = self.queriers.spoken(now_ns)
            if self._reporter.pop(group, False) and (self.version == 6 or generation > 1):
                self.output.older_report(generation, GroupRecord(TO_INCLUDE, group), True)

    def _asked_older(self, query: Query, due_ns: i64) -> None:
        if query.group != 0:
            groups = [query.group] if self.interface.reports(self.version, query.group) else []
        else:
            groups = self.interface.reported_groups(self.version)
        for group in groups:
            state = self._state(group)
            state.response_ns = min(state.response_ns, due_ns)
            due_ns = self.kernel.now_ns + self._stream.below(max(1, query.response_ns))

    def _answer_older(self, now_ns: i64) -> None:
        generation = self.queriers.spoken(now_ns)
        for state in self._groups.values():
            if state.response_ns > now_ns:
                continue
            state.response_ns = NEVER
            if self.interface.filter_of(state.group).is_nothing:
                continue
            self.output.older_report(generation, GroupRecord(IS_EXCLUDE, state.group), False)
            self._reporter[state.group] = True
            if state.old_left > 0:
                state.old_left -= 1
            if state.old_left > 0:
                state.response_ns = now_ns + 1 + self._stream.below(OLD_UNSOLICITED_NS)

    # -- inside ---------------------------------------------------------------------------------------

    def _state(self, group: int) -> GroupState:
        state = self._groups.get(group)
        if state is None:
            state = self._groups[group] = GroupState(group)
        return state

    def _wait(self) -> None:
        due_ns = min(self._general_ns, self._changes_ns)
        for state in self._groups.values():
            due_ns = min(due_ns, state.response_ns)
        self.arm(due_ns)
