"""Tasks that stand in sets in the same order in every process.

asyncio keeps tasks in sets, and gives sets of them to programs: a task group cancels its tasks in the order of
a set, ``asyncio.wait`` returns two.  A set is in the order of hashes, and an object's hash is its address, which
is another one in every process.  A numbered task's hash is its number: how many tasks its loop had made before.  Above
the number, where the order in a set does not depend on it, the hash has bits of its loop: asyncio's own set holds the
tasks of the whole process, and those of thousands of loops would all be in one another's way.

A loop also keeps its own tasks: asyncio has one list for the whole process, which in a simulation of thousands of hosts
is long, and a question about one host would cost as much as all of them have tasks.
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
"""The lowest bit of a task's hash that tells its loop."""
LOOP_BITS: Final = 30
"""A hash has 61 bits."""


class OrderedTask(asyncio.Task[Any]):
    """A task whose hash is its number, below bits that tell its loop."""

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
    """A loop that numbers its tasks, and knows them."""

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
            # As asyncio does it: the traceback ends where the program called.
            del source[-1]
        return task


def adopt_strays() -> None:
    """Give each loop the tasks of it that were made without it, by ``asyncio.Task(...)``: one look at all there are."""
    tasks: Any = asyncio.tasks
    # The first is what 3.11 calls it.
    registered = tasks._all_tasks if hasattr(tasks, "_all_tasks") else tasks._scheduled_tasks
    for task in list(registered):
        loop = task.get_loop()
        if type(task) is not OrderedTask and isinstance(loop, OrderedTaskLoop):
            loop.own_tasks.add(task)


def task_patches() -> list[Patch]:
    """``asyncio.as_completed`` makes a set of the coroutines that it is given, before they are tasks."""
    real: Callable[..., Any] = asyncio.as_completed

    def as_completed(fs: Iterable[Any], **options: Any) -> Any:
        if present() is None or asyncio.iscoroutine(fs) or asyncio.isfuture(fs):
            return real(fs, **options)
        return real([asyncio.ensure_future(one) for one in dict.fromkeys(fs)], **options)

    return [Patch(asyncio, "as_completed", as_completed), Patch(asyncio.tasks, "as_completed", as_completed)]
