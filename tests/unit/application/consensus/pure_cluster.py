"""Replicas of any protocol, their disks and the network between them: for tests of the pure machines."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import COMMAND, Entry, HardState, Readmission, Snapshot, Stored, founding
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.server import ROLE_LEADER

Make = Callable[[int, Stored, Random, int], Replica]
MS = 1_000_000


class Disk:
    """What has been written, and what of it is durable."""

    def __init__(self, founder: Stored) -> None:
        self.state, self.snapshot = founder.hard_state, founder.snapshot
        self.entries: dict[int, Entry] = {}
        self.readmission: Readmission | None = None

    def write(self, append: asked.Append) -> None:
        if append.snapshot is not None:
            keep = {} if append.truncates else self.entries
            self.entries = {index: entry for index, entry in keep.items() if index > append.snapshot.index}
            self.snapshot = append.snapshot
        if append.truncates and append.entries:
            self.entries = {i: entry for i, entry in self.entries.items() if i < append.entries[0].index}
        self.entries.update((entry.index, entry) for entry in append.entries)
        self.state = append.hard_state or self.state

    def compact(self, effect: asked.StoreSnapshot) -> None:
        self.snapshot = effect.snapshot
        self.entries = {i: entry for i, entry in self.entries.items() if i > effect.discard_to}

    def stored(self) -> Stored:
        after = [self.entries[i] for i in sorted(self.entries) if i > self.snapshot.index]
        state = HardState(self.state.term, self.state.vote, self.state.commit)
        return Stored(state, self.snapshot, after, readmission=self.readmission)


class Host:
    """One replica with its disk; ``applied`` is its application: the commands in order."""

    def __init__(self, cluster: Cluster, number: int, disk: Disk) -> None:
        self.cluster, self.number, self.disk = cluster, number, disk
        self.start()

    def start(self) -> None:
        stored = self.disk.stored()
        self.up = True
        self.writing: list[asked.Append | asked.StoreSnapshot] = []
        self.held: dict[int, list[asked.Message]] = {}
        self.applied: list[bytes] = stored.snapshot.data.split(b"|") if stored.snapshot.data else []
        self.index = stored.snapshot.index
        self.replica = self.cluster.make(self.number, stored, self.cluster.dice, self.cluster.now)
        self.do(self.replica.take_effects(self.cluster.now))

    def crash(self) -> None:
        """What was not written is lost."""
        self.up = False

    def step(self, event: events.Event) -> None:
        if self.up:
            self.do(self.replica.step(event, self.cluster.now))

    def do(self, effects: list[asked.Effect]) -> None:
        for effect in effects:
            match effect:
                case asked.Append():
                    self.held.setdefault(effect.token, [])
                    self.writing.append(effect)
                case asked.StoreSnapshot():
                    self.writing.append(effect)
                case asked.Send():
                    if effect.after in self.held:
                        self.held[effect.after].append(effect.message)
                    else:
                        self.cluster.send(effect.message)
                case asked.Apply():
                    self.apply(effect.entries)
                case asked.Restore():
                    self.restore(effect.snapshot)
                case asked.Accepted():
                    self.cluster.accepted[effect.tag] = (effect.index, effect.term)
                case asked.ReadReady():
                    self.cluster.reads[effect.tag] = effect.index

    def write_one(self) -> None:
        """The disk finishes the next write."""
        if not self.writing:
            return
        write = self.writing.pop(0)
        if isinstance(write, asked.StoreSnapshot):
            self.disk.compact(write)
            return
        self.disk.write(write)
        for message in self.held.pop(write.token):
            self.cluster.send(message)
        self.step(events.Appended(write.token))

    def apply(self, entries: list[Entry]) -> None:
        for entry in entries:
            assert entry.index == self.index + 1
            self.index = entry.index
            self.cluster.record(entry)
            if entry.kind == COMMAND and entry.data:
                self.applied.append(entry.data)
        self.step(events.Applied(self.index))
        if self.cluster.snapshot_every and self.index - self.replica_snapshot() >= self.cluster.snapshot_every:
            self.taken = self.index
            self.step(events.SnapshotTaken(self.index, b"|".join(self.applied)))

    taken = 0

    def replica_snapshot(self) -> int:
        return max(self.taken if self.taken <= self.index else 0, self.disk.snapshot.index)

    def restore(self, snapshot: Snapshot) -> None:
        self.applied = snapshot.data.split(b"|") if snapshot.data else []
        self.index = snapshot.index
        self.step(events.Applied(self.index))


class Cluster:
    """Time goes on by :meth:`run`; messages take 1 to 20 ms unless lost; writes take as long as the dice say."""

    def __init__(self, make: Make, voters: int, seed: int, snapshot_every: int = 0) -> None:
        self.make, self.dice, self.now = make, Random(seed), 0
        self.snapshot_every = snapshot_every
        self.loss = self.double = 0.0
        self.cut: set[tuple[int, int]] = set()
        self.under_way: list[tuple[int, int, asked.Message]] = []
        self.decided: dict[int, Entry] = {}
        self.applied_in: dict[tuple[int, int], bytes] = {}
        self.asked: dict[int, tuple[bytes, ...]] = {}
        self.accepted: dict[int, tuple[int, int]] = {}
        self.reads: dict[int, int] = {}
        self.count = 0
        self.hosts: dict[int, Host] = {}
        founder = founding(tuple(range(1, voters + 1)))
        for number in range(1, voters + 1):
            self.hosts[number] = Host(self, number, Disk(founder))

    def join(self, number: int) -> None:
        self.hosts[number] = Host(self, number, Disk(founding(())))

    def record(self, entry: Entry) -> None:
        """Every replica applies the same entry at the same place."""
        self.applied_in[entry.index, entry.term] = entry.data
        known = self.decided.setdefault(entry.index, entry)
        assert (known.kind, known.data) == (entry.kind, entry.data), f"two values at {entry.index}"

    def send(self, message: asked.Message) -> None:
        for _ in range(2 if self.dice.random() < self.double else 1):
            if message.to == message.sender or self.dice.random() >= self.loss:
                delay = 0 if message.to == message.sender else self.dice.randrange(1 * MS, 20 * MS)
                self.count += 1
                self.under_way.append((self.now + delay, self.count, message))

    def run(self, duration: int) -> None:
        end = self.now + duration
        while True:
            due = [at for at, _, _ in self.under_way]
            due += [max(self.now, h.replica.deadline_ns()) for h in self.hosts.values() if h.up]
            due += [self.now + self.dice.randrange(3 * MS) for h in self.hosts.values() if h.up and h.writing]
            at = min(due, default=end)
            if at >= end:
                self.now = end
                return
            self.now = max(self.now, at)
            self.under_way.sort(key=lambda one: one[:2])
            while self.under_way and self.under_way[0][0] <= self.now:
                self.deliver(self.under_way.pop(0)[2])
            for host in self.hosts.values():
                if host.up and host.writing and self.dice.random() < 0.7:
                    host.write_one()
                if host.up and host.replica.deadline_ns() <= self.now:
                    host.step(events.Tick())

    def deliver(self, message: asked.Message) -> None:
        host = self.hosts.get(message.to)
        if host is not None and host.up and (message.sender, message.to) not in self.cut:
            host.step(events.Receive(message))

    def leader(self) -> Host | None:
        leaders = [h for h in self.hosts.values() if h.up and h.replica.role == ROLE_LEADER]
        return max(leaders, key=lambda h: h.replica.term, default=None)

    def await_leader(self, limit: int = 20_000 * MS) -> Host:
        end = self.now + limit
        while self.leader() is None and self.now < end:
            self.run(10 * MS)
        found = self.leader()
        assert found is not None, "no leader in time"
        return found

    def stabilize(self) -> Host:
        """The leader that has led for a second."""
        while True:
            before = self.await_leader()
            term = before.replica.term
            self.run(1000 * MS)
            if self.leader() is before and before.replica.term == term:
                return before

    tag = 0

    def propose(self, host: Host, *commands: bytes) -> int:
        self.tag += 1
        self.asked[self.tag] = commands
        host.step(events.Propose(list(commands), self.tag))
        return self.tag

    def isolate(self, *numbers: int) -> None:
        self.cut = {(a, b) for a in self.hosts for b in self.hosts if (a in numbers) != (b in numbers)}
