"""The log in memory: from the entry after the newest discarded one, to the last.

Its marks never move back but where a suffix is replaced by a new leader's::

    base <= stable <= handed <= last_index         (what the disk has and is given)

How far it is committed and applied is :mod:`.state`'s.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import Entry, Snapshot

NO_TERM: Final = -1  # of an index that is discarded, or not there yet
NO_LIMIT: Final = 1 << 62


class Log:
    """Entries ``base + 1`` to ``last_index``, and the snapshot on its way to the disk, if any."""

    def __init__(self, base: int, base_term: int, entries: list[Entry]) -> None:
        self.base: int = base
        self.base_term: int = base_term
        self._entries = list(entries)
        assert not entries or entries[0].index == base + 1, "the log goes on where its snapshot ends"
        self.stable: int = base + len(entries)
        self.handed: int = self.stable
        self.restoring: Snapshot | None = None
        self.restoring_handed: bool = False

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
        assert self.base < index, f"entry {index} is discarded: the log starts after {self.base}"
        return self._entries[index - self.base - 1]

    def matches(self, index: int, term: int) -> bool:
        """The entry at ``index`` is of that term."""
        return self.term(index) == term

    def is_current(self, last_index: int, last_term: int) -> bool:
        """A log that ends so is at least as up to date as ours (§5.4.1)."""
        ours = self.last_term
        return last_term > ours or (last_term == ours and last_index >= self.last_index)

    def since(self, index: int, max_octets: int) -> list[Entry]:
        """Entries from an index to the end: at least one, if there are any, and no more than so many octets."""
        return self.slice(index, self.last_index + 1, max_octets)

    def slice(self, start: int, stop: int, max_octets: int) -> list[Entry]:
        """Entries from ``start`` up to and without ``stop``, limited as in `since`."""
        assert start > self.base, f"entry {start} is discarded: the log starts after {self.base}"
        assert stop <= self.last_index + 1, f"entry {stop - 1} is not here: the log ends with {self.last_index}"
        entries = self._entries[start - self.base - 1 : stop - self.base - 1]
        if max_octets >= NO_LIMIT:
            return entries
        octets = 0
        for count, entry in enumerate(entries):
            octets += entry.octets
            if octets > max_octets and count:
                return entries[:count]
        return entries

    # Appending

    def append(self, entries: list[Entry]) -> None:
        """Put entries at their places; what stood there and after them is gone (§5.3)."""
        if not entries:
            return
        first = entries[0].index
        assert self.base < first <= self.last_index + 1, f"entry {first} cannot follow or replace"
        assert entries[-1].index == first + len(entries) - 1, f"entries from {first} on are not all there"
        assert entries[0].term >= self.term(first - 1), f"the term of entry {first} is below that of the one before"
        if first <= self.last_index:
            del self._entries[first - self.base - 1 :]
            self.stable = min(self.stable, first - 1)
            self.handed = min(self.handed, first - 1)
        self._entries.extend(entries)

    def merge(self, prev_index: int, prev_term: int, entries: list[Entry], commit_index: int) -> bool:
        """Append what a leader sent, but for what is here already. False if the log does not match before it.

        Nothing up to ``commit_index`` is ever replaced.
        """
        if not self.matches(prev_index, prev_term):
            return False
        for at, entry in enumerate(entries):
            if not self.matches(entry.index, entry.term):
                assert entry.index > commit_index, f"a leader would replace the committed entry {entry.index}"
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

    # The disk

    def unwritten(self) -> list[Entry]:
        """Entries that the disk has not been given yet."""
        assert self.handed >= self.base, "what is discarded was given to the disk"
        return self._entries[self.handed - self.base :]

    def hand(self) -> None:
        """The disk was given all there is."""
        self.handed = self.last_index
        self.restoring_handed = self.restoring is not None

    def unwritten_snapshot(self) -> Snapshot | None:
        """The snapshot that the disk has not been given yet."""
        return None if self.restoring_handed else self.restoring

    def mark_stable(self, index: int, term: int) -> None:
        """The disk has the entry at ``index``, if it still is of that term."""
        if self.stable < index <= self.last_index and self.term(index) == term:
            self.stable = index
            self.handed = max(self.handed, index)
        assert self.stable <= self.handed <= self.last_index, f"{self.stable} of {self.handed} are on disk"

    def mark_snapshot_stable(self, index: int) -> None:
        """The disk has the snapshot."""
        if self.restoring is not None and self.restoring.index == index:
            self.restoring = None
            self.restoring_handed = False

    # Snapshots (§7)

    def discard(self, index: int) -> None:
        """Forget entries up to ``index``."""
        assert self.base < index <= self.last_index, f"entry {index} is not among those after {self.base}"
        assert index <= self.handed, f"entry {index} was not given to the disk yet"
        self.base_term = self.term(index)
        del self._entries[: index - self.base]
        self.base = index

    def restore(self, snapshot: Snapshot) -> None:
        """The log becomes a snapshot and nothing after it."""
        assert snapshot.index >= self.base, f"a snapshot up to {snapshot.index} ends before the log begins"
        self._entries = []
        self.base = snapshot.index
        self.base_term = snapshot.term
        self.stable = snapshot.index
        self.handed = snapshot.index
        self.restoring = snapshot
        self.restoring_handed = False
