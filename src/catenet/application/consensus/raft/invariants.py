"""Raft's safety properties (the paper's Figure 3), checked over a whole group at every step of a run.

An observer stands outside: it sees every replica after each thing that happens to it, and remembers. What each
step costs does not grow with the log: only what is new is looked at.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import COMMAND, NONE, STRIPPED, Entry
from catenet.application.consensus.raft.messages import AppendReply, VoteReply
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER


@mypyc_attr(native_class=False)
class InvariantError(AssertionError):
    """A property that must always hold does not; the words say which, who and where."""


class Seen:
    """What was seen of one replica."""

    def __init__(self) -> None:
        self.term = 0
        self.vote = NONE
        self.answered_term = 0  # in answers that wait for the disk: it is held to these
        self.answered_vote = NONE
        self.committed = 0
        self.applied = 0
        self.leading_term = 0  # of which it was leader when last seen
        self.last_index = 0
        self.terms: dict[int, int] = {}  # by index: entries that were checked in its log


class Invariants:
    """Tell it of everything: `observe` after each step, `sent` when a message goes out, `applied` and `restored`
    for what applications do, `restarted`.
    """

    def __init__(self) -> None:
        self.leaders: dict[int, int] = {}  # term -> who led it
        self.entries: dict[tuple[int, int], tuple[int, int, bytes]] = {}  # (index, term) -> term before, kind, data
        self.committed: dict[int, int] = {}  # index -> term
        self.committed_by: dict[int, int] = {}  # index -> a term in which it was known to be
        self.last_committed: int = 0
        self._seen: dict[int, Seen] = {}

    def seen(self, replica_id: int) -> Seen:
        """What is remembered of a replica."""
        if replica_id not in self._seen:
            self._seen[replica_id] = Seen()
        return self._seen[replica_id]

    def restarted(self, replica_id: int, applied: int) -> None:
        """It starts from its disk, and its application from ``applied``: both may be behind what they were."""
        seen = self.seen(replica_id)
        seen.term = seen.answered_term
        seen.vote = seen.answered_vote
        seen.committed = 0
        seen.applied = applied
        seen.leading_term = 0
        seen.terms = {}

    def forgotten(self, replica_id: int) -> None:
        """It has lost its disk, has left the group, and begins anew."""
        self._seen[replica_id] = Seen()

    def sent(self, message: Message) -> None:
        """It goes out. Votes and acknowledgments are promises, which hold over a restart."""
        if not isinstance(message, AppendReply | VoteReply) or message.sender == message.to:
            return
        seen = self.seen(message.sender)
        if message.term > seen.answered_term:
            seen.answered_term = message.term
            seen.answered_vote = NONE
        if isinstance(message, VoteReply) and message.granted and message.term == seen.answered_term:
            if seen.answered_vote not in (NONE, message.to):
                raise InvariantError(
                    f"vote: {message.sender} voted for {seen.answered_vote} and {message.to} in term {message.term}"
                )
            seen.answered_vote = message.to

    def observe(self, replica: RaftReplica) -> None:
        """Something happened to it. Raises InvariantError."""
        seen = self.seen(replica.id)
        self._check_term_and_vote(replica, seen)
        self._check_log(replica, seen)
        self._check_leader(replica, seen)
        self._check_commit(replica, seen)

    def _check_term_and_vote(self, replica: RaftReplica, seen: Seen) -> None:
        """Terms do not go back (§5.1); one vote in a term (§5.2)."""
        server = replica.server
        if server.term < seen.term:
            raise InvariantError(f"term: {replica.id} went back from {seen.term} to {server.term}")
        if server.term == seen.term and seen.vote != NONE and server.persistent.vote != seen.vote:
            raise InvariantError(
                f"vote: {replica.id} voted for {seen.vote} and {server.persistent.vote} in term {server.term}"
            )
        seen.term = server.term
        seen.vote = server.persistent.vote

    def _check_log(self, replica: RaftReplica, seen: Seen) -> None:
        """Log matching: the same index and term is the same entry, and the same before it (§5.3)."""
        log = replica.server.log
        index = log.last_index
        while index > log.base and seen.terms.get(index, -1) != log.term(index):
            entry = log.entry(index)
            if entry.index != index:
                raise InvariantError(f"log: {replica.id} has an entry of index {entry.index} at {index}")
            self._check_entry(replica.id, entry, log.term(index - 1))
            seen.terms[index] = entry.term
            index -= 1
        for gone in range(log.last_index + 1, seen.last_index + 1):
            seen.terms.pop(gone, 0)

    def _check_entry(self, replica_id: int, entry: Entry, term_before: int) -> None:
        key = (entry.index, entry.term)
        known = self.entries.get(key)
        if known is None:
            if entry.kind != STRIPPED:
                self.entries[key] = (term_before, entry.kind, entry.data)
            return
        same = (entry.kind == STRIPPED and known[1] == COMMAND) or known[1:] == (entry.kind, entry.data)
        if known[0] != term_before or not same:
            raise InvariantError(f"log matching: {replica_id} differs at {entry.term}/{entry.index}, or just before")

    def _check_leader(self, replica: RaftReplica, seen: Seen) -> None:
        """Election safety (§5.2), leader append-only (§5.3), leader completeness (§5.4)."""
        server = replica.server
        last = server.log.last_index
        if server.role != ROLE_LEADER:
            seen.leading_term = 0
        elif seen.leading_term == server.term:
            if last < seen.last_index:
                raise InvariantError(f"append-only: leader {replica.id} cut its log from {seen.last_index} to {last}")
        else:
            other = self.leaders.setdefault(server.term, replica.id)
            if other != replica.id:
                raise InvariantError(f"election: {other} and {replica.id} both lead term {server.term}")
            seen.leading_term = server.term
            self._check_complete(replica)
        seen.last_index = last

    def _check_complete(self, replica: RaftReplica) -> None:
        """All that was committed in earlier terms. A leader of an *old* term may lack something: its votes were
        given before, and only its election is late.
        """
        server = replica.server
        for index in range(server.log.base + 1, self.last_committed + 1):
            known = self.committed.get(index, -1)
            if known < 0 or self.committed_by[index] >= server.term or server.log.term(index) == known:
                continue
            raise InvariantError(
                f"completeness: leader {replica.id} of term {server.term} lacks the committed entry {known}/{index}"
            )

    def _check_commit(self, replica: RaftReplica, seen: Seen) -> None:
        """State machine safety: no two replicas ever take different entries for committed at an index (§5.4.3)."""
        log, commit_index = replica.server.log, replica.server.commit_index
        if commit_index < seen.committed:
            raise InvariantError(f"commit: {replica.id} went back from {seen.committed} to {commit_index}")
        for index in range(max(seen.committed, log.base) + 1, commit_index + 1):
            self._commit(replica, index, log.term(index))
        seen.committed = commit_index

    def _commit(self, replica: RaftReplica, index: int, term: int) -> None:
        known = self.committed.setdefault(index, term)
        self.committed_by.setdefault(index, replica.server.term)
        if known != term:
            raise InvariantError(f"safety: {replica.id} committed {term}/{index}, another committed {known}/{index}")
        self.last_committed = max(self.last_committed, index)

    def applied(self, replica_id: int, entries: list[Entry]) -> None:
        """Its application applied them. Raises InvariantError if not in order, twice, or not committed."""
        seen = self.seen(replica_id)
        for entry in entries:
            if entry.index != seen.applied + 1:
                raise InvariantError(f"apply: {replica_id} applied {entry.index} after {seen.applied}")
            if self.committed.get(entry.index, 0) != entry.term:
                raise InvariantError(f"apply: {replica_id} applied {entry.term}/{entry.index}, which is not committed")
            seen.applied = entry.index

    def restored(self, replica_id: int, index: int) -> None:
        """Its application took the state of a snapshot of ``index``."""
        seen = self.seen(replica_id)
        if index < seen.applied:
            raise InvariantError(f"apply: {replica_id} went back from {seen.applied} to the snapshot of {index}")
        seen.applied = index
