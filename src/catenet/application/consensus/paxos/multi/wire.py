"""Multi-Paxos's messages as octets: a kind, then its fields in the order of its class."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.fields import Reader, Writer
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    Ask,
    Heartbeat,
    HeartbeatReply,
    Learn,
    Learned,
    PieceReply,
    Prepare,
    Promise,
    Reject,
    SnapshotPiece,
    TakeOver,
)

PREPARE: Final = 1
PROMISE: Final = 2
REJECT: Final = 3
ACCEPT: Final = 4
ACCEPTED: Final = 5
HEARTBEAT: Final = 6
HEARTBEAT_REPLY: Final = 7
LEARN: Final = 8
LEARNED: Final = 9
ASK: Final = 10
SNAPSHOT_PIECE: Final = 11
PIECE_REPLY: Final = 12
TAKE_OVER: Final = 13


def emit_message(message: Message) -> bytes:
    """Raises TypeError for a message that is not one of Multi-Paxos's own."""
    writer = Writer()
    match message:
        case Accept():
            _start(writer, ACCEPT, message, message.chosen)
            writer.entries(message.entries)
        case Accepted():
            _start(writer, ACCEPTED, message, message.first, message.last)
        case Heartbeat():
            _start(writer, HEARTBEAT, message, message.chosen, message.round, message.rtt_ns)
        case HeartbeatReply():
            _start(writer, HEARTBEAT_REPLY, message, message.round, message.chosen, message.accepted)
        case Prepare():
            taking_over = int(message.taking_over)
            _start(writer, PREPARE, message, message.attempt, message.first, taking_over, message.mark)
        case Promise():
            _start(
                writer, PROMISE, message, message.attempt, message.part, int(message.last), message.base, message.chosen
            )
            writer.entries(message.entries)
        case Reject():
            _start(writer, REJECT, message, message.refused)
        case _:
            _emit_rare(writer, message)
    return writer.data()


def _start(writer: Writer, kind: int, message: Message, *numbers: int) -> None:
    for number in (kind, message.sender, message.to, message.term, *numbers):
        writer.number(number)


def _emit_rare(writer: Writer, message: Message) -> None:
    match message:
        case Learn():
            _start(writer, LEARN, message)
            writer.entries(message.entries)
        case Learned():
            _start(writer, LEARNED, message, message.chosen)
        case Ask():
            _start(writer, ASK, message, message.chosen)
        case SnapshotPiece():
            _start(
                writer, SNAPSHOT_PIECE, message, message.index, message.index_term, message.offset, int(message.done)
            )
            writer.membership(message.membership)
            writer.octets(message.data)
        case PieceReply():
            _start(writer, PIECE_REPLY, message, message.index, message.offset)
        case TakeOver():
            _start(writer, TAKE_OVER, message)
        case _:
            raise TypeError(f"{type(message).__name__} is none of Multi-Paxos's messages")


def parse_message(data: bytes) -> Message:
    """The inverse of :func:`emit_message`.  Raises ValueError for what that cannot have made."""
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
    number, flag = reader.number, reader.flag
    if kind == ACCEPT:
        chosen = number()
        return Accept(sender, to, term, reader.entries(), chosen)
    if kind == ACCEPTED:
        return Accepted(sender, to, term, number(), number())
    if kind == HEARTBEAT:
        return Heartbeat(sender, to, term, number(), number(), number())
    if kind == HEARTBEAT_REPLY:
        return HeartbeatReply(sender, to, term, number(), number(), number())
    if kind == PREPARE:
        return Prepare(sender, to, term, number(), number(), flag(), number())
    if kind == PROMISE:
        return Promise(sender, to, term, number(), number(), flag(), number(), number(), reader.entries())
    if kind == REJECT:
        return Reject(sender, to, term, number())
    return _parse_rare(reader, kind, sender, to, term)


def _parse_rare(reader: Reader, kind: int, sender: int, to: int, term: int) -> Message:
    number = reader.number
    if kind == LEARN:
        return Learn(sender, to, term, reader.entries())
    if kind == LEARNED:
        return Learned(sender, to, term, number())
    if kind == ASK:
        return Ask(sender, to, term, number())
    if kind == SNAPSHOT_PIECE:
        index, index_term, offset, done = number(), number(), number(), reader.flag()
        membership = reader.membership()
        return SnapshotPiece(sender, to, term, index, index_term, membership, offset, reader.octets(), done)
    if kind == PIECE_REPLY:
        return PieceReply(sender, to, term, number(), number())
    if kind == TAKE_OVER:
        return TakeOver(sender, to, term)
    raise ValueError(f"no message is of kind {kind}")
