"""One server's state, divided as the paper's Figure 2 divides it; the other files of this folder are functions over it.

Calls go downwards only: `replica` → `receive` → `membership` → `transfer`, `election`, `proposals`, `reads` →
`replication` → `snapshot` → `server`, which holds the parts of :mod:`.state`.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.election_timeout import Elector
from catenet.application.consensus.entry import STRIPPED, Membership, Stored
from catenet.application.consensus.raft.log import Log
from catenet.application.consensus.raft.membership.config import members_of
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.progress import Progress
from catenet.application.consensus.raft.state import LeaderState, Members, PersistentState, VolatileState
from catenet.application.consensus.server import Server
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot
from catenet.application.consensus.timing import ElectionPolicy


class RaftServer(Server):
    """``log`` is the persistent state's, by its short name; ``votes`` are a candidate's, ``incoming`` a follower's."""

    def __init__(
        self,
        server_id: int,
        stored: Stored,
        options: RaftOptions,
        policy: ElectionPolicy,
        elector: Elector,
        now_ns: int,
    ) -> None:
        super().__init__(server_id, stored, policy, elector, options.lease_reads, now_ns)
        self.options: Final = options
        self.persistent: Final = PersistentState(stored)
        self.log: Final[Log] = self.persistent.log
        self.volatile: Final = VolatileState(
            self.log, stored.hard_state.commit, stored.applied, options.max_applying_octets
        )
        self.leading: LeaderState = LeaderState(options, now_ns)
        # Once a witness, always one: some of its log holds no commands.
        self.members: Final = Members(stored.snapshot, any(entry.kind == STRIPPED for entry in stored.entries))
        self.votes: dict[int, bool] = {}
        self.incoming: IncomingSnapshot | None = None
        self.set_membership(stored.snapshot.membership, [])

    # What others may see

    @property
    def term(self) -> int:
        return self.persistent.term

    @property
    def commit_index(self) -> int:
        return self.volatile.commit_index

    @property
    def last_applied(self) -> int:
        return self.volatile.last_applied

    @property
    def membership(self) -> Membership:
        return self.members.membership

    # Who takes part

    def set_membership(self, membership: Membership, renewed: list[int]) -> None:
        """Track its members: keep what is known of those that stay, but for the renewed."""
        before = self.leading.progress
        progress: dict[int, Progress] = {}
        for member in members_of(membership):
            known = before.get(member)
            learner = member in membership.learners
            if known is None or member in renewed:
                # Active, so that a check of the quorum does not count it out before it could say a word.
                progress[member] = self.leading.new_progress(max(self.log.last_index, 1), learner, True)
            else:
                known.learner = learner
                progress[member] = known
        self.leading.progress = progress
        self.members.membership = membership
        self.members.witnessed = self.members.witnessed or self.members.is_witness(self.id)
        lacks_commands = self.members.witnessed and self.id in progress and not self.members.is_witness(self.id)
        assert not lacks_commands, f"{self.id} was a witness: to be more it needs an empty disk"
        self.members.peers = [member for member in progress if member != self.id]
        self.elector.peers_changed(tuple(self.members.electorate()))

    def is_eligible(self) -> bool:
        """May campaign: a voter that has its whole log."""
        own = self.leading.progress.get(self.id)
        if own is None or own.learner or self.members.is_witness(self.id):
            return False
        return self.log.restoring is None and not self.is_listening()

    def is_listening(self) -> bool:
        mark = self.persistent.readmission
        if mark is None:
            return False
        if self.volatile.commit_index < mark.index and not self.log.matches(mark.index, mark.term):
            return True
        self.persistent.readmission = None
        return False
