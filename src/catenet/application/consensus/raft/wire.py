"""Raft's messages as octets, for whatever carries them."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.fields import MessageReader, Writer, start
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.raft import messages

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
    match message:
        case messages.AppendEntries():
            writer = start(APPEND_ENTRIES, message, message.prev_index, message.prev_term)
            writer.entries(message.entries)
            writer.number(message.commit)
        case messages.AppendReply():
            rejected = int(message.rejected)
            writer = start(APPEND_REPLY, message, message.index, rejected, message.hint_index, message.hint_term)
        case messages.Heartbeat():
            writer = start(HEARTBEAT, message, message.commit, message.round, message.rtt_ns)
        case messages.HeartbeatReply():
            writer = start(HEARTBEAT_REPLY, message, message.round)
        case InstallSnapshot():
            writer = start(INSTALL_SNAPSHOT, message, message.index, message.index_term)
            writer.membership(message.membership)
            writer.number(message.offset)
            writer.octets(message.data)
            writer.number(int(message.done))
        case SnapshotReply():
            writer = start(SNAPSHOT_REPLY, message, message.index, message.offset)
        case _:
            writer = _emit_rare(message)
    return writer.data()


def _emit_rare(message: Message) -> Writer:
    match message:
        case messages.RequestVote():
            return start(REQUEST_VOTE, message, message.last_index, message.last_term, int(message.transfer))
        case messages.VoteReply():
            return start(VOTE_REPLY, message, int(message.granted), message.commit, message.commit_term)
        case messages.RequestPreVote():
            return start(REQUEST_PRE_VOTE, message, message.last_index, message.last_term)
        case messages.PreVoteReply():
            return start(PRE_VOTE_REPLY, message, int(message.granted), message.commit, message.commit_term)
        case TimeoutNow():
            return start(TIMEOUT_NOW, message)
        case messages.ForwardProposal():
            writer = start(FORWARD_PROPOSAL, message)
            writer.entries(message.entries)
            return writer
        case messages.ForwardTransfer():
            return start(FORWARD_TRANSFER, message, message.target)
        case messages.ReadRequest():
            return start(READ_REQUEST, message, message.tag)
        case messages.ReadReply():
            return start(READ_REPLY, message, message.index, message.tag)
        case _:
            raise TypeError(f"{type(message).__name__} is none of Raft's messages")


def parse_message(data: bytes) -> Message:
    """The inverse of `emit_message`. Raises ValueError for what that cannot have made."""
    try:
        reader = MessageReader(data)
        return reader.finish(_parse(reader))
    except IndexError:
        raise ValueError("a message is cut off") from None


def _parse(reader: MessageReader) -> Message:
    kind, sender, to, term = reader.kind, reader.sender, reader.to, reader.term
    if kind == APPEND_ENTRIES:
        return messages.AppendEntries(
            sender, to, term, reader.number(), reader.number(), reader.entries(), reader.number()
        )
    if kind == APPEND_REPLY:
        return messages.AppendReply(sender, to, term, reader.number(), reader.flag(), reader.number(), reader.number())
    if kind == HEARTBEAT:
        return messages.Heartbeat(sender, to, term, reader.number(), reader.number(), reader.number())
    if kind == HEARTBEAT_REPLY:
        return messages.HeartbeatReply(sender, to, term, reader.number())
    if kind == INSTALL_SNAPSHOT:
        index, index_term, members = reader.number(), reader.number(), reader.membership()
        return InstallSnapshot(
            sender, to, term, index, index_term, members, reader.number(), reader.octets(), reader.flag()
        )
    if kind == SNAPSHOT_REPLY:
        return SnapshotReply(sender, to, term, reader.number(), reader.number())
    return _parse_rare(reader)


def _parse_rare(reader: MessageReader) -> Message:
    kind, sender, to, term = reader.kind, reader.sender, reader.to, reader.term
    if kind == REQUEST_VOTE:
        return messages.RequestVote(sender, to, term, reader.number(), reader.number(), reader.flag())
    if kind == VOTE_REPLY:
        return messages.VoteReply(sender, to, term, reader.flag(), reader.number(), reader.number())
    if kind == REQUEST_PRE_VOTE:
        return messages.RequestPreVote(sender, to, term, reader.number(), reader.number())
    if kind == PRE_VOTE_REPLY:
        return messages.PreVoteReply(sender, to, term, reader.flag(), reader.number(), reader.number())
    if kind == TIMEOUT_NOW:
        return TimeoutNow(sender, to, term)
    if kind == FORWARD_PROPOSAL:
        return messages.ForwardProposal(sender, to, reader.entries())
    if kind == FORWARD_TRANSFER:
        return messages.ForwardTransfer(sender, to, term, reader.number())
    if kind == READ_REQUEST:
        return messages.ReadRequest(sender, to, reader.number())
    if kind == READ_REPLY:
        return messages.ReadReply(sender, to, term, reader.number(), reader.number())
    raise ValueError(f"no message is of kind {kind}")
