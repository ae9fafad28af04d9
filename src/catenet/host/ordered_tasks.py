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
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, Final
from weakref import ref
from zlib import crc32

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch
from catenet.session.loop.loop import Loop

LOOP_SHIFT: Final = 30
"""The lowest bit of a task's hash that identifies its loop."""
LOOP_BITS: Final = 30
"""A hash has 61 bits."""
MIN_BEFORE_LETTING_GO: Final = 64


class OrderedTask(asyncio.Task[Any]):
    """A task whose hash is its number, below bits that identify its loop."""

    __slots__ = ("number",)
    number: int

    def __hash__(self) -> int:
        return self.number


class OwnTasks:
    """The tasks of a loop in the order in which they were made, kept weakly.

    Those that are done are let go of when as many have come as were there.
    """

    def __init__(self) -> None:
        self._tasks: list[ref[asyncio.Task[Any]]] = []
        self._most = MIN_BEFORE_LETTING_GO

    def __len__(self) -> int:
        """How many it keeps, those that are done included."""
        return len(self._tasks)

    def __iter__(self) -> Iterator[asyncio.Task[Any]]:
        return iter(dict.fromkeys(task for one in self._tasks if (task := one()) is not None))

    def add(self, task: asyncio.Task[Any]) -> None:
        """One more, or one that is there already."""
        self._tasks.append(ref(task))
        if len(self._tasks) > self._most:
            self._tasks = [one for one in self._tasks if _is_unfinished(one())]
            self._most = max(MIN_BEFORE_LETTING_GO, 2 * len(self._tasks))


def _is_unfinished(task: asyncio.Task[Any] | None) -> bool:
    return task is not None and not task.done()


class OrderedTaskLoop(Loop):
    """A loop that numbers and lists its tasks."""

    def __init__(self, *layers: Any, **options: Any) -> None:
        self.own_tasks: Final = OwnTasks()
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
        # the number first: asyncio puts a task into a set as it is made
        task = OrderedTask.__new__(OrderedTask)
        task.number = next(self.task_numbers)
        task.__init__(coro, loop=self, **options)  # type: ignore[misc]
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
