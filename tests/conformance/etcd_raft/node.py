"""One replica of a transcript: our machine, with the disk, the application and the ticks that it has there."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from catenet.application.consensus.effects import Append, Apply, Message, Notice, Refused, RoleChanged, Send
from catenet.application.consensus.entry import Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.events import Appended, Applied, Event, Receive, SnapshotTaken, Tick
from catenet.application.consensus.raft.log import NO_LIMIT
from catenet.application.consensus.raft.membership.apply import apply_memberships
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import ElectionPolicy

from .describe import (
    ROLES,
    StorageAppend,
    StorageAppendDone,
    StorageApply,
    StorageApplyDone,
    show,
    show_entries,
    show_hard_state,
    show_snapshot,
)

TICK_NS = 1_000_000_000
ELECTION_TICKS = 3
DROPPED = ("no leader", "not the leader", "no member", "leadership is being transferred", "too much is uncommitted")
WARNINGS = {  # what our notices end with -> level and words there
    "is unpromotable and can not campaign": (2, "{id:x} is unpromotable and can not campaign"),
    "stepped down to follower since quorum is not active": (
        2,
        "{id:x} stepped down to follower since quorum is not active",
    ),
    "has a committed change of membership to apply before it can campaign": (
        2,
        "{id:x} cannot campaign at term {term} since there are still pending configuration changes to apply",
    ),
    "leaders are not forgotten where their leases answer reads": (
        3,
        "ignoring MsgForgetLeader due to ReadOnlyLeaseBased",
    ),
}


class Ticks(ElectionPolicy):
    """Three ticks to an election, up to five; one to a heartbeat."""

    def __init__(self) -> None:
        super().__init__(ELECTION_TICKS * TICK_NS, TICK_NS)

    def timeout_ns(self, stream: Random) -> int:
        return TICK_NS * (ELECTION_TICKS + stream.randrange(ELECTION_TICKS))


@dataclass
class Disk:
    """The stored log: entries after a base, as the transcripts print it."""

    base: int = 0
    base_term: int = 0
    entries: list[Entry] = field(default_factory=list)
    snapshot_index: int = 0

    def append(self, entries: list[Entry]) -> None:
        """In place of what stands there and after it."""
        entries = [entry for entry in entries if entry.index > self.base]
        if entries:
            del self.entries[entries[0].index - self.base - 1 :]
            self.entries.extend(entries)

    def install(self, snapshot: Snapshot) -> str:
        """In place of everything."""
        if self.snapshot_index and self.snapshot_index >= snapshot.index:
            return "requested index is older than the existing snapshot"
        self.base, self.base_term, self.entries = snapshot.index, snapshot.term, []
        self.snapshot_index = snapshot.index
        return ""

    def compact(self, index: int) -> str:
        """Forget entries up to ``index``."""
        if index <= self.base:
            return "requested index is unavailable due to compaction"
        self.base_term = self.entries[index - self.base - 1].term
        del self.entries[: index - self.base]
        self.base = index
        return ""

    def show(self) -> str:
        """One entry a line."""
        if not self.entries:
            return f"log is empty: first index={self.base + 1}, last index={self.base}"
        return show_entries(self.entries)


class Node:
    """A replica and what surrounds it. Sizes are unlimited and nothing is put off, as there."""

    def __init__(self, replica_id: int, snapshot: Snapshot, options: dict[str, object], asynchronous: bool) -> None:
        self.id = replica_id
        self.asynchronous = asynchronous
        self.now_ns = 0
        stored = Stored(HardState(0, 0, 0), snapshot, [])
        settings = {
            "pre_vote": False,
            "check_quorum": False,
            "batching": False,
            "max_append_octets": NO_LIMIT,
            "max_inflight": 1 << 31,
            "apply_unstable": not asynchronous,
            "step_down_on_removal": False,
            "snapshot_chunk_octets": 1 << 40,
            "snapshot_retry_ns": 0,
            "keep_entries": -1,
        }
        raft_options = RaftOptions(**{**settings, **options})  # type: ignore[arg-type]
        self.raft = RaftReplica(replica_id, stored, raft_options, Ticks(), Random(replica_id))
        self.disk = Disk(snapshot.index, snapshot.term, [], snapshot.index)
        self.history = [snapshot]
        self.append_work: list[StorageAppend] = []
        self.apply_work: list[StorageApply] = []

    @property
    def server(self):
        """The machine's own state."""
        return self.raft.server

    def step(self, event: Event) -> tuple[list[tuple[int, str]], bool]:
        """Let an event happen: what is logged, and whether a proposal was dropped."""
        self.raft.handle(event, self.now_ns)
        logged, dropped = [], False
        for note in self.server.effects:
            match note:
                case Notice():
                    for ending, (level, words) in WARNINGS.items():
                        if note.text.endswith(ending):
                            logged.append((level, words.format(id=self.id, term=self.server.term)))
                case Refused():
                    dropped = dropped or note.reason in DROPPED
        self.server.effects = []
        return logged, dropped

    def tick(self) -> list[tuple[int, str]]:
        """One tick later."""
        self.now_ns += TICK_NS
        return self.step(Tick())[0]

    def deliver(self, item: object) -> tuple[list[tuple[int, str]], bool]:
        """A message, or a thread's answer."""
        match item:
            case StorageAppendDone():
                return self.step(Appended(item.token))
            case StorageApplyDone():
                return self.step(Applied(item.entries[-1].index))
            case Message():
                return self.step(Receive(item))
        raise TypeError(f"{item!r} cannot be delivered")

    def has_ready(self) -> bool:
        """There is something to hand out."""
        server, log = self.server, self.server.log
        told = (server.reported_role, server.reported_leader) == (server.role, server.leader)
        saved = server.persistent.saved == HardState(server.term, server.persistent.vote, server.commit_index)
        return bool(
            not told
            or not saved
            or log.unwritten_snapshot()
            or server.out
            or server.replies
            or log.unwritten()
            or server.volatile.has_to_apply(server.options.apply_unstable)
        )

    def apply(self, entries: list[Entry]) -> None:
        """The application adds each command to its state, and has a snapshot after each."""
        for entry in entries:
            if entry.kind != 0:
                apply_memberships(self.server, entry.index)
            data = self.history[-1].data + entry.data
            self.step(SnapshotTaken(entry.index, data))
            snapshot = self.server.persistent.snapshot
            if snapshot.index == entry.index:
                self.history.append(snapshot)

    def write(self, hard_state: HardState | None, entries: list[Entry], snapshot: Snapshot | None) -> str:
        """To the disk; an error's words, or nothing."""
        if snapshot is not None:
            return self.disk.install(snapshot)
        self.disk.append(entries)
        return ""

    def membership(self) -> Membership:
        """As applied."""
        return self.raft.membership


@dataclass
class Ready:
    """All effects of one round."""

    role: RoleChanged | None
    must_sync: bool
    hard_state: HardState | None
    entries: list[Entry]
    snapshot: Snapshot | None
    to_apply: list[Entry]
    now: list[Message]
    after: list[Message]
    token: int
    done: StorageAppendDone | None


def take_ready(node: Node) -> Ready:
    """What our machine asks for, sorted as theirs."""
    before = node.server.persistent.saved
    ready = Ready(None, False, None, [], None, [], [], [], 0, None)
    for effect in node.raft.take_effects(node.now_ns):
        match effect:
            case RoleChanged():
                ready.role = effect
            case Append():
                ready.hard_state, ready.entries, ready.snapshot = effect.hard_state, effect.entries, effect.snapshot
                ready.token = effect.token
            case Send(after=0):
                ready.now.append(effect.message)
            case Send():
                ready.after.append(effect.message)
            case Apply():
                ready.to_apply = effect.entries
    state = ready.hard_state or before
    ready.must_sync = bool(ready.entries) or (state.term, state.vote) != (before.term, before.vote)
    for receipt in node.raft.receipts:
        if ready.token and receipt.token == ready.token:
            ready.done = StorageAppendDone(
                node.id, receipt.token, receipt.term, receipt.index, receipt.index_term, ready.snapshot
            )
    return ready


def show_ready(ready: Ready, messages: list[object]) -> str:
    """As the transcripts print it."""
    text = ""
    if ready.role is not None:
        text += f"Lead:{ready.role.leader} State:{ROLES[ready.role.role]}\n"
    if ready.hard_state is not None:
        text += f"HardState {show_hard_state(ready.hard_state)}\n"
    if ready.entries:
        text += "Entries:\n" + show_entries(ready.entries)
    if ready.snapshot is not None:
        text += f"Snapshot {show_snapshot(ready.snapshot)}\n"
    if ready.to_apply:
        text += "CommittedEntries:\n" + show_entries(ready.to_apply)
    if messages:
        text += "Messages:\n" + "".join(show(message) + "\n" for message in messages)
    return f"Ready MustSync={str(ready.must_sync).lower()}:\n{text}" if text else "<empty Ready>\n"
