"""The files of the queue: ``ID.message``, which never changes, and ``ID.state``, which is replaced at each change.

Each file is written under a temporary name, synced and renamed; then the folder is synced.  A message was accepted only
after that, so one whose files a power cut left incomplete was never acknowledged, and is removed at the start.
"""

from __future__ import annotations

import logging
from typing import Final

from catenet.application.counters import Counters
from catenet.application.mail.mailboxes import PART, write_whole
from catenet.application.mail.queue.entry import DamagedEntry, Entry, decode, encode, sealed, unsealed
from catenet.application.storage.disk import Disk
from catenet.application.storage.files import Files

LOG: Final = logging.getLogger("catenet.mail")
MESSAGE: Final = ".message"
STATE: Final = ".state"


class Spool:
    """The queue's folder.  All methods raise OSError if the disk fails."""

    def __init__(self, disk: Disk, folder: str, counters: Counters) -> None:
        self._disk: Final = disk
        self._folder: Final = f"{folder}/queue"
        self._counters: Final = counters

    async def recover(self) -> list[Entry]:
        """The messages that a former run left, the oldest first; removes what was never accepted."""
        found, damaged = await self._disk.run(self._recover)
        for name, error in damaged:
            self._counters.add("damaged-entries")
            LOG.error("queue: %s is damaged and stays where it is: %s", name, error)
        return found

    async def add(self, entry: Entry, content: bytes) -> bool:
        """Store a message durably; False if one of this id is there."""
        path = f"{self._folder}/{entry.id}"
        state = encode(entry)

        def step(files: Files) -> bool:
            files.make_folder(self._folder)
            if files.exists(path + STATE):
                files.sync_folder(self._folder)
                return False
            write_whole(files, path + MESSAGE, sealed(content))
            write_whole(files, path + STATE, state)
            files.sync_folder(self._folder)
            return True

        return await self._disk.run(step)

    async def save(self, entry: Entry) -> None:
        """Store a changed state durably."""
        path, state = f"{self._folder}/{entry.id}{STATE}", encode(entry)

        def step(files: Files) -> None:
            write_whole(files, path, state)
            files.sync_folder(self._folder)

        await self._disk.run(step)

    async def content(self, entry: Entry) -> bytes:
        """The message.  Raises :class:`DamagedEntry`."""
        path = f"{self._folder}/{entry.id}{MESSAGE}"
        return unsealed(await self._disk.run(lambda files: files.read_whole(path)))

    async def remove(self, queue_id: str) -> None:
        """Remove a message, durably; nothing happens if there is none."""

        def step(files: Files) -> None:
            self._remove(files, queue_id)
            files.sync_folder(self._folder)

        await self._disk.run(step)

    def _remove(self, files: Files, queue_id: str) -> None:
        for ending in (STATE, MESSAGE):
            path = f"{self._folder}/{queue_id}{ending}"
            if files.exists(path):
                files.remove(path)

    def _recover(self, files: Files) -> tuple[list[Entry], list[tuple[str, str]]]:
        files.make_folder(self._folder)
        found, damaged = [], []
        names = files.names(self._folder)
        for name in names:
            queue_id, dot, ending = name.partition(".")
            if ending not in (STATE[1:], MESSAGE[1:]):
                if name.endswith(PART):
                    files.remove(f"{self._folder}/{name}")
            elif not {queue_id + MESSAGE, queue_id + STATE} <= set(names):
                files.remove(f"{self._folder}/{name}")
            elif dot + ending == STATE:
                try:
                    found.append(decode(files.read_whole(f"{self._folder}/{name}")))
                except DamagedEntry as error:
                    damaged.append((name, str(error)))
        files.sync_folder(self._folder)
        return found, damaged
