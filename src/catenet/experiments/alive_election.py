"""Multi-Paxos's leader election in the OmniPaxos paper's comparison: only the leader's liveness counts.

In rounds, each server requests the ballots of all others, and their leaders.  A server with replies from a majority
looks for the leader's ballot among them; if it is missing, the server raises its own ballot above it, and leads.  A
server that learns of a higher leader adopts it, even without hearing from that leader itself (section 2: its identity
is gossiped).  This is the rule of the paper's own artifact (``mp_le.rs``): ballot leader election without its two new
ideas, since no server reports whether it reaches a quorum, and every server reports leaders known only by gossip.
"""

from __future__ import annotations

import os
import time
from random import Random
from typing import Final

from catenet.application.consensus.ballot_election import HBReply, HBRequest
from catenet.application.consensus.effects import Message
from catenet.application.consensus.election_timeout import TAKE_OVER, WAIT, Elector
from catenet.application.consensus.entry import Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.paxos.ballot import above, node_of
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.replication.protocols import PAXOS_CODEC, Protocol, wide_area


class AliveElector(Elector):
    """``round_ns`` is a round's length.

    The messages are those of ballot leader election: a ``HBReply`` that is ``connected`` has the sender's own
    ballot, one that is not has its leader's.
    """

    def __init__(self, replica_id: int, round_ns: int) -> None:
        super().__init__()
        self._id: Final = replica_id
        self._round_ns: Final = round_ns
        self._voters: tuple[int, ...] = ()
        self._ballot = above(0, replica_id, 0)
        self._leader = 0
        self._round = 0
        self._end_ns = 0
        self._ballots: Final[dict[int, int]] = {}
        self._elected = False

    def peers_changed(self, voters: tuple[int, ...]) -> None:
        self._voters = voters

    def deadline_ns(self) -> int:
        return self._end_ns

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        if now_ns >= self._end_ns:
            if self._round:
                self._check_leader()
            self._begin(now_ns)
        if self._elected and eligible and not leading:
            self._elected = False
            return TAKE_OVER
        return WAIT

    def _begin(self, now_ns: int) -> None:
        self._round += 1
        self._end_ns = now_ns + self._round_ns
        self._ballots.clear()
        for voter in self._voters:
            if voter != self._id:
                self.outbox.append(HBRequest(self._id, voter, self._round))

    def _check_leader(self) -> None:
        """End a round; without replies from a majority, it changes nothing."""
        if (len(self._ballots) + 1) * 2 <= len(self._voters):
            return
        highest = max(self._ballot, *self._ballots.values())
        if highest < self._leader:
            self._ballot = above(self._leader, self._id, 0)
            self._leader = 0
        elif highest != self._leader:
            self._set_leader(highest)

    def _set_leader(self, leader: int) -> None:
        self._leader = leader
        self._elected = node_of(leader) == self._id

    def receive(self, message: Message, now_ns: int) -> None:
        match message:
            case HBRequest():
                for ballot, own in ((self._ballot, True), (self._leader, False)):
                    self.outbox.append(HBReply(self._id, message.sender, message.round, ballot, own))
            case HBReply() if message.round == self._round and message.sender in self._voters:
                if message.connected:
                    self._ballots[message.sender] = message.ballot
                elif message.ballot > self._leader:
                    self._set_leader(message.ballot)


def compared_multi_paxos(round_ns: int) -> Protocol:
    """Multi-Paxos with this elector, and without leases, as in the paper."""

    def make(replica_id: int, stored: Stored) -> Replica:
        stream, elector = Random(int.from_bytes(os.urandom(16), "big")), AliveElector(replica_id, round_ns)
        return PaxosReplica(replica_id, stored, PaxosOptions(), wide_area(), stream, time.monotonic_ns(), elector)

    return Protocol("multi-paxos", make, PAXOS_CODEC)
