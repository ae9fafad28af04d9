"""The event loop of a host, and how its programs end.

A run leaves programs in the middle of what they do: servers that wait for the next request.  Left alone, the
interpreter would resume each of them with ``GeneratorExit`` once nobody holds the internet any more, at a
moment of the garbage collector's choosing and in nobody's name, and complain of tasks that were never
finished.  :meth:`HostLoop.abandon` cancels them in order, as the code of their host.  It is called by
:meth:`Host.close <catenet.host.machine.Host.close>`, and at the latest when the interpreter ends; if the
collector comes first, the programs are at least not complained of.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import warnings
from asyncio import _get_running_loop, _set_running_loop

# What asyncio's own tasks do before and after a step of theirs.
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

from catenet.host.surroundings import installed
from catenet.session.loop import Loop

MOST_CANCELS: Final = 100
MOST_TASKS_ENDED: Final = 1_000_000
_ALIVE: Final[WeakSet[HostLoop]] = WeakSet()


class HostLoop(Loop):
    """A loop that nobody closes.  ``pending`` are the tasks that the last run left unfinished."""

    pending: tuple[asyncio.Task[Any], ...] = ()

    def __init__(self, *layers: Any, **options: Any) -> None:
        super().__init__(*layers, **options)
        _ALIVE.add(self)

    def run_ended(self) -> None:
        """Remember what is unfinished: the collector lets go of asyncio's own list before anybody can look."""
        unfinished = asyncio.all_tasks(self)
        self.pending = tuple(sorted(unfinished, key=lambda task: (len(task.get_name()), task.get_name())))
        for task in self.pending:
            silence(task)

    def abandon(self) -> None:
        """End every program where it stands.  The loop cannot be used afterwards."""
        if self.is_closed():
            return
        self._end_programs()
        with suppress(Exception), in_silence():
            self.close()

    def _end_programs(self) -> None:
        outer_loop = _get_running_loop()
        surroundings = self._queue.surroundings
        with installed(), in_silence():
            surroundings.enter()
            _set_running_loop(self)
            try:
                self._end_tasks()
            finally:
                _set_running_loop(outer_loop)
                surroundings.leave()

    def _end_tasks(self) -> None:
        ended: list[asyncio.Task[Any]] = []
        while self.pending and len(ended) < MOST_TASKS_ENDED:
            for task in self.pending:
                end_task(self, task)
                ended.append(task)
            # On its way out a program may have begun another task.
            self.run_ended()
            self.pending = tuple(task for task in self.pending if task not in ended)
        self.pending = ()

    def __del__(self) -> None:
        # The loop stays open: coroutines that the collector gets hold of before their tasks may still use it.
        if self.pending and not self.is_closed():
            self._end_programs()


@contextmanager
def in_silence() -> Iterator[None]:
    """Neither warn nor log: what a program says while it is being ended is not the program's fault."""
    level = logging.root.manager.disable
    logging.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def silence(task: asyncio.Task[Any]) -> None:
    """Have nothing said when an unfinished task goes away."""
    known_to_typeshed_or_not: Any = task
    known_to_typeshed_or_not._log_destroy_pending = False


def end_task(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    """Cancel a task's coroutine here and now.

    What it does on its way out it does; what it then waits for will not come, and is cancelled too.
    """
    silence(task)
    coroutine: Any = task.get_coro()
    # A program may raise what it likes, and a task may have been cut short in the middle of a step.
    with suppress(BaseException):
        _enter_task(loop, task)
        try:
            for _ in range(MOST_CANCELS):
                coroutine.throw(asyncio.CancelledError())
            close(coroutine)
        finally:
            _leave_task(loop, task)


def close(coroutine: Any) -> None:
    """Close a coroutine that outlives cancellation, such as one that waits for tasks which never report their end.

    On its way out it may wait once more, and then has to be closed once more.
    """
    for _ in range(MOST_CANCELS):
        try:
            coroutine.close()
        except RuntimeError:
            continue
        return


@atexit.register
def abandon_all() -> None:
    """The interpreter ends: close the programs of every internet that still stands, in order of their names."""
    for loop in sorted(_ALIVE, key=lambda loop: loop.name):
        loop.abandon()
