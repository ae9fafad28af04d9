"""A group of replicas on hosts around a switch, for the experiments on elections.

Each replica is a program on a host of its own, with the same member, mesh, log and disk as those of the store.  The
delay of a path is all on the link from the switch to the receiver, so that what one host sends to all is delayed, and
may be lost, for each of them by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from catenet.application.consensus import events
from catenet.application.consensus.entry import founding
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.timing import ElectionPolicy, Fixed, Randomised
from catenet.application.replication.application import Application
from catenet.application.replication.log_store import stored
from catenet.application.replication.member import Member, MemberObserver
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.protocols import Protocol
from catenet.application.storage.disk import machine_disk
from catenet.application.storage.store import Store
from catenet.internet import Internet
from catenet.lab.model.host import Host
from catenet.lab.model.link import Link
from catenet.lab.options.types import LinkDirectionTable

MS: Final = 1_000_000
PORT: Final = 7000
DISSERTATION: Final = RaftOptions(pre_vote=False, check_quorum=False, forward_proposals=False)
"""Raft as in the paper, without pre-votes: a server whose timeout expires raises the term."""


class Nothing(Application):
    """An application without state."""

    def apply(self, index: int, command: bytes) -> object:
        return index

    def snapshot(self) -> bytes:
        return b""

    def restore(self, data: bytes) -> None:
        pass


def timeouts(shortest_ms: float, longest_ms: float, heartbeat_ms: float) -> Callable[[], ElectionPolicy]:
    """A policy that draws election timeouts between two bounds, or is constant if they are equal."""
    low, high, beat = round(shortest_ms * MS), round(longest_ms * MS), round(heartbeat_ms * MS)
    return lambda: Randomised(low, high, beat) if high > low else Fixed(low, beat)


class Cluster(MemberObserver):
    """``servers`` replicas, of which the last ``down`` ones never start.

    ``path`` are the options of a path, such as ``{"delay": "35ms", "jitter": "5ms"}``; ``sync_ns`` overrides the
    duration of a disk's sync.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        protocol: Protocol,
        servers: int,
        path: LinkDirectionTable,
        *,
        down: int = 0,
        sync_ns: int | None = None,
        mesh: Callable[[int], Mesh] = Mesh,
    ) -> None:
        self.net: Final = Internet(seed=seed, name=name)
        self.protocol: Final = protocol
        self.servers: Final = tuple(range(1, servers + 1))
        self.running: Final = self.servers[: servers - down]
        self.members: Final[dict[int, Member]] = {}
        self.hosts: Final[dict[int, Host]] = {}
        self.links: Final[dict[int, Link]] = {}
        self.meshes: Final[dict[int, Mesh]] = {}
        self._mesh: Final = mesh
        self._path: Final = path
        self.net.switch("lan")
        for number in self.running:
            host = self.hosts[number] = self.net.host(f"s{number}")
            self.attach(number)
            if sync_ns is not None:
                host.disk.speed.sync_ns, host.disk.speed.spread = sync_ns, 0.0
            host.run(self._serve, number, service=True)

    def attach(self, server: int) -> None:
        """Link a server's host to the switch."""
        self.links[server] = self.net.link(self.hosts[server], "lan", rate="10Gbit/s", delay="1us", back=self._path)

    async def _serve(self, number: int) -> None:
        mesh = self.meshes[number] = self._mesh(number)
        mesh.addresses.update({other: (f"s{other}", PORT) for other in self.running})
        await mesh.start(None, PORT)
        store, recovered = await Store.open(machine_disk(), "log")
        replica = self.protocol.replica(number, stored(recovered, founding(self.servers)))
        member = Member(replica, store, self.application(), mesh, self.protocol.codec, 0, self)
        self.members[number] = member
        member.start()
        await asyncio.Event().wait()

    def application(self) -> Application:
        """What a replica replicates."""
        return Nothing()

    @property
    def now_ns(self) -> int:
        """The virtual time."""
        return int(self.net._world.kernel.now_ns)

    def run_ms(self, duration_ms: float) -> None:
        """Run for so much virtual time."""
        self.net.run(until=(self.now_ns + round(duration_ms * MS)) / 1e9)

    def later(self, delay_ms: float, act: Callable[[], object]) -> None:
        """Call a function after a delay."""
        self.net._world.kernel.call_at(self.now_ns + round(delay_ms * MS), act)

    def leader(self) -> int:
        """The leader's number, if all running replicas agree and have the same log; else 0."""
        if len(self.members) < len(self.running):
            return 0
        said = {member.replica.leader for member in self.members.values()}
        logs = {member.replica.commit_index for member in self.members.values()}
        only = said.pop() if len(said) == len(logs) == 1 else 0
        return only if only and self.members[only].leads else 0

    def await_leader(self, leader: int = 0, max_s: float = 60.0) -> int:
        """Wait until all know one leader, and return its number; with ``leader``, until that one leads.

        Raises RuntimeError if it takes longer than ``max_s``.
        """
        end_ns = self.now_ns + round(max_s * 1e9)
        while self.now_ns < end_ns:
            self.run_ms(50)
            led = self.leader()
            if led and leader in (0, led):
                return led
            if led:
                self.deliver(led, events.Transfer(leader))
        raise RuntimeError(f"{self.net.name}: nobody leads after {max_s} s")

    def deliver(self, server: int, event: events.Event) -> None:
        """Deliver an event to a replica, as code of its host."""
        self.hosts[server].loop.call_soon(self.members[server].handle, event)
