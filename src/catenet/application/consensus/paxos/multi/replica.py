"""A Multi-Paxos replica, as the rest of the program sees it: events in, effects out."""

from __future__ import annotations

from random import Random
from typing import Final

from catenet.application.consensus import events
from catenet.application.consensus.effects import Append, Apply, Effect, Message, Send, StoreSnapshot
from catenet.application.consensus.election_timeout import TAKE_OVER, WAIT, Elector, ElectorMessage, TimeoutElector
from catenet.application.consensus.entry import NEVER_NS, NONE, HardState, Snapshot, Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.paxos.multi import acceptor as accepting
from catenet.application.consensus.paxos.multi import leader, messages, reads
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER
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
        if elector is None:
            elector = TimeoutElector(policy, stream)
        server = PaxosServer(replica_id, stored, options, policy, elector, now_ns)
        super().__init__(server)
        self.server: Final[PaxosServer] = server
        self._next_token = 1
        self._durable_token = 0
        elector.restart(now_ns)
        elector.peers_changed(self.server.members.voters())
        self.server.update_chosen(self.server.log.base)
        self.server.effects = []

    # -- events

    def _handle(self, event: events.Event) -> None:
        server = self.server
        match event:
            case events.Receive():
                receive(server, event.message)
            case events.Appended():
                self._durable_token = max(self._durable_token, event.token)
            case events.Applied():
                server.learner.last_applied = max(server.learner.last_applied, event.index)
            case events.Propose():
                leader.on_propose(server, event)
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
                leader.on_change(server, event)
            case events.Readmit():
                leader.on_readmit(server, event)
            case events.Transfer():
                leader.hand_over(server, event.to, event.tag)
            case events.Campaign():
                if server.role != ROLE_LEADER:
                    leader.campaign(server, taking_over=False)
            case events.ForgetLeader():
                if server.role == ROLE_FOLLOWER and not server.options.leases:
                    server.leader = NONE
            case events.SnapshotTaken():
                self._snapshot_taken(event)

    def _snapshot_taken(self, event: events.SnapshotTaken) -> None:
        """Keep it, and forget what it covers but for the last entries.

        Not while a change of membership is under way: a snapshot says who decides next, and not who will after that.
        """
        server = self.server
        log = server.log
        if event.index <= server.learner.snapshot.index or event.index > log.chosen:
            return
        if server.members.pending or server.members.now_from > event.index + 1:
            return
        entry = log.get(event.index)
        if entry is None:
            return
        server.learner.snapshot = Snapshot(event.index, entry.term, server.members.now, event.data)
        to = max(event.index - server.options.keep_entries, log.base)
        if to > log.base:
            log.discard(to, log.ballot_at(to))
        server.effects.append(StoreSnapshot(server.learner.snapshot, to))

    # -- time

    def deadline_ns(self) -> int:
        server = self.server
        if server.role == ROLE_LEADER:
            return min(server.proposer.beat_since_ns + server.policy.heartbeat_ns(), server.elector.deadline_ns())
        if server.is_eligible():
            return server.elector.deadline_ns()
        return server.learner.ask_at_ns if server.members.everyone() else NEVER_NS

    def _tick(self) -> None:
        server = self.server
        if server.role == ROLE_LEADER:
            server.elector.heard(server.now_ns)
            if server.now_ns - server.proposer.beat_since_ns >= server.policy.heartbeat_ns():
                server.proposer.beat_since_ns = server.now_ns
                server.proposer.rounds.wanted = True
        decision = server.elector.tick(server.now_ns, server.role == ROLE_LEADER, server.is_eligible())
        if decision != WAIT and server.role != ROLE_LEADER:
            leader.campaign(server, decision == TAKE_OVER)
        if server.role != ROLE_LEADER and not server.is_eligible() and server.now_ns >= server.learner.ask_at_ns:
            catching_up.request_catch_up(server)

    # -- effects

    def _flush(self) -> None:
        server = self.server
        if server.role != ROLE_LEADER:
            return
        leader.propose_all(server)
        leader.send_accepts(server)
        if server.proposer.rounds.wanted:
            leader.broadcast_heartbeat(server)
        if not server.members.is_voter(server.id):
            server.notice(f"{server.id} has no part in the group any more")
            server.follow(NONE)

    def _take_append(self, effects: list[Effect]) -> None:
        server = self.server
        fresh = server.log.take_fresh()
        leader.accept_own(server, fresh)
        snapshot, server.learner.snapshot_wanted = server.learner.snapshot_wanted, None
        acceptor, chosen = server.acceptor, server.log.chosen
        must_sync = bool(fresh) or snapshot is not None or acceptor.promised != acceptor.saved.term
        if must_sync or chosen != acceptor.saved.commit:
            acceptor.saved = HardState(acceptor.promised, NONE, chosen)
            token = self._next_token
            self._next_token += 1
            effects.append(Append(token, acceptor.saved, fresh, snapshot, must_sync, truncates=False))
        # All that was promised and accepted before counts, too.
        last = self._next_token - 1
        after = last if last > self._durable_token else 0
        for message in server.replies:
            effects.append(Send(message, after))
        server.replies = []

    def _take_apply(self, effects: list[Effect]) -> None:
        server = self.server
        entries = []
        while server.learner.applying < server.log.chosen:
            entry = server.log.get(server.learner.applying + 1)
            assert entry is not None, "what is chosen is here, or in a snapshot"
            entries.append(entry)
            server.learner.applying += 1
        if entries:
            effects.append(Apply(entries))


def receive(server: PaxosServer, message: Message) -> None:
    """A message came, also from itself.

    Phases are those of Lamport 2001, "Paxos Made Simple", section 2.2; one ballot is for all slots (section 3).
    """
    match message:
        case messages.Accept():
            # Phase 2a: an acceptor accepts, unless it has promised a higher ballot.
            accepting.on_accept(server, message)
        case messages.Accepted():
            # Phase 2b: what a majority has accepted in one ballot is chosen.
            leader.on_accepted(server, message)
        case messages.Heartbeat():
            # Section 2.4: one distinguished proposer, so that there is progress.
            accepting.on_heartbeat(server, message)
        case messages.HeartbeatReply():
            # Phase 2b again, for what got lost; and an acceptor that answers has promised nobody else anything.
            leader.on_heartbeat_reply(server, message)
        case messages.Prepare():
            # Phase 1a: a promise, with all that was accepted.
            accepting.on_prepare(server, message)
        case messages.Promise():
            # Phase 1b: with a majority's, the proposer leads, bound to the highest that they accepted.
            leader.on_promise(server, message)
        case messages.Reject():
            # Section 2.2: a proposer that is told of a higher ballot abandons its own.
            leader.on_reject(server, message)
        case _:
            _receive_rare(server, message)


def _receive_rare(server: PaxosServer, message: Message) -> None:
    match message:
        case messages.Learn():
            # Section 2.3: a learner may be told by any that knows.
            catching_up.on_learn(server, message)
        case messages.LearnReply():
            # Section 2.3: how far a learner knows what is chosen: more follows.
            if server.role == ROLE_LEADER:
                catching_up.on_learn_reply(server, message, leader.peer_of(server, message.sender))
        case messages.CatchUpRequest():
            # Section 2.3: a learner may ask whoever knows.
            catching_up.on_catch_up_request(server, message)
        case InstallSnapshot():
            # Entries that it lacks are discarded where they are known: their effect is in the snapshot.
            catching_up.on_piece(server, message)
        case SnapshotReply():
            catching_up.on_piece_reply(server, message, server.proposer.peers.get(message.sender))
        case TimeoutNow():
            # The leader of the ballot that is promised here gives up its lease; an older one has no say.
            if message.term == server.acceptor.promised and server.is_eligible():
                leader.campaign(server, taking_over=True)
        case ElectorMessage():
            # Section 2.4: how a proposer is chosen is no matter of safety.
            server.elector.receive(message, server.now_ns)
