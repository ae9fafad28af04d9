"""Many elections of one running group: its leader stops, another is elected, and the old one resumes.

A leader is stopped (SIGSTOP) at some time between two of its heartbeats.  To the others that is a crash; and it is
back at once when it is resumed, so that the next election can begin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from catenet.application.consensus import events
from catenet.application.consensus.effects import Message
from catenet.application.consensus.raft.messages import Heartbeat
from catenet.application.replication.member import Member
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.protocols import Protocol
from catenet.experiments.cluster import MS, Cluster
from catenet.lab.options.types import LinkDirectionTable


class Election(NamedTuple):
    """One election, in milliseconds since the leader was stopped, and since its last heartbeat left.

    ``terms`` is the number of terms: 1 if the first one elected a leader.  If none was elected in time, all are
    infinite.
    """

    since_stop_ms: float
    since_beat_ms: float
    terms: float


NEVER: Final = Election(math.inf, math.inf, math.inf)


class Elections(Cluster):
    """``heartbeat_ms`` is the policy's; ``max_ms`` is the limit for each election."""

    def __init__(
        self,
        name: str,
        seed: int,
        protocol: Protocol,
        servers: int,
        path: LinkDirectionTable,
        *,
        heartbeat_ms: float,
        down: int = 0,
        sync_ns: int | None = None,
        max_ms: float = 60_000.0,
        mesh: Callable[[int], Mesh] = Mesh,
    ) -> None:
        super().__init__(name, seed, protocol, servers, path, down=down, sync_ns=sync_ns, mesh=mesh)
        self.heartbeat_ms: Final = heartbeat_ms
        self.max_ms: Final = max_ms
        self.held: Final[list[Election]] = []
        self.dice: Final = Random(seed)
        self._wanted = 0
        self._silent = 0
        self._silent_term = 0
        self._stopped_ns = 0
        self._beat_ns = 0

    def hold(self, count: int) -> list[Election]:
        """Run so many elections, one after the other."""
        self._wanted = count
        self.run_ms(20)
        self.deliver(1, events.Campaign())  # where all have the same timeout, the first would never be elected
        self.await_leader()
        self._next()
        while len(self.held) < count:
            self.run_ms(5_000)
        self.net.close()
        return self.held

    def prepare(self, leader: int) -> None:
        """Hook: called before the leader's last heartbeats."""

    def recovered(self) -> None:
        """Hook: called when there is a leader again."""

    # -- one after the other

    def _next(self) -> None:
        """When the group is idle, stop the leader between its third next heartbeat and the one after."""
        leader = self.leader()
        if leader:
            self.prepare(leader)
            self.later(self.heartbeat_ms * (2 + self.dice.random()), lambda: self._stop(leader))
        elif len(self.held) < self._wanted:
            self.later(self.heartbeat_ms, self._next)

    def _stop(self, leader: int) -> None:
        if not self.members[leader].leads or len(self.held) >= self._wanted:
            self._next()
            return
        self._silent, self._silent_term = leader, self.members[leader].replica.term
        self._stopped_ns = self.now_ns
        self.hosts[leader].pause()
        number = len(self.held)
        self.later(self.max_ms, lambda: self._give_up(number))

    def _give_up(self, number: int) -> None:
        if self._silent and len(self.held) == number:
            self._end(NEVER)

    def _end(self, election: Election) -> None:
        self.held.append(election)
        old, self._silent = self._silent, 0
        self.recovered()
        self.hosts[old].resume()
        self._next()

    # -- what the members tell

    def message_sent(self, member: Member, message: Message) -> None:
        if isinstance(message, Heartbeat) and not self._silent:
            self._beat_ns = self.now_ns

    def role_changed(self, member: Member) -> None:
        if self._silent and member.leads and member.replica.id != self._silent:
            since_stop_ms, since_beat_ms = (self.now_ns - self._stopped_ns) / MS, (self.now_ns - self._beat_ns) / MS
            election = Election(since_stop_ms, since_beat_ms, member.replica.term - self._silent_term)
            self.later(0, lambda: self._end(election))
