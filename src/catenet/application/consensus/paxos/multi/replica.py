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
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.paxos.multi import acceptor, leader, reads
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    Ask,
    Heartbeat,
    HeartbeatReply,
    Learn,
    Learned,
    Prepare,
    Promise,
    Reject,
)
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.server import PaxosServer
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
        self.server: Final = PaxosServer(replica_id, stored, options, policy, elector, now_ns)
        self._next_token = 1
        self._durable_token = 0
        self._told = (ROLE_FOLLOWER, NONE)
        elector.restart(now_ns)
        elector.peers_changed(self.server.members.voters())
        self.server.note_chosen(self.server.log.base)
        self.server.notes = []

    # -- events

    def handle(self, event: Event, now_ns: int) -> None:
        server = self.server
        server.now_ns = max(server.now_ns, now_ns)
        match event:
            case Receive():
                receive(server, event.message)
            case Appended():
                self._durable_token = max(self._durable_token, event.token)
            case Applied():
                server.applied = max(server.applied, event.index)
            case Propose():
                leader.on_propose(server, event)
            case Tick():
                self._tick()
            case Read():
                reads.on_read(server, event.tag, event.lease)
            case _:
                self._handle_rare(event)

    def _handle_rare(self, event: Event) -> None:
        server = self.server
        match event:
            case ChangeMembership():
                leader.on_change(server, event)
            case Readmit():
                leader.on_readmit(server, event)
            case Transfer():
                leader.hand_over(server, event.to, event.tag)
            case Campaign():
                if server.role != ROLE_LEADER:
                    leader.campaign(server, taking_over=False)
            case ForgetLeader():
                if server.role == ROLE_FOLLOWER and not server.options.leases:
                    server.leader = NONE
            case SnapshotTaken():
                self._snapshot_taken(event)

    def _snapshot_taken(self, event: SnapshotTaken) -> None:
        """Keep it, and forget what it covers but for the last entries.

        Not while a change of membership is under way: a snapshot says who decides next, and not who will after that.
        """
        server = self.server
        log = server.log
        if event.index <= server.snapshot.index or event.index > log.chosen:
            return
        if server.members.pending or server.members.now_from > event.index + 1:
            return
        entry = log.get(event.index)
        if entry is None:
            return
        server.snapshot = Snapshot(event.index, entry.term, server.members.now, event.data)
        to = max(event.index - server.options.keep_entries, log.base)
        if to > log.base:
            log.discard(to, log.ballot_at(to))
        server.notes.append(StoreSnapshot(server.snapshot, to))

    # -- time

    def deadline_ns(self) -> int:
        server = self.server
        if server.role == ROLE_LEADER:
            return min(server.beat_since_ns + server.policy.heartbeat_ns(), server.elector.deadline_ns())
        if server.is_eligible():
            return server.elector.deadline_ns()
        return server.ask_at_ns if server.members.everyone() else NEVER_NS

    def _tick(self) -> None:
        server = self.server
        if server.role == ROLE_LEADER:
            server.elector.heard(server.now_ns)
            if server.now_ns - server.beat_since_ns >= server.policy.heartbeat_ns():
                server.beat_since_ns = server.now_ns
                server.round_wanted = True
        decision = server.elector.tick(server.now_ns, server.role == ROLE_LEADER, server.is_eligible())
        if decision != WAIT and server.role != ROLE_LEADER:
            leader.campaign(server, decision == TAKE_OVER)
        if server.role != ROLE_LEADER and not server.is_eligible() and server.now_ns >= server.ask_at_ns:
            catching_up.ask_around(server)

    # -- effects

    def take_effects(self, now_ns: int) -> list[Effect]:
        server = self.server
        server.now_ns = max(server.now_ns, now_ns)
        if server.role == ROLE_LEADER:
            self._lead()
        if server.elector.outbox:
            server.out.extend(server.elector.outbox)
            server.elector.outbox = []
        effects = server.notes
        server.notes = []
        if (server.role, server.leader) != self._told:
            self._told = (server.role, server.leader)
            effects.append(RoleChanged(server.role, server.leader, server.promised))
        for message in server.out:
            effects.append(Send(message, 0))
        server.out = []
        self._take_append(effects)
        self._take_apply(effects)
        return effects

    def _lead(self) -> None:
        """What was put off, to be done once for all events since the last time."""
        server = self.server
        leader.propose_all(server)
        leader.send_accepts(server)
        if server.round_wanted:
            leader.broadcast_heartbeat(server)
        if not server.members.is_voter(server.id):
            server.notice(f"{server.id} has no part in the group any more")
            server.follow(NONE)

    def _take_append(self, effects: list[Effect]) -> None:
        server = self.server
        fresh = server.log.take_fresh()
        leader.accept_own(server, fresh)
        snapshot, server.snapshot_wanted = server.snapshot_wanted, None
        saved, chosen = server.saved, server.log.chosen
        must_sync = bool(fresh) or snapshot is not None or server.promised != saved.term
        if must_sync or chosen != saved.commit:
            server.saved = HardState(server.promised, NONE, chosen)
            token = self._next_token
            self._next_token += 1
            effects.append(Append(token, server.saved, fresh, snapshot, must_sync, truncates=False))
        # All that was promised and accepted before counts, too.
        last = self._next_token - 1
        after = last if last > self._durable_token else 0
        for message in server.replies:
            effects.append(Send(message, after))
        server.replies = []

    def _take_apply(self, effects: list[Effect]) -> None:
        server = self.server
        entries = []
        while server.applying < server.log.chosen:
            entry = server.log.get(server.applying + 1)
            assert entry is not None, "what is chosen is here, or in a snapshot"
            entries.append(entry)
            server.applying += 1
        if entries:
            effects.append(Apply(entries))

    # -- what others may see

    @property
    def role(self) -> int:
        return self.server.role

    @property
    def leader(self) -> int:
        return self.server.leader

    @property
    def term(self) -> int:
        return self.server.promised

    @property
    def commit_index(self) -> int:
        return self.server.log.chosen

    @property
    def applied_index(self) -> int:
        return self.server.applied

    @property
    def listening(self) -> bool:
        return self.server.is_listening()

    @property
    def membership(self) -> Membership:
        return self.server.members.now


def receive(server: PaxosServer, message: Message) -> None:
    """A message came, also from itself."""
    match message:
        case Accept():
            acceptor.on_accept(server, message)
        case Accepted():
            leader.on_accepted(server, message)
        case Heartbeat():
            acceptor.on_heartbeat(server, message)
        case HeartbeatReply():
            leader.on_heartbeat_reply(server, message)
        case Prepare():
            acceptor.on_prepare(server, message)
        case Promise():
            leader.on_promise(server, message)
        case Reject():
            leader.on_reject(server, message)
        case _:
            _receive_rare(server, message)


def _receive_rare(server: PaxosServer, message: Message) -> None:
    match message:
        case Learn():
            catching_up.on_learn(server, message)
        case Learned():
            if server.role == ROLE_LEADER:
                catching_up.on_learned(server, message, leader.peer_of(server, message.sender))
        case Ask():
            catching_up.on_ask(server, message)
        case InstallSnapshot():
            catching_up.on_piece(server, message)
        case SnapshotReply():
            catching_up.on_piece_reply(server, message, server.peers.get(message.sender))
        case TimeoutNow():
            if message.term == server.promised and server.is_eligible():
                leader.campaign(server, taking_over=True)
        case ElectorMessage():
            server.elector.receive(message, server.now_ns)
