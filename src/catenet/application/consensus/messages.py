"""What the replicas of Raft and of Multi-Paxos say to each other in the same words; ``term`` is a term or a ballot."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Membership


class InstallSnapshot(Message):
    """A piece of a snapshot, from ``offset`` on; with ``done`` it is the last one (Raft §7)."""

    def __init__(
        self,
        sender: int,
        to: int,
        term: int,
        index: int,
        index_term: int,
        membership: Membership,
        offset: int,
        data: bytes,
        done: bool,
    ) -> None:
        super().__init__(sender, to, term)
        self.index: Final = index
        self.index_term: Final = index_term
        self.membership: Final = membership
        self.offset: Final = offset
        self.data: Final = data
        self.done: Final = done


class SnapshotReply(Message):
    """Of the snapshot of ``index``, octets up to ``offset`` are here. The last piece is answered as entries are."""

    def __init__(self, sender: int, to: int, term: int, index: int, offset: int) -> None:
        super().__init__(sender, to, term)
        self.index: Final = index
        self.offset: Final = offset


class TimeoutNow(Message):
    """Campaign at once: leadership is being handed to you (Ongaro's dissertation §3.10)."""
