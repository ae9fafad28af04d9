"""A Raft replica, as the rest of the program sees it: events in, effects out."""

from __future__ import annotations

from random import Random
from typing import Final

from catenet.application.consensus import events
from catenet.application.consensus.effects import Append, Apply, Effect, Send
from catenet.application.consensus.election_timeout import CAMPAIGN, TAKE_OVER, Elector, TimeoutElector
from catenet.application.consensus.entry import NEVER_NS, NONE, HardState, Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.raft import proposals, reads, replication, snapshot, transfer, votes
from catenet.application.consensus.raft.membership import apply as membership
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.receive import receive
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER
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
        if elector is None:
            elector = TimeoutElector(policy, stream, options.handicap_of(replica_id))
            elector.since_ns = now_ns
        if options.lease_reads and not elector.keeps_leases:
            raise ValueError(
                "lease_reads with an elector that keeps no leases: a leader could be replaced during its own"
            )
        server = RaftServer(replica_id, stored, options, policy, elector, now_ns)
        super().__init__(server)
        self.server: Final[RaftServer] = server
        self.receipts: list[Receipt] = []
        self._next_token = 1
        membership.apply_memberships(self.server, self.server.last_applied)
        self.server.effects = []

    # Events

    def _handle(self, event: events.Event) -> None:
        server = self.server
        match event:
            case events.Receive():
                receive(server, event.message)
            case events.Appended():
                self._appended(event.token)
            case events.Applied():
                membership.on_applied(server, event.index)
            case events.Propose():
                proposals.on_propose(server, event)
            case events.Tick():
                self._tick()
            case events.Read():
                reads.on_read(server, event.tag, event.lease)
            case _:
                self._handle_rare(event)

    def _handle_rare(self, event: events.Event) -> None:
        server = self.server
        match event:
            case events.ChangeMembership():
                proposals.on_change_membership(server, event)
            case events.Transfer():
                transfer.on_transfer(server, event)
            case events.Readmit():
                proposals.on_readmit(server, event)
            case events.Campaign():
                votes.campaign(server, taking_over=False)
            case events.ForgetLeader():
                self._forget_leader()
            case events.Unreachable():
                replication.on_unreachable(server, event.peer)
            case events.SnapshotTaken():
                snapshot.on_snapshot_taken(server, event)
            case events.Compact():
                server.volatile.discard(min(event.index, server.persistent.snapshot.index))

    def _appended(self, token: int) -> None:
        """The disk has it. If the term changed since, a later append may have replaced its entries on the way."""
        receipts = self.receipts
        while receipts and receipts[0].token <= token:
            receipt = receipts.pop(0)
            if receipt.index and receipt.term == self.server.term:
                self.server.log.mark_stable(receipt.index, receipt.index_term)
            if receipt.snapshot_index:
                snapshot.on_restored(self.server, receipt.snapshot_index)
        if self.server.role == ROLE_LEADER and self.server.membership.witnesses:
            replication.send_to_witnesses(self.server)

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
        check_ns = server.leading.check_since_ns + server.policy.minimum_ns
        return min(elector_ns, check_ns, server.leading.beat_since_ns + server.policy.heartbeat_ns())

    def _tick(self) -> None:
        server = self.server
        if server.role == ROLE_LEADER:
            self._tick_leader()
        leading = server.role == ROLE_LEADER
        decision = server.elector.tick(server.now_ns, leading, server.is_eligible())
        if decision != 0 and server.options.priority(self.id) >= 0:
            assert decision in (CAMPAIGN, TAKE_OVER)
            votes.campaign(server, decision == TAKE_OVER)

    def _tick_leader(self) -> None:
        server = self.server
        if server.now_ns - server.leading.check_since_ns >= server.policy.minimum_ns:
            server.leading.check_since_ns = server.now_ns
            server.elector.heard(server.now_ns)
            self._check_quorum()
        if server.role == ROLE_LEADER and server.now_ns - server.leading.beat_since_ns >= server.policy.heartbeat_ns():
            server.leading.beat_since_ns = server.now_ns
            replication.broadcast_heartbeat(server)
            if server.membership.witnesses:
                membership.leave_joint_if_due(server)

    def _check_quorum(self) -> None:
        """Once in an election timeout: is anybody there? (dissertation §6.2)"""
        server = self.server
        server.leading.transfer_to = NONE
        if server.options.check_quorum and not replication.quorum_active(server):
            server.notice(f"{server.id} stepped down to follower since quorum is not active")
            votes.become_follower(server, server.term, NONE)
            return
        transfer.prefer(server)
        if server.options.check_quorum:
            for peer in server.members.peers:
                server.leading.progress[peer].active = False

    # Effects

    def _flush(self) -> None:
        server = self.server
        if server.members.witnessed:
            self._apply_alone()
        if server.leading.append_wanted:
            server.leading.append_wanted = False
            replication.broadcast_append(server)
            for peer in server.members.peers:
                replication.send_all(server, peer)
        if server.leading.acknowledge_wanted:
            server.leading.acknowledge_wanted = False
            replication.acknowledge_own(server)
        if server.leading.rounds.wanted and server.role == ROLE_LEADER:
            replication.broadcast_heartbeat(server)

    def _apply_alone(self) -> None:
        """A witness has no application: only changes of membership mean something to it."""
        server = self.server
        entries = server.volatile.take_to_apply(server.options.apply_unstable)
        while entries:
            membership.on_applied(server, entries[-1].index)
            entries = server.volatile.take_to_apply(server.options.apply_unstable)

    def _take_append(self, effects: list[Effect]) -> None:
        server = self.server
        log = server.log
        entries = log.unwritten()
        snapshot = log.unwritten_snapshot()
        persistent, commit = server.persistent, server.commit_index
        promised = persistent.must_sync()
        changed = promised or commit != persistent.saved.commit
        if not (entries or changed or server.replies or snapshot is not None):
            return
        must_sync = bool(entries) or snapshot is not None or promised
        state = HardState(persistent.term, persistent.vote, commit) if changed else None
        if state is not None:
            persistent.saved = state
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

    def _take_apply(self, effects: list[Effect]) -> None:
        server = self.server
        if not server.members.witnessed:
            entries = server.volatile.take_to_apply(server.options.apply_unstable)
            if entries:
                effects.append(Apply(entries))
