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
from catenet.application.consensus.raft.core import RaftCore
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
        self.core: Final = RaftCore(replica_id, stored, options, policy, elector, now_ns)
        self.receipts: list[Receipt] = []
        self._next_token = 1
        apply_memberships(self.core, self.core.log.applied)
        self.core.notes = []

    # Events

    def handle(self, event: Event, now_ns: int) -> None:
        core = self.core
        core.now_ns = max(core.now_ns, now_ns)
        match event:
            case Receive():
                receive(core, event.message)
            case Appended():
                self._appended(event.token)
            case Applied():
                on_applied(core, event.index)
            case Propose():
                on_propose(core, event)
            case Tick():
                self._tick()
            case Read():
                on_read(core, event.tag, event.lease)
            case _:
                self._handle_rare(event)

    def _handle_rare(self, event: Event) -> None:
        core = self.core
        match event:
            case ChangeMembership():
                on_change_membership(core, event)
            case Transfer():
                on_transfer(core, event)
            case Readmit():
                on_readmit(core, event)
            case Campaign():
                campaign(core, taking_over=False)
            case ForgetLeader():
                self._forget_leader()
            case Unreachable():
                on_unreachable(core, event.peer)
            case SnapshotTaken():
                on_snapshot_taken(core, event)
            case Compact():
                core.log.discard(min(event.index, core.snapshot.index))

    def _appended(self, token: int) -> None:
        """The disk has it. If the term changed since, a later append may have replaced its entries on the way."""
        receipts = self.receipts
        while receipts and receipts[0].token <= token:
            receipt = receipts.pop(0)
            if receipt.index and receipt.term == self.core.term:
                self.core.log.settle(receipt.index, receipt.index_term)
            if receipt.snapshot_index:
                on_restored(self.core, receipt.snapshot_index)
        if self.core.role == ROLE_LEADER and self.core.membership.witnesses:
            send_to_witnesses(self.core)

    def _forget_leader(self) -> None:
        """Not with lease reads: a forgotten leader would still count on its lease."""
        core = self.core
        if core.options.lease_reads:
            core.notice("leaders are not forgotten where their leases answer reads")
        elif core.role == ROLE_FOLLOWER:
            core.leader = NONE

    # Time

    def deadline_ns(self) -> int:
        core = self.core
        leading = core.role == ROLE_LEADER
        resting = core.elector.rests and (leading or not core.is_eligible())
        elector_ns = NEVER_NS if resting else core.elector.deadline_ns()
        if not leading:
            return elector_ns
        check_ns = core.check_since_ns + core.policy.minimum_ns
        return min(elector_ns, check_ns, core.beat_since_ns + core.policy.heartbeat_ns())

    def _tick(self) -> None:
        core = self.core
        if core.role == ROLE_LEADER:
            self._tick_leader()
        leading = core.role == ROLE_LEADER
        decision = core.elector.tick(core.now_ns, leading, core.is_eligible())
        if decision != 0 and core.options.priority(self.id) >= 0:
            assert decision in (CAMPAIGN, TAKE_OVER)
            campaign(core, decision == TAKE_OVER)

    def _tick_leader(self) -> None:
        core = self.core
        if core.now_ns - core.check_since_ns >= core.policy.minimum_ns:
            core.check_since_ns = core.now_ns
            core.elector.heard(core.now_ns)
            self._check_quorum()
        if core.role == ROLE_LEADER and core.now_ns - core.beat_since_ns >= core.policy.heartbeat_ns():
            core.beat_since_ns = core.now_ns
            broadcast_heartbeat(core)
            if core.membership.witnesses:
                leave_joint_if_due(core)

    def _check_quorum(self) -> None:
        """Once in an election timeout: is anybody there? (dissertation §6.2)"""
        core = self.core
        core.transfer_to = NONE
        if core.options.check_quorum and not core.quorum_active():
            core.notice(f"{core.id} stepped down to follower since quorum is not active")
            core.become_follower(core.term, NONE)
            return
        prefer(core)
        if core.options.check_quorum:
            for peer in core.peers:
                core.progress[peer].active = False

    # Effects

    def take_effects(self, now_ns: int) -> list[Effect]:
        core = self.core
        core.now_ns = max(core.now_ns, now_ns)
        self._flush()
        effects = core.notes
        core.notes = []
        if core.role != core.told_role or core.leader != core.told_leader:
            core.told_role = core.role
            core.told_leader = core.leader
            effects.append(RoleChanged(core.role, core.leader, core.term))
        if core.out:
            for message in core.out:
                effects.append(Send(message, 0))
            core.out = []
        self._take_append(effects)
        if not core.witnessed:
            entries = core.log.take_to_apply(core.options.apply_unstable)
            if entries:
                effects.append(Apply(entries))
        return effects

    def _flush(self) -> None:
        """What was put off, to be done once for all events since the last time."""
        core = self.core
        if core.witnessed:
            self._apply_alone()
        if core.append_wanted:
            core.append_wanted = False
            broadcast_append(core)
            for peer in core.peers:
                send_all(core, peer)
        if core.acknowledge_wanted:
            core.acknowledge_wanted = False
            core.acknowledge_own()
        if core.round_wanted and core.role == ROLE_LEADER:
            broadcast_heartbeat(core)
        if core.elector.outbox:
            core.out.extend(core.elector.outbox)
            core.elector.outbox = []

    def _apply_alone(self) -> None:
        """A witness has no application: only changes of membership mean something to it."""
        core = self.core
        entries = core.log.take_to_apply(core.options.apply_unstable)
        while entries:
            on_applied(core, entries[-1].index)
            entries = core.log.take_to_apply(core.options.apply_unstable)

    def _take_append(self, effects: list[Effect]) -> None:
        core = self.core
        log = core.log
        entries = log.unhanded()
        snapshot = log.unhanded_snapshot()
        saved = core.saved
        changed = log.committed != saved.commit or core.term != saved.term or core.vote != saved.vote
        if not (entries or changed or core.replies or snapshot is not None):
            return
        must_sync = bool(entries) or snapshot is not None or core.term != saved.term or core.vote != saved.vote
        state = HardState(core.term, core.vote, log.committed) if changed else None
        if state is not None:
            core.saved = state
        token = self._next_token
        self._next_token += 1
        unsettled = log.last_index > log.stable
        if unsettled or snapshot is not None:
            index = log.last_index if unsettled else 0
            term = log.last_term if unsettled else 0
            self.receipts.append(Receipt(token, core.term, index, term, snapshot.index if snapshot else 0))
        log.hand()
        effects.append(Append(token, state, entries, snapshot, must_sync))
        for message in core.replies:
            effects.append(Send(message, token))
        core.replies = []

    # What others may see

    @property
    def role(self) -> int:
        return self.core.role

    @property
    def leader(self) -> int:
        return self.core.leader

    @property
    def term(self) -> int:
        return self.core.term

    @property
    def commit_index(self) -> int:
        return self.core.log.committed

    @property
    def applied_index(self) -> int:
        return self.core.log.applied

    @property
    def listening(self) -> bool:
        return self.core.is_listening()

    @property
    def membership(self) -> Membership:
        return self.core.membership
