"""The commands of the store and the entries of its log, in MessagePack.

An entry of the log is either a client's (:class:`Request`, with session and sequence number, so that it is executed
once however often it is sent) or the store's own (a new layout, a slot that moves).  Keys and values are octets.
"""

from __future__ import annotations

from typing import Final

import msgspec

MAX_KEY_OCTETS: Final = 4096
MAX_VALUE_OCTETS: Final = 1 << 20


class Put(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Write a key; it is deleted when ``lease`` ends (0: never)."""

    key: bytes
    value: bytes
    lease: int = 0


class Delete(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Remove a key."""

    key: bytes


class CompareAndSet(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Write ``value`` if the key has the value ``expected``; None means that the key does not exist, for both."""

    key: bytes
    expected: bytes | None
    value: bytes | None


class Grant(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Grant a lease of ``ttl_ns``; an existing one is renewed."""

    lease: int
    ttl_ns: int


class Revoke(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """End a lease: its keys are deleted."""

    lease: int


class Configure(msgspec.Struct, frozen=True, array_like=True, tag=16):
    """A new layout: ``owners[slot]`` is the group of each slot.  Layouts are adopted one by one, in order."""

    number: int
    owners: tuple[int, ...]


class Install(msgspec.Struct, frozen=True, array_like=True, tag=17):
    """The contents of a slot from the group that had it before layout ``number``."""

    number: int
    slot: int
    content: bytes


class Forget(msgspec.Struct, frozen=True, array_like=True, tag=18):
    """The new owner of these slots by layout ``number`` has them: the copies in this group are deleted."""

    number: int
    slots: tuple[int, ...]


KeyOperation = Put | Delete | CompareAndSet
Operation = KeyOperation | Grant | Revoke


class Request(msgspec.Struct, frozen=True, array_like=True, tag=32):
    """A client's command: the ``sequence``-th (from 1) of its session for that slot.

    ``born`` is the slot's clock when the session began.  A session that is unknown and older than the last dropped one
    is refused: its command may have been executed.
    """

    session: int
    sequence: int
    born: int
    operation: Operation


Command = Request | Configure | Install | Forget

_decoder: Final = msgspec.msgpack.Decoder(Command)
_encoder: Final = msgspec.msgpack.Encoder()


def encode(command: Command) -> bytes:
    """Encode one entry of the log."""
    return _encoder.encode(command)


def decode(octets: bytes) -> Command:
    """The inverse of :func:`encode`.  Raises ValueError for invalid octets."""
    found: Command = _decoder.decode(octets)
    return found


def fault(operation: Operation) -> str:
    """The fault of a client's command; empty if it is valid."""
    if isinstance(operation, KeyOperation) and not 0 < len(operation.key) <= MAX_KEY_OCTETS:
        return f"a key must have 1 to {MAX_KEY_OCTETS} octets, not {len(operation.key)}"
    value = None if isinstance(operation, Delete | Grant | Revoke) else operation.value
    if value is not None and len(value) > MAX_VALUE_OCTETS:
        return f"a value must have at most {MAX_VALUE_OCTETS} octets, not {len(value)}"
    if isinstance(operation, Grant) and operation.ttl_ns <= 0:
        return f"the duration of a lease must be positive, not {operation.ttl_ns} ns"
    if isinstance(operation, Grant | Revoke) and not 0 < operation.lease < 1 << 63:
        return f"the number of a lease must be from 1 to 2⁶³ - 1, not {operation.lease}"
    return ""
