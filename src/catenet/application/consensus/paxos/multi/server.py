"""One server's state, divided by the roles of Paxos (Lamport 2001, section 2): acceptor, proposer and learner.

The other files of this folder are functions over it.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import MembershipChanged
from catenet.application.consensus.election_timeout import Elector
from catenet.application.consensus.entry import CHANGE, NONE, Entry, Membership, Stored
from catenet.application.consensus.paxos.ballot import node_of
from catenet.application.consensus.paxos.multi.log import AcceptedLog
from catenet.application.consensus.paxos.multi.members import Members, parse
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.state import AcceptorState, LearnerState, ProposerState
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER, Server
from catenet.application.consensus.timing import ElectionPolicy


class PaxosServer(Server):
    """``log`` is the acceptor's, by its short name."""

    def __init__(
        self,
        server_id: int,
        stored: Stored,
        options: PaxosOptions,
        policy: ElectionPolicy,
        elector: Elector,
        now_ns: int,
    ) -> None:
        super().__init__(server_id, stored, policy, elector, options.leases, now_ns)
        self.options: Final = options
        self.acceptor: Final = AcceptorState(stored)
        self.log: Final[AcceptedLog] = self.acceptor.log
        self.proposer: Final = ProposerState(self.acceptor.promised)
        self.learner: Final = LearnerState(stored, 2 * policy.minimum_ns, now_ns)
        self.members: Final = Members(stored.snapshot.membership, options.second_quorum)

    # What others may see

    @property
    def term(self) -> int:
        return self.acceptor.promised

    @property
    def commit_index(self) -> int:
        return self.log.chosen

    @property
    def last_applied(self) -> int:
        return self.learner.last_applied

    @property
    def membership(self) -> Membership:
        return self.members.now

    # Roles

    def is_eligible(self) -> bool:
        """Whether it may lead."""
        return self.id in self.members.now.voters and not self.is_listening()

    def is_listening(self) -> bool:
        mark = self.acceptor.readmission
        if mark is None or self.log.chosen < mark.index:
            return mark is not None
        self.acceptor.readmission = None
        return False

    def holds_back(self, candidate: int) -> bool:
        """With leases: no promise to another than who leads."""
        return self.options.leases and self.within_lease(candidate)

    def follow(self, leader: int) -> None:
        """Another leads, or nobody that is known of."""
        was_leading = self.role == ROLE_LEADER
        if self.role != ROLE_FOLLOWER or self.leader != leader:
            self.elector.restart(self.now_ns)
            self.policy.leader_changed()
        self.role = ROLE_FOLLOWER
        self.leader = leader
        if was_leading:
            for read in self.proposer.step_down():
                self.refuse(read.tag, "another replica leads now")

    def stand(self, ballot: int) -> None:
        """Become a candidate, with a ballot that is promised to itself."""
        self.follow(NONE)
        self.role = ROLE_CANDIDATE
        assert ballot > self.acceptor.promised, f"ballot {ballot} is not above {self.acceptor.promised}"
        self.acceptor.promised = ballot
        self.proposer.stand(ballot, self.log.chosen, self.log.last_mark())
        self.elector.restart(self.now_ns)

    def promise(self, ballot: int) -> bool:
        """Promise, if nothing higher was promised before; a leader or candidate of a lower one gives up."""
        if ballot < self.acceptor.promised:
            return False
        assert ballot >= self.proposer.ballot or node_of(ballot) != self.id, "its own ballots only grow"
        if ballot > self.acceptor.promised:
            self.acceptor.promised = ballot
            self.proposer.seen = max(self.proposer.seen, ballot)
            if node_of(ballot) != self.id and self.role != ROLE_FOLLOWER:
                self.follow(NONE)
        return True

    # What is chosen

    def learn(self, entry: Entry) -> None:
        """That was chosen there.

        Chosen in a higher ballot than this leader's, it need not be what this leader has proposed there; and who has
        accepted that would take it for chosen, once this leader said that the slot is (see `AcceptedLog.choose_run`).
        So it leads no more.
        """
        self.log.learn(entry)
        if self.role == ROLE_LEADER and entry.term > self.proposer.ballot:
            self.proposer.seen = max(self.proposer.seen, entry.term)
            self.follow(NONE)

    def update_chosen(self, before: int) -> None:
        """More is chosen than up to ``before``: memberships may change."""
        assert before <= self.log.chosen, f"{before} was chosen, and only {self.log.chosen} is"
        for index in range(before + 1, self.log.chosen + 1):
            entry = self.log.get(index)
            if entry is not None and entry.kind == CHANGE:
                self.members.chosen(parse(entry.data), index + self.options.window)
                self.elector.peers_changed(self.members.voters())
        if self.members.advance(self.log.chosen + 1):
            self.effects.append(MembershipChanged(self.members.now, self.log.chosen))
            self.elector.peers_changed(self.members.voters())
        if self.role == ROLE_LEADER and self.proposer.next_index <= self.log.chosen:
            self._pass_over()

    def _pass_over(self) -> None:
        """Slots that this leader has not come to yet are decided: it proposes nothing there.

        Who decided there is known no more (`Members` knows who decides from the next slot on), so nobody can tell
        whether enough have promised.  Commands that were given such a slot are let go of, and so is leadership.
        """
        proposer = self.proposer
        if proposer.proposals and proposer.adopted_to < self.log.chosen:
            self.follow(NONE)
            return
        proposer.next_index = self.log.chosen + 1
        proposer.forget_decided(self.log.chosen)
