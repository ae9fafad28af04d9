"""Tasks that stand in sets in the same order in every process.

asyncio keeps tasks in sets, and gives sets of them to programs: a task group cancels its tasks in the order of
a set, ``asyncio.wait`` returns two.  A set is in the order of hashes, and an object's hash is its address, which
is another one in every process.  A numbered task's hash is its number: how many tasks its loop had made before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from catenet.host.patches import Patch
from catenet.host.presence import present
from catenet.session.loop import Loop


class NumberedTask(asyncio.Task[Any]):
    """A task whose hash is its number."""

    __slots__ = ("_number",)
    _number: int

    def __hash__(self) -> int:
        try:
            return self._number
        except AttributeError:
            loop: Any = self.get_loop()
            self._number = next(loop.task_numbers)
            return self._number


class NumberingLoop(Loop):
    """A loop that numbers its tasks."""

    def __init__(self, *layers: Any, **options: Any) -> None:
        self.task_numbers = count()
        super().__init__(*layers, **options)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Schedule a coroutine; see ``asyncio.loop.create_task``."""
        if self.get_task_factory() is not None:
            return super().create_task(coro, **options)
        self._check_closed()
        task = NumberedTask(coro, loop=self, **options)
        source: Any = getattr(task, "_source_traceback", None)
        if source:
            # As asyncio does it: the traceback ends where the program called.
            del source[-1]
        return task


def task_patches() -> list[Patch]:
    """``asyncio.as_completed`` makes a set of the coroutines that it is given, before they are tasks."""
    real: Callable[..., Any] = asyncio.as_completed

    def as_completed(fs: Iterable[Any], **options: Any) -> Any:
        if present() is None or asyncio.iscoroutine(fs) or asyncio.isfuture(fs):
            return real(fs, **options)
        return real([asyncio.ensure_future(one) for one in dict.fromkeys(fs)], **options)

    return [Patch(asyncio, "as_completed", as_completed), Patch(asyncio.tasks, "as_completed", as_completed)]
