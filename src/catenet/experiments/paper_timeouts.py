"""Election timeouts exactly as in the Raft paper's Figure 2.

There a follower restarts its timeout on a message of the leader of its term, or when it *grants* a vote; a candidate
when it begins an election.  Our implementation, like etcd's, also restarts it on a newer term, even if it rejects the
candidate.  With equal logs both behave alike.  With unequal logs a candidate that cannot win costs a whole timeout
more with etcd's rule, and almost nothing with the paper's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from random import Random
from typing import Final

from catenet.application.consensus.election_timeout import CAMPAIGN, WAIT, Elector
from catenet.application.consensus.entry import Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import ElectionPolicy
from catenet.application.replication.protocols import RAFT_CODEC, Protocol


class Figure2Elector(Elector):
    """Draws a new timeout at each restart."""

    def __init__(self, policy: ElectionPolicy, stream: Random, now_ns: int) -> None:
        super().__init__(rests=True)
        self._policy: Final = policy
        self._stream: Final = stream
        self._end_ns = 0
        self.heard(now_ns)

    def heard(self, now_ns: int) -> None:
        self._end_ns = now_ns + self._policy.timeout_ns(self._stream)

    def deadline_ns(self) -> int:
        return self._end_ns

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        if leading or not eligible or now_ns < self._end_ns:
            return WAIT
        self.heard(now_ns)
        return CAMPAIGN


def paper_raft(options: RaftOptions, policy: Callable[[], ElectionPolicy]) -> Protocol:
    """Raft with this elector."""

    def make(replica_id: int, stored: Stored) -> Replica:
        own, stream, now_ns = policy(), Random(int.from_bytes(os.urandom(16), "big")), time.monotonic_ns()
        elector = Figure2Elector(own, stream, now_ns)
        return RaftReplica(replica_id, stored, options, own, stream, now_ns, elector)

    return Protocol("raft", make, RAFT_CODEC)
