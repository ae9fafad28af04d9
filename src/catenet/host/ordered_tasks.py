"""Tasks whose sets have the same order in every process.

asyncio keeps tasks in sets, and returns sets of them to programs: a task group cancels its tasks in the order of a
set, ``asyncio.wait`` returns two sets.  The order of a set depends on hashes, and an object's hash is its address,
which differs between processes.  A numbered task's hash is its number: the count of tasks that its loop had created
before.  The higher bits, on which the order in a set does not depend, identify its loop: asyncio's own set holds the
tasks of the whole process, and those of thousands of loops would collide.

A loop also keeps a list of its own tasks: asyncio has one list for the whole process, so a query for one of thousands
of hosts would take time proportional to the tasks of all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, Final
from weakref import WeakSet
from zlib import crc32

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch
from catenet.session.loop.loop import Loop

LOOP_SHIFT: Final = 30
"""The lowest bit of a task's hash that identifies its loop."""
LOOP_BITS: Final = 30
"""A hash has 61 bits."""


class OrderedTask(asyncio.Task[Any]):
    """A task whose hash is its number, below bits that identify its loop."""

    __slots__ = ("_number",)
    _number: int

    def __hash__(self) -> int:
        try:
            return self._number
        except AttributeError:
            loop: Any = self.get_loop()
            self._number = next(loop.task_numbers)
            return self._number


class OrderedTaskLoop(Loop):
    """A loop that numbers and lists its tasks."""

    def __init__(self, *layers: Any, **options: Any) -> None:
        self.own_tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        super().__init__(*layers, **options)
        self.task_numbers: count[int] = count(crc32(self.name.encode()) % (1 << LOOP_BITS) << LOOP_SHIFT)

    def unfinished_tasks(self) -> list[asyncio.Task[Any]]:
        return [task for task in self.own_tasks if not task.done()]

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Schedule a coroutine; see ``asyncio.loop.create_task``."""
        if self.get_task_factory() is not None:
            made = super().create_task(coro, **options)
            if isinstance(made, asyncio.Task):
                self.own_tasks.add(made)
            return made
        self._check_closed()
        task = OrderedTask(coro, loop=self, **options)
        self.own_tasks.add(task)
        source: Any = getattr(task, "_source_traceback", None)
        if source:
            # As in asyncio: the traceback ends at the program's call.
            del source[-1]
        return task


def adopt_strays() -> None:
    """Register tasks that were created by ``asyncio.Task(...)`` with their loops, in one pass over all tasks."""
    tasks: Any = asyncio.tasks
    # The first name is that of Python 3.11.
    registered = tasks._all_tasks if hasattr(tasks, "_all_tasks") else tasks._scheduled_tasks
    for task in list(registered):
        loop = task.get_loop()
        if type(task) is not OrderedTask and isinstance(loop, OrderedTaskLoop):
            loop.own_tasks.add(task)


def task_patches() -> list[Patch]:
    """Patches for ``asyncio.as_completed``, which makes a set of its coroutines before they are tasks."""
    real: Callable[..., Any] = asyncio.as_completed

    def as_completed(fs: Iterable[Any], **options: Any) -> Any:
        if present() is None or asyncio.iscoroutine(fs) or asyncio.isfuture(fs):
            return real(fs, **options)
        return real([asyncio.ensure_future(one) for one in dict.fromkeys(fs)], **options)

    return [Patch(asyncio, "as_completed", as_completed), Patch(asyncio.tasks, "as_completed", as_completed)]
