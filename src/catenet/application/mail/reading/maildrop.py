"""A mailbox that one client has open: its messages by number, and the marks for deletion (RFC 1939 section 4)."""

from __future__ import annotations

import re
from typing import Final

from catenet.application.mail.mailboxes import Entry, Mailboxes
from catenet.application.mail.message import crlf

_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Maildrop:
    """The messages that were there at the login, numbered from 1; later ones are for the next login."""

    def __init__(self, boxes: Mailboxes, address: str, entries: list[Entry]) -> None:
        self.address: Final = address
        self._boxes: Final = boxes
        self._entries: Final = entries
        self._deleted: Final[set[int]] = set()

    @classmethod
    async def open(cls, boxes: Mailboxes, address: str) -> Maildrop:
        """Raises OSError."""
        return cls(boxes, address, await boxes.entries(address))

    def present(self) -> list[tuple[int, Entry]]:
        """The messages that are not marked, with their numbers."""
        return [(number, one) for number, one in enumerate(self._entries, 1) if number not in self._deleted]

    def find(self, number: str) -> tuple[int, Entry] | None:
        """A message that is not marked."""
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            return None
        index = int(number)
        if not 1 <= index <= len(self._entries) or index in self._deleted:
            return None
        return index, self._entries[index - 1]

    async def content(self, entry: Entry) -> bytes:
        """A message whole; from now on it was seen.  Raises OSError."""
        return await self._boxes.read(self.address, entry.name, seen=True)

    async def top(self, entry: Entry, lines: int) -> bytes:
        """The header, and so many lines of the body.  Raises OSError."""
        content = await self._boxes.read(self.address, entry.name)
        head, blank, body = content.partition(b"\r\n\r\n")
        kept = body.removesuffix(b"\r\n").split(b"\r\n", lines)[:lines] if body else []
        return head + blank + b"".join(line + b"\r\n" for line in kept)

    def delete(self, number: int) -> None:
        """Mark a message."""
        self._deleted.add(number)

    def reset(self) -> None:
        """Remove all marks."""
        self._deleted.clear()

    async def update(self) -> int:
        """Remove what is marked, and return how many messages that were.  Raises OSError."""
        removed = 0
        for number in sorted(self._deleted):
            await self._boxes.remove(self.address, self._entries[number - 1].name)
            removed += 1
        return removed


def multiline(text: bytes) -> bytes:
    """The lines of a reply, with the dot that ends them (section 3)."""
    return _LEADING_DOT.sub(b"..", crlf(text)) + b".\r\n" if text else b".\r\n"
