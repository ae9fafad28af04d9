"""What can be asked of the store, and what goes through its log, in MessagePack.

An entry of the log is either a client's (:class:`Request`, which says whose and which it is, so that it is carried
out once however often it is sent) or the store's own (a new layout, a slot that moves).  Keys and values are octets.
"""

from __future__ import annotations

from typing import Final

import msgspec

MOST_KEY_OCTETS: Final = 4096
MOST_VALUE_OCTETS: Final = 1 << 20


class Put(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Write; the key is deleted when ``lease`` ends (0: never)."""

    key: bytes
    value: bytes
    lease: int = 0


class Delete(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Remove a key."""

    key: bytes


class CompareAndSet(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Write ``value`` if the key holds ``expected``; None stands for no such key, on either side."""

    key: bytes
    expected: bytes | None
    value: bytes | None


class Grant(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Make a lease of ``ttl_ns``; one that is there already begins anew."""

    lease: int
    ttl_ns: int


class Revoke(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """End a lease: its keys are deleted."""

    lease: int


class Configure(msgspec.Struct, frozen=True, array_like=True, tag=16):
    """A new layout: ``owners[slot]`` is the group of each slot.  Layouts are taken one by one, in order."""

    number: int
    owners: tuple[int, ...]


class Install(msgspec.Struct, frozen=True, array_like=True, tag=17):
    """A slot has arrived from the group that had it before layout ``number``."""

    number: int
    slot: int
    content: bytes


class Forget(msgspec.Struct, frozen=True, array_like=True, tag=18):
    """The group that was given these slots with layout ``number`` has them now: the copies here can go."""

    number: int
    slots: tuple[int, ...]


KeyOperation = Put | Delete | CompareAndSet
Operation = KeyOperation | Grant | Revoke


class Request(msgspec.Struct, frozen=True, array_like=True, tag=32):
    """A client's command: the ``sequence``-th (from 1) that its session sends to that slot.

    ``born`` is how far the group's log was when the session first spoke to it.  A session that the store does not know
    and that is older than what it has forgotten is refused: its command may have been carried out.
    """

    session: int
    sequence: int
    born: int
    operation: Operation


Command = Request | Configure | Install | Forget

_decoder: Final = msgspec.msgpack.Decoder(Command)
_encoder: Final = msgspec.msgpack.Encoder()


def encode(command: Command) -> bytes:
    """The octets of one entry of the log."""
    return _encoder.encode(command)


def decode(octets: bytes) -> Command:
    """The inverse of :func:`encode`.  Raises ValueError for octets that are no command."""
    found: Command = _decoder.decode(octets)
    return found


def fault(operation: Operation) -> str:
    """What is wrong with a client's command, in words; empty if nothing is."""
    if isinstance(operation, KeyOperation) and not 0 < len(operation.key) <= MOST_KEY_OCTETS:
        return f"a key has 1 to {MOST_KEY_OCTETS} octets, not {len(operation.key)}"
    value = None if isinstance(operation, Delete | Grant | Revoke) else operation.value
    if value is not None and len(value) > MOST_VALUE_OCTETS:
        return f"a value has at most {MOST_VALUE_OCTETS} octets, not {len(value)}"
    if isinstance(operation, Grant) and operation.ttl_ns <= 0:
        return f"a lease lives longer than {operation.ttl_ns} ns"
    if isinstance(operation, Grant | Revoke) and not 0 < operation.lease < 1 << 63:
        return f"a lease's number is 1 to 2⁶³ - 1, not {operation.lease}"
    return ""
