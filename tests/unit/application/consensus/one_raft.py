"""One Raft replica, number 1, whose disk is done at once; what it says to others is kept for the test."""

from __future__ import annotations

from random import Random
from typing import Any

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import COMMAND, Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.raft.messages import (
    AppendReply,
    HeartbeatReply,
    PreVoteReply,
    RequestPreVote,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import Randomised

MS = 1_000_000
MINIMUM_NS, MAXIMUM_NS, BEAT_NS = 150 * MS, 300 * MS, 50 * MS


def disk(terms: tuple[int, ...] = (), term: int = 0, vote: int = 0, commit: int = 0, **groups: Any) -> Stored:
    """A disk with entries of these terms, from index 1 on."""
    entries = [Entry(of, index, COMMAND, b"%d" % index) for index, of in enumerate(terms, 1)]
    membership = Membership(**{"voters": (1, 2, 3), **groups})
    return Stored(HardState(term, vote, commit), Snapshot(0, 0, membership, b""), entries)


class One:
    """``said`` are the messages to others, ``asked`` all other effects; what it says to itself arrives at once.

    With ``slow_disk`` nothing that it writes is durable before :meth:`sync`; with ``slow_application`` nothing is
    applied before the test says so.
    """

    def __init__(self, stored: Stored | None = None, now_ns: int = 0, **options: Any) -> None:
        policy = Randomised(MINIMUM_NS, MAXIMUM_NS, BEAT_NS)
        self.replica = RaftReplica(1, stored or disk(), RaftOptions(**options), policy, Random(1), now_ns)
        self.server = self.replica.server
        self.now_ns = now_ns
        self.slow_disk = False
        self.slow_application = False
        self.said: list[Any] = []
        self.asked: list[Any] = []
        self._unwritten: list[int] = []
        self._after: list[tuple[int, asked.Message]] = []

    def step(self, event: events.Event) -> None:
        for effect in self.replica.step(event, self.now_ns):
            match effect:
                case asked.Append():
                    self.asked.append(effect)
                    self._unwritten.append(effect.token)
                case asked.Send():
                    self._after.append((effect.after, effect.message))
                case asked.Apply():
                    self.asked.append(effect)
                    if not self.slow_application:
                        self.step(events.Applied(effect.entries[-1].index))
                case _:
                    self.asked.append(effect)
        if not self.slow_disk:
            self.sync()
        self._release()

    def sync(self) -> None:
        """All that was written is durable."""
        while self._unwritten:
            token = self._unwritten.pop(0)
            self.step(events.Appended(token))

    def _release(self) -> None:
        ready = [one for one in self._after if one[0] not in self._unwritten]
        self._after = [one for one in self._after if one[0] in self._unwritten]
        for _, message in ready:
            if message.to == 1:
                self.hear(message)
            else:
                self.said.append(message)

    def hear(self, message: asked.Message) -> None:
        self.step(events.Receive(message))

    def tick(self, after_ns: int = 0) -> None:
        """Time goes on, and it is ticked."""
        self.now_ns += after_ns
        self.step(events.Tick())

    def lead(self, *voters: int) -> None:
        """It campaigns, and these vote for it (by default 2)."""
        self.step(events.Campaign())
        for kind, answer in ((RequestPreVote, PreVoteReply), (RequestVote, VoteReply)):
            for request in self.take(kind):
                if request.to in (voters or (2,)):
                    self.hear(answer(request.to, 1, request.term, True))
        assert self.replica.role == 2, "it was not elected"

    def acknowledge(self, sender: int, index: int | None = None) -> None:
        """A follower's log matches up to an index, by default all of it."""
        self.hear(AppendReply(sender, 1, self.replica.term, self.server.log.last_index if index is None else index))

    def answer_beat(self, sender: int, round_: int | None = None) -> None:
        """A follower answers a round of heartbeats, by default the newest."""
        self.hear(
            HeartbeatReply(
                sender, 1, self.replica.term, self.server.leading.rounds.newest if round_ is None else round_
            )
        )

    def take(self, *kinds: type) -> list[Any]:
        """What it has said of these kinds to others, which is then forgotten."""
        found = [message for message in self.said if isinstance(message, kinds)]
        self.said = [message for message in self.said if not isinstance(message, kinds)]
        return found

    def take_asked(self, *kinds: type) -> list[Any]:
        """What it has asked of its host of these kinds, which is then forgotten."""
        found = [effect for effect in self.asked if isinstance(effect, kinds)]
        self.asked = [effect for effect in self.asked if not isinstance(effect, kinds)]
        return found
