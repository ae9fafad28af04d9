"""Delivered messages on a disk, a folder for each mailbox and a file for each message, as in Maildir.

A message is written as ``NAME.part``, synced and renamed to ``NAME``, so a file of the final name is complete;
``NAME:2,S`` is a message that was seen.  The name is made from the message's id in the queue: a delivery that is
repeated after a crash replaces the same file.
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import Final, NamedTuple

from catenet.application.mail.address import parse_address
from catenet.application.mail.message import parsed
from catenet.application.storage.disk import Disk
from catenet.application.storage.files import Files

PART: Final = ".part"
SEEN: Final = ":2,S"


class Entry(NamedTuple):
    """A message in a mailbox, without its content."""

    name: str
    seen: bool
    octets: int


class Stored(NamedTuple):
    """A message in a mailbox."""

    name: str
    seen: bool
    content: bytes

    def message(self) -> EmailMessage:
        """The message, parsed."""
        return parsed(self.content)


class Mailboxes:
    """The mailboxes below one folder of a disk, by address."""

    def __init__(self, disk: Disk, folder: str = "mail") -> None:
        self._disk: Final = disk
        self._folder: Final = f"{folder}/boxes"

    async def deliver(self, address: str, name: str, content: bytes) -> None:
        """Store a message durably; one of the same name is there already if a crash repeats a delivery."""
        box = self._box(address)

        def step(files: Files) -> None:
            files.make_folder(box)
            if name not in {one.removesuffix(SEEN) for one in files.names(box)}:
                write_whole(files, f"{box}/{name}", content)
            files.sync_folder(box)

        await self._disk.run(step)

    async def entries(self, address: str) -> list[Entry]:
        """The messages of a mailbox without their contents, the oldest first.  Raises OSError."""
        box = self._box(address)

        def step(files: Files) -> list[Entry]:
            found = []
            for name in files.names(box):
                if not name.endswith(PART):
                    with files.open(f"{box}/{name}") as file:
                        found.append(Entry(name.removesuffix(SEEN), name.endswith(SEEN), file.size()))
            return found

        return await self._disk.run(step)

    async def read(self, address: str, name: str, *, seen: bool = False) -> bytes:
        """A message's content; with ``seen`` it is marked as seen.  Raises FileNotFoundError if there is none."""
        box = self._box(address)

        def step(files: Files) -> bytes:
            path = f"{box}/{name}"
            if files.exists(path + SEEN):
                return files.read_whole(path + SEEN)
            content = files.read_whole(path)
            if seen:
                files.rename(path, path + SEEN)
                files.sync_folder(box)
            return content

        return await self._disk.run(step)

    async def messages(self, address: str) -> list[Stored]:
        """The messages of a mailbox, the oldest first."""
        box = self._box(address)

        def step(files: Files) -> list[Stored]:
            names = [name for name in files.names(box) if not name.endswith(PART)]
            found = [(name, files.read_whole(f"{box}/{name}")) for name in names]
            return [Stored(name.removesuffix(SEEN), name.endswith(SEEN), content) for name, content in found]

        return await self._disk.run(step)

    async def mark_seen(self, address: str, name: str) -> None:
        """Mark a message as seen, durably.  Raises FileNotFoundError if there is none that is new."""
        box = self._box(address)

        def step(files: Files) -> None:
            files.rename(f"{box}/{name}", f"{box}/{name}{SEEN}")
            files.sync_folder(box)

        await self._disk.run(step)

    async def remove(self, address: str, name: str) -> None:
        """Remove a message, durably.  Raises FileNotFoundError if there is none."""
        box = self._box(address)

        def step(files: Files) -> None:
            path = f"{box}/{name}"
            files.remove(path + SEEN if files.exists(path + SEEN) else path)
            files.sync_folder(box)

        await self._disk.run(step)

    def _box(self, address: str) -> str:
        """The folder of a mailbox: its address, with a slash of the local part written as no address can be."""
        return f"{self._folder}/{parse_address(address).key.replace('/', ',')}"


def write_whole(files: Files, path: str, content: bytes) -> None:
    """Write a file under a temporary name, sync and rename it; the caller syncs the folder."""
    part = path + PART
    with files.open(part, create=True) as file:
        file.truncate(0)
        file.write(0, content)
        file.sync()
    files.rename(part, path)
