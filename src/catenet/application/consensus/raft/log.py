"""The log in memory: from the entry after the newest discarded one, to the last.

Its marks never move back but where a suffix is replaced by a new leader's::

    base <= applied <= applying <= committed          (what the application has and is given)
    base <= stable  <= handed   <= last_index         (what the disk has and is given)

Entries are committed by what a majority has on disk; ours may lag behind it.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import Entry, Snapshot

NO_TERM: Final = -1  # of an index that is discarded, or not there yet
NO_LIMIT: Final = 1 << 62


class Log:
    """Entries ``base + 1`` to ``last_index``, and the snapshot on its way to the disk, if any."""

    def __init__(self, base: int, base_term: int, entries: list[Entry], most_applying_octets: int) -> None:
        self.base: int = base
        self.base_term: int = base_term
        self._entries = list(entries)
        self.stable: int = base + len(entries)
        self.handed: int = self.stable
        self.committed: int = base
        self.applying: int = base
        self.applied: int = base
        self.restoring: Snapshot | None = None
        self.restoring_handed: bool = False
        self.most_applying_octets: Final = most_applying_octets
        self.applying_octets: int = 0
        self.applying_paused: bool = False

    # What is there

    @property
    def last_index(self) -> int:
        """Of the last entry; ``base`` if there is none."""
        return self.base + len(self._entries)

    @property
    def last_term(self) -> int:
        """Of the last entry."""
        return self._entries[-1].term if self._entries else self.base_term

    def term(self, index: int) -> int:
        """Of the entry at an index, or NO_TERM."""
        at = index - self.base - 1
        if at >= 0:
            return self._entries[at].term if at < len(self._entries) else NO_TERM
        return self.base_term if at == -1 else NO_TERM

    def entry(self, index: int) -> Entry:
        """The entry at an index that is kept."""
        return self._entries[index - self.base - 1]

    def matches(self, index: int, term: int) -> bool:
        """The entry at ``index`` is of that term."""
        return self.term(index) == term

    def is_current(self, last_index: int, last_term: int) -> bool:
        """A log that ends so is at least as up to date as ours (§5.4.1)."""
        ours = self.last_term
        return last_term > ours or (last_term == ours and last_index >= self.last_index)

    def since(self, index: int, most_octets: int) -> list[Entry]:
        """Entries from an index to the end: at least one, if there are any, and no more than so many octets."""
        return self.slice(index, self.last_index + 1, most_octets)

    def slice(self, start: int, stop: int, most_octets: int) -> list[Entry]:
        """Entries from ``start`` up to and without ``stop``, limited as in `since`."""
        assert start > self.base, f"entry {start} is discarded: the log starts after {self.base}"
        entries = self._entries[start - self.base - 1 : stop - self.base - 1]
        if most_octets >= NO_LIMIT:
            return entries
        octets = 0
        for count, entry in enumerate(entries):
            octets += entry.octets
            if octets > most_octets and count:
                return entries[:count]
        return entries

    # Appending

    def append(self, entries: list[Entry]) -> None:
        """Put entries at their places; what stood there and after them is gone (§5.3)."""
        if not entries:
            return
        first = entries[0].index
        assert self.committed < first <= self.last_index + 1, f"entry {first} cannot follow or replace"
        if first <= self.last_index:
            del self._entries[first - self.base - 1 :]
            self.stable = min(self.stable, first - 1)
            self.handed = min(self.handed, first - 1)
        self._entries.extend(entries)

    def merge(self, prev_index: int, prev_term: int, entries: list[Entry]) -> bool:
        """Append what a leader sent, but for what is here already. False if the log does not match before it."""
        if not self.matches(prev_index, prev_term):
            return False
        for at, entry in enumerate(entries):
            if not self.matches(entry.index, entry.term):
                assert entry.index > self.committed, f"a leader would replace the committed entry {entry.index}"
                self.append(entries[at:] if at else entries)
                break
        return True

    def last_at_most(self, index: int, term: int) -> tuple[int, int]:
        """The last place up to ``index`` whose term is at most ``term``: no later one can match a log whose
        term there is ``term``. With its term, 0 if that is not known any more.
        """
        while index > 0:
            ours = self.term(index)
            if ours == NO_TERM:
                return index, 0
            if ours <= term:
                return index, ours
            index -= 1
        return 0, 0

    # Commitment

    def commit_to(self, index: int) -> None:
        """All up to ``index`` is decided."""
        if index > self.committed:
            assert index <= self.last_index, f"commit index {index} is past the last entry {self.last_index}"
            self.committed = index

    # The disk

    def unhanded(self) -> list[Entry]:
        """Entries that the disk has not been given yet."""
        return self._entries[self.handed - self.base :]

    def hand(self) -> None:
        """The disk was given all there is."""
        self.handed = self.last_index
        self.restoring_handed = self.restoring is not None

    def unhanded_snapshot(self) -> Snapshot | None:
        """The snapshot that the disk has not been given yet."""
        return None if self.restoring_handed else self.restoring

    def settle(self, index: int, term: int) -> None:
        """The disk has the entry at ``index``, if it still is of that term."""
        if self.stable < index <= self.last_index and self.term(index) == term:
            self.stable = index
            self.handed = max(self.handed, index)

    def settle_snapshot(self, index: int) -> None:
        """The disk has the snapshot."""
        if self.restoring is not None and self.restoring.index == index:
            self.restoring = None
            self.restoring_handed = False

    # The application

    def appliable(self, unstable_too: bool) -> int:
        """Up to where entries may be given to the application."""
        return self.committed if unstable_too else min(self.committed, self.stable)

    def has_to_apply(self, unstable_too: bool) -> bool:
        """There is something to give to the application now."""
        return not self.applying_paused and self.restoring is None and self.applying < self.appliable(unstable_too)

    def take_to_apply(self, unstable_too: bool) -> list[Entry]:
        """Give the application what is committed, within the limit of octets that it has not yet applied."""
        if not self.has_to_apply(unstable_too):
            return []
        room = self.most_applying_octets - self.applying_octets
        stop = self.appliable(unstable_too)
        entries = self.slice(self.applying + 1, stop + 1, room)
        self.applying = entries[-1].index
        for entry in entries:
            self.applying_octets += entry.octets
        self.applying_paused = self.applying_octets >= self.most_applying_octets or self.applying < stop
        return entries

    def apply_to(self, index: int) -> None:
        """The application has applied all up to ``index``."""
        if index > self.applied:
            assert index <= self.committed, f"applied {index}, but only {self.committed} is committed"
            octets = 0
            for at in range(max(self.applied, self.base) + 1, index + 1):
                octets += self.entry(at).octets
            self.applied = index
            self.applying = max(self.applying, index)
            self.applying_octets = max(self.applying_octets - octets, 0)
        self.applying_paused = self.applying_octets >= self.most_applying_octets

    # Snapshots (§7)

    def discard(self, index: int) -> None:
        """Forget entries up to ``index``."""
        if index > self.base:
            assert index <= self.applied, f"entry {index} is not applied yet"
            self.base_term = self.term(index)
            del self._entries[: index - self.base]
            self.base = index

    def restore(self, snapshot: Snapshot) -> None:
        """The log becomes a snapshot and nothing after it."""
        self._entries = []
        self.base = snapshot.index
        self.base_term = snapshot.term
        self.committed = snapshot.index
        self.stable = snapshot.index
        self.handed = snapshot.index
        self.restoring = snapshot
        self.restoring_handed = False

    def jump_to(self, snapshot: Snapshot) -> None:
        """The application is given the snapshot's state instead of what led there."""
        self.applied = max(self.applied, snapshot.index)
        self.applying = max(self.applying, self.applied)
        self.applying_octets = 0
        self.applying_paused = False
