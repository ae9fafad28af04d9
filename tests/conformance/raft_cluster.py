"""A group of Raft replicas in one test: disks, a network and an application that the test has in its hands.

Invariants are checked after everything that happens. Time moves only when a test moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from catenet.application.consensus.effects import (
    Accepted,
    Append,
    Apply,
    Effect,
    Message,
    Notice,
    ReadReady,
    Refused,
    Restore,
    Send,
    StoreSnapshot,
)
from catenet.application.consensus.entry import COMMAND, Entry, HardState, Snapshot, Stored, founding
from catenet.application.consensus.events import (
    Appended,
    Applied,
    Campaign,
    ChangeMembership,
    Event,
    MemberChange,
    Propose,
    Read,
    Receive,
    SnapshotTaken,
    Tick,
    Transfer,
)
from catenet.application.consensus.raft.invariants import Invariants
from catenet.application.consensus.raft.messages import AppendEntries
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.consensus.timing import ElectionPolicy, Randomised

MS = 1_000_000
PLAIN = {"pre_vote": False, "check_quorum": False}  # Raft as the paper has it


class Disk:
    """What would survive a crash."""

    def __init__(self, stored: Stored) -> None:
        self.hard_state = stored.hard_state
        self.snapshot = stored.snapshot
        self.entries = list(stored.entries)

    def write(self, append: Append) -> None:
        if append.snapshot is not None:
            self.snapshot, self.entries = append.snapshot, []
        if append.entries:
            first = append.entries[0].index
            self.entries = [entry for entry in self.entries if entry.index < first] + append.entries
            indexes = [entry.index for entry in self.entries]
            assert indexes == list(range(indexes[0], indexes[-1] + 1)), "the log on disk has a gap"
        if append.hard_state is not None:
            self.hard_state = append.hard_state

    def store(self, effect: StoreSnapshot) -> None:
        self.snapshot = effect.snapshot
        self.entries = [entry for entry in self.entries if entry.index > effect.discard_to]

    def stored(self) -> Stored:
        entries = [entry for entry in self.entries if entry.index > self.snapshot.index]
        return Stored(self.hard_state, self.snapshot, entries)


class Member:
    """One replica, its disk, and its application: a list of all commands in order."""

    def __init__(self, cluster: Cluster, replica_id: int, stored: Stored) -> None:
        self.cluster = cluster
        self.id = replica_id
        self.disk = Disk(stored)
        self.slow_disk = False  # appends wait for `sync`
        self.up = False
        self.start()

    def start(self) -> None:
        """From what is on disk."""
        cluster = self.cluster
        stored = self.disk.stored()
        self.up = True
        self.raft = RaftReplica(
            self.id, stored, cluster.options, cluster.policy(), Random(cluster.stream.random()), cluster.now_ns
        )
        self.commands: list[bytes] = stored.snapshot.data.split() if stored.snapshot.data else []
        self.applied = stored.snapshot.index
        self.writes: list[Append] = []
        self.waiting: list[Send] = []
        self.durable = 0  # token
        cluster.invariants.restarted(self.id, self.applied)
        self.perform(self.raft.take_effects(cluster.now_ns))

    def crash(self) -> None:
        """What is not on disk is gone."""
        self.up = False
        self.writes, self.waiting = [], []

    def step(self, event: Event) -> None:
        """Let it happen, and do what follows."""
        if self.up:
            self.perform(self.raft.step(event, self.cluster.now_ns))

    def perform(self, effects: list[Effect]) -> None:
        """All that was asked for; the application and a fast disk answer at once."""
        self.cluster.invariants.observe(self.raft)
        events: list[Event] = []
        for effect in effects:
            match effect:
                case Append():
                    self.writes.append(effect)
                case Send():
                    self.waiting.append(effect)
                case Apply():
                    self.apply(effect.entries)
                    events.append(Applied(effect.entries[-1].index))
                case Restore():
                    self.commands = effect.snapshot.data.split()
                    self.applied = effect.snapshot.index
                    self.cluster.invariants.restored(self.id, self.applied)
                case StoreSnapshot():
                    self.disk.store(effect)
                case Accepted() | Refused() | ReadReady():
                    self.cluster.answers.append((self.id, effect))
                case Notice():
                    self.cluster.notices.append(effect.text)
        self.release()
        for event in events:
            self.step(event)
        if not self.slow_disk:
            self.sync()

    def apply(self, entries: list[Entry]) -> None:
        self.cluster.invariants.applied(self.id, entries)
        self.commands += [entry.data for entry in entries if entry.kind == COMMAND and entry.data]
        self.applied = entries[-1].index

    def release(self) -> None:
        """Messages that wait for nothing any more."""
        ready = [send for send in self.waiting if send.after <= self.durable]
        self.waiting = [send for send in self.waiting if send.after > self.durable]
        for send in ready:
            self.cluster.invariants.sent(send.message)
            self.cluster.network.append(send.message)

    def sync(self, most: int = 1 << 30) -> None:
        """The disk does its oldest writes."""
        while self.writes and most > 0 and self.up:
            most -= 1
            write = self.writes.pop(0)
            self.disk.write(write)
            self.durable = write.token
            self.release()
            self.step(Appended(write.token))

    def log(self) -> list[tuple[int, int]]:
        """(term, index) of all entries in memory."""
        log = self.raft.server.log
        return [(log.term(index), index) for index in range(log.base + 1, log.last_index + 1)]

    def snapshot(self) -> None:
        """The application writes down what it has."""
        self.step(SnapshotTaken(self.applied, b" ".join(self.commands)))


class Cluster:
    """Members by id, and messages on their way."""

    def __init__(
        self,
        size: int = 3,
        seed: int = 1,
        policy: Callable[[], ElectionPolicy] | None = None,
        stored: dict[int, Stored] | None = None,
        **options: object,
    ) -> None:
        self.now_ns = 0
        self.stream = Random(seed)
        self.options = RaftOptions(**{**PLAIN, **options})  # type: ignore[arg-type]
        self.policy = policy or (lambda: Randomised(150 * MS, 300 * MS, 50 * MS))
        self.invariants = Invariants()
        self.network: list[Message] = []
        self.answers: list[tuple[int, Effect]] = []
        self.notices: list[str] = []
        self.cut: set[frozenset[int]] = set()
        self.members: dict[int, Member] = {}
        ids = tuple(range(1, size + 1))
        for replica_id in ids:
            self.add(replica_id, (stored or {}).get(replica_id, founding(ids)))

    def __getitem__(self, replica_id: int) -> Member:
        return self.members[replica_id]

    def add(self, replica_id: int, stored: Stored | None = None) -> Member:
        """A machine that joins knows of no voters."""
        self.members[replica_id] = Member(self, replica_id, stored or founding(()))
        return self.members[replica_id]

    # The network

    def deliver(self, wanted: Callable[[Message], bool] | None = None) -> list[Message]:
        """Messages that are on their way now, to where they can get; what is not wanted waits."""
        current, self.network = self.network, []
        sent, held = [], []
        for message in current:
            if message.sender != message.to and wanted is not None and not wanted(message):
                held.append(message)
            elif message.sender == message.to or frozenset((message.sender, message.to)) not in self.cut:
                sent.append(message)
                if message.to in self.members:
                    self[message.to].step(Receive(message))
        self.network = held + self.network
        return sent

    def stabilize(self, wanted: Callable[[Message], bool] | None = None) -> list[Message]:
        """Until no message moves any more; all that did."""
        sent: list[Message] = []
        for _ in range(10_000):
            moved = self.deliver(wanted)
            sent += moved
            if not moved:
                return sent
        raise AssertionError("messages never come to rest")

    def drop(self, wanted: Callable[[Message], bool] | None = None) -> None:
        """Messages are lost."""
        self.network = [message for message in self.network if wanted is not None and not wanted(message)]

    def split(self, *groups: tuple[int, ...]) -> None:
        """Only within a group do messages arrive."""
        together = {frozenset((one, two)) for group in groups for one in group for two in group}
        everyone = list(self.members)
        self.cut = {frozenset((one, two)) for one in everyone for two in everyone if one != two} - together

    def heal(self) -> None:
        self.cut = set()

    # Time

    def advance(self, milliseconds: int, stabilize: bool = True) -> None:
        """Time passes, in steps to each deadline."""
        end_ns = self.now_ns + milliseconds * MS
        for _ in range(100_000):
            due_ns = min([member.raft.deadline_ns() for member in self.running()], default=end_ns + 1)
            if due_ns > end_ns:
                break
            self.now_ns = max(self.now_ns, due_ns)
            for member in self.running():
                if member.raft.deadline_ns() <= self.now_ns:
                    member.step(Tick())
            if stabilize:
                self.stabilize()
        self.now_ns = end_ns

    # Asking

    def running(self) -> list[Member]:
        return [member for member in self.members.values() if member.up]

    def leaders(self) -> list[int]:
        """All who think so, newest term last."""
        leading = [member.raft for member in self.running() if member.raft.role == ROLE_LEADER]
        return [raft.id for raft in sorted(leading, key=lambda raft: raft.term)]

    def elect(self, replica_id: int = 1) -> Member:
        """Make one the leader, all messages arriving."""
        self[replica_id].step(Campaign())
        self.stabilize()
        assert self[replica_id].raft.role == ROLE_LEADER
        return self[replica_id]

    def propose(self, replica_id: int, *commands: bytes, tag: int = 0) -> None:
        self[replica_id].step(Propose(list(commands), tag))

    def read(self, replica_id: int, tag: int, lease: bool = False) -> None:
        self[replica_id].step(Read(tag, lease))

    def transfer(self, source: int, target: int) -> None:
        self[source].step(Transfer(target))

    def change(self, replica_id: int, *steps: tuple[int, int], transition: int = 0) -> None:
        self[replica_id].step(ChangeMembership([MemberChange(*step) for step in steps], transition))

    def take_answers(self) -> list[tuple[int, Effect]]:
        answers, self.answers = self.answers, []
        return answers


def with_log(terms: list[int], size: int = 3, term: int | None = None, commit: int = 0) -> Stored:
    """A disk whose log has entries of these terms, each holding its own place."""
    entries = [Entry(each, index, COMMAND, b"%d/%d" % (each, index)) for index, each in enumerate(terms, 1)]
    newest = max([*terms, 0]) if term is None else term
    membership = founding(tuple(range(1, size + 1))).snapshot.membership
    return Stored(HardState(newest, 0, commit), Snapshot(0, 0, membership, b""), entries)


def appends(messages: list[Message]) -> list[AppendEntries]:
    """Those among messages."""
    return [message for message in messages if isinstance(message, AppendEntries)]
