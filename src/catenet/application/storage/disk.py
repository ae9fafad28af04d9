"""A disk, as an asyncio program sees it: work that blocks is done aside, one piece after another.

A *step* is a function that takes :class:`~catenet.application.storage.files.Files` and blocks as it likes.  On a real
machine it runs in the disk's own thread, so that the event loop, and with it heartbeats and elections, goes on during
an fsync that takes a second.  A simulated host's disk (:mod:`catenet.host.disk.disk`) runs it at one instant, and tells
its result when the time that its calls would have taken has passed.

:func:`machine_disk` is the disk of whatever machine the program runs on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from catenet.application.storage.files import Files
from catenet.application.storage.real import RealFiles

T = TypeVar("T")


class Disk:
    """Runs steps, in the order in which they were asked for."""

    async def run(self, step: Callable[[Files], T]) -> T:
        """Do one step, and give what it returns or raise what it raises.  A step that has begun is not cancelled."""
        raise AssertionError(f"{type(self).__name__} cannot run steps")

    def close(self) -> None:
        """Take no more steps."""


class FileDisk(Disk):
    """The operating system's files below ``root``, with one thread for them."""

    def __init__(self, root: str | Path) -> None:
        self.root: Final = Path(root)
        self._files: Final = RealFiles(self.root)
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")

    async def run(self, step: Callable[[Files], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step, self._files)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


class Machine:
    """The machine that the program runs on.  A simulated host answers in its place while its programs run."""

    def disk(self) -> Disk:
        """The files below the working directory."""
        return FileDisk(Path.cwd())

    def note(self, what: str, text: str) -> None:
        """Something has happened to what this machine keeps, as a kind of thing and a line for people.

        A real machine takes no notes of its own; a simulated host puts it into the trace of the run.
        """


MACHINE: Final = Machine()


def machine_disk() -> Disk:
    """The disk of this machine: the files below the working directory, or those of the simulated host."""
    return MACHINE.disk()
