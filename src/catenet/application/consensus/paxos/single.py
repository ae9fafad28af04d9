"""Paxos for a single value: the piece to read first (Lamport 2001, "Paxos Made Simple", section 2).

Any node may propose; no two nodes ever learn different values, whatever is lost, delayed, doubled or restarted.

1. **Prepare**: the proposer picks a ballot and asks all acceptors for a promise.  An acceptor that has promised no
   higher one promises never again to accept a lower one, and says what it has accepted already.
2. **Accept**: with the promises of a quorum, the proposer asks them to accept a value: that of the highest ballot
   among those that they have accepted, and its own only if there is none.  An acceptor does, unless it has promised
   more since.  A value that a quorum has accepted is chosen.

Why it is safe: any quorum that promises shares an acceptor with any that has chosen, and this one tells.

What an acceptor answers must be on its disk first: each step returns what to keep **before** its messages are sent.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.application.consensus.paxos.ballot import LOWEST, above
from catenet.application.consensus.paxos.quorums import Quorums


class Prepare(NamedTuple):
    """Phase 1a."""

    ballot: int


class Promise(NamedTuple):
    """Phase 1b: ``value`` was accepted with ``accepted``; None and the lowest ballot if nothing was."""

    ballot: int
    accepted: int
    value: bytes | None


class Accept(NamedTuple):
    """Phase 2a."""

    ballot: int
    value: bytes


class Accepted(NamedTuple):
    """Phase 2b."""

    ballot: int


class Rejected(NamedTuple):
    """A promise to ``promised`` stands against ``ballot``: no part of the proof, but it saves waiting."""

    ballot: int
    promised: int


class Chosen(NamedTuple):
    """For those who did not count the votes themselves."""

    value: bytes


Message = Prepare | Promise | Accept | Accepted | Rejected | Chosen


class AcceptorState(NamedTuple):
    """What an acceptor may not forget."""

    promised: int = LOWEST
    accepted: int = LOWEST
    value: bytes | None = None


class Step(NamedTuple):
    """What came of an event: ``kept`` is to be on disk (None: as before) when the messages go to those nodes."""

    kept: AcceptorState | None
    messages: list[tuple[int, Message]]


NEW: Final = AcceptorState()
NOTHING: Final = Step(None, [])


class Paxos:
    """One node: proposer, acceptor and learner.  ``chosen`` is the value, once it has learned it.

    ``kept`` is what it knew before a restart.
    """

    def __init__(self, node: int, quorums: Quorums, kept: AcceptorState = NEW) -> None:
        self.node: Final = node
        self.quorums: Final = quorums
        self.kept: AcceptorState = kept
        self.chosen: bytes | None = None
        self._ballot = LOWEST
        self._seen = kept.promised
        self._wish: bytes | None = None
        self._value: bytes | None = None
        self._promises: dict[int, Promise] = {}
        self._votes: dict[int, None] = {}

    # -- proposer

    def propose(self, value: bytes) -> Step:
        """Begin, or begin anew with a higher ballot: after a rejection, or when the answers have not come.

        The node promises its own ballot at once: it must know after a restart that it has used it.
        """
        self._ballot = self._seen = above(max(self._seen, self.kept.promised), self.node)
        assert self._ballot > self.kept.promised, "a ballot is used once (section 2.5)"
        self.kept = self.kept._replace(promised=self._ballot)
        self._wish, self._value = value, None
        self._promises, self._votes = {}, {}
        return Step(self.kept, self._to_all(Prepare(self._ballot)).messages)

    def _promised(self, sender: int, promise: Promise) -> Step:
        if promise.ballot != self._ballot or self._value is not None:
            return NOTHING
        self._promises[sender] = promise
        if not self.quorums.promised(self._promises):
            return NOTHING
        highest = max(self._promises.values(), key=lambda answer: answer.accepted)
        self._value = self._wish if highest.value is None else highest.value
        assert highest.accepted < self._ballot, "who promised has accepted in no higher ballot (section 2.2)"
        assert self._value is not None
        return self._to_all(Accept(self._ballot, self._value))

    def _accepted(self, sender: int, accepted: Accepted) -> Step:
        if accepted.ballot != self._ballot or self._value is None:
            return NOTHING
        self._votes[sender] = None
        if self.chosen is not None or not self.quorums.chosen(self._votes):
            return NOTHING
        self.chosen = self._value
        return self._to_all(Chosen(self._value))

    def _to_all(self, message: Message) -> Step:
        return Step(None, [(member, message) for member in self.quorums.members])

    # -- acceptor

    def _prepare(self, sender: int, ballot: int) -> Step:
        kept = self.kept
        if ballot < kept.promised:
            return Step(None, [(sender, Rejected(ballot, kept.promised))])
        assert kept.accepted <= ballot, "nothing was accepted in a higher ballot than was promised"
        self.kept = AcceptorState(ballot, kept.accepted, kept.value)
        return Step(self.kept, [(sender, Promise(ballot, kept.accepted, kept.value))])

    def _accept(self, sender: int, ballot: int, value: bytes) -> Step:
        if ballot < self.kept.promised:
            return Step(None, [(sender, Rejected(ballot, self.kept.promised))])
        self.kept = AcceptorState(ballot, ballot, value)
        return Step(self.kept, [(sender, Accepted(ballot))])

    # -- all of them

    def step(self, sender: int, message: Message) -> Step:
        """A message came, also from itself."""
        match message:
            case Prepare(ballot):
                return self._prepare(sender, ballot)
            case Accept(ballot, value):
                return self._accept(sender, ballot, value)
            case Promise():
                return self._promised(sender, message)
            case Accepted():
                return self._accepted(sender, message)
            case Rejected(_, promised):
                self._seen = max(self._seen, promised)
                return NOTHING
            case Chosen(value):
                self.chosen = value
                return NOTHING
