"""The ready queue of one host's event loop: the hot part of the session layer, in one compiled file.

A *turn* runs every callback that was ready when it began.  A turn is a kernel event, but if nothing else is due at
this instant the next turn follows at once without the heap: a token passed around a hundred tasks costs no more than
the calls themselves.  Timers are in :mod:`~catenet.session.loop.timers`.

Callbacks are in a list linked through the handles, so that an exception in one keeps the rest.
"""

from __future__ import annotations

from asyncio import _get_running_loop, _set_running_loop
from asyncio.events import AbstractEventLoop
from collections.abc import Callable
from contextvars import Context, copy_context
from sys import get_asyncgen_hooks, set_asyncgen_hooks
from typing import Any, Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.session.environment import Environment

MAX_TURNS_AT_ONCE: Final[i64] = 1000
"""The number of turns without the heap after which control returns to the kernel's driver."""
PATIENCE_TURNS: Final[i64] = 50_000
"""A loop that has not been idle for so many turns is polling (``while not done: await sleep(0)``)."""
POLL_NS: Final[i64] = 1_000
"""The duration of each further turn of a polling loop, so that time advances and the awaited event can happen."""


def callback_text(callback: object, args: tuple[Any, ...]) -> str:
    """A callback and its arguments as text for messages."""
    name = getattr(callback, "__qualname__", None) or repr(callback)
    return f"{name}({', '.join([repr(arg) for arg in args])})"


@mypyc_attr(allow_interpreted_subclasses=True)
class Handle(Event):
    """A scheduled callback, with the interface of ``asyncio.Handle``.

    Programs get subclasses of the two handles here, which support weak references
    (:mod:`catenet.session.loop.handle`).
    """

    def __init__(
        self, queue: ReadyQueue, callback: Callable[..., object] | None, args: tuple[Any, ...], context: Context
    ) -> None:
        super().__init__()
        self._queue: Final = queue
        self._callback: Any = callback
        self._args = args
        self._context: Final = context
        self._cancelled = False
        self._after: Handle | None = None
        self._source_traceback: object = None

    def cancel(self) -> None:
        """Do not call the callback.  Nothing happens if it was called already."""
        if self._cancelled:
            return
        self._cancelled = True
        self._callback = None
        self._args = ()

    def cancelled(self) -> bool:
        """True once :meth:`cancel` was called."""
        return self._cancelled

    def get_context(self) -> Context:
        """The context in which the callback runs."""
        return self._context

    def fire(self) -> None:
        """The timer has expired."""
        queue = self._queue
        queue.append(self)
        if queue.place < 0 and not queue.paused:
            if queue.kernel.next_time_ns() > queue.kernel.now_ns:
                queue.take_turns()
            else:
                queue.kernel.at(queue, queue.kernel.now_ns)

    def __repr__(self) -> str:
        return f"<{' '.join(self._words())}>"

    def _words(self) -> list[str]:
        words = [type(self).__name__]
        if self._cancelled:
            words.append("cancelled")
        if self._callback is not None:
            words.append(callback_text(self._callback, self._args))
        return words


class ReadyQueue(Event):
    """The callbacks that one loop has to call now; as a kernel event, the loop's next turn.

    ``handle_kind`` is the class of its handles. ``driven`` is true while the loop itself runs
    the kernel; only then does ``stopping`` stop it.  While it is ``paused``, ready callbacks are queued.
    While it is ``silent``, an exception of a callback is reported only to a handler that the program has set.
    """

    def __init__(
        self,
        kernel: Kernel,
        loop: AbstractEventLoop,
        environment: Environment,
        handle_kind: type[Handle] = Handle,
    ) -> None:
        super().__init__()
        self._handle_kind: Final = handle_kind
        self.kernel: Final = kernel
        self.loop: Final = loop
        self.environment: Environment = environment
        self.turns: i64 = 0
        self.turns_without_rest: i64 = 0
        self.in_turn: bool = False
        self.driven = False
        self.stopping = False
        self.closed: bool = False
        self.paused: bool = False
        self.silent = False
        self.asyncgen_started: Callable[[Any], None] | None = None
        self.asyncgen_dropped: Callable[[Any], None] | None = None
        self._first: Handle | None = None
        self._last: Handle | None = None
        self._count: i64 = 0

    @property
    def empty(self) -> bool:
        """True if no callback is queued."""
        return self._first is None

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Handle:
        """Call ``callback(*args)`` in the next turn.  Raises RuntimeError if the loop is closed."""
        if self.closed:
            raise RuntimeError("Event loop is closed")
        handle = self._handle_kind(self, callback, args, copy_context() if context is None else context)
        last = self._last
        if last is None:
            self._first = handle
            if not self.in_turn and self.place < 0 and not self.paused:
                self.kernel.at(self, self.kernel.now_ns)
        else:
            last._after = handle
        self._last = handle
        self._count += 1
        return handle

    def append(self, handle: Handle) -> None:
        """Append a handle; the caller schedules the turn."""
        last = self._last
        if last is None:
            self._first = handle
        else:
            last._after = handle
        self._last = handle
        self._count += 1

    def pause(self) -> None:
        """Take no turn until :meth:`resume`, after the present one."""
        self.paused = True
        self.kernel.cancel(self)

    def resume(self) -> None:
        """Take turns again; callbacks that became ready meanwhile are called now."""
        self.paused = False
        if self._first is not None and self.place < 0 and not self.in_turn:
            self.kernel.at(self, self.kernel.now_ns)

    def close(self) -> None:
        """Drop all callbacks, and accept no more."""
        self.closed = True
        self._first = None
        self._last = None
        self._count = 0
        self.kernel.cancel(self)

    def fire(self) -> None:
        self.take_turns()

    def take_turns(self) -> None:
        """Take a turn, and more while callbacks are ready and nothing else is due at this instant."""
        kernel = self.kernel
        outer_loop = _get_running_loop()
        outer_started, outer_dropped = get_asyncgen_hooks()
        _set_running_loop(self.loop)
        set_asyncgen_hooks(self.asyncgen_started, self.asyncgen_dropped)
        self.in_turn = True
        try:
            self.environment.enter()
            try:
                left = MAX_TURNS_AT_ONCE if self.turns_without_rest < PATIENCE_TURNS else 1
                while True:
                    self._take_turn()
                    left -= 1
                    self.turns_without_rest += 1
                    if self.stopping and self.driven:
                        kernel.stop()
                        break
                    if self._first is None or self.paused or left <= 0 or kernel.next_time_ns() <= kernel.now_ns:
                        break
            finally:
                self.environment.leave()
        finally:
            self.in_turn = False
            set_asyncgen_hooks(outer_started, outer_dropped)
            _set_running_loop(outer_loop)
            if self._first is None:
                self.turns_without_rest = 0
            elif self.place < 0 and not self.paused:
                polling = self.turns_without_rest > PATIENCE_TURNS
                kernel.at(self, kernel.now_ns + POLL_NS if polling else kernel.now_ns)

    def _take_turn(self) -> None:
        self.turns += 1
        left = self._count
        while left > 0:
            left -= 1
            self._call_first()

    def _call_first(self) -> None:
        handle = self._first
        assert handle is not None
        self._count -= 1
        after = handle._after
        self._first = after
        if after is None:
            self._last = None
        else:
            handle._after = None
        callback = handle._callback
        args = handle._args
        count = len(args)
        try:
            if handle._cancelled:
                return
            if count == 1:
                handle._context.run(callback, args[0])
            elif count == 0:
                handle._context.run(callback)
            else:
                handle._context.run(callback, *args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._report(handle, error)
        finally:
            # a task's stored traceback refers to this frame, which must not refer to the task (a reference cycle)
            del handle, after, callback, args

    def _report(self, handle: Handle, error: BaseException) -> None:
        if self.silent and self.loop.get_exception_handler() is None:
            return
        report: dict[str, Any] = {
            "message": f"Exception in callback {callback_text(handle._callback, handle._args)}",
            "exception": error,
            "handle": handle,
        }
        if handle._source_traceback is not None:
            report["source_traceback"] = handle._source_traceback
        self.loop.call_exception_handler(report)
