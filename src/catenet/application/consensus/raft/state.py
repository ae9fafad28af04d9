"""The state of a server, as the paper's Figure 2 divides it: persistent, volatile, and leader's; and its members."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import NONE, Entry, HardState, Membership, Readmission, Snapshot, Stored
from catenet.application.consensus.heartbeat_rounds import HeartbeatRounds, PendingRead
from catenet.application.consensus.raft.log import NO_LIMIT, Log
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.progress import InFlight, Progress
from catenet.application.consensus.raft.quorum import joint_agreed_index, joint_vote_result


class PersistentState:
    """On stable storage before anyone hears of it.

    ``term`` is the paper's currentTerm, ``vote`` its votedFor (NONE: nobody in this term), ``log`` its log[].
    ``snapshot`` is the newest one (§7), ``saved`` what was last given to the disk. With a ``readmission`` the disk was
    lost, and the server only listens until its log reaches the mark.
    """

    def __init__(self, stored: Stored) -> None:
        self.term: int = stored.hard_state.term
        self.vote: int = stored.hard_state.vote
        self.readmission: Readmission | None = stored.readmission
        if self.readmission is not None and self.readmission.term > self.term:
            # Which vote was given in this term is forgotten; it counts for who has won it anyway.
            self.term, self.vote = self.readmission.term, self.readmission.leader
        self.snapshot: Snapshot = stored.snapshot
        self.log: Final = Log(stored.snapshot.index, stored.snapshot.term, stored.entries)
        commit_index = max(min(max(stored.hard_state.commit, stored.applied), self.log.last_index), self.log.base)
        self.saved: HardState = HardState(stored.hard_state.term, stored.hard_state.vote, commit_index)

    def begin_term(self, term: int) -> None:
        """A newer term, in which no vote was given yet (§5.1)."""
        assert term > self.term, f"terms only grow: {term} after {self.term}"
        self.term = term
        self.vote = NONE

    def must_sync(self) -> bool:
        """Term or vote differ from what the disk was given."""
        return self.term != self.saved.term or self.vote != self.saved.vote


class VolatileState:
    """On all servers. ``commit_index`` is the paper's commitIndex, ``last_applied`` its lastApplied; ``applying`` is
    how far entries were given to the application, which may have ``max_applying_octets`` of them at a time::

        last_applied <= applying <= commit_index <= log.last_index

    Entries are committed by what a majority has on disk; ours may lag behind it.
    """

    def __init__(self, log: Log, commit_index: int, last_applied: int, max_applying_octets: int = NO_LIMIT) -> None:
        self.log: Final = log
        self.commit_index: int = log.base
        self.commit_to(min(max(commit_index, last_applied), log.last_index))
        self.applying: int = max(last_applied, log.base)
        self.last_applied: int = self.applying
        self.max_applying_octets: Final = max_applying_octets
        self.applying_octets: int = 0
        self.applying_paused: bool = False

    def commit_to(self, index: int) -> None:
        """All up to ``index`` is decided."""
        if index > self.commit_index:
            last = self.log.last_index
            assert index <= last, f"commit index {index} is past the last entry {last}"
            self.commit_index = index

    # The application

    def appliable(self, unstable_too: bool) -> int:
        """Up to where entries may be given to the application."""
        return self.commit_index if unstable_too else min(self.commit_index, self.log.stable)

    def has_to_apply(self, unstable_too: bool) -> bool:
        """There is something to give to the application now."""
        waits = self.applying_paused or self.log.restoring is not None
        return not waits and self.applying < self.appliable(unstable_too)

    def take_to_apply(self, unstable_too: bool) -> list[Entry]:
        """Give the application what is committed, within the limit of octets that it has not yet applied."""
        if not self.has_to_apply(unstable_too):
            return []
        room = self.max_applying_octets - self.applying_octets
        stop = self.appliable(unstable_too)
        entries = self.log.slice(self.applying + 1, stop + 1, room)
        assert entries[0].index == self.applying + 1, "entries are applied in order, each once (§5.3)"
        self.applying = entries[-1].index
        for entry in entries:
            self.applying_octets += entry.octets
        assert self.last_applied <= self.applying <= self.commit_index, "only what is committed is applied (Figure 2)"
        self.applying_paused = self.applying_octets >= self.max_applying_octets or self.applying < stop
        return entries

    def apply_to(self, index: int) -> None:
        """The application has applied all up to ``index``."""
        if index > self.last_applied:
            assert index <= self.commit_index, f"applied {index}, but only {self.commit_index} is committed"
            octets = 0
            for at in range(max(self.last_applied, self.log.base) + 1, index + 1):
                octets += self.log.entry(at).octets
            self.last_applied = index
            self.applying = max(self.applying, index)
            self.applying_octets = max(self.applying_octets - octets, 0)
            assert self.last_applied <= self.applying <= self.commit_index, "the three only follow each other"
        self.applying_paused = self.applying_octets >= self.max_applying_octets

    # Snapshots (§7)

    def discard(self, index: int) -> None:
        """Forget entries up to ``index``: a snapshot has what they led to."""
        if index > self.log.base:
            assert index <= self.last_applied, f"entry {index} is not applied yet"
            self.log.discard(index)

    def restore(self, snapshot: Snapshot) -> None:
        """The log becomes a snapshot, which is decided, and nothing after it."""
        assert snapshot.index >= self.commit_index, "a snapshot would undo what is committed"
        self.log.restore(snapshot)
        self.commit_index = snapshot.index
        assert self.last_applied <= self.commit_index, "what is applied was committed"

    def jump_to(self, snapshot: Snapshot) -> None:
        """The application is given the snapshot's state instead of what led there."""
        assert snapshot.index <= self.commit_index, "a snapshot holds only what is committed (§7)"
        self.last_applied = max(self.last_applied, snapshot.index)
        self.applying = max(self.applying, self.last_applied)
        self.applying_octets = 0
        self.applying_paused = False


class LeaderState:
    """Made anew with each role; who does not lead uses of it only who the members are.

    ``progress`` holds the paper's nextIndex[] and matchIndex[], by member; the rest is what the dissertation adds.
    """

    def __init__(self, options: RaftOptions, now_ns: int) -> None:
        self._max_inflight = options.max_inflight
        self._max_inflight_octets = options.max_inflight_octets
        self.progress: dict[int, Progress] = {}
        self.pending_change_index: int = 0  # no other change may be proposed before it is applied
        self.transfer_to: int = NONE  # who is to lead next (dissertation §3.10)
        self.uncommitted_octets: int = 0
        self.check_since_ns: int = now_ns  # of the quorum (dissertation §6.2)
        self.beat_since_ns: int = now_ns
        self.append_wanted: bool = False  # tell all followers before the effects are taken
        self.acknowledge_wanted: bool = False  # own entries, when they are on disk
        # Reads (§8)
        self.rounds: HeartbeatRounds = HeartbeatRounds()
        self.early_reads: list[PendingRead] = []  # wait until an entry of this term is committed

    def new_progress(self, next_: int, learner: bool, active: bool) -> Progress:
        """Of a member of whose log nothing is known: begin at ``next_``."""
        return Progress(0, next_, InFlight(self._max_inflight, self._max_inflight_octets), learner, active)


class Members:
    """Who takes part (§6).

    ``membership`` is in effect, by the changes up to ``index``; ``history`` holds each with its index.
    ``peers`` are all members but this one. ``witnessed``: this one was a witness once, so that its log lacks commands.
    """

    def __init__(self, snapshot: Snapshot, witnessed: bool) -> None:
        self.membership: Membership = snapshot.membership
        self.index: int = snapshot.index
        self.history: list[tuple[int, Membership]] = [(snapshot.index, snapshot.membership)]
        self.peers: list[int] = []
        self.witnessed: bool = witnessed

    def taken_at(self, index: int) -> Membership:
        """Who took part when ``index`` was applied; nothing before it is needed again, once a snapshot says so."""
        membership = self.history[0][1]
        for at, kept in self.history:
            if at <= index:
                membership = kept
        return membership

    def forget_before(self, index: int, membership: Membership) -> None:
        """A snapshot of ``index`` says who took part then."""
        self.history = [(at, kept) for at, kept in self.history if at > index]
        self.history.insert(0, (index, membership))

    def electorate(self) -> list[int]:
        """All who vote, in order; of a joint membership, both groups."""
        return sorted(set(self.membership.voters) | set(self.membership.outgoing))

    def is_witness(self, member: int) -> bool:
        """Votes and acknowledges, but has no commands and no application."""
        return member in self.membership.witnesses

    def is_single(self) -> bool:
        """One voter alone is the majority."""
        return len(self.membership.voters) == 1 and not self.membership.outgoing

    def agreed(self, acknowledged: dict[int, int]) -> int:
        """What the voters have agreed on."""
        return joint_agreed_index(self.membership.voters, self.membership.outgoing, acknowledged)

    def vote_result(self, votes: dict[int, bool]) -> int:
        """Of the voters."""
        return joint_vote_result(self.membership.voters, self.membership.outgoing, votes)
