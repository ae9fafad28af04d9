"""Messages and records as octets: MessagePack arrays, checked on the way in.

Each kind of message has a line in :data:`KINDS` of its protocol's module: a code, the class, and what its fields are.
A message that does not fit its line is no message (:class:`ValueError`), so that a peer of another version, or a
stranger, cannot hand the state machine what its author did not write.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry, HardState, Membership

EntryFields = tuple[int, int, int, bytes]
MembershipFields = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]


class Kind(NamedTuple):
    """How a class of messages is written: the attributes in the order of its constructor's arguments, and their types.

    An attribute of type :class:`Entry`, ``list[Entry]`` or :class:`Membership` is written as its fields.
    """

    code: int
    made: type[Message]
    fields: tuple[tuple[str, Any], ...]


class MessageCodec:
    """Writes and reads the messages of one protocol."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self._kinds: Final = {kind.code: _Line(kind) for kind in kinds}
        self._codes: Final = {kind.made: kind.code for kind in kinds}
        if len(self._kinds) != len(kinds) or len(self._codes) != len(kinds):
            raise ValueError("two kinds of messages have one code, or one kind has two")

    def encode(self, message: Message) -> bytes:
        """The octets of a message.  Raises KeyError for a class that has no line."""
        code = self._codes[type(message)]
        return bytes((code,)) + self._kinds[code].write(message)

    def decode(self, octets: bytes) -> Message:
        """The message of those octets.  Raises ValueError for what is none."""
        line = self._kinds.get(octets[0]) if octets else None
        if line is None:
            raise ValueError(f"no message begins with {octets[:1]!r}")
        return line.read(octets)


class _Line:
    """One kind, ready for use."""

    def __init__(self, kind: Kind) -> None:
        names = [name for name, _ in kind.fields]
        self._made: Final = kind.made
        self._get: Final = attrgetter(*names) if len(names) > 1 else lambda message: (getattr(message, names[0]),)
        self._special: Final = [
            (place, *_SPECIAL[what]) for place, (_, what) in enumerate(kind.fields) if what in _SPECIAL
        ]
        types = tuple(_WIRE_TYPES.get(what, what) for _, what in kind.fields)
        self._decoder: Final = msgspec.msgpack.Decoder(tuple[types])  # type: ignore[valid-type]

    def write(self, message: Message) -> bytes:
        fields = list(self._get(message))
        for place, write, _ in self._special:
            fields[place] = write(fields[place])
        return msgspec.msgpack.encode(fields)

    def read(self, octets: bytes) -> Message:
        fields: list[Any] = list(self._decoder.decode(memoryview(octets)[1:]))
        for place, _, read in self._special:
            fields[place] = read(fields[place])
        return self._made(*fields)


def entry_fields(entry: Entry) -> EntryFields:
    """An entry as it is written."""
    return entry.term, entry.index, entry.kind, entry.data


def _write_entries(entries: list[Entry]) -> list[EntryFields]:
    return [(entry.term, entry.index, entry.kind, entry.data) for entry in entries]


def _read_entries(fields: list[EntryFields]) -> list[Entry]:
    return [Entry(term, index, kind, data) for term, index, kind, data in fields]


def _read_membership(fields: MembershipFields) -> Membership:
    return Membership(*fields)


ENTRIES: Final = "entries"
MEMBERSHIP: Final = "membership"
"""What a line of kinds says for fields of these classes."""

_SPECIAL: Final[dict[Any, tuple[Any, Any]]] = {
    ENTRIES: (_write_entries, _read_entries),
    MEMBERSHIP: (Membership.key, _read_membership),
}
_WIRE_TYPES: Final[dict[Any, Any]] = {ENTRIES: list[EntryFields], MEMBERSHIP: MembershipFields}


# -- what is kept on disk

_entries: Final = msgspec.msgpack.Decoder(tuple[int, int, bytes])
_states: Final = msgspec.msgpack.Decoder(tuple[int, int, int])
_metas: Final = msgspec.msgpack.Decoder(tuple[int, MembershipFields])


def entry_octets(entry: Entry) -> bytes:
    """An entry as a record of the store, which knows its index."""
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
    """What a protocol says of a snapshot."""
    return msgspec.msgpack.encode((term, membership.key()))


def meta_of(octets: bytes) -> tuple[int, Membership]:
    """The inverse of :func:`meta_octets`.  Raises ValueError."""
    term, fields = _metas.decode(octets)
    return term, Membership(*fields)
