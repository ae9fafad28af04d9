"""What an acceptor has accepted, place by place, with gaps; and how far all of it is chosen."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import READMISSION, Entry


class AcceptedLog:
    """Places after ``base``; the snapshot has the others.

    All up to ``chosen`` is decided and here, ``last`` is the highest place that has an entry.  ``fresh`` are entries
    that are not on their way to the disk yet, by place.
    """

    def __init__(self, base: int, base_ballot: int, entries: list[Entry], chosen: int) -> None:
        self.base: int = base
        self.base_ballot: int = base_ballot
        self.fresh: dict[int, Entry] = {}
        self._entries: Final[dict[int, Entry]] = {entry.index: entry for entry in entries if entry.index > base}
        self.last: int = max(self._entries, default=base)
        self._marks: Final = {entry.index: None for entry in self._entries.values() if entry.kind == READMISSION}
        self.chosen: int = base
        while self.chosen < chosen and self.chosen + 1 in self._entries:
            self.chosen += 1
        assert self.base <= self.chosen <= self.last, "what is chosen is here, or in the snapshot"

    def get(self, index: int) -> Entry | None:
        """What was accepted there; None if nothing was, or a snapshot has it."""
        return self._entries.get(index)

    def ballot_at(self, index: int) -> int:
        """The ballot in which an entry that is here, or the snapshot's last one, was accepted."""
        return self.base_ballot if index == self.base else self._entries[index].term

    def put(self, entry: Entry) -> None:
        """Accept, at a place that is not known to be decided."""
        assert entry.index > self.chosen, "what is decided is accepted no more"
        old = self._entries.get(entry.index)
        assert old is None or old.term <= entry.term, "the ballots accepted at a place only grow (section 2.2)"
        self._entries[entry.index] = entry
        self.fresh[entry.index] = entry
        if entry.kind == READMISSION:
            self._marks[entry.index] = None
        else:
            self._marks.pop(entry.index, None)
        self.last = max(self.last, entry.index)

    def last_mark(self) -> int:
        """The last place with a readmission; 0 if there is none, or a snapshot has it."""
        return max(self._marks, default=0)

    def take_fresh(self) -> list[Entry]:
        """What is to be written now, in order of places."""
        fresh = [self.fresh[index] for index in sorted(self.fresh)]
        self.fresh.clear()
        return fresh

    def run_of(self, ballot: int) -> int:
        """The end of the run after ``chosen`` that was accepted in this ballot without a gap."""
        index = self.chosen
        while True:
            entry = self._entries.get(index + 1)
            if entry is None or entry.term != ballot:
                return index
            index += 1

    def choose_run(self, ballot: int, limit: int) -> None:
        """The leader of that ballot says that all up to ``limit`` is chosen.

        What was accepted in its ballot is the value; what was not may be another.
        """
        while self.chosen < limit:
            entry = self._entries.get(self.chosen + 1)
            if entry is None or entry.term != ballot:
                return
            self.chosen += 1
        assert self.chosen <= self.last, "what is chosen was accepted here, or learned"

    def learn(self, entry: Entry) -> None:
        """Take what was chosen there."""
        assert self.base <= self.chosen <= self.last, "what is chosen is here, or in the snapshot"
        if entry.index <= self.chosen:
            return
        before = self._entries.get(entry.index)
        # Accepted in a higher ballot than it was chosen in, it is the same value already.
        if before is None or before.term < entry.term:
            self.put(entry)
        if entry.index == self.chosen + 1:
            self.chosen = entry.index

    def slice(self, first: int, end: int, max_octets: int) -> list[Entry]:
        """Entries from ``first`` to before ``end``, gaps left out, up to so many octets, but at least one."""
        found: list[Entry] = []
        octets = 0
        for index in range(max(first, self.base + 1), min(end, self.last + 1)):
            entry = self._entries.get(index)
            if entry is None:
                continue
            octets += entry.octets
            if found and octets > max_octets:
                break
            found.append(entry)
        return found

    def discard(self, to: int, ballot: int) -> None:
        """Forget all up to ``to``, whose ballot is given: a snapshot has it."""
        for index in range(self.base + 1, to + 1):
            self._entries.pop(index, None)
            self.fresh.pop(index, None)
            self._marks.pop(index, None)
        assert to >= self.base, f"what is forgotten up to {self.base} does not come back"
        self.base, self.base_ballot = to, ballot
        self.last = max(self.last, to)
        self.chosen = max(self.chosen, to)
        assert self.chosen <= self.last, "what is chosen is here, or in the snapshot"
