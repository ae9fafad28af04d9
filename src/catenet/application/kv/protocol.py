"""Calls and replies between clients and servers: MessagePack, each message preceded by its length in four octets.

A client may have many calls in progress over one connection; a reply has the number of its call.  Servers call each
other in the same way when a slot moves.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Final

import msgspec

from catenet.application.kv.state.commands import Request
from catenet.application.kv.state.directory import Join, Leave
from catenet.application.kv.state.results import Result
from catenet.application.kv.state.slot_map import Layout
from catenet.application.kv.state.slots import Event, Record

LINEARIZABLE: Final = 0
"""The leader confirms with a majority that it still leads, then answers."""
LEASE: Final = 1
"""The leader answers at once while its lease lasts; correct as long as clocks drift within the lease's allowance."""
STALE: Final = 2
"""Any replica answers from its current state."""

MESH_PORT: Final = 7710
CLIENT_PORT: Final = 7711
"""The default ports of a store, which no protocol of Wireshark uses."""

MAX_FRAME_OCTETS: Final = 64 << 20
_LENGTH: Final = struct.Struct("!I")


class Node(msgspec.Struct, frozen=True, array_like=True):
    """The location of a node: its name or address, the port for peers and the port for clients."""

    host: str
    mesh_port: int
    client_port: int

    @property
    def address(self) -> str:
        """The address for clients."""
        return f"{self.host}:{self.client_port}"


# -- requests


class Write(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Answered by :class:`WriteReply`."""

    request: Request


class Read(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Answered by :class:`ReadReply`."""

    key: bytes
    mode: int


class Scan(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Keys in [``start``, ``end``) (empty ``end``: no end).  Answered by :class:`ScanReply`."""

    start: bytes
    end: bytes
    limit: int
    mode: int


class Watch(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Answered by :class:`WatchReply` repeatedly, until the connection ends.

    ``after`` holds the clock up to which each slot has been seen.  Other slots are reported from now on (first their
    current clock, without events); with ``all_remembered``, and if they arrive later, from the oldest remembered event.
    """

    start: bytes
    end: bytes
    after: dict[int, int]
    all_remembered: bool = False


class KeepAlive(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Renew a lease.  Answered by :class:`WriteReply`."""

    lease: int


class FetchSlot(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """The contents of a slot when layout ``number`` took it from a group.  Answered by :class:`FetchSlotReply`."""

    number: int
    slot: int


class HasSlots(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """Which of these slots have arrived at the group that layout ``number`` gave them to.

    Answered by :class:`HasSlotsReply`.
    """

    number: int
    slots: tuple[int, ...]


class GetLayout(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """The layout with a number, or the latest (-1).  Answered by :class:`LayoutReply`."""

    number: int


class ChangeLayout(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """A group joins or leaves.  Answered by :class:`LayoutReply`."""

    change: Join | Leave


class ChangeMembers(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """Add nodes to a group or remove them; those of ``learn`` get its log without a vote.

    Answered by :class:`Acknowledged` once the change is accepted, by :class:`Refused` if it is not allowed now.
    """

    add: dict[int, Node]
    remove: tuple[int, ...]
    learn: dict[int, Node] = {}


class Transfer(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """Transfer leadership to a node.  Answered by :class:`Acknowledged`."""

    to: int


class GetStatus(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """Answered by :class:`Status`, by any node."""


class Register(msgspec.Struct, frozen=True, array_like=True, tag=13):
    """Record the life of a founder's disk, before the founder takes part.

    Answered by :class:`RegisterReply`, by any node.
    """

    node: int
    life: str


class Readmit(msgspec.Struct, frozen=True, array_like=True, tag=14):
    """Append a mark for a replica that has lost its disk.  Answered by :class:`ReadmitReply`.

    ``life`` distinguishes this loss from an earlier one: the mark must be newer than the request.
    """

    node: int
    life: str


class GetReplicaStatus(msgspec.Struct, frozen=True, array_like=True, tag=15):
    """Answered by :class:`ReplicaStatusReply`, by any node that runs or will run a replica of the group."""


RpcRequest = (
    Write
    | Read
    | Scan
    | Watch
    | KeepAlive
    | FetchSlot
    | HasSlots
    | GetLayout
    | ChangeLayout
    | ChangeMembers
    | Transfer
    | GetStatus
    | Register
    | Readmit
    | GetReplicaStatus
)

# -- replies


class WriteReply(msgspec.Struct, frozen=True, array_like=True, tag=65):
    """The result of a command."""

    result: Result


class ReadReply(msgspec.Struct, frozen=True, array_like=True, tag=66):
    """The record of a key, if it exists."""

    record: Record | None


class ScanReply(msgspec.Struct, frozen=True, array_like=True, tag=67):
    """Keys and their records, in order, of the slots of this group."""

    pairs: list[tuple[bytes, Record]]
    slots: tuple[int, ...]


class WatchReply(msgspec.Struct, frozen=True, array_like=True, tag=68):
    """All events of a slot after clock ``since`` and up to ``clock``.

    ``left``: the slot has left this group; another group reports further events.
    """

    slot: int
    since: int
    clock: int
    events: list[Event]
    left: bool = False


class FetchSlotReply(msgspec.Struct, frozen=True, array_like=True, tag=69):
    """The contents of a slot; None if that layout is not adopted yet, or the slot has been fetched already."""

    content: bytes | None


class HasSlotsReply(msgspec.Struct, frozen=True, array_like=True, tag=76):
    """Those of the requested slots that have arrived."""

    slots: tuple[int, ...]


class Acknowledged(msgspec.Struct, frozen=True, array_like=True, tag=70):
    """It is done, or under way."""

    yes: bool


class LayoutReply(msgspec.Struct, frozen=True, array_like=True, tag=71):
    """A layout; None if there is none with that number."""

    layout: Layout | None


class Status(msgspec.Struct, frozen=True, array_like=True, tag=72):
    """The state of a group, as one replica knows it."""

    node: int
    leader: int
    term: int
    commit_index: int
    applied_index: int
    voters: tuple[int, ...]
    layout: int
    slots: int
    keys: int


class RegisterReply(msgspec.Struct, frozen=True, array_like=True, tag=77):
    """The recorded life of that founder: the one in the request, or an earlier one, whose disk was lost."""

    life: str


class ReadmitReply(msgspec.Struct, frozen=True, array_like=True, tag=78):
    """The mark is committed at ``index``, in the term (ballot) ``term`` of ``leader``."""

    index: int
    term: int
    leader: int


class ReplicaStatusReply(msgspec.Struct, frozen=True, array_like=True, tag=79):
    """The status of a replica (:mod:`~catenet.application.replication.replica_status`), and the voters it knows.

    ``running`` is False if it has stopped, because its disk failed.
    """

    state: str
    voters: tuple[int, ...]
    running: bool = True


class Redirect(msgspec.Struct, frozen=True, array_like=True, tag=73):
    """Ask the leader; ``address`` is empty if it is unknown.  The request was not executed."""

    address: str


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=74):
    """The request was not executed; the reason is one of :mod:`~catenet.application.kv.state.results`, or text."""

    status: int
    reason: str


class UnknownOutcome(msgspec.Struct, frozen=True, array_like=True, tag=75):
    """The outcome is unknown.  Sending the same request again is safe."""

    reason: str


Reply = (
    WriteReply
    | ReadReply
    | ScanReply
    | WatchReply
    | FetchSlotReply
    | HasSlotsReply
    | Acknowledged
    | LayoutReply
    | Status
    | RegisterReply
    | ReadmitReply
    | ReplicaStatusReply
    | Redirect
    | Refused
    | UnknownOutcome
)


class Call(msgspec.Struct, frozen=True, array_like=True):
    """A request to a group on that node."""

    number: int
    group: int
    request: RpcRequest


class CallReply(msgspec.Struct, frozen=True, array_like=True):
    """The reply to the call of that number."""

    number: int
    reply: Reply


calls: Final = msgspec.msgpack.Decoder(Call)
replies: Final = msgspec.msgpack.Decoder(CallReply)
_encoder: Final = msgspec.msgpack.Encoder()


def frame(message: Call | CallReply) -> bytes:
    """The octets of a message, with its length before it."""
    octets = _encoder.encode(message)
    return _LENGTH.pack(len(octets)) + octets


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The next message's octets.

    Raises asyncio.IncompleteReadError at the end, ValueError for one that is too long.
    """
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > MAX_FRAME_OCTETS:
        raise ValueError(f"a message must have at most {MAX_FRAME_OCTETS} octets, not {length}")
    return await reader.readexactly(length)
