"""The state of one replica, and what it does to itself.  The other files of this folder are functions over it."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Effect, MembershipChanged, Message, Notice, ReadReady, Refused
from catenet.application.consensus.elector import Elector
from catenet.application.consensus.entry import CHANGE, NONE, Entry, HardState, Snapshot, Stored
from catenet.application.consensus.interface import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.paxos.ballot import node_of
from catenet.application.consensus.paxos.multi.log import AcceptedLog
from catenet.application.consensus.paxos.multi.members import Members, parse
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot
from catenet.application.consensus.timing import ElectionPolicy


class Wish:
    """Something that a leader has taken and that has no place yet."""

    def __init__(self, kind: int, data: bytes) -> None:
        self.kind: Final = kind
        self.data: Final = data


class Peer:
    """What a leader knows of another replica.

    ``sent`` is the last place that was sent to it in this ballot, ``chosen`` how far it knows what is decided, ``told``
    how far it was told, ``round`` the last heartbeat that it answered.  ``beats`` holds, for each heartbeat under way,
    how far had been sent and told before it: an answer that knows less than that has not got it.
    """

    def __init__(self, sent: int) -> None:
        self.sent = sent
        self.chosen = 0
        self.told = 0
        self.round = 0
        self.rtt_ns = 0
        self.beats: dict[int, tuple[int, int]] = {}
        self.snapshot_offset = -1
        self.snapshot_round = 0


class PaxosRead:
    """A read that waits for a round of heartbeats."""

    def __init__(self, tag: int, index: int, round_: int) -> None:
        self.tag: Final = tag
        self.index: Final = index
        self.round: Final = round_


class Gathered:
    """The promise of one acceptor, as far as it has come; ``attempt`` tells which time it was asked."""

    def __init__(self, attempt: int, asked_ns: int) -> None:
        self.attempt: Final = attempt
        self.asked_ns: Final = asked_ns
        self.parts: dict[int, list[Entry]] = {}
        self.count = 0
        self.complete = False


class PaxosServer:
    """All that a replica knows.  ``promised`` and the log's entries are on disk before anyone hears of them."""

    def __init__(
        self,
        replica_id: int,
        stored: Stored,
        options: PaxosOptions,
        policy: ElectionPolicy,
        elector: Elector,
        now_ns: int,
    ) -> None:
        self.id: Final = replica_id
        self.options: Final = options
        self.policy: Final = policy
        self.elector: Final = elector
        self.now_ns = now_ns
        restarts = stored.hard_state.term > 0 or stored.readmission is not None
        self.grace_until_ns: int = now_ns + (policy.minimum_ns if options.leases and restarts else 0)
        # On disk
        self.promised: int = stored.hard_state.term
        self.readmission = stored.readmission
        if self.readmission is not None:
            self.promised = max(self.promised, self.readmission.term)
        snapshot = stored.snapshot
        self.snapshot = snapshot
        self.log: Final = AcceptedLog(snapshot.index, snapshot.term, stored.entries, stored.hard_state.commit)
        self.saved: HardState = HardState(stored.hard_state.term, NONE, stored.hard_state.commit)
        self.members: Final = Members(snapshot.membership, options.second_quorum)
        self.applied: int = max(stored.applied, snapshot.index)
        self.applying: int = self.applied
        # Roles
        self.role: int = ROLE_FOLLOWER
        self.leader: int = NONE
        self.seen: int = self.promised
        self.ballot: int = 0
        # Who has no vote, and hears of no leader
        self.ask_wait_ns: int = 2 * policy.minimum_ns
        self.ask_at_ns: int = now_ns + self.ask_wait_ns
        # A candidate's and a leader's
        self.gathered: dict[int, Gathered] = {}
        self.adopted: dict[int, Entry] = {}
        self.adopted_to: int = 0
        self.taking_over = False  # it was told to stand by the leader before it, whose lease counts no more
        self.mark: int = 0  # the last readmission that it knew of when it stood, or proposed itself
        self.next_index: int = 0
        self.wishes: list[Wish] = []
        self.votes: dict[int, dict[int, None]] = {}
        self.peers: dict[int, Peer] = {}
        self.round = 0
        self.round_wanted = False
        self.beat_since_ns = 0
        self.round_sent_ns: dict[int, int] = {}
        self.lease_void = False  # another was told to take over: leases count no more in this ballot
        self.reads: list[PaxosRead] = []
        # A learner's
        self.incoming: dict[int, IncomingSnapshot] = {}  # by sender: what two of them send is never mixed
        self.snapshot_wanted: Snapshot | None = None
        # What is asked for
        self.notes: list[Effect] = []
        self.out: list[Message] = []
        self.replies: list[Message] = []

    # -- what is asked for

    def send(self, message: Message) -> None:
        """At once."""
        self.out.append(message)

    def reply(self, message: Message) -> None:
        """When all that was accepted and promised by now is on disk."""
        self.replies.append(message)

    def refuse(self, tag: int, reason: str) -> None:
        """Nothing was done."""
        self.notes.append(Refused(tag, reason, self.leader))

    def notice(self, text: str) -> None:
        """For an operator."""
        self.notes.append(Notice(text))

    # -- roles

    def heard(self) -> None:
        """Somebody leads, or tells what is decided: no need to ask for a while."""
        self.ask_wait_ns = 2 * self.policy.minimum_ns
        self.ask_at_ns = self.now_ns + self.ask_wait_ns

    def is_eligible(self) -> bool:
        """Whether it may lead."""
        return self.id in self.members.now.voters and not self.is_listening()

    def is_listening(self) -> bool:
        """It has lost its disk, and does not know all that is chosen up to the mark that lets it count again."""
        if self.readmission is None or self.log.chosen < self.readmission.index:
            return self.readmission is not None
        self.readmission = None
        return False

    def follow(self, leader: int) -> None:
        """Another leads, or nobody that is known of."""
        was_leading = self.role == ROLE_LEADER
        if self.role != ROLE_FOLLOWER or self.leader != leader:
            self.elector.restart(self.now_ns)
            self.policy.leader_changed()
        self.role = ROLE_FOLLOWER
        self.leader = leader
        if was_leading:
            self._let_go()

    def _let_go(self) -> None:
        self.wishes.clear()
        self.votes.clear()
        self.peers.clear()
        for read in self.reads:
            self.refuse(read.tag, "another replica leads now")
        self.reads.clear()

    def stand(self, ballot: int) -> None:
        """Become a candidate, with a ballot that is promised to itself."""
        self.follow(NONE)
        self.role = ROLE_CANDIDATE
        self.ballot = self.promised = self.seen = ballot
        self.gathered = {}
        self.adopted = {}
        self.adopted_to = self.log.chosen
        self.mark = self.log.last_mark()
        self.elector.restart(self.now_ns)

    def promise(self, ballot: int) -> bool:
        """Promise, if nothing higher was promised before; a leader or candidate of a lower one gives up."""
        if ballot < self.promised:
            return False
        if ballot > self.promised:
            self.promised = ballot
            self.seen = max(self.seen, ballot)
            if node_of(ballot) != self.id and self.role != ROLE_FOLLOWER:
                self.follow(NONE)
        return True

    # -- what is chosen

    def learn(self, entry: Entry) -> None:
        """That was chosen there.

        Chosen in a higher ballot than this leader's, it need not be what this leader has proposed there; and who has
        accepted that would take it for chosen, once this leader said that the place is (see `AcceptedLog.choose_run`).
        So it leads no more.
        """
        self.log.learn(entry)
        if self.role == ROLE_LEADER and entry.term > self.ballot:
            self.seen = max(self.seen, entry.term)
            self.follow(NONE)

    def note_chosen(self, before: int) -> None:
        """More is chosen than up to ``before``: memberships may change."""
        for index in range(before + 1, self.log.chosen + 1):
            entry = self.log.get(index)
            if entry is not None and entry.kind == CHANGE:
                self.members.chosen(parse(entry.data), index + self.options.window)
                self.elector.peers_changed(self.members.voters())
        if self.members.advance(self.log.chosen + 1):
            self.notes.append(MembershipChanged(self.members.now, self.log.chosen))
            self.elector.peers_changed(self.members.voters())
        if self.role == ROLE_LEADER and self.next_index <= self.log.chosen:
            self._pass_over()

    def _pass_over(self) -> None:
        """Places that this leader has not come to yet are decided: it proposes nothing there.

        Who decided there is known no more (`Members` knows who decides from the next place on), so nobody can tell
        whether enough have promised.  Commands that were given such a place are let go of, and so is leadership.
        """
        if self.wishes and self.adopted_to < self.log.chosen:
            self.follow(NONE)
            return
        self.next_index = self.log.chosen + 1
        self.forget_decided()

    def forget_decided(self) -> None:
        """What was found accepted, and who accepted what, at places that are decided."""
        self.adopted = {index: entry for index, entry in self.adopted.items() if index > self.log.chosen}
        self.votes = {index: nodes for index, nodes in self.votes.items() if index > self.log.chosen}

    def answer_read(self, tag: int, index: int) -> None:
        """A read may be served from there on."""
        self.notes.append(ReadReady(tag, index))
