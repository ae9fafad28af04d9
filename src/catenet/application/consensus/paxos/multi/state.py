"""The state of a server, divided by the roles of Paxos (Lamport 2001, section 2): acceptor, proposer and learner."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import NONE, Entry, HardState, Readmission, Snapshot, Stored
from catenet.application.consensus.heartbeat_rounds import HeartbeatRounds, PendingRead
from catenet.application.consensus.paxos.multi.log import AcceptedLog
from catenet.application.consensus.snapshot_pieces import IncomingSnapshot


class AcceptorState:
    """``promised`` and the entries of ``log`` are on disk before anyone hears of them; ``saved`` is what the disk has.

    With a ``readmission`` the disk was lost, and the acceptor promises nothing until it knows all up to the mark.
    """

    def __init__(self, stored: Stored) -> None:
        self.promised: int = stored.hard_state.term
        self.readmission: Readmission | None = stored.readmission
        if self.readmission is not None:
            self.promised = max(self.promised, self.readmission.term)
        snapshot = stored.snapshot
        self.log: Final = AcceptedLog(snapshot.index, snapshot.term, stored.entries, stored.hard_state.commit)
        self.saved: HardState = HardState(stored.hard_state.term, NONE, stored.hard_state.commit)


class Peer:
    """What a leader knows of another replica.

    ``sent`` is the last slot that was sent to it in this ballot, ``chosen`` how far it knows what is decided, ``told``
    how far it was told, ``round`` the last heartbeat that it answered.  ``beats`` holds, for each heartbeat under way,
    how far had been sent and told before it: an answer that knows less than that has not got it.
    """

    def __init__(self, sent: int) -> None:
        self.sent = sent
        self.chosen = 0
        self.chosen_sent = 0
        self.round = 0
        self.rtt_ns = 0
        self.beats: dict[int, tuple[int, int]] = {}
        self.snapshot_offset = -1
        self.snapshot_round = 0


class GatheredPromise:
    """The promise of one acceptor, as far as it has come; ``attempt`` tells which time it was asked."""

    def __init__(self, attempt: int, asked_ns: int) -> None:
        self.attempt: Final = attempt
        self.asked_ns: Final = asked_ns
        self.parts: dict[int, list[Entry]] = {}
        self.count = 0
        self.complete = False


class ProposerState:
    """``ballot`` is its own, ``seen`` the highest of all that it has heard of.

    Phase 1: ``gathered`` are the promises; ``adopted`` is what they say was accepted, up to ``adopted_to``, and must be
    proposed again.  Phase 2: ``next_index`` is the next slot, ``proposals`` wait for one (their index is 0), ``votes``
    are who accepted.
    """

    def __init__(self, seen: int) -> None:
        self.ballot: int = 0
        self.seen: int = seen
        self.gathered: dict[int, GatheredPromise] = {}
        self.adopted: dict[int, Entry] = {}
        self.adopted_to: int = 0
        self.taking_over: bool = False  # it was told to stand by the leader before it, whose lease counts no more
        self.mark: int = 0  # the last readmission that it knew of when it stood, or proposed itself
        self.next_index: int = 0
        self.proposals: list[Entry] = []
        self.votes: dict[int, dict[int, None]] = {}
        self.peers: dict[int, Peer] = {}
        self.beat_since_ns: int = 0
        self.rounds: HeartbeatRounds = HeartbeatRounds()

    def stand(self, ballot: int, chosen: int, mark: int) -> None:
        """Phase 1 begins, for all slots after ``chosen``."""
        self.ballot = self.seen = ballot
        self.gathered = {}
        self.adopted = {}
        self.adopted_to = chosen
        self.mark = mark

    def lead(self, chosen: int, now_ns: int) -> None:
        """Phase 2 begins."""
        assert self.ballot == self.seen, "who leads has heard of no higher ballot"
        self.next_index = chosen + 1
        self.adopted_to = max(self.adopted_to, chosen)
        self.votes, self.peers, self.proposals = {}, {}, []
        self.forget_decided(chosen)
        self.rounds.sent_ns = {}
        self.rounds.lease_void = False
        self.rounds.wanted = True
        self.beat_since_ns = now_ns

    def step_down(self) -> list[PendingRead]:
        """Lead no more.  Returns the reads that waited."""
        waited = self.rounds.reads
        self.rounds.reads = []
        self.proposals.clear()
        self.votes.clear()
        self.peers.clear()
        return waited

    def promised(self) -> list[int]:
        """The acceptors whose whole promise has come."""
        return [node for node, gathered in self.gathered.items() if gathered.complete]

    def forget_decided(self, chosen: int) -> None:
        """What was found accepted, and who accepted what, at slots that are decided."""
        self.adopted = {index: entry for index, entry in self.adopted.items() if index > chosen}
        self.votes = {index: nodes for index, nodes in self.votes.items() if index > chosen}


class LearnerState:
    """Chosen entries up to ``applying`` were given to the application, which has applied them up to ``last_applied``.

    ``snapshot`` is the newest one; ``snapshot_wanted`` came from another replica, and is to be written.  Who has no
    vote and hears of no leader asks around at ``ask_at_ns``.
    """

    def __init__(self, stored: Stored, patience_ns: int, now_ns: int) -> None:
        self.last_applied: int = max(stored.applied, stored.snapshot.index)
        self.applying: int = self.last_applied
        self.snapshot: Snapshot = stored.snapshot
        self.snapshot_wanted: Snapshot | None = None
        self.incoming: dict[int, IncomingSnapshot] = {}  # by sender: what two of them send is never mixed
        self._patience_ns: Final = patience_ns
        self.ask_wait_ns: int = patience_ns
        self.ask_at_ns: int = now_ns + patience_ns

    def heard(self, now_ns: int) -> None:
        """Somebody leads, or tells what is decided: no need to ask for a while."""
        self.ask_wait_ns = self._patience_ns
        self.ask_at_ns = now_ns + self.ask_wait_ns

    def install(self, snapshot: Snapshot) -> None:
        """A snapshot takes the place of all that it covers."""
        assert snapshot.index > self.last_applied, "a snapshot would undo what is applied"
        self.incoming.clear()
        self.snapshot = self.snapshot_wanted = snapshot
        self.last_applied = self.applying = snapshot.index
