"""A program of a host: a coroutine function that runs as a named task."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any, Final

from catenet.host.host_base import HostBase

LOGGER: Final = logging.getLogger("catenet.host")

RUNNING: Final = "running"
FINISHED: Final = "finished"
FAILED: Final = "failed"
STOPPED: Final = "stopped"
CRASHED: Final = "crashed"


class Process:
    """One program.  ``state`` is :data:`RUNNING`, and at the end one of

    - :data:`FINISHED`: it returned; ``result`` is what it returned (or it raised ``SystemExit`` of status 0);
    - :data:`FAILED`: it raised ``exception``, which was also logged to ``catenet.host``;
    - :data:`STOPPED`: it was cancelled, by :meth:`stop` or by a signal.

    A program that is still running when its host is closed stays :data:`RUNNING`: it did not end in the run.  One that
    ended with its host is :data:`CRASHED` until host and program start again; ``lives`` counts the starts. Times are
    nanoseconds of the kernel; ``ended_ns`` is -1 while it runs.
    """

    def __init__(
        self, host: HostBase, name: str, function: Callable[..., Any], args: tuple[Any, ...], *, service: bool = False
    ) -> None:
        self.host: Final = host
        self.name: Final = name
        self.service: Final = service
        """It is meant to run for ever: if it has failed, it is started again with its host."""
        self.state: str = RUNNING
        self.result: Any = None
        self.exception: BaseException | None = None
        self.task: asyncio.Task[Any] | None = None
        self.started_ns: int = -1
        self.ended_ns: int = -1
        self.begun = False
        """Whether its start time has passed."""
        self.lives: int = 0
        self._function: Final = function
        self._args: Final = args
        self._watchers: Final[list[Callable[[Process], object]]] = []

    def __repr__(self) -> str:
        return f"<Process {self.name} on {self.host.name}: {self.state}>"

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self.state == RUNNING

    def when_ended(self, watcher: Callable[[Process], object]) -> None:
        """Call ``watcher(process)`` when it has ended; at once if it has."""
        if self.running:
            self._watchers.append(watcher)
        else:
            watcher(self)

    def stop(self) -> None:
        """Cancel it.  Nothing happens if it has ended."""
        if self.task is not None:
            self.task.cancel()
        elif self.running:
            self._end(STOPPED)

    def start(self) -> None:
        """Start it.  Called in an iteration of the host's loop."""
        if not self.running:
            return
        self.started_ns = int(self.host.kernel.now_ns)
        self.lives += 1
        self.task = self.host.loop.create_task(self._main(), name=self.name)
        self.task.add_done_callback(self._done)

    def crash(self) -> None:
        """Its host has lost power: none of its code runs any more, not even cancellation handlers."""
        self.state = CRASHED
        self.task = None
        self.ended_ns = int(self.host.kernel.now_ns)

    def revive(self) -> None:
        """Its host starts again: the program starts from the beginning."""
        self.state = RUNNING
        self.exception = None
        self.started_ns = self.ended_ns = -1

    async def _main(self) -> Any:
        begun = self._function(*self._args)
        if not inspect.isawaitable(begun):
            name = getattr(self._function, "__qualname__", repr(self._function))
            raise TypeError(f"a host runs coroutine functions (`async def`), and {name} is not one")
        try:
            return await begun
        except SystemExit as ending:
            # Otherwise the interpreter would end, with every host.
            if ending.code not in (None, 0):
                raise ExitStatus(ending.code) from ending
            return None

    def _done(self, task: asyncio.Task[Any]) -> None:
        if self.host.ending or task is not self.task:
            return
        if task.cancelled():
            self._end(STOPPED)
            return
        self.exception = task.exception()
        if self.exception is None:
            self.result = task.result()
            self._end(FINISHED)
            return
        LOGGER.error(
            "host %s: process %s failed at %.9f s (seed %d)",
            self.host.name,
            self.name,
            int(self.host.kernel.now_ns) / 1e9,
            self.host.kernel.seed,
            exc_info=self.exception,
        )
        self._end(FAILED)

    def _end(self, state: str) -> None:
        self.state = state
        self.ended_ns = int(self.host.kernel.now_ns)
        for watcher in self._watchers:
            watcher(self)
        if not self.service:
            self._watchers.clear()


class ExitStatus(RuntimeError):
    """A program ended by ``SystemExit`` with a status other than 0."""

    def __init__(self, status: object) -> None:
        self.status = status
        super().__init__(f"the program exited with status {status!r}")
