"""A Raft replica, as the rest of the program sees it: events in, effects out."""

from __future__ import annotations

from random import Random
from typing import Final

from catenet.application.consensus.effects import Append, Apply, Effect, RoleChanged, Send
from catenet.application.consensus.elector import CAMPAIGN, TAKE_OVER, Elector, TimeoutElector
from catenet.application.consensus.entry import NEVER_NS, NONE, HardState, Membership, Stored
from catenet.application.consensus.events import (
    Appended,
    Applied,
    Campaign,
    ChangeMembership,
    Compact,
    Event,
    ForgetLeader,
    Propose,
    Read,
    Readmit,
    Receive,
    SnapshotTaken,
    Tick,
    Transfer,
    Unreachable,
)
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER, Replica
from catenet.application.consensus.raft.election import campaign
from catenet.application.consensus.raft.membership import apply_memberships, leave_joint_if_due, on_applied
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.proposals import on_change_membership, on_propose, on_readmit
from catenet.application.consensus.raft.reads import on_read
from catenet.application.consensus.raft.receive import receive
from catenet.application.consensus.raft.replication import (
    broadcast_append,
    broadcast_heartbeat,
    on_unreachable,
    send_all,
    send_to_witnesses,
)
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.snapshot import on_restored, on_snapshot_taken
from catenet.application.consensus.raft.transfer import on_transfer, prefer
from catenet.application.consensus.timing import ElectionPolicy


class Receipt:
    """What an append on its way to the disk will make durable."""

    def __init__(self, token: int, term: int, index: int, index_term: int, snapshot_index: int) -> None:
        self.token: Final = token
        self.term: Final = term  # ours when it was written
        self.index: Final = index  # the end of our log then, 0 if all of it was on disk before
        self.index_term: Final = index_term
        self.snapshot_index: Final = snapshot_index


class RaftReplica(Replica):
    """``stored`` is what the disk holds, ``stream`` the replica's own stream of random numbers."""

    def __init__(
        self,
        replica_id: int,
        stored: Stored,
        options: RaftOptions,
        policy: ElectionPolicy,
        stream: Random,
        now_ns: int = 0,
        elector: Elector | None = None,
    ) -> None:
        super().__init__(replica_id)
        if elector is None:
            elector = TimeoutElector(policy, stream, options.handicap_of(replica_id))
            elector.since_ns = now_ns
        if options.lease_reads and not elector.keeps_leases:
            raise ValueError(
                "lease_reads with an elector that keeps no leases: a leader could be replaced during its own"
            )
        self.server: Final = RaftServer(replica_id, stored, options, policy, elector, now_ns)
        self.receipts: list[Receipt] = []
        self._next_token = 1
        apply_memberships(self.server, self.server.log.applied)
        self.server.notes = []

    # Events

    def handle(self, event: Event, now_ns: int) -> None:
        server = self.server
        server.now_ns = max(server.now_ns, now_ns)
        match event:
            case Receive():
                receive(server, event.message)
            case Appended():
                self._appended(event.token)
            case Applied():
                on_applied(server, event.index)
            case Propose():
                on_propose(server, event)
            case Tick():
                self._tick()
            case Read():
                on_read(server, event.tag, event.lease)
            case _:
                self._handle_rare(event)

    def _handle_rare(self, event: Event) -> None:
        server = self.server
        match event:
            case ChangeMembership():
                on_change_membership(server, event)
            case Transfer():
                on_transfer(server, event)
            case Readmit():
                on_readmit(server, event)
            case Campaign():
                campaign(server, taking_over=False)
            case ForgetLeader():
                self._forget_leader()
            case Unreachable():
                on_unreachable(server, event.peer)
            case SnapshotTaken():
                on_snapshot_taken(server, event)
            case Compact():
                server.log.discard(min(event.index, server.snapshot.index))

    def _appended(self, token: int) -> None:
        """The disk has it. If the term changed since, a later append may have replaced its entries on the way."""
        receipts = self.receipts
        while receipts and receipts[0].token <= token:
            receipt = receipts.pop(0)
            if receipt.index and receipt.term == self.server.term:
                self.server.log.settle(receipt.index, receipt.index_term)
            if receipt.snapshot_index:
                on_restored(self.server, receipt.snapshot_index)
        if self.server.role == ROLE_LEADER and self.server.membership.witnesses:
            send_to_witnesses(self.server)

    def _forget_leader(self) -> None:
        """Not with lease reads: a forgotten leader would still count on its lease."""
        server = self.server
        if server.options.lease_reads:
            server.notice("leaders are not forgotten where their leases answer reads")
        elif server.role == ROLE_FOLLOWER:
            server.leader = NONE

    # Time

    def deadline_ns(self) -> int:
        server = self.server
        leading = server.role == ROLE_LEADER
        resting = server.elector.rests and (leading or not server.is_eligible())
        elector_ns = NEVER_NS if resting else server.elector.deadline_ns()
        if not leading:
            return elector_ns
        check_ns = server.check_since_ns + server.policy.minimum_ns
        return min(elector_ns, check_ns, server.beat_since_ns + server.policy.heartbeat_ns())

    def _tick(self) -> None:
        server = self.server
        if server.role == ROLE_LEADER:
            self._tick_leader()
        leading = server.role == ROLE_LEADER
        decision = server.elector.tick(server.now_ns, leading, server.is_eligible())
        if decision != 0 and server.options.priority(self.id) >= 0:
            assert decision in (CAMPAIGN, TAKE_OVER)
            campaign(server, decision == TAKE_OVER)

    def _tick_leader(self) -> None:
        server = self.server
        if server.now_ns - server.check_since_ns >= server.policy.minimum_ns:
            server.check_since_ns = server.now_ns
            server.elector.heard(server.now_ns)
            self._check_quorum()
        if server.role == ROLE_LEADER and server.now_ns - server.beat_since_ns >= server.policy.heartbeat_ns():
            server.beat_since_ns = server.now_ns
            broadcast_heartbeat(server)
            if server.membership.witnesses:
                leave_joint_if_due(server)

    def _check_quorum(self) -> None:
        """Once in an election timeout: is anybody there? (dissertation §6.2)"""
        server = self.server
        server.transfer_to = NONE
        if server.options.check_quorum and not server.quorum_active():
            server.notice(f"{server.id} stepped down to follower since quorum is not active")
            server.become_follower(server.term, NONE)
            return
        prefer(server)
        if server.options.check_quorum:
            for peer in server.peers:
                server.progress[peer].active = False

    # Effects

    def take_effects(self, now_ns: int) -> list[Effect]:
        server = self.server
        server.now_ns = max(server.now_ns, now_ns)
        self._flush()
        effects = server.notes
        server.notes = []
        if server.role != server.told_role or server.leader != server.told_leader:
            server.told_role = server.role
            server.told_leader = server.leader
            effects.append(RoleChanged(server.role, server.leader, server.term))
        if server.out:
            for message in server.out:
                effects.append(Send(message, 0))
            server.out = []
        self._take_append(effects)
        if not server.witnessed:
            entries = server.log.take_to_apply(server.options.apply_unstable)
            if entries:
                effects.append(Apply(entries))
        return effects

    def _flush(self) -> None:
        """What was put off, to be done once for all events since the last time."""
        server = self.server
        if server.witnessed:
            self._apply_alone()
        if server.append_wanted:
            server.append_wanted = False
            broadcast_append(server)
            for peer in server.peers:
                send_all(server, peer)
        if server.acknowledge_wanted:
            server.acknowledge_wanted = False
            server.acknowledge_own()
        if server.round_wanted and server.role == ROLE_LEADER:
            broadcast_heartbeat(server)
        if server.elector.outbox:
            server.out.extend(server.elector.outbox)
            server.elector.outbox = []

    def _apply_alone(self) -> None:
        """A witness has no application: only changes of membership mean something to it."""
        server = self.server
        entries = server.log.take_to_apply(server.options.apply_unstable)
        while entries:
            on_applied(server, entries[-1].index)
            entries = server.log.take_to_apply(server.options.apply_unstable)

    def _take_append(self, effects: list[Effect]) -> None:
        server = self.server
        log = server.log
        entries = log.unhanded()
        snapshot = log.unhanded_snapshot()
        saved = server.saved
        changed = log.committed != saved.commit or server.term != saved.term or server.vote != saved.vote
        if not (entries or changed or server.replies or snapshot is not None):
            return
        must_sync = bool(entries) or snapshot is not None or server.term != saved.term or server.vote != saved.vote
        state = HardState(server.term, server.vote, log.committed) if changed else None
        if state is not None:
            server.saved = state
        token = self._next_token
        self._next_token += 1
        unsettled = log.last_index > log.stable
        if unsettled or snapshot is not None:
            index = log.last_index if unsettled else 0
            term = log.last_term if unsettled else 0
            self.receipts.append(Receipt(token, server.term, index, term, snapshot.index if snapshot else 0))
        log.hand()
        effects.append(Append(token, state, entries, snapshot, must_sync))
        for message in server.replies:
            effects.append(Send(message, token))
        server.replies = []

    # What others may see

    @property
    def role(self) -> int:
        return self.server.role

    @property
    def leader(self) -> int:
        return self.server.leader

    @property
    def term(self) -> int:
        return self.server.term

    @property
    def commit_index(self) -> int:
        return self.server.log.committed

    @property
    def applied_index(self) -> int:
        return self.server.log.applied

    @property
    def listening(self) -> bool:
        return self.server.is_listening()

    @property
    def membership(self) -> Membership:
        return self.server.membership
