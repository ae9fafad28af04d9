"""Raft's messages as octets, for whatever carries them: a kind, then its fields in the order of its class.

Numbers are varints, what is true or false is 0 or 1, octets are preceded by their count.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.fields import Reader, Writer
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    AppendReply,
    ForwardProposal,
    ForwardTransfer,
    Heartbeat,
    HeartbeatReply,
    InstallSnapshot,
    PreVoteReply,
    ReadReply,
    ReadRequest,
    RequestPreVote,
    RequestVote,
    SnapshotReply,
    TimeoutNow,
    VoteReply,
)

APPEND_ENTRIES: Final = 1
APPEND_REPLY: Final = 2
HEARTBEAT: Final = 3
HEARTBEAT_REPLY: Final = 4
REQUEST_VOTE: Final = 5
VOTE_REPLY: Final = 6
REQUEST_PRE_VOTE: Final = 7
PRE_VOTE_REPLY: Final = 8
INSTALL_SNAPSHOT: Final = 9
SNAPSHOT_REPLY: Final = 10
TIMEOUT_NOW: Final = 11
FORWARD_PROPOSAL: Final = 12
FORWARD_TRANSFER: Final = 13
READ_REQUEST: Final = 14
READ_REPLY: Final = 15


def emit_message(message: Message) -> bytes:
    """Raises TypeError for a message that is not one of Raft's own."""
    writer = Writer()
    match message:
        case AppendEntries():
            _start(writer, APPEND_ENTRIES, message)
            writer.number(message.prev_index)
            writer.number(message.prev_term)
            writer.entries(message.entries)
            writer.number(message.commit)
        case AppendReply():
            _start(writer, APPEND_REPLY, message)
            writer.number(message.index)
            writer.number(int(message.rejected))
            writer.number(message.hint_index)
            writer.number(message.hint_term)
        case Heartbeat():
            _start(writer, HEARTBEAT, message)
            writer.number(message.commit)
            writer.number(message.round)
            writer.number(message.rtt_ns)
        case HeartbeatReply():
            _start(writer, HEARTBEAT_REPLY, message)
            writer.number(message.round)
        case InstallSnapshot():
            _emit_snapshot(writer, message)
        case _:
            _emit_rare(writer, message)
    return writer.data()


def _start(writer: Writer, kind: int, message: Message) -> None:
    writer.number(kind)
    writer.number(message.sender)
    writer.number(message.to)
    writer.number(message.term)


def _emit_snapshot(writer: Writer, message: InstallSnapshot) -> None:
    _start(writer, INSTALL_SNAPSHOT, message)
    writer.number(message.index)
    writer.number(message.index_term)
    writer.membership(message.membership)
    writer.number(message.offset)
    writer.octets(message.data)
    writer.number(int(message.done))


def _emit_rare(writer: Writer, message: Message) -> None:
    match message:
        case RequestVote():
            _start(writer, REQUEST_VOTE, message)
            writer.number(message.last_index)
            writer.number(message.last_term)
            writer.number(int(message.transfer))
        case VoteReply():
            _start(writer, VOTE_REPLY, message)
            writer.number(int(message.granted))
            writer.number(message.commit)
            writer.number(message.commit_term)
        case RequestPreVote():
            _start(writer, REQUEST_PRE_VOTE, message)
            writer.number(message.last_index)
            writer.number(message.last_term)
        case PreVoteReply():
            _start(writer, PRE_VOTE_REPLY, message)
            writer.number(int(message.granted))
            writer.number(message.commit)
            writer.number(message.commit_term)
        case SnapshotReply():
            _start(writer, SNAPSHOT_REPLY, message)
            writer.number(message.index)
            writer.number(message.offset)
        case TimeoutNow():
            _start(writer, TIMEOUT_NOW, message)
        case ForwardProposal():
            _start(writer, FORWARD_PROPOSAL, message)
            writer.entries(message.entries)
        case ForwardTransfer():
            _start(writer, FORWARD_TRANSFER, message)
            writer.number(message.target)
        case ReadRequest():
            _start(writer, READ_REQUEST, message)
            writer.number(message.tag)
        case ReadReply():
            _start(writer, READ_REPLY, message)
            writer.number(message.index)
            writer.number(message.tag)
        case _:
            raise TypeError(f"{type(message).__name__} is none of Raft's messages")


def parse_message(data: bytes) -> Message:
    """The inverse of `emit_message`. Raises ValueError for what that cannot have made."""
    reader = Reader(data)
    try:
        message = _parse(reader)
    except IndexError:
        raise ValueError("a message is cut off") from None
    if not reader.ended():
        raise ValueError(f"{len(data) - reader.at} octets follow a message")
    return message


def _parse(reader: Reader) -> Message:
    kind, sender, to, term = reader.number(), reader.number(), reader.number(), reader.number()
    if kind == APPEND_ENTRIES:
        return AppendEntries(sender, to, term, reader.number(), reader.number(), reader.entries(), reader.number())
    if kind == APPEND_REPLY:
        return AppendReply(sender, to, term, reader.number(), reader.flag(), reader.number(), reader.number())
    if kind == HEARTBEAT:
        return Heartbeat(sender, to, term, reader.number(), reader.number(), reader.number())
    if kind == HEARTBEAT_REPLY:
        return HeartbeatReply(sender, to, term, reader.number())
    if kind == INSTALL_SNAPSHOT:
        index, index_term, members = reader.number(), reader.number(), reader.membership()
        return InstallSnapshot(
            sender, to, term, index, index_term, members, reader.number(), reader.octets(), reader.flag()
        )
    return _parse_rare(reader, kind, sender, to, term)


def _parse_rare(reader: Reader, kind: int, sender: int, to: int, term: int) -> Message:
    if kind == REQUEST_VOTE:
        return RequestVote(sender, to, term, reader.number(), reader.number(), reader.flag())
    if kind == VOTE_REPLY:
        return VoteReply(sender, to, term, reader.flag(), reader.number(), reader.number())
    if kind == REQUEST_PRE_VOTE:
        return RequestPreVote(sender, to, term, reader.number(), reader.number())
    if kind == PRE_VOTE_REPLY:
        return PreVoteReply(sender, to, term, reader.flag(), reader.number(), reader.number())
    if kind == SNAPSHOT_REPLY:
        return SnapshotReply(sender, to, term, reader.number(), reader.number())
    if kind == TIMEOUT_NOW:
        return TimeoutNow(sender, to, term)
    if kind == FORWARD_PROPOSAL:
        return ForwardProposal(sender, to, reader.entries())
    if kind == FORWARD_TRANSFER:
        return ForwardTransfer(sender, to, term, reader.number())
    if kind == READ_REQUEST:
        return ReadRequest(sender, to, reader.number())
    if kind == READ_REPLY:
        return ReadReply(sender, to, term, reader.number(), reader.number())
    raise ValueError(f"no message is of kind {kind}")
