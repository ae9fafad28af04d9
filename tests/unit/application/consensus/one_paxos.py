"""One Multi-Paxos replica, number 1, whose disk is done at once; what it says to others is kept for the test."""

from __future__ import annotations

from random import Random
from typing import Any

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import Stored, founding
from catenet.application.consensus.paxos.multi.messages import Accept, Accepted, HeartbeatReply, Prepare, Promise
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.timing import Randomised

MS = 1_000_000


class One:
    """``said`` are the messages to others, ``asked`` all other effects; what it says to itself arrives at once."""

    def __init__(self, voters: tuple[int, ...] = (1, 2, 3), stored: Stored | None = None, **options: object) -> None:
        policy = Randomised(150 * MS, 300 * MS, 50 * MS)
        chosen = PaxosOptions(**options)  # type: ignore[arg-type]
        self.replica = PaxosReplica(1, stored or founding(voters), chosen, policy, Random(1), 0)
        self.now_ns = 0
        self.said: list[Any] = []
        self.asked: list[Any] = []

    def step(self, event: events.Event) -> None:
        for effect in self.replica.step(event, self.now_ns):
            match effect:
                case asked.Append():
                    self.step(events.Appended(effect.token))
                    self.asked.append(effect)
                case asked.Send() if effect.message.to == 1:
                    self.hear(effect.message)
                case asked.Send():
                    self.said.append(effect.message)
                case asked.Apply():
                    self.asked.append(effect)
                    self.step(events.Applied(effect.entries[-1].index))
                case _:
                    self.asked.append(effect)

    def hear(self, message: asked.Message) -> None:
        self.step(events.Receive(message))

    def beat(self, after_ns: int = 50 * MS) -> None:
        """Time goes on, and it is ticked."""
        self.now_ns += after_ns
        self.step(events.Tick())

    def lead(self) -> None:
        """It campaigns, and all promise, who have accepted nothing."""
        self.step(events.Campaign())
        for prepare in self.take(Prepare):
            self.hear(Promise(prepare.to, 1, prepare.term, prepare.attempt, 0, True, 0, 0, []))

    def answer_beat(self, sender: int, chosen: int, accepted: int = 0) -> None:
        """Another answers the newest heartbeat, and says how far it has come."""
        server = self.replica.server
        self.hear(HeartbeatReply(sender, 1, server.proposer.ballot, server.proposer.rounds.newest, chosen, accepted))

    def decide(self, *commands: bytes) -> None:
        """As leader: have them chosen, with the second voter's vote."""
        for command in commands:
            self.step(events.Propose([command]))
            for accept in self.take(Accept):
                if accept.to == 2 and accept.entries:
                    self.hear(Accepted(2, 1, accept.term, accept.entries[0].index, accept.entries[-1].index))

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
