"""The event loop of a host, and how its programs end.

A run leaves programs in the middle of what they do: servers that wait for the next request.  Left alone, the
interpreter would resume each of them with ``GeneratorExit`` once nobody holds the internet any more, at a
moment of the garbage collector's choosing and in nobody's name, and complain of tasks that were never
finished.  :meth:`HostLoop.abandon` cancels them in order, as the code of their host.  It is called by
:meth:`Host.close <catenet.host.host.Host.close>`, and at the latest when the interpreter ends; if the
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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

from catenet.host.ordered_tasks import OrderedTaskLoop
from catenet.host.sandbox.environment import installed

MOST_CANCELS: Final = 20
MOST_LAST_TURNS: Final = 200
_ALIVE: Final[WeakSet[HostLoop]] = WeakSet()


class HostLoop(OrderedTaskLoop):
    """A loop that nobody closes.

    ``pending`` are the tasks that the last run left unfinished; ``ending`` is true once they are being ended.
    """

    pending: tuple[asyncio.Task[Any], ...] = ()
    ending: bool = False

    def __init__(self, *layers: Any, **options: Any) -> None:
        super().__init__(*layers, **options)
        _ALIVE.add(self)

    def run_ended(self) -> None:
        """Remember what is unfinished: the collector lets go of asyncio's own list before anybody can look."""
        self.pending = tuple(in_order(self.unfinished_tasks()))
        for task in self.pending:
            silence(task)

    def lose_power(self) -> None:
        super().lose_power()
        self.run_ended()

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Log what nobody caught; while programs are being ended, say nothing, and put no words together."""
        if not self.ending:
            super().default_exception_handler(context)

    def abandon(self) -> None:
        """End every program where it stands.  The loop cannot be used afterwards."""
        if self.is_closed():
            return
        self.ending = True
        self._end_programs()
        self.pending = ()
        with suppress(Exception), in_silence():
            self.close()

    def _end_programs(self) -> None:
        if not self._unfinished():
            return  # nothing ran; the replacements cannot be made for the first time while the interpreter ends
        with installed(), in_silence():
            for _ in range(MOST_CANCELS):
                pending = self._unfinished()
                if not pending:
                    return
                for task in pending:
                    task.cancel()
                self._take_last_turns()
                for task in pending:
                    hear_out(task)
            for task in self._unfinished():
                self._end_by_force(task)

    def _unfinished(self) -> list[asyncio.Task[Any]]:
        tasks = dict.fromkeys([*self.pending, *in_order(self.unfinished_tasks())])
        return [task for task in tasks if not task.done()]

    def _take_last_turns(self) -> None:
        """Let programs see that they were cancelled.  Time stands still, and what they send goes nowhere."""
        for _ in range(MOST_LAST_TURNS):
            if self._queue.empty:
                return
            with suppress(BaseException):
                self._queue.take_turns()

    def _end_by_force(self, task: asyncio.Task[Any]) -> None:
        outer_loop = _get_running_loop()
        surroundings = self._queue.surroundings
        surroundings.enter()
        _set_running_loop(self)
        try:
            end_task(self, task)
        finally:
            _set_running_loop(outer_loop)
            surroundings.leave()

    def __del__(self) -> None:
        # The loop stays open: coroutines that the collector gets hold of before their tasks may still use it.
        if self.pending and not self.is_closed():
            self.ending = True
            self._end_programs()


def in_order(tasks: Iterable[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """Tasks in the order of their names, Task-2 before Task-10: sets have none."""
    return sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name()))


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


def hear_out(task: asyncio.Task[Any]) -> None:
    """Take note of how a task ended, so that asyncio does not find that nobody did."""
    if task.done() and not task.cancelled():
        task.exception()


def end_task(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    """End the coroutine of a task that does not let itself be cancelled, as one that waits for what never comes."""
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
