"""The state of one replica, and what it does to itself: change roles, queue messages, append.

The other files of this folder are functions over it, each one idea. The order of calls is downwards only:
`replica` → `election`, `membership`, `transfer`, `timers` → `proposals`, `reads` → `replication` → `server`.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Effect, Message, Notice, Refused
from catenet.application.consensus.elector import Elector
from catenet.application.consensus.entry import CHANGE, COMMAND, NONE, STRIPPED, Entry, HardState, Membership, Stored
from catenet.application.consensus.interface import (
    ROLE_CANDIDATE,
    ROLE_FOLLOWER,
    ROLE_LEADER,
    ROLE_PRE_CANDIDATE,
)
from catenet.application.consensus.raft.config import members
from catenet.application.consensus.raft.log import NO_LIMIT, Log
from catenet.application.consensus.raft.messages import AppendReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.progress import InFlight, Progress
from catenet.application.consensus.raft.quorum import WON, joint_agreed_index, joint_vote_result
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot
from catenet.application.consensus.timing import ElectionPolicy

SINGLE_CHANGE: Final = 1  # a CHANGE that must be one step and never joint


class PendingRead:
    """A read that waits until a majority has confirmed its leader. ``requester`` is who asked for it."""

    def __init__(self, tag: int, requester: int, index: int, round_: int, lease: bool) -> None:
        self.tag: Final = tag
        self.requester: Final = requester
        self.index: Final = index
        self.round: Final = round_
        self.lease: Final = lease


class RaftServer:
    """One replica's state (the paper's Figure 2, and what the rest of Raft adds to it)."""

    def __init__(
        self,
        replica_id: int,
        stored: Stored,
        options: RaftOptions,
        policy: ElectionPolicy,
        elector: Elector,
        now_ns: int,
    ) -> None:
        self.id: Final = replica_id
        self.options: Final = options
        self.policy: Final = policy
        self.elector: Final = elector
        self.now_ns = now_ns
        # On disk
        self.term: int = stored.hard_state.term
        self.vote: int = stored.hard_state.vote
        self.readmission = stored.readmission
        if self.readmission is not None and self.readmission.term > self.term:
            # Which vote was given in this term is forgotten; it counts for who has won it anyway.
            self.term, self.vote = self.readmission.term, self.readmission.leader
        snapshot = stored.snapshot
        self.log: Final = Log(snapshot.index, snapshot.term, stored.entries, options.max_applying_octets)
        self.log.commit_to(min(max(stored.hard_state.commit, stored.applied), self.log.last_index))
        self.log.applied = self.log.applying = max(stored.applied, snapshot.index)
        self.saved: HardState = HardState(stored.hard_state.term, stored.hard_state.vote, self.log.committed)
        self.snapshot = snapshot  # the newest
        # Roles
        self.role: int = ROLE_FOLLOWER
        self.leader: int = NONE
        self.told_role = ROLE_FOLLOWER
        self.told_leader = NONE
        self.votes: dict[int, bool] = {}
        # Members
        self.membership: Membership = snapshot.membership
        self.membership_index: int = snapshot.index  # changes up to it have taken effect
        self.memberships: list[tuple[int, Membership]] = [(snapshot.index, snapshot.membership)]
        self.progress: dict[int, Progress] = {}
        self.peers: list[int] = []  # all members but this one
        self.pending_change_index: int = 0  # no other change may be proposed before it is applied
        # Leading
        self.transfer_to: int = NONE
        self.uncommitted_octets: int = 0
        self.check_since_ns: int = now_ns
        self.beat_since_ns: int = now_ns
        self.append_wanted: bool = False  # tell all followers before the effects are taken
        self.acknowledge_wanted: bool = False  # own entries, when they are on disk
        # Reads
        self.round: int = 0  # of heartbeats, in this term
        self.round_wanted: bool = False
        self.round_sent_ns: dict[int, int] = {}
        self.reads: list[PendingRead] = []  # wait for a majority's answers
        self.early_reads: list[PendingRead] = []  # wait until an entry of this term is committed
        self.lease_void: bool = False  # someone was told to take over: leases count no more in this term
        restarts = stored.hard_state.term > 0 or stored.readmission is not None
        self.grace_until_ns: int = now_ns + policy.minimum_ns if options.lease_reads and restarts else 0
        # What goes out
        self.out: list[Message] = []
        self.replies: list[Message] = []  # wait for the next append
        self.notes: list[Effect] = []
        self.incoming: IncomingSnapshot | None = None
        # Once a witness, always one: some of its log holds no commands.
        self.witnessed: bool = any(entry.kind == STRIPPED for entry in stored.entries)
        self.set_membership(snapshot.membership, [])

    # Who takes part

    def new_inflight(self) -> InFlight:
        """Nothing sent yet."""
        return InFlight(self.options.max_inflight, self.options.max_inflight_octets)

    def set_membership(self, membership: Membership, renewed: list[int]) -> None:
        """Track its members: keep what is known of those that stay, but for the renewed."""
        progress: dict[int, Progress] = {}
        for member in members(membership):
            known = self.progress.get(member)
            learner = member in membership.learners
            if known is None or member in renewed:
                # Active, so that a check of the quorum does not count it out before it could say a word.
                progress[member] = Progress(0, max(self.log.last_index, 1), self.new_inflight(), learner, True)
            else:
                known.learner = learner
                progress[member] = known
        self.membership = membership
        self.progress = progress
        self.witnessed = self.witnessed or self.is_witness()
        lacks_commands = self.witnessed and self.id in progress and not self.is_witness()
        assert not lacks_commands, f"{self.id} was a witness: to be more it needs an empty disk"
        self.peers = [member for member in progress if member != self.id]
        voters = set(membership.voters) | set(membership.outgoing)
        self.elector.peers_changed(tuple(sorted(voters)))

    def is_witness(self) -> bool:
        """Votes and acknowledges, but has no commands and no application."""
        return self.id in self.membership.witnesses

    def is_single(self) -> bool:
        """One voter alone is the majority."""
        return len(self.membership.voters) == 1 and not self.membership.outgoing

    def is_eligible(self) -> bool:
        """May campaign: a voter that has its whole log."""
        own = self.progress.get(self.id)
        if own is None or own.learner or self.is_witness():
            return False
        return self.log.restoring is None and not self.is_listening()

    def is_listening(self) -> bool:
        """It has lost its disk, and its log does not reach up to the mark that lets it count again."""
        mark = self.readmission
        if mark is None:
            return False
        if self.log.committed < mark.index and not self.log.matches(mark.index, mark.term):
            return True
        self.readmission = None
        return False

    def agreed(self, acknowledged: dict[int, int]) -> int:
        """What the voters have agreed on."""
        return joint_agreed_index(self.membership.voters, self.membership.outgoing, acknowledged)

    def vote_result(self, votes: dict[int, bool]) -> int:
        """Of the voters."""
        return joint_vote_result(self.membership.voters, self.membership.outgoing, votes)

    def quorum_active(self) -> bool:
        """A majority was heard of since the last check."""
        votes = {member: known.active for member, known in self.progress.items() if not known.learner}
        return self.vote_result(votes) == WON

    # What goes out

    def send(self, message: Message) -> None:
        """At once."""
        self.out.append(message)

    def reply(self, message: Message) -> None:
        """When all that this replica has taken in is on its disk: votes and acknowledgments (dissertation §3.8)."""
        self.replies.append(message)

    def notice(self, text: str) -> None:
        """For the trace."""
        self.notes.append(Notice(text))

    def refuse(self, tag: int, reason: str) -> None:
        """A request leaves no trace."""
        self.notes.append(Refused(tag, reason, self.leader))

    # Roles (the paper's Figure 4)

    def reset(self, term: int) -> None:
        """Start a role anew."""
        if term != self.term:
            self.term = term
            self.vote = NONE
        self.leader = NONE
        self.elector.restart(self.now_ns)
        self.check_since_ns = self.now_ns
        self.beat_since_ns = self.now_ns
        self.transfer_to = NONE
        self.votes = {}
        last = self.log.last_index
        for member, known in self.progress.items():
            self.progress[member] = Progress(0, last + 1, self.new_inflight(), known.learner, False)
        own = self.progress.get(self.id)
        if own is not None:
            own.match = last
        self.pending_change_index = 0
        self.uncommitted_octets = 0
        self.append_wanted = False
        self.acknowledge_wanted = False
        self._drop_reads()
        self.incoming = None

    def _drop_reads(self) -> None:
        for read in self.reads + self.early_reads:
            if read.requester == self.id:
                self.refuse(read.tag, "leadership lost")
        self.reads = []
        self.early_reads = []
        self.round = 0
        self.round_wanted = False
        self.round_sent_ns = {}
        self.lease_void = False

    def become_follower(self, term: int, leader: int) -> None:
        """Of a leader, or of nobody yet."""
        self.reset(term)
        self.role = ROLE_FOLLOWER
        self.leader = leader
        self.policy.leader_changed()

    def become_pre_candidate(self) -> None:
        """Ask whether it is worth while: neither term nor vote nor timer changes."""
        assert self.role != ROLE_LEADER, "a leader does not campaign"
        self.votes = {}
        self.leader = NONE
        self.role = ROLE_PRE_CANDIDATE

    def become_candidate(self) -> None:
        """In a new term, with one's own vote."""
        assert self.role != ROLE_LEADER, "a leader does not campaign"
        self.reset(self.term + 1)
        self.vote = self.id
        self.role = ROLE_CANDIDATE

    def become_leader(self) -> None:
        """Mark the new term with an empty entry: only entries of it are committed by counting (§5.4.2, §8)."""
        assert self.role == ROLE_CANDIDATE, "only a candidate is elected"
        self.reset(self.term)
        self.role = ROLE_LEADER
        self.leader = self.id
        own = self.progress[self.id]
        own.become_replicate()
        own.active = True
        # There may be a change of membership among the entries that are not applied yet: wait for all of them.
        self.pending_change_index = self.log.last_index
        self.append_own([Entry(0, 0, COMMAND, b"")])

    # Appending as a leader

    def append_own(self, proposals: list[Entry]) -> bool:
        """Put proposals at the end of the log. False if that would leave too much uncommitted.

        Empty ones are never refused, and the first is not either, however large.
        """
        octets = 0
        for proposal in proposals:
            octets += len(proposal.data)
        most = self.options.max_uncommitted_octets
        if most and octets and self.uncommitted_octets and self.uncommitted_octets + octets > most:
            return False
        self.uncommitted_octets += octets
        index = self.log.last_index
        entries: list[Entry] = []
        for proposal in proposals:
            index += 1
            entries.append(Entry(self.term, index, proposal.kind, proposal.data))
        self.log.append(entries)
        if self.options.batching:
            self.acknowledge_wanted = True
        else:
            self.acknowledge_own()
        return True

    def acknowledge_own(self) -> None:
        """A leader counts its own log only as far as its own disk has it: it answers itself as others do."""
        self.reply(AppendReply(self.id, self.id, self.term, self.log.last_index))

    def commit_known(self) -> bool:
        """The commit index moves to what a majority has, if that is of this term (§5.4.2)."""
        index = self.agreed({member: known.match for member, known in self.progress.items()})
        if index <= self.log.committed or self.log.term(index) != self.term:
            return False
        self.log.commit_to(index)
        return True

    def committed_in_term(self) -> bool:
        """An entry of this term is committed: everything before this leader's time is known to be (§8)."""
        return self.log.term(self.log.committed) == self.term

    def entries_for(self, member: int, start: int) -> list[Entry]:
        """What to send to a follower next.

        A witness gets no commands, and nothing that this replica may still forget: if its log were ahead of
        all others', it could neither lead nor vote for any of them.
        """
        log = self.log
        if member not in self.membership.witnesses:
            return log.since(start, self.options.max_append_octets)
        if start > log.stable:
            return []
        return [stripped(entry) for entry in log.slice(start, log.stable + 1, self.options.max_append_octets)]

    def has_pending_changes(self) -> bool:
        """A change of membership is committed and not applied: who campaigns now would count wrong."""
        log = self.log
        for entry in log.slice(log.applied + 1, log.committed + 1, NO_LIMIT) if log.applied < log.committed else []:
            if is_change(entry):
                return True
        return False


def is_change(entry: Entry) -> bool:
    """Changes the membership."""
    return entry.kind == CHANGE or entry.kind == SINGLE_CHANGE


def stripped(entry: Entry) -> Entry:
    """The entry without its command."""
    return Entry(entry.term, entry.index, STRIPPED, b"") if entry.kind == COMMAND and entry.data else entry
