"""The event loop of a host, and how its programs end.

A run leaves programs in the middle of what they do: servers that wait for the next request.  Left alone, the
interpreter would resume each of them with ``GeneratorExit`` once nobody holds the internet any more, at a
moment of the garbage collector's choosing and in nobody's name, and complain of tasks that were never
finished.  :meth:`HostLoop.abandon` closes them in order, as the code of their host.  It is called by
:meth:`Host.close <catenet.host.machine.Host.close>`, and at the latest when the interpreter ends; if the
collector comes first, the programs are at least not complained of.
"""

from __future__ import annotations

import asyncio
import atexit
import warnings
from asyncio import _get_running_loop, _set_running_loop
from contextlib import suppress
from typing import Any, Final
from weakref import WeakSet

from catenet.host.surroundings import installed
from catenet.session.loop import Loop

_ALIVE: Final[WeakSet[HostLoop]] = WeakSet()


class HostLoop(Loop):
    """A loop that nobody closes.  ``pending`` are the tasks that the last run left unfinished."""

    pending: tuple[asyncio.Task[Any], ...] = ()

    def __init__(self, *layers: Any, **options: Any) -> None:
        super().__init__(*layers, **options)
        _ALIVE.add(self)

    def run_ended(self) -> None:
        """Remember what is unfinished: the collector lets go of asyncio's own list before anybody can look."""
        self.pending = tuple(sorted(asyncio.all_tasks(self), key=lambda task: (len(task.get_name()), task.get_name())))
        for task in self.pending:
            silence(task)

    def abandon(self) -> None:
        """Close every program where it stands.  The loop cannot be used afterwards."""
        pending, self.pending = self.pending, ()
        if self.is_closed():
            return
        outer_loop = _get_running_loop()
        surroundings = self._queue.surroundings
        with installed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            surroundings.enter()
            _set_running_loop(self)
            try:
                for task in pending:
                    close_task(task)
            finally:
                _set_running_loop(outer_loop)
                surroundings.leave()
        with suppress(Exception):
            self.close()

    def __del__(self) -> None:
        self.abandon()


def silence(task: asyncio.Task[Any]) -> None:
    """Have nothing said when an unfinished task goes away."""
    known_to_typeshed_or_not: Any = task
    known_to_typeshed_or_not._log_destroy_pending = False


def close_task(task: asyncio.Task[Any]) -> None:
    """End a task's coroutine.  What it still wants to say or to wait for, nobody hears."""
    task._log_destroy_pending = False  # typeshed does not know it; the interpreter's Task has it
    coroutine: Any = task.get_coro()
    # A program may catch even GeneratorExit and go on to wait, or raise something else.
    with suppress(BaseException):
        coroutine.close()


@atexit.register
def abandon_all() -> None:
    """The interpreter ends: close the programs of every internet that still stands, in order of their names."""
    for loop in sorted(_ALIVE, key=lambda loop: loop.name):
        loop.abandon()
