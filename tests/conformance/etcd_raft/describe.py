"""What our replica has and does, in the words of the transcripts."""

from __future__ import annotations

from dataclasses import dataclass

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import CHANGE, COMMAND, Entry, HardState, Membership, Snapshot
from catenet.application.consensus.events import ADD_LEARNER, ADD_VOTER, REMOVE, UPDATE, MemberChange
from catenet.application.consensus.messages import InstallSnapshot, TimeoutNow
from catenet.application.consensus.raft import messages as wire
from catenet.application.consensus.raft.membership.codec import parse_change
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, Progress
from catenet.application.consensus.raft.server import RaftServer

ROLES = ("StateFollower", "StateCandidate", "StateLeader", "StatePreCandidate")
STATES = {PROBE: "StateProbe", REPLICATE: "StateReplicate", SNAPSHOT: "StateSnapshot"}
LETTERS = {ADD_VOTER: "v", ADD_LEARNER: "l", REMOVE: "r", UPDATE: "u"}
OPERATIONS = {letter: operation for operation, letter in LETTERS.items()}


@dataclass
class StorageAppend:
    """Work for the thread that writes the log, and what it says when done."""

    sender: int
    token: int
    hard_state: HardState | None
    entries: list[Entry]
    snapshot: Snapshot | None
    responses: list[object]


@dataclass
class StorageAppendDone:
    """That thread's own answer."""

    to: int
    token: int
    term: int
    index: int
    index_term: int
    snapshot: Snapshot | None


@dataclass
class StorageApply:
    """Work for the thread that applies."""

    sender: int
    entries: list[Entry]


@dataclass
class StorageApplyDone:
    """That thread's answer."""

    to: int
    entries: list[Entry]


def quoted(data: bytes) -> str:
    """Octets as Go quotes them."""
    out = []
    for octet in data:
        character = chr(octet)
        if character in '"\\':
            out.append("\\" + character)
        elif 32 <= octet < 127:
            out.append(character)
        else:
            out.append({"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character, f"\\x{octet:02x}"))
    return '"' + "".join(out) + '"'


def parse_changes(text: str) -> list[MemberChange]:
    """``v1 l2 r3`` as steps; ValueError for anything else."""
    changes = []
    for word in text.split():
        if len(word) < 2 or word[0] not in OPERATIONS or not word[1:].isdigit():
            raise ValueError(f"unknown input: {word}")
        changes.append(MemberChange(OPERATIONS[word[0]], int(word[1:])))
    return changes


def show_entry(entry: Entry) -> str:
    """Term, index, kind, and what it holds."""
    if entry.kind == COMMAND:
        name, content = "EntryNormal", quoted(entry.data)
    else:
        name = "EntryConfChangeV2" if entry.kind == CHANGE else "EntryConfChange"
        steps = parse_change(entry.data).changes
        content = " ".join(f"{LETTERS[step.operation]}{step.replica}" for step in steps)
    return f"{entry.term}/{entry.index} {name}" + (f" {content}" if content else "")


def show_entries(entries: list[Entry]) -> str:
    """One a line."""
    return "".join(show_entry(entry) + "\n" for entry in entries)


def show_group(ids: tuple[int, ...] | list[int]) -> str:
    """As Go prints a slice."""
    return "[" + " ".join(str(member) for member in ids) + "]"


def show_snapshot(snapshot: Snapshot) -> str:
    """Its place and membership."""
    members = snapshot.membership
    return (
        f"Index:{snapshot.index} Term:{snapshot.term} ConfState:Voters:{show_group(members.voters)} "
        f"VotersOutgoing:{show_group(members.outgoing)} Learners:{show_group(members.learners)} "
        f"LearnersNext:{show_group(members.learners_next)} AutoLeave:{str(members.auto_leave).lower()}"
    )


def show_hard_state(state: HardState) -> str:
    """Term, vote if any, commit."""
    vote = f" Vote:{state.vote}" if state.vote else ""
    return f"Term:{state.term}{vote} Commit:{state.commit}"


def show_membership(membership: Membership) -> str:
    """Of the tables of changes."""

    def group(ids: tuple[int, ...]) -> str:
        return "(" + " ".join(f"{member:x}" for member in ids) + ")"

    text = "voters=" + group(membership.voters)
    if membership.outgoing:
        text += "&&" + group(membership.outgoing)
    if membership.learners:
        text += " learners=" + group(membership.learners)
    if membership.learners_next:
        text += " learners_next=" + group(membership.learners_next)
    return text + (" autoleave" if membership.auto_leave else "")


def show_progress(known: Progress) -> str:
    """One follower's."""
    text = f"{STATES[known.state]} match={known.match} next={known.next}"
    if known.learner:
        text += " learner"
    if known.paused():
        text += " paused"
    if known.snapshot_index:
        text += f" pendingSnap={known.snapshot_index}"
    if not known.active:
        text += " inactive"
    if known.inflight.count:
        text += f" inflight={known.inflight.count}" + ("[full]" if known.inflight.full() else "")
    return text


def show_all_progress(server: RaftServer) -> str:
    """One a line, by id."""
    return "".join(f"{member}: {show_progress(known)}\n" for member, known in sorted(server.leading.progress.items()))


@dataclass
class Line:
    """What all messages have in print."""

    sender: str
    to: str
    name: str
    term: int = 0
    log_term: int = 0
    index: int = 0
    rejected: bool = False
    hint: int = 0
    commit: int = 0
    vote: int = 0
    entries: list[Entry] | None = None
    snapshot: Snapshot | None = None
    responses: list[object] | None = None

    def show(self, indent: str = "") -> str:
        """With everything under it."""
        text = f"{indent}{self.sender}->{self.to} {self.name} Term:{self.term} Log:{self.log_term}/{self.index}"
        text += f" Rejected (Hint: {self.hint})" if self.rejected else ""
        text += f" Commit:{self.commit}" if self.commit else ""
        text += f" Vote:{self.vote}" if self.vote else ""
        entries = self.entries or []
        if len(entries) == 1:
            text += f" Entries:[{show_entry(entries[0])}]"
        elif entries:
            text += " Entries:[" + "".join(f"\n{indent}  {show_entry(entry)}" for entry in entries) + f"\n{indent}]"
        if self.snapshot is not None:
            text += f"\n{indent}  Snapshot: {show_snapshot(self.snapshot)}"
        if self.responses:
            text += " Responses:[" + "".join("\n" + show(each, indent + "  ") for each in self.responses)
            text += f"\n{indent}]"
        return text


def show(item: object, indent: str = "") -> str:
    """A message, or what stands for one."""
    return line_of(item).show(indent)


def line_of(item: object) -> Line:
    """Any item's line."""
    match item:
        case StorageAppend():
            state = item.hard_state or HardState(0, 0, 0)
            line = Line(f"{item.sender:x}", "AppendThread", "MsgStorageAppend", term=state.term)
            line.commit, line.vote = state.commit, state.vote
            line.entries, line.snapshot, line.responses = item.entries, item.snapshot, item.responses
            return line
        case StorageAppendDone():
            return Line(
                "AppendThread", f"{item.to:x}", "MsgStorageAppendResp", item.term, item.index_term, item.index,
                snapshot=item.snapshot,
            )  # fmt: skip
        case StorageApply():
            done: list[object] = [StorageApplyDone(item.sender, item.entries)]
            return Line(f"{item.sender:x}", "ApplyThread", "MsgStorageApply", entries=item.entries, responses=done)
        case StorageApplyDone():
            return Line("ApplyThread", f"{item.to:x}", "MsgStorageApplyResp", entries=item.entries)
        case Message():
            return line_of_message(item)
    raise TypeError(f"{item!r} is not printed")


def line_of_message(message: Message) -> Line:
    """One of our kinds, by the name of theirs."""
    line = Line(f"{message.sender:x}", f"{message.to:x}", "", message.term)
    match message:
        case wire.AppendEntries():
            line.name, line.log_term, line.index = "MsgApp", message.prev_term, message.prev_index
            line.commit, line.entries = message.commit, message.entries
        case wire.AppendReply():
            line.name, line.log_term, line.index = "MsgAppResp", message.hint_term, message.index
            line.rejected, line.hint = message.rejected, message.hint_index
        case wire.Heartbeat():
            line.name, line.commit = "MsgHeartbeat", message.commit
        case wire.HeartbeatReply():
            line.name = "MsgHeartbeatResp"
        case wire.RequestVote():
            line.name, line.log_term, line.index = "MsgVote", message.last_term, message.last_index
        case wire.VoteReply():
            line.name, line.rejected = "MsgVoteResp", not message.granted
        case wire.RequestPreVote():
            line.name, line.log_term, line.index = "MsgPreVote", message.last_term, message.last_index
        case wire.PreVoteReply():
            line.name, line.rejected = "MsgPreVoteResp", not message.granted
        case InstallSnapshot():
            line.name = "MsgSnap"
            line.snapshot = Snapshot(message.index, message.index_term, message.membership, b"")
        case TimeoutNow():
            line.name = "MsgTimeoutNow"
        case wire.ForwardProposal():
            line.name, line.entries = "MsgProp", message.entries
        case wire.ForwardTransfer():
            line.name, line.sender = "MsgTransferLeader", f"{message.target:x}"
        case wire.ReadRequest():
            line.name = "MsgReadIndex"
        case wire.ReadReply():
            line.name, line.index = "MsgReadIndexResp", message.index
        case _:
            raise TypeError(f"{message!r} has no name in the transcripts")
    return line
