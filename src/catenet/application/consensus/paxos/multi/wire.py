"""Multi-Paxos's messages as octets, for whatever carries them."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.fields import MessageReader, Writer, start
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.paxos.multi import messages

PREPARE: Final = 1
PROMISE: Final = 2
REJECT: Final = 3
ACCEPT: Final = 4
ACCEPTED: Final = 5
HEARTBEAT: Final = 6
HEARTBEAT_REPLY: Final = 7
LEARN: Final = 8
LEARN_REPLY: Final = 9
CATCH_UP_REQUEST: Final = 10
SNAPSHOT_PIECE: Final = 11
PIECE_REPLY: Final = 12
TAKE_OVER: Final = 13


def emit_message(message: Message) -> bytes:
    """Raises TypeError for a message that is not one of Multi-Paxos's own."""
    match message:
        case messages.Accept():
            writer = start(ACCEPT, message, message.chosen)
            writer.entries(message.entries)
        case messages.Accepted():
            writer = start(ACCEPTED, message, message.first, message.last)
        case messages.Heartbeat():
            writer = start(HEARTBEAT, message, message.chosen, message.round, message.rtt_ns)
        case messages.HeartbeatReply():
            writer = start(HEARTBEAT_REPLY, message, message.round, message.chosen, message.accepted)
        case messages.Promise():
            part, last = message.part, int(message.last)
            writer = start(PROMISE, message, message.attempt, part, last, message.base, message.chosen)
            writer.entries(message.entries)
        case InstallSnapshot():
            done = int(message.done)
            writer = start(SNAPSHOT_PIECE, message, message.index, message.index_term, message.offset, done)
            writer.membership(message.membership)
            writer.octets(message.data)
        case messages.Learn():
            writer = start(LEARN, message)
            writer.entries(message.entries)
        case _:
            writer = _emit_rare(message)
    return writer.data()


def _emit_rare(message: Message) -> Writer:
    match message:
        case messages.Prepare():
            taking_over = int(message.taking_over)
            return start(PREPARE, message, message.attempt, message.first, taking_over, message.mark)
        case messages.Reject():
            return start(REJECT, message, message.refused)
        case messages.LearnReply():
            return start(LEARN_REPLY, message, message.chosen)
        case messages.CatchUpRequest():
            return start(CATCH_UP_REQUEST, message, message.chosen)
        case SnapshotReply():
            return start(PIECE_REPLY, message, message.index, message.offset)
        case TimeoutNow():
            return start(TAKE_OVER, message)
        case _:
            raise TypeError(f"{type(message).__name__} is none of Multi-Paxos's messages")


def parse_message(data: bytes) -> Message:
    """The inverse of :func:`emit_message`.  Raises ValueError for what that cannot have made."""
    try:
        reader = MessageReader(data)
        return reader.finish(_parse(reader))
    except IndexError:
        raise ValueError("a message is cut off") from None


def _parse(reader: MessageReader) -> Message:
    kind, sender, to, term = reader.kind, reader.sender, reader.to, reader.term
    number, flag = reader.number, reader.flag
    if kind == ACCEPT:
        chosen = number()
        return messages.Accept(sender, to, term, reader.entries(), chosen)
    if kind == ACCEPTED:
        return messages.Accepted(sender, to, term, number(), number())
    if kind == HEARTBEAT:
        return messages.Heartbeat(sender, to, term, number(), number(), number())
    if kind == HEARTBEAT_REPLY:
        return messages.HeartbeatReply(sender, to, term, number(), number(), number())
    if kind == PREPARE:
        return messages.Prepare(sender, to, term, number(), number(), flag(), number())
    if kind == PROMISE:
        return messages.Promise(sender, to, term, number(), number(), flag(), number(), number(), reader.entries())
    if kind == REJECT:
        return messages.Reject(sender, to, term, number())
    return _parse_rare(reader)


def _parse_rare(reader: MessageReader) -> Message:
    kind, sender, to, term = reader.kind, reader.sender, reader.to, reader.term
    number = reader.number
    if kind == LEARN:
        return messages.Learn(sender, to, term, reader.entries())
    if kind == LEARN_REPLY:
        return messages.LearnReply(sender, to, term, number())
    if kind == CATCH_UP_REQUEST:
        return messages.CatchUpRequest(sender, to, term, number())
    if kind == SNAPSHOT_PIECE:
        index, index_term, offset, done = number(), number(), number(), reader.flag()
        membership = reader.membership()
        return InstallSnapshot(sender, to, term, index, index_term, membership, offset, reader.octets(), done)
    if kind == PIECE_REPLY:
        return SnapshotReply(sender, to, term, number(), number())
    if kind == TAKE_OVER:
        return TimeoutNow(sender, to, term)
    raise ValueError(f"no message is of kind {kind}")
