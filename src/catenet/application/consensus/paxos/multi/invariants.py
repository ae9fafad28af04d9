"""Paxos's safety, checked over a whole group at every step of a run, by an observer who sees all replicas.

What each step costs does not grow with the log.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry
from catenet.application.consensus.paxos.multi.messages import Accept, Accepted, Promise
from catenet.application.consensus.paxos.multi.replica import PaxosReplica

Value = tuple[int, bytes]


@mypyc_attr(native_class=False)
class PaxosInvariantError(AssertionError):
    """A property that must always hold does not; the words say which, who and where."""


class _Seen:
    def __init__(self) -> None:
        self.promised = 0
        self.answered = 0
        self.chosen = 0
        self.applied = 0


class PaxosInvariants:
    """Tell it of everything: :meth:`observe` after each step, :meth:`sent` when a message goes out, :meth:`applied`
    and :meth:`restored` for what applications do, :meth:`restarted`.
    """

    def __init__(self) -> None:
        self.chosen: dict[int, Value] = {}
        self._proposed: dict[tuple[int, int], Value] = {}
        self._seen: dict[int, _Seen] = {}

    def _of(self, replica_id: int) -> _Seen:
        return self._seen.setdefault(replica_id, _Seen())

    def restarted(self, replica_id: int, applied: int) -> None:
        """It starts from its disk, and its application from ``applied``."""
        seen = self._of(replica_id)
        seen.promised, seen.chosen, seen.applied = seen.answered, 0, applied

    def forgotten(self, replica_id: int) -> None:
        """It has lost its disk, has left the group, and begins anew."""
        self._seen[replica_id] = _Seen()

    def sent(self, message: Message) -> None:
        """It goes out.  A ballot has one value for a place; a promise holds over a restart."""
        if isinstance(message, Accept):
            for entry in message.entries:
                value = (entry.kind, entry.data)
                if self._proposed.setdefault((message.term, entry.index), value) != value:
                    raise PaxosInvariantError(f"ballot {message.term} has two values for {entry.index}")
                if entry.index <= message.chosen and self.chosen.get(entry.index, value) != value:
                    raise PaxosInvariantError(f"{message.sender} says that another value is chosen at {entry.index}")
        elif isinstance(message, Promise | Accepted):
            seen = self._of(message.sender)
            if message.term < seen.answered:
                raise PaxosInvariantError(f"{message.sender} has promised {seen.answered}, and answers {message.term}")
            seen.answered = message.term

    def observe(self, replica: PaxosReplica) -> None:
        """Something happened to it.  Raises PaxosInvariantError."""
        seen, server = self._of(replica.id), replica.server
        if server.acceptor.promised < seen.promised:
            raise PaxosInvariantError(
                f"{replica.id} went back from ballot {seen.promised} to {server.acceptor.promised}"
            )
        if server.log.chosen < seen.chosen:
            raise PaxosInvariantError(f"{replica.id} knew what is chosen up to {seen.chosen}, now {server.log.chosen}")
        for index in range(max(seen.chosen, server.log.base) + 1, server.log.chosen + 1):
            entry = server.log.get(index)
            if entry is None:
                raise PaxosInvariantError(f"{replica.id} takes {index} for chosen, and does not know what")
            self._choose(replica.id, entry)
        seen.promised, seen.chosen = server.acceptor.promised, server.log.chosen

    def _choose(self, replica_id: int, entry: Entry) -> None:
        known = self.chosen.setdefault(entry.index, (entry.kind, entry.data))
        if known != (entry.kind, entry.data):
            raise PaxosInvariantError(f"two values at {entry.index}: {replica_id} has {entry.data!r}, not {known[1]!r}")

    def applied(self, replica_id: int, entries: list[Entry]) -> None:
        """Its application applied them: in order, and only what is chosen."""
        seen = self._of(replica_id)
        for entry in entries:
            if entry.index != seen.applied + 1:
                raise PaxosInvariantError(f"{replica_id} applied {entry.index} after {seen.applied}")
            if self.chosen.get(entry.index) != (entry.kind, entry.data):
                raise PaxosInvariantError(f"{replica_id} applied {entry.index}, which is not chosen")
            seen.applied = entry.index

    def restored(self, replica_id: int, index: int) -> None:
        """Its application took the state of a snapshot of ``index``."""
        seen = self._of(replica_id)
        if index < seen.applied:
            raise PaxosInvariantError(f"{replica_id} went back from {seen.applied} to the snapshot of {index}")
        seen.applied = index
