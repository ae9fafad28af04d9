"""A Multi-Paxos replica, as the rest of the program sees it: events in, effects out."""

from __future__ import annotations

from random import Random
from typing import Final

from catenet.application.consensus.effects import Append, Apply, Effect, Message, RoleChanged, Send, StoreSnapshot
from catenet.application.consensus.elector import TAKE_OVER, WAIT, Elector, ElectorMessage, TimeoutElector
from catenet.application.consensus.entry import NEVER_NS, NONE, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.events import (
    Appended,
    Applied,
    Campaign,
    ChangeMembership,
    Event,
    ForgetLeader,
    Propose,
    Read,
    Readmit,
    Receive,
    SnapshotTaken,
    Tick,
    Transfer,
)
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER, Replica
from catenet.application.consensus.paxos.multi import acceptor, leader, reads
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.core import PaxosCore
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    Ask,
    Heartbeat,
    HeartbeatReply,
    Learn,
    Learned,
    PieceReply,
    Prepare,
    Promise,
    Reject,
    SnapshotPiece,
    TakeOver,
)
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.timing import ElectionPolicy


class PaxosReplica(Replica):
    """``stored`` is what the disk holds, ``stream`` the replica's own stream of random numbers."""

    def __init__(
        self,
        replica_id: int,
        stored: Stored,
        options: PaxosOptions,
        policy: ElectionPolicy,
        stream: Random,
        now_ns: int = 0,
        elector: Elector | None = None,
    ) -> None:
        super().__init__(replica_id)
        if elector is None:
            elector = TimeoutElector(policy, stream)
        self.core: Final = PaxosCore(replica_id, stored, options, policy, elector, now_ns)
        self._next_token = 1
        self._durable_token = 0
        self._told = (ROLE_FOLLOWER, NONE)
        elector.restart(now_ns)
        elector.peers_changed(self.core.members.voters())
        self.core.note_chosen(self.core.log.base)
        self.core.notes = []

    # -- events

    def handle(self, event: Event, now_ns: int) -> None:
        core = self.core
        core.now_ns = max(core.now_ns, now_ns)
        match event:
            case Receive():
                receive(core, event.message)
            case Appended():
                self._durable_token = max(self._durable_token, event.token)
            case Applied():
                core.applied = max(core.applied, event.index)
            case Propose():
                leader.on_propose(core, event)
            case Tick():
                self._tick()
            case Read():
                reads.on_read(core, event.tag, event.lease)
            case _:
                self._handle_rare(event)

    def _handle_rare(self, event: Event) -> None:
        core = self.core
        match event:
            case ChangeMembership():
                leader.on_change(core, event)
            case Readmit():
                leader.on_readmit(core, event)
            case Transfer():
                leader.hand_over(core, event.to, event.tag)
            case Campaign():
                if core.role != ROLE_LEADER:
                    leader.campaign(core, taking_over=False)
            case ForgetLeader():
                if core.role == ROLE_FOLLOWER and not core.options.leases:
                    core.leader = NONE
            case SnapshotTaken():
                self._snapshot_taken(event)

    def _snapshot_taken(self, event: SnapshotTaken) -> None:
        """Keep it, and forget what it covers but for the last entries.

        Not while a change of membership is under way: a snapshot says who decides next, and not who will after that.
        """
        core = self.core
        log = core.log
        if event.index <= core.snapshot.index or event.index > log.chosen:
            return
        if core.members.pending or core.members.now_from > event.index + 1:
            return
        entry = log.get(event.index)
        if entry is None:
            return
        core.snapshot = Snapshot(event.index, entry.term, core.members.now, event.data)
        to = max(event.index - core.options.keep_entries, log.base)
        if to > log.base:
            log.discard(to, log.ballot_at(to))
        core.notes.append(StoreSnapshot(core.snapshot, to))

    # -- time

    def deadline_ns(self) -> int:
        core = self.core
        if core.role == ROLE_LEADER:
            return min(core.beat_since_ns + core.policy.heartbeat_ns(), core.elector.deadline_ns())
        if core.is_eligible():
            return core.elector.deadline_ns()
        return core.ask_at_ns if core.members.everyone() else NEVER_NS

    def _tick(self) -> None:
        core = self.core
        if core.role == ROLE_LEADER:
            core.elector.heard(core.now_ns)
            if core.now_ns - core.beat_since_ns >= core.policy.heartbeat_ns():
                core.beat_since_ns = core.now_ns
                core.round_wanted = True
        decision = core.elector.tick(core.now_ns, core.role == ROLE_LEADER, core.is_eligible())
        if decision != WAIT and core.role != ROLE_LEADER:
            leader.campaign(core, decision == TAKE_OVER)
        if core.role != ROLE_LEADER and not core.is_eligible() and core.now_ns >= core.ask_at_ns:
            catching_up.ask_around(core)

    # -- effects

    def take_effects(self, now_ns: int) -> list[Effect]:
        core = self.core
        core.now_ns = max(core.now_ns, now_ns)
        if core.role == ROLE_LEADER:
            self._lead()
        if core.elector.outbox:
            core.out.extend(core.elector.outbox)
            core.elector.outbox = []
        effects = core.notes
        core.notes = []
        if (core.role, core.leader) != self._told:
            self._told = (core.role, core.leader)
            effects.append(RoleChanged(core.role, core.leader, core.promised))
        for message in core.out:
            effects.append(Send(message, 0))
        core.out = []
        self._take_append(effects)
        self._take_apply(effects)
        return effects

    def _lead(self) -> None:
        """What was put off, to be done once for all events since the last time."""
        core = self.core
        leader.propose_all(core)
        leader.send_accepts(core)
        if core.round_wanted:
            leader.broadcast_heartbeat(core)
        if not core.members.is_voter(core.id):
            core.notice(f"{core.id} has no part in the group any more")
            core.follow(NONE)

    def _take_append(self, effects: list[Effect]) -> None:
        core = self.core
        fresh = core.log.take_fresh()
        leader.accept_own(core, fresh)
        snapshot, core.snapshot_wanted = core.snapshot_wanted, None
        saved, chosen = core.saved, core.log.chosen
        must_sync = bool(fresh) or snapshot is not None or core.promised != saved.term
        if must_sync or chosen != saved.commit:
            core.saved = HardState(core.promised, NONE, chosen)
            token = self._next_token
            self._next_token += 1
            effects.append(Append(token, core.saved, fresh, snapshot, must_sync, truncates=False))
        # All that was promised and accepted before counts, too.
        last = self._next_token - 1
        after = last if last > self._durable_token else 0
        for message in core.replies:
            effects.append(Send(message, after))
        core.replies = []

    def _take_apply(self, effects: list[Effect]) -> None:
        core = self.core
        entries = []
        while core.applying < core.log.chosen:
            entry = core.log.get(core.applying + 1)
            assert entry is not None, "what is chosen is here, or in a snapshot"
            entries.append(entry)
            core.applying += 1
        if entries:
            effects.append(Apply(entries))

    # -- what others may see

    @property
    def role(self) -> int:
        return self.core.role

    @property
    def leader(self) -> int:
        return self.core.leader

    @property
    def term(self) -> int:
        return self.core.promised

    @property
    def commit_index(self) -> int:
        return self.core.log.chosen

    @property
    def applied_index(self) -> int:
        return self.core.applied

    @property
    def listening(self) -> bool:
        return self.core.is_listening()

    @property
    def membership(self) -> Membership:
        return self.core.members.now


def receive(core: PaxosCore, message: Message) -> None:
    """A message came, also from itself."""
    match message:
        case Accept():
            acceptor.on_accept(core, message)
        case Accepted():
            leader.on_accepted(core, message)
        case Heartbeat():
            acceptor.on_heartbeat(core, message)
        case HeartbeatReply():
            leader.on_heartbeat_reply(core, message)
        case Prepare():
            acceptor.on_prepare(core, message)
        case Promise():
            leader.on_promise(core, message)
        case Reject():
            leader.on_reject(core, message)
        case _:
            _receive_rare(core, message)


def _receive_rare(core: PaxosCore, message: Message) -> None:
    match message:
        case Learn():
            catching_up.on_learn(core, message)
        case Learned():
            if core.role == ROLE_LEADER:
                catching_up.on_learned(core, message, leader.peer_of(core, message.sender))
        case Ask():
            catching_up.on_ask(core, message)
        case SnapshotPiece():
            catching_up.on_piece(core, message)
        case PieceReply():
            catching_up.on_piece_reply(core, message, core.peers.get(message.sender))
        case TakeOver():
            if message.term == core.promised and core.is_eligible():
                leader.campaign(core, taking_over=True)
        case ElectorMessage():
            core.elector.receive(message, core.now_ns)
