"""Calls and replies between clients and servers: MessagePack, each message after its length in four octets.

A client may have many calls under way over one connection; a reply carries the number of its call.  Servers ask
each other in the same way when a slot moves.
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
"""The leader asks a majority whether it still leads, and answers then."""
LEASE: Final = 1
"""The leader answers at once while its lease runs: right as long as no clock runs faster than it should."""
STALE: Final = 2
"""Whoever is asked answers with what it has."""

MESH_PORT: Final = 7710
CLIENT_PORT: Final = 7711
"""The ports that a store takes if it has no reason for others: those that no protocol of Wireshark's claims."""

MOST_FRAME_OCTETS: Final = 64 << 20
_LENGTH: Final = struct.Struct("!I")


class Node(msgspec.Struct, frozen=True, array_like=True):
    """Where a node is: its name or address, the port for its peers and the port for clients."""

    host: str
    mesh_port: int
    client_port: int

    @property
    def address(self) -> str:
        """Where clients find it."""
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
    """Keys from ``start`` up to before ``end`` (empty: no end).  Answered by :class:`ScanReply`."""

    start: bytes
    end: bytes
    limit: int
    mode: int


class Watch(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Answered by :class:`WatchReply` again and again, until the connection ends.

    ``after`` is how far each slot has been seen.  A slot that is not in it is told from now on (first how far it is
    now, without events); with ``all_remembered``, and if it comes later, from as far back as is remembered.
    """

    start: bytes
    end: bytes
    after: dict[int, int]
    all_remembered: bool = False


class KeepAlive(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """A lease begins anew.  Answered by :class:`WriteReply`."""

    lease: int


class FetchSlot(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """What a group had when layout ``number`` took a slot from it.  Answered by :class:`FetchSlotReply`."""

    number: int
    slot: int


class HasSlots(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """Which of these slots have arrived at the group that layout ``number`` gave them to.

    Answered by :class:`HasSlotsReply`.
    """

    number: int
    slots: tuple[int, ...]


class GetLayout(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """The layout of that number, or the latest (-1).  Answered by :class:`LayoutReply`."""

    number: int


class ChangeLayout(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """A group joins or leaves.  Answered by :class:`LayoutReply`."""

    change: Join | Leave


class ChangeMembers(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """Nodes join or leave a group; those of ``learn`` get its log and have no vote.

    Answered by :class:`Acknowledged` once the change is under way, by :class:`Refused` if it must not be made now.
    """

    add: dict[int, Node]
    remove: tuple[int, ...]
    learn: dict[int, Node] = {}


class Transfer(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """Another node is to lead.  Answered by :class:`Acknowledged`."""

    to: int


class GetStatus(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """Answered by :class:`Status`, by any node."""


class Register(msgspec.Struct, frozen=True, array_like=True, tag=13):
    """A founder is about to take part: write down the life of its disk.

    Answered by :class:`RegisterReply`, by any node.
    """

    node: int
    life: str


class Readmit(msgspec.Struct, frozen=True, array_like=True, tag=14):
    """A replica has lost its disk: mark from where it may count again.  Answered by :class:`ReadmitReply`.

    ``life`` tells this loss from an earlier one: the mark has to be younger than the question.
    """

    node: int
    life: str


class GetReplicaStatus(msgspec.Struct, frozen=True, array_like=True, tag=15):
    """Answered by :class:`ReplicaStatusReply`, by any node that is to have a replica of the group."""


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
    """What came of a command."""

    result: Result


class ReadReply(msgspec.Struct, frozen=True, array_like=True, tag=66):
    """What a key holds, if it is there."""

    record: Record | None


class ScanReply(msgspec.Struct, frozen=True, array_like=True, tag=67):
    """Keys and what they hold, in order, of the slots that are here."""

    pairs: list[tuple[bytes, Record]]
    slots: tuple[int, ...]


class WatchReply(msgspec.Struct, frozen=True, array_like=True, tag=68):
    """All that happened in a slot after clock ``since`` and up to ``clock``.

    ``left``: the slot is not in this group any more; another will tell on.
    """

    slot: int
    since: int
    clock: int
    events: list[Event]
    left: bool = False


class FetchSlotReply(msgspec.Struct, frozen=True, array_like=True, tag=69):
    """A slot's content; None if that layout has not come here yet, or the slot has been fetched already."""

    content: bytes | None


class HasSlotsReply(msgspec.Struct, frozen=True, array_like=True, tag=76):
    """Those of the slots that were asked for."""

    slots: tuple[int, ...]


class Acknowledged(msgspec.Struct, frozen=True, array_like=True, tag=70):
    """It is done, or under way."""

    yes: bool


class LayoutReply(msgspec.Struct, frozen=True, array_like=True, tag=71):
    """A layout; None if there is none of that number."""

    layout: Layout | None


class Status(msgspec.Struct, frozen=True, array_like=True, tag=72):
    """How a replica sees its group."""

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
    """The life that is written down for that founder: its own, or an earlier one, which it has lost."""

    life: str


class ReadmitReply(msgspec.Struct, frozen=True, array_like=True, tag=78):
    """The mark stands at ``index``, in the term (ballot) ``term`` of ``leader``, and is decided."""

    index: int
    term: int
    leader: int


class ReplicaStatusReply(msgspec.Struct, frozen=True, array_like=True, tag=79):
    """How far a replica may go (:mod:`~catenet.application.replication.replica_status`), and who votes as it knows.

    ``running`` is False if it has stopped, because its disk failed.
    """

    state: str
    voters: tuple[int, ...]
    running: bool = True


class Redirect(msgspec.Struct, frozen=True, array_like=True, tag=73):
    """Ask the leader; ``address`` is empty if it is not known.  Nothing was done."""

    address: str


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=74):
    """Nothing was done, and why: one of :mod:`~catenet.application.kv.state.results`, or words."""

    status: int
    reason: str


class UnknownOutcome(msgspec.Struct, frozen=True, array_like=True, tag=75):
    """Nobody here knows whether it was done or will be.  To send the same request again is safe."""

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
    if length > MOST_FRAME_OCTETS:
        raise ValueError(f"a message of {length} octets; at most {MOST_FRAME_OCTETS}")
    return await reader.readexactly(length)
