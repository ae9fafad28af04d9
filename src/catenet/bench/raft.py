"""The cost of consensus: entries that three nodes commit per second of wall time, through the whole stack.

Each entry is proposed at the leader, replicated to two followers over simulated TCP, written to three simulated disks,
and applied.  ``clients`` proposals are outstanding at a time; an entry counts when its proposer has the result.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from catenet.application.consensus.entry import founding
from catenet.application.replication.application import Application
from catenet.application.replication.log_store import stored
from catenet.application.replication.member import Member
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.pending import ProposalDropped
from catenet.application.replication.protocols import make_protocol
from catenet.application.storage.disk import machine_disk
from catenet.application.storage.store import Store
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.internet import Internet

NODES: Final = (1, 2, 3)
PORT: Final = 7000
WARM_UP_S: Final = 2.0
_wall: Final = time.perf_counter
"""The machine's clock, bound here because a program on a simulated host sees the host's clock."""


class _Counter(Application):
    """Counts the commands that it applies."""

    def __init__(self) -> None:
        self.count = 0

    def apply(self, index: int, command: bytes) -> object:
        self.count += 1
        return self.count

    def snapshot(self) -> bytes:
        return b"%d" % self.count

    def restore(self, data: bytes) -> None:
        self.count = int(data)


class _Run:
    def __init__(self, entries: int, clients: int, octets: int, protocol: str, seed: int) -> None:
        self.net: Final = Internet(seed=seed, name="bench-raft")
        self.entries: Final = entries
        self.clients: Final = clients
        self.command: Final = bytes(octets)
        self.protocol: Final = make_protocol(protocol)
        self.offered = self.done = 0
        self.wall_s = self.virtual_s = 0.0
        self.net.switch("lan")
        for number in NODES:
            host = self.net.host(f"n{number}")
            self.net.link(host, "lan", rate="1Gbit/s", delay="50us")
            host.run(self.serve, number, service=True)
        self.net.host("judge").run(self.wait)

    async def wait(self) -> None:
        """Keep the run going until the measurement is complete."""
        while not self.wall_s:
            await asyncio.sleep(0.01)

    async def serve(self, number: int) -> None:
        mesh = Mesh(number)
        mesh.addresses.update({other: (f"n{other}", PORT) for other in NODES})
        await mesh.start(None, PORT)
        store, recovered = await Store.open(machine_disk(), "log")
        replica = self.protocol.replica(number, stored(recovered, founding(NODES)))
        member = Member(replica, store, _Counter(), mesh, self.protocol.codec, 0)
        member.start()
        while not member.leads or time.monotonic() < WARM_UP_S:
            await asyncio.sleep(0.1)
        await self.measure(member)

    async def measure(self, member: Member) -> None:
        wall, virtual = _wall(), time.monotonic()
        await asyncio.gather(*(self.client(member) for _ in range(self.clients)))
        self.wall_s, self.virtual_s = _wall() - wall, time.monotonic() - virtual

    async def client(self, member: Member) -> None:
        while self.offered < self.entries:
            self.offered += 1
            await member.propose(self.command)
            self.done += 1


def raft(
    entries: int = 20_000, clients: int = 64, octets: int = 100, protocol: str = "raft", seed: int = 1
) -> dict[str, object]:
    """Commit ``entries`` entries of ``octets`` octets each; returns entries per wall second and the cost of one.

    Raises :class:`~catenet.application.replication.pending.ProposalDropped` if the leader changes meanwhile.
    """
    run = _Run(entries, clients, octets, protocol, seed)
    run.net.run()
    frames = sum(int(link.wire.forward.counters()["frames"]) for link in run.net._world.registry.links.values())
    run.net.close()
    if run.done < entries:
        raise ProposalDropped(f"{run.done} of {entries} entries were committed")
    us_per_entry = run.wall_s / entries * 1e6
    us_per_heapq = us_per_heapq_push_pop()
    return {
        "bench": "raft",
        "protocol": protocol,
        "nodes": len(NODES),
        "entries": entries,
        "clients": clients,
        "octets": octets,
        "frames": frames,
        "virtual_s": run.virtual_s,
        "wall_s": run.wall_s,
        "entries_per_wall_s": entries / run.wall_s,
        "us_per_entry": us_per_entry,
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": us_per_entry / us_per_heapq,
    }
