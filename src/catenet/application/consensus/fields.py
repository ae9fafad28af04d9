"""Messages as octets: kind, sender, receiver and term, then the fields of that kind in the order of its class.

Numbers are varints, what is true or false is 0 or 1, octets are preceded by their count.
"""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import Entry, Membership
from catenet.application.consensus.varint import put_varint, take_varint


class Writer:
    """Gathers fields."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def number(self, value: int) -> None:
        self._parts.append(put_varint(value))

    def octets(self, value: bytes) -> None:
        self._parts.append(put_varint(len(value)))
        self._parts.append(value)

    def entries(self, entries: list[Entry]) -> None:
        self.number(len(entries))
        for entry in entries:
            self.number(entry.term)
            self.number(entry.index)
            self.number(entry.kind)
            self.octets(entry.data)

    def membership(self, membership: Membership) -> None:
        for group in (
            membership.voters,
            membership.outgoing,
            membership.learners,
            membership.learners_next,
            membership.witnesses,
        ):
            self.number(len(group))
            for member in group:
                self.number(member)
        self.number(int(membership.auto_leave))

    def data(self) -> bytes:
        return b"".join(self._parts)


def start(kind: int, message: Message, *numbers: int) -> Writer:
    """A writer that has the header of a message, and the numbers after it."""
    writer = Writer()
    writer.number(kind)
    writer.number(message.sender)
    writer.number(message.to)
    writer.number(message.term)
    for number in numbers:
        writer.number(number)
    return writer


class Reader:
    """Takes them again. Raises IndexError where they are cut off."""

    def __init__(self, data: bytes) -> None:
        self._data: Final = data
        self.at: int = 0

    def number(self) -> int:
        value, self.at = take_varint(self._data, self.at)
        return value

    def flag(self) -> bool:
        return self.number() != 0

    def octets(self) -> bytes:
        count = self.number()
        end = self.at + count
        if end > len(self._data):
            raise IndexError(f"{count} octets at {self.at} are cut off")
        value = self._data[self.at : end]
        self.at = end
        return value

    def entries(self) -> list[Entry]:
        return [Entry(self.number(), self.number(), self.number(), self.octets()) for _ in range(self.number())]

    def group(self) -> tuple[int, ...]:
        return tuple([self.number() for _ in range(self.number())])

    def membership(self) -> Membership:
        return Membership(self.group(), self.group(), self.group(), self.group(), self.group(), self.flag())

    def ended(self) -> bool:
        return self.at == len(self._data)


class MessageReader(Reader):
    """A message's header is read; its other fields follow. Raises IndexError where the header is cut off."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.kind: int = self.number()
        self.sender: int = self.number()
        self.to: int = self.number()
        self.term: int = self.number()

    def finish(self, message: Message) -> Message:
        """The message of which all was read. Raises ValueError if anything follows it."""
        if not self.ended():
            raise ValueError(f"{len(self._data) - self.at} octets follow a message")
        return message
