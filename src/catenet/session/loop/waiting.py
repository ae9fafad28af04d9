"""What each task waits for: the lines of a deadlock report."""

from __future__ import annotations

import asyncio
import re
import weakref
from collections.abc import Callable
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any, Final

from catenet.kernel import Waiter

_NOT_THE_PROGRAMS: Final = (PurePath(asyncio.__file__).parent, PurePath(__file__).parents[2])


class LoopWaiter(Waiter):
    """The waiter of one loop: a line for each pending task, and with any, for each open transport.

    ``unfinished_tasks`` and ``open_ends`` are methods of the loop, which the waiter does not keep alive.
    """

    def __init__(
        self, name: str, unfinished_tasks: Callable[[], list[asyncio.Task[Any]]], open_ends: Callable[[], list[str]]
    ) -> None:
        super().__init__()
        self._name = name
        self._unfinished_tasks = weakref.WeakMethod(unfinished_tasks)
        self._open_ends = weakref.WeakMethod(open_ends)

    def waits_for(self) -> list[str]:
        unfinished_tasks, open_ends = self._unfinished_tasks(), self._open_ends()
        if unfinished_tasks is None or open_ends is None:
            return []
        lines = [task_line(task) for task in sorted(unfinished_tasks(), key=_age)]
        return [f"{self._name}: {line}" for line in (lines + open_ends() if lines else lines)]


def task_line(task: asyncio.Task[Any]) -> str:
    """A task's name, its coroutine, the line at which it is suspended and what it waits for."""
    coroutine = task.get_coro()
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    awaited = getattr(task, "_fut_waiter", None)
    return f"task {task.get_name()} ({name}) waits{suspended_at(coroutine)} for {awaited_text(awaited)}"


def suspended_at(awaitable: Any) -> str:
    """`` at FILE:LINE in FUNCTION`` of the innermost coroutine that an awaitable is suspended in.

    If that is in asyncio or Catenet, the innermost line of the program precedes it.
    """
    programs, innermost = "", ""
    while awaitable is not None:
        frame: FrameType | None = _first(awaitable, "cr_frame", "gi_frame", "ag_frame")
        code: CodeType | None = _first(awaitable, "cr_code", "gi_code", "ag_code")
        if frame is not None and code is not None:
            path = PurePath(code.co_filename)
            innermost = f" at {path.name}:{frame.f_lineno} in {code.co_name}"
            if not any(folder in path.parents for folder in _NOT_THE_PROGRAMS):
                programs = innermost
        awaitable = _first(awaitable, "cr_await", "gi_yieldfrom", "ag_await")
    return innermost if programs in ("", innermost) else f"{programs},{innermost},"


def awaited_text(awaited: Any) -> str:
    """What a task waits for, as text that is the same in every run."""
    if awaited is None:
        return "its next step"
    if isinstance(awaited, asyncio.Task):
        return f"task {awaited.get_name()}"
    what = getattr(awaited, "waits_for", None)
    return str(what) if isinstance(what, str) else f"a {type(awaited).__name__.lstrip('_')}"


def _first(thing: Any, *names: str) -> Any:
    for name in names:
        value = getattr(thing, name, None)
        if value is not None:
            return value
    return None


def _age(task: asyncio.Task[Any]) -> list[tuple[int, str]]:
    """Task-2 comes before Task-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", task.get_name()) if part]
