"""Messages as octets: numbers, octets, entries and memberships, one after the other, in the order of their class.

Numbers are varints, what is true or false is 0 or 1, octets are preceded by their count.
"""

from __future__ import annotations

from typing import Final

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
