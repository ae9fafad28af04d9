"""What a server is in either protocol: its number, its role, its clock and elector, and what it has to say.

Raft and Multi-Paxos add the state that their papers draw (:mod:`.raft.server`, :mod:`.paxos.multi.server`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from catenet.application.consensus.effects import Effect, Message, Notice, Refused, RoleChanged, Send
from catenet.application.consensus.election_timeout import Elector
from catenet.application.consensus.entry import NONE, Membership, Stored
from catenet.application.consensus.timing import ElectionPolicy

ROLE_FOLLOWER: Final = 0
ROLE_CANDIDATE: Final = 1
ROLE_LEADER: Final = 2
ROLE_PRE_CANDIDATE: Final = 3
ROLE_NAMES: Final = ("follower", "candidate", "leader", "pre-candidate")


class Server(ABC):
    """``out`` goes out at once, ``replies`` when the next append is on disk; ``notes`` are for the program around.

    Until ``grace_until_ns`` a leader's lease may rest on an answer of this server, also one from before it restarted.
    """

    def __init__(
        self, server_id: int, stored: Stored, policy: ElectionPolicy, elector: Elector, leases: bool, now_ns: int
    ) -> None:
        self.id: Final = server_id
        self.policy: Final = policy
        self.elector: Final = elector
        self.now_ns: int = now_ns
        restarts = stored.hard_state.term > 0 or stored.readmission is not None
        self.grace_until_ns: int = now_ns + policy.minimum_ns if leases and restarts else 0
        self.role: int = ROLE_FOLLOWER
        self.leader: int = NONE
        self.reported_role: int = ROLE_FOLLOWER
        self.reported_leader: int = NONE
        self.out: list[Message] = []
        self.replies: list[Message] = []
        self.effects: list[Effect] = []

    # What a protocol's state says of it: see `interface.Replica`

    @property
    @abstractmethod
    def term(self) -> int: ...

    @property
    @abstractmethod
    def commit_index(self) -> int: ...

    @property
    @abstractmethod
    def last_applied(self) -> int: ...

    @property
    @abstractmethod
    def membership(self) -> Membership: ...

    @abstractmethod
    def is_listening(self) -> bool: ...

    def within_lease(self, candidate: int) -> bool:
        """Another leader than the candidate was heard so recently that its lease may still run: help nobody else."""
        led = self.leader not in (NONE, candidate)
        return self.now_ns < self.grace_until_ns or (led and self.elector.within_lease(self.now_ns))

    # What goes out

    def send(self, message: Message) -> None:
        """At once."""
        self.out.append(message)

    def reply(self, message: Message) -> None:
        """When all that this replica has taken in is on its disk: promises, votes and acknowledgments."""
        self.replies.append(message)

    def notice(self, text: str) -> None:
        """For an operator, in the trace."""
        self.effects.append(Notice(text))

    def refuse(self, tag: int, reason: str) -> None:
        """A request leaves no trace."""
        self.effects.append(Refused(tag, reason, self.leader))

    def take_effects(self) -> list[Effect]:
        """All that needs no disk: answers and notices, a new role, messages."""
        if self.elector.outbox:
            self.out.extend(self.elector.outbox)
            self.elector.outbox = []
        effects = self.effects
        self.effects = []
        if self.role != self.reported_role or self.leader != self.reported_leader:
            self.reported_role = self.role
            self.reported_leader = self.leader
            effects.append(RoleChanged(self.role, self.leader, self.term))
        if self.out:
            for message in self.out:
                effects.append(Send(message, 0))
            self.out = []
        return effects
