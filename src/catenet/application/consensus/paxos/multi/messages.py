"""What only Multi-Paxos's replicas say to each other: a class for each kind, frozen.

``term`` is always a ballot: the sender's own where it leads or wants to, else the one that it answers.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry


class Prepare(Message):
    """Phase 1a, for all places of the log from ``first`` on.

    It is asked again, with the next ``attempt``, if no answer comes.  ``taking_over``: leases do not hold it back.
    ``mark`` is the last place with a readmission that the sender knew of when it chose this ballot.
    """

    def __init__(
        self, sender: int, to: int, term: int, attempt: int, first: int, taking_over: bool, mark: int = 0
    ) -> None:
        super().__init__(sender, to, term)
        self.attempt: Final = attempt
        self.first: Final = first
        self.taking_over: Final = taking_over
        self.mark: Final = mark


class Promise(Message):
    """Phase 1b, in parts numbered from 0; ``last`` marks the last one.

    ``entries`` are what was accepted from ``first`` on, with their ballots; up to ``chosen`` they are decided, and what
    is not after ``base`` is only in a snapshot.
    """

    def __init__(
        self,
        sender: int,
        to: int,
        term: int,
        attempt: int,
        part: int,
        last: bool,
        base: int,
        chosen: int,
        entries: list[Entry],
    ) -> None:
        super().__init__(sender, to, term)
        self.attempt: Final = attempt
        self.part: Final = part
        self.last: Final = last
        self.base: Final = base
        self.chosen: Final = chosen
        self.entries: Final = entries


class Reject(Message):
    """To ``refused``: the sender has promised ``term``, which is higher."""

    def __init__(self, sender: int, to: int, term: int, refused: int) -> None:
        super().__init__(sender, to, term)
        self.refused: Final = refused


class Accept(Message):
    """Phase 2a for these places; all up to ``chosen`` is decided.  No entries where only that is news."""

    def __init__(self, sender: int, to: int, term: int, entries: list[Entry], chosen: int) -> None:
        super().__init__(sender, to, term)
        self.entries: Final = entries
        self.chosen: Final = chosen


class Accepted(Message):
    """Phase 2b: all from ``first`` to ``last`` has been accepted in this ballot, and is on disk."""

    def __init__(self, sender: int, to: int, term: int, first: int, last: int) -> None:
        super().__init__(sender, to, term)
        self.first: Final = first
        self.last: Final = last


class Heartbeat(Message):
    """The leader is alive.  ``round`` numbers its heartbeats; ``rtt_ns`` is what it measured, 0 if nothing yet."""

    def __init__(self, sender: int, to: int, term: int, chosen: int, round_: int, rtt_ns: int) -> None:
        super().__init__(sender, to, term)
        self.chosen: Final = chosen
        self.round: Final = round_
        self.rtt_ns: Final = rtt_ns


class HeartbeatReply(Message):
    """Heard.  All up to ``chosen`` is decided here, and from there to ``accepted`` accepted in this ballot, on disk."""

    def __init__(self, sender: int, to: int, term: int, round_: int, chosen: int, accepted: int) -> None:
        super().__init__(sender, to, term)
        self.round: Final = round_
        self.chosen: Final = chosen
        self.accepted: Final = accepted


class Learn(Message):
    """Decided entries, for who has missed them."""

    def __init__(self, sender: int, to: int, term: int, entries: list[Entry]) -> None:
        super().__init__(sender, to, term)
        self.entries: Final = entries


class LearnReply(Message):
    """All up to ``chosen`` is decided here now."""

    def __init__(self, sender: int, to: int, term: int, chosen: int) -> None:
        super().__init__(sender, to, term)
        self.chosen: Final = chosen


class CatchUpRequest(Message):
    """Tell me what is decided after ``chosen``.  From a candidate that found itself behind."""

    def __init__(self, sender: int, to: int, term: int, chosen: int) -> None:
        super().__init__(sender, to, term)
        self.chosen: Final = chosen
