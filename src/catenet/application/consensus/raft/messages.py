"""What only Raft's replicas say to each other: a class for each kind, frozen.

``term`` is the sender's current term, but for votes that are asked for: there it is the term that the
candidate wants to lead, and a pre-vote that is granted repeats it. Forwarded requests carry no term (0).
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry


class AppendEntries(Message):
    """Entries that follow ``prev_index``; none of them where only ``commit`` is news, or as a probe (§5.3)."""

    def __init__(
        self, sender: int, to: int, term: int, prev_index: int, prev_term: int, entries: list[Entry], commit: int
    ) -> None:
        super().__init__(sender, to, term)
        self.prev_index: Final = prev_index
        self.prev_term: Final = prev_term
        self.entries: Final = entries
        self.commit: Final = commit


class AppendReply(Message):
    """The log matches the leader's up to ``index``; or, rejected, it does not match at ``index``, and may at
    ``hint_index``, which has ``hint_term`` here.
    """

    def __init__(
        self,
        sender: int,
        to: int,
        term: int,
        index: int,
        rejected: bool = False,
        hint_index: int = 0,
        hint_term: int = 0,
    ) -> None:
        super().__init__(sender, to, term)
        self.index: Final = index
        self.rejected: Final = rejected
        self.hint_index: Final = hint_index
        self.hint_term: Final = hint_term


class Heartbeat(Message):
    """The leader is alive. ``round`` numbers its rounds of heartbeats in this term; ``rtt_ns`` is what it
    measured to this follower, 0 if nothing yet.
    """

    def __init__(self, sender: int, to: int, term: int, commit: int, round_: int, rtt_ns: int) -> None:
        super().__init__(sender, to, term)
        self.commit: Final = commit
        self.round: Final = round_
        self.rtt_ns: Final = rtt_ns


class HeartbeatReply(Message):
    """The heartbeat of ``round`` was heard, and its sender is this follower's leader."""

    def __init__(self, sender: int, to: int, term: int, round_: int) -> None:
        super().__init__(sender, to, term)
        self.round: Final = round_


class RequestVote(Message):
    """A candidate asks to lead ``term`` (§5.2). ``transfer``: its leader told it to, so leases do not count."""

    def __init__(self, sender: int, to: int, term: int, last_index: int, last_term: int, transfer: bool) -> None:
        super().__init__(sender, to, term)
        self.last_index: Final = last_index
        self.last_term: Final = last_term
        self.transfer: Final = transfer


class VoteAnswer(Message):
    """Answers a candidate, and says how far the sender knows the log to be committed: a candidate that does not
    may still count by a membership that is gone, and depend on the vote of who left it.
    """

    def __init__(self, sender: int, to: int, term: int, granted: bool, commit: int = 0, commit_term: int = 0) -> None:
        super().__init__(sender, to, term)
        self.granted: Final = granted
        self.commit: Final = commit
        self.commit_term: Final = commit_term


class VoteReply(VoteAnswer):
    """Answers RequestVote."""


class RequestPreVote(Message):
    """Would you vote for me in ``term``? Nobody's term changes by asking (dissertation §9.6)."""

    def __init__(self, sender: int, to: int, term: int, last_index: int, last_term: int) -> None:
        super().__init__(sender, to, term)
        self.last_index: Final = last_index
        self.last_term: Final = last_term


class PreVoteReply(VoteAnswer):
    """Answers RequestPreVote: in its term where granted, else in the sender's own."""


class ForwardProposal(Message):
    """Proposals that reached a follower, on their way to its leader: entries with no place yet."""

    def __init__(self, sender: int, to: int, entries: list[Entry]) -> None:
        super().__init__(sender, to, 0)
        self.entries: Final = entries


class ForwardTransfer(Message):
    """A follower was asked to hand leadership to ``target``, and passes it on to its leader."""

    def __init__(self, sender: int, to: int, term: int, target: int) -> None:
        super().__init__(sender, to, term)
        self.target: Final = target


class ReadRequest(Message):
    """A follower asks its leader for a read index. ``tag`` is the follower's own number."""

    def __init__(self, sender: int, to: int, tag: int) -> None:
        super().__init__(sender, to, 0)
        self.tag: Final = tag


class ReadReply(Message):
    """Answers ReadRequest: serve it once ``index`` is applied."""

    def __init__(self, sender: int, to: int, term: int, index: int, tag: int) -> None:
        super().__init__(sender, to, term)
        self.index: Final = index
        self.tag: Final = tag
