"""The encoding of a replica's data on disk: MessagePack, validated when it is read."""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.consensus.entry import Entry, HardState, Membership

MembershipFields = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]

_entries: Final = msgspec.msgpack.Decoder(tuple[int, int, bytes])
_states: Final = msgspec.msgpack.Decoder(tuple[int, int, int])
_metas: Final = msgspec.msgpack.Decoder(tuple[int, MembershipFields])


def entry_octets(entry: Entry) -> bytes:
    """An entry as a record of the store, without its index."""
    return msgspec.msgpack.encode((entry.term, entry.kind, entry.data))


def entry_of(index: int, octets: bytes) -> Entry:
    """The inverse of :func:`entry_octets`.  Raises ValueError."""
    term, kind, data = _entries.decode(octets)
    return Entry(term, index, kind, data)


def state_octets(state: HardState) -> bytes:
    """A hard state as the store's state."""
    return msgspec.msgpack.encode((state.term, state.vote, state.commit))


def state_of(octets: bytes) -> HardState:
    """The inverse of :func:`state_octets`.  Raises ValueError."""
    return HardState(*_states.decode(octets))


def meta_octets(term: int, membership: Membership) -> bytes:
    """A protocol's data about a snapshot."""
    return msgspec.msgpack.encode((term, membership.key()))


def meta_of(octets: bytes) -> tuple[int, Membership]:
    """The inverse of :func:`meta_octets`.  Raises ValueError."""
    term, fields = _metas.decode(octets)
    return term, Membership(*fields)
