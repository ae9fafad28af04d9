"""A disk for asyncio programs: blocking work runs outside the event loop, one step after another.

A *step* is a function that takes :class:`~catenet.application.storage.files.Files` and may block.  On a real machine it
runs in the disk's own thread, so the event loop, and with it heartbeats and elections, continues during an fsync that
takes a second.  A simulated host's disk (:mod:`catenet.host.disk.disk`) runs it at one instant, and delivers its result
after the time that its calls would have taken.

:func:`machine_disk` returns the disk of the machine on which the program runs.
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
    """Runs steps in the order in which they were submitted."""

    async def run(self, step: Callable[[Files], T]) -> T:
        """Run one step, and return or raise its result.  A step that has begun cannot be cancelled."""
        raise AssertionError(f"{type(self).__name__} cannot run steps")

    def close(self) -> None:
        """Accept no more steps."""


class FileDisk(Disk):
    """The operating system's files below ``root``, with one thread."""

    def __init__(self, root: str | Path) -> None:
        self.root: Final = Path(root)
        self._files: Final = RealFiles(self.root)
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")

    async def run(self, step: Callable[[Files], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step, self._files)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


class Machine:
    """The machine on which the program runs.  A simulated host replaces it while its programs run."""

    def disk(self) -> Disk:
        """The files below the working directory."""
        return FileDisk(Path.cwd())

    def log_event(self, what: str, text: str) -> None:
        """Report an event of the storage: its kind, and a text.

        A real machine ignores it; a simulated host writes it to the trace of the run.
        """


MACHINE: Final = Machine()


def machine_disk() -> Disk:
    """The disk of this machine: the files below the working directory, or those of the simulated host."""
    return MACHINE.disk()
