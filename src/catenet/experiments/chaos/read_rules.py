"""What a leader may answer a read from: at least all that was committed when it was asked.

That is what ReadIndex and leases are for (Raft's dissertation, section 6.4; the same for Multi-Paxos): the index that a
replica says a read may be served from is not below what anybody knew to be committed when the read came.  So it shows
what a client would be told as soon as the leader decides it, even where nobody has written since.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.application.consensus.effects import Effect, ReadReady
from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.replica import RaftReplica


class ReadError(AssertionError):
    """A read that may miss what was committed before it."""


class ReadRules:
    """Of one group: by replica and tag, what was committed when each read came that is not answered yet."""

    def __init__(self) -> None:
        self._floors: Final[dict[int, dict[int, int]]] = {}
        self._came: Final[dict[int, int]] = {}
        """By replica: the least that was committed when a read came since its last step."""

    def restarted(self, node: int) -> None:
        """Its reads are gone."""
        self._floors.pop(node, None)
        self._came.pop(node, None)

    def asked(self, node: int, committed: int) -> None:
        """A read comes, when so much is committed; 0 for one that may be answered from anything."""
        self._came[node] = min(committed, self._came.get(node, committed))

    def stepped(self, replica: RaftReplica | PaxosReplica, asked: Iterable[Effect]) -> None:
        """A replica has done something.  Raises ReadError."""
        floors = self._floors.setdefault(replica.id, {})
        came = self._came.pop(replica.id, None)
        for effect in asked:
            if isinstance(effect, ReadReady):
                self._check(replica.id, effect.index, floors.pop(effect.tag, came))
        if replica.role != ROLE_LEADER:
            floors.clear()
            return
        for tag in _waiting(replica):
            floors.setdefault(tag, came or 0)

    def _check(self, node: int, index: int, floor: int | None) -> None:
        if floor is not None and index < floor:
            raise ReadError(
                f"node {node} lets a read be answered from entry {index}, and when it was asked, all up to {floor} was"
                " committed: a client may be told what was true before another's write ended"
            )


def _waiting(replica: RaftReplica | PaxosReplica) -> list[int]:
    """The tags of the reads of its own application that are not answered."""
    if isinstance(replica, RaftReplica):
        server = replica.server
        return [read.tag for read in server.reads + server.early_reads if read.requester == server.id]
    return [read.tag for read in replica.server.reads]
