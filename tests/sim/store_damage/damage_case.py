"""A store of three nodes that loses logs, and a client that reads whenever it can: no acknowledged write is denied.

Half of what is written is acknowledged while one node is away, so that two nodes alone have it.  Then all lose power,
logs are damaged, and the nodes come back: first without a node that has everything, then all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import catenet
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.timing import ElectionPolicy, Randomised
from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import OutcomeUnknown, Unavailable
from catenet.application.kv.node import KvNode, Settings
from catenet.application.replication.protocols import Protocol, multi_paxos, raft
from catenet.application.replication.state_machine import SnapshotPolicy
from catenet.host.disk.medium import Inode, Medium

MS = 1_000_000
NODES = {n: protocol.Node(f"n{n}", 7000, 7001) for n in (1, 2, 3)}
DIRECTORY = tuple(node.address for node in NODES.values())
KEYS = 12
GROUP = "kv/group-1"

Damage = Callable[[bytes, Random], bytes]


def flipped(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(written_octets(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def cut_end(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(1, written_octets(data))]


def cut_middle(data: bytes, dice: Random) -> bytes:
    begin = dice.randrange(1, written_octets(data) - 1)
    return data[:begin] + data[begin + dice.randrange(1, len(data) - begin) :]


def zero_length(data: bytes, dice: Random) -> bytes:
    return b""


def garbage(data: bytes, dice: Random) -> bytes:
    return dice.randbytes(len(data))


def written_octets(data: bytes) -> int:
    return len(data.rstrip(b"\0"))


KINDS: dict[str, Damage | None] = {
    "flipped bit": flipped,
    "cut end": cut_end,
    "cut middle": cut_middle,
    "zero length": zero_length,
    "garbage": garbage,
    "empty folder": None,
}
RETURNS = ("once", "twice", "killed")


def local_area() -> ElectionPolicy:
    return Randomised(150 * MS, 300 * MS, 50 * MS)


def make_protocol(name: str) -> Protocol:
    if name == "raft":
        return raft(RaftOptions(forward_proposals=False, lease_reads=True, keep_entries=10), local_area)
    return multi_paxos(PaxosOptions(leases=True, keep_entries=10), local_area)


def put(medium: Medium, path: str, data: bytes | None) -> None:
    """A file holds that now, durably; None: it is gone."""
    if data is None:
        medium.names.pop(path)
        medium.durable_names.pop(path, None)
        return
    inode = Inode()
    inode.cache, inode.octets, inode.warm = bytearray(data), len(data), False
    inode.sectors.update((number, inode.sector(number)) for number in range(-(-len(data) // 512)))
    medium.names[path] = medium.durable_names[path] = inode


@dataclass
class Case:
    """One run; ``damaged`` are the nodes that lose their logs, and ``denied`` what was wrongly answered."""

    damaged: tuple[int, ...]
    kind: str
    returns: str
    protocol: str = "raft"
    engine: str = "wal"
    whole_disk: bool = False
    seed: int = 1
    denied: list[str] = field(default_factory=list)
    early_answers: int = 0
    late_answers: int = 0
    before: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.net = catenet.Internet(seed=self.seed)
        self.dice = Random(self.seed)
        self.running: dict[int, KvNode] = {}
        self.acknowledged: dict[bytes, bytes] = {}
        self.net.switch("lan")
        self.hosts = {n: self.net.host(node.host) for n, node in NODES.items()}
        for number, host in self.hosts.items():
            self.net.link(host, "lan", delay="1ms")
            host.run(self.serve, number, service=True)
        client = self.net.host("client")
        self.net.link(client, "lan", delay="1ms")
        client.run(self.use)

    async def serve(self, number: int) -> None:
        settings = Settings(make_protocol(self.protocol), self.engine, SnapshotPolicy(every=15, keep=5))
        node = self.running[number] = KvNode(number, NODES, DIRECTORY, settings)
        await node.start()
        for group in (0, 1):
            await node.serve(group, (1, 2, 3))
        await asyncio.Event().wait()

    def run(self) -> Case:
        self.net.run()
        self.net.close()
        return self

    # -- what happens

    async def use(self) -> None:
        client = Client(DIRECTORY, timeout_s=0.3, patience_s=8)
        await client.join(1, DIRECTORY)
        await self.write(client, range(KEYS // 2))
        self.now().partition(["n3"], ["n1", "n2", "client"])
        await asyncio.sleep(1.0)
        await self.write(client, range(KEYS))
        self.now().crash("n1", "n2", "n3").heal_partition().call(self.damage)
        await asyncio.sleep(0.1)
        # n2 and n3 come first; who has all that was acknowledged may be damaged, or not there yet.
        await self.come_back(client, ("n2", "n3") if 1 not in self.damaged or len(self.damaged) > 1 else ("n1", "n3"))
        self.early_answers = await self.read(client)
        self.now().restart("n1", "n2", "n3")
        await asyncio.sleep(4.0)
        self.late_answers = await self.read(client)
        client.close()

    def now(self) -> catenet.lab.faults.schedule.At:  # type: ignore[name-defined]
        return self.net.at(f"{asyncio.get_running_loop().time() + 0.001:.6f}s")

    async def write(self, client: Client, numbers: range) -> None:
        for number in numbers:
            key, value = b"key %d" % number, b"%d" % (len(self.acknowledged) + number)
            with suppress(OutcomeUnknown):
                await client.put(key, value)
                self.acknowledged[key] = value

    async def come_back(self, client: Client, first: tuple[str, ...]) -> None:
        self.now().restart(*first)
        if self.returns == "once":
            return await asyncio.sleep(1.5)
        times = (1.0,) if self.returns == "twice" else (0.002, 0.01, 0.05, 0.2, 0.6)
        for time_s in times:
            await asyncio.sleep(time_s)
            victims = [f"n{number}" for number in self.damaged if f"n{number}" in first]
            self.now().crash(*victims).restart(*victims) if victims else None
        await asyncio.sleep(1.5)
        return None

    async def read(self, client: Client) -> int:
        """Read all keys; a read that is answered is answered with what was acknowledged."""
        impatient = Client(DIRECTORY, timeout_s=0.3, patience_s=0.4)
        answers = 0
        for key, value in self.acknowledged.items():
            with suppress(Unavailable):
                found = await impatient.get(key)
                answers += 1
                if found != value:
                    self.denied.append(f"{key!r} was {value!r} and is {found!r}")
        impatient.close()
        return answers

    # -- damage

    def damage(self) -> None:
        for number in self.damaged:
            medium = self.hosts[number].disk.medium
            below = "kv" if self.whole_disk else GROUP
            paths = [path for path in medium.names if path.startswith(below + "/")]
            self.before.update((f"n{number}/{path}", bytes(medium.names[path].cache)) for path in paths)
            change = KINDS[self.kind]
            if change is None:
                for path in paths:
                    put(medium, path, None)
                continue
            suffix = ".wal" if self.engine == "wal" else ".sqlite"
            path = self.dice.choice(sorted(path for path in paths if path.endswith(suffix)))
            data = change(bytes(medium.names[path].cache), self.dice)
            put(medium, path, data)
            self.before[f"n{number}/{path}"] = data

    # -- what is left

    def told(self) -> list[str]:
        return [f"{entry.subject}: {entry.text}" for entry in self.net._world.timeline.entries if entry.what == "store"]

    def kept(self, number: int) -> dict[str, bytes]:
        """What stands in a node's folders, by name, also in those that were moved aside."""
        return {path: bytes(inode.cache) for path, inode in self.hosts[number].disk.medium.names.items()}
