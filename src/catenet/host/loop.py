"""The event loop of a host, and how its programs end.

A run leaves unfinished programs, such as servers that wait for the next request.  Without further action the garbage
collector would resume each with ``GeneratorExit`` at an arbitrary time, outside its host, and asyncio would warn of
pending tasks.  :meth:`HostLoop.abandon` cancels them in order, as code of their host.  :meth:`Host.close
<catenet.host.host.Host.close>` calls it, and at the latest the end of the interpreter; if the collector runs first,
asyncio at least prints no warnings.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import warnings
from asyncio import _get_running_loop, _set_running_loop

# The functions that asyncio's tasks call before and after a step.
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

from catenet.host.ordered_tasks import OrderedTaskLoop
from catenet.host.sandbox.environment import installed

MAX_CANCELS: Final = 20
MAX_LAST_TURNS: Final = 200
_ALIVE: Final[WeakSet[HostLoop]] = WeakSet()
_silences = 0


class HostLoop(OrderedTaskLoop):
    """A host's event loop, which programs do not close.

    ``pending`` are the unfinished tasks of the last run; ``ending`` is true while they are being cancelled.
    """

    pending: tuple[asyncio.Task[Any], ...] = ()
    ending: bool = False

    def __init__(self, *layers: Any, **options: Any) -> None:
        super().__init__(*layers, **options)
        _ALIVE.add(self)

    def run_ended(self) -> None:
        """Record unfinished tasks, since the collector clears asyncio's own list first."""
        self.pending = tuple(in_order(self.unfinished_tasks()))
        for task in self.pending:
            silence(task)

    def lose_power(self) -> None:
        super().lose_power()
        self.run_ended()

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Log an uncaught exception; while programs are being cancelled, do nothing."""
        if not self.ending:
            super().default_exception_handler(context)

    def abandon(self) -> None:
        """Cancel every program.  The loop cannot be used afterwards."""
        if self.is_closed():
            return
        self._begin_ending()
        self._end_programs()
        self.pending = ()
        with suppress(Exception), in_silence():
            self.close()

    def _begin_ending(self) -> None:
        self.ending = True
        self._queue.silent = True

    def _end_programs(self) -> None:
        if not self._unfinished():
            return  # nothing ran; the replacements cannot be created while the interpreter ends
        with installed(), in_silence():
            for _ in range(MAX_CANCELS):
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
        """Let programs handle their cancellation.  Time does not advance, and sent packets are lost."""
        for _ in range(MAX_LAST_TURNS):
            if self._queue.empty:
                return
            with suppress(BaseException):
                self._queue.take_turns()

    def _end_by_force(self, task: asyncio.Task[Any]) -> None:
        outer_loop = _get_running_loop()
        environment = self._queue.environment
        environment.enter()
        _set_running_loop(self)
        try:
            end_task(self, task)
        finally:
            _set_running_loop(outer_loop)
            environment.leave()

    def __del__(self) -> None:
        # The loop stays open: coroutines that are collected before their tasks may still use it.
        if self.pending and not self.is_closed():
            self._begin_ending()
            self._end_programs()


def in_order(tasks: Iterable[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """Tasks sorted by name, Task-2 before Task-10, since sets are unordered."""
    return sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name()))


@contextmanager
def in_silence() -> Iterator[None]:
    """Suppress warnings and logs, since cancellation at the end is not the program's fault.

    Entering and leaving it costs as much as there are loggers; nested, it costs nothing.
    """
    global _silences
    if _silences:
        yield
        return
    _silences += 1
    level = logging.root.manager.disable
    logging.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        _silences -= 1
        logging.disable(level)


def silence(task: asyncio.Task[Any]) -> None:
    """Suppress asyncio's warning about a pending task."""
    known_to_typeshed_or_not: Any = task
    known_to_typeshed_or_not._log_destroy_pending = False


def hear_out(task: asyncio.Task[Any]) -> None:
    """Retrieve a task's exception, so that asyncio does not warn of it."""
    if task.done() and not task.cancelled():
        task.exception()


def end_task(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    """Close the coroutine of a task that does not end by cancellation."""
    silence(task)
    coroutine: Any = task.get_coro()
    # A program may raise anything, and a task may have been interrupted during a step.
    with suppress(BaseException):
        _enter_task(loop, task)
        try:
            for _ in range(MAX_CANCELS):
                coroutine.throw(asyncio.CancelledError())
            close(coroutine)
        finally:
            _leave_task(loop, task)


def close(coroutine: Any) -> None:
    """Close a coroutine that survives cancellation, such as one that waits for tasks that never end.

    It may wait again while it is closed, and then has to be closed again.
    """
    for _ in range(MAX_CANCELS):
        try:
            coroutine.close()
        except RuntimeError:
            continue
        return


@atexit.register
def abandon_all() -> None:
    """At the end of the interpreter, close the programs of every remaining internet, in order of their names."""
    for loop in sorted(_ALIVE, key=lambda loop: loop.name):
        loop.abandon()
