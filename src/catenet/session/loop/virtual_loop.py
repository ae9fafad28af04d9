"""The event loop of one host: asyncio's own interface, driven by the kernel's virtual time.

``BaseEventLoop`` implements everything that does not depend on time and I/O: tasks, the exception handler,
asynchronous generators, ``run_until_complete``.  Private names of asyncio are used only here in this room, and
declared at the top of :class:`VirtualLoop`; 3.11 to 3.13 have them all.  (:mod:`~catenet.session.loop.waiting` also
reads a task's ``_fut_waiter``, to report what it waits for.)
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
import traceback
from asyncio import _get_running_loop, _set_running_loop
from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple

from catenet.kernel import Deadlock, Kernel
from catenet.session.environment import Environment
from catenet.session.escape import Escape
from catenet.session.loop import ready_queue as ready
from catenet.session.loop.handle import Handle, TimerHandle
from catenet.session.loop.outcome import set_outcome
from catenet.session.loop.timers import TimerQueue
from catenet.session.loop.waiting import LoopWaiter

EVENTS_IN_A_SLICE = 10_000
"""The number of events after which the interpreter can handle a KeyboardInterrupt."""


H = TypeVar("H", bound=ready.Handle)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class VirtualLoop(asyncio.BaseEventLoop):
    """Callbacks, timers, tasks and steps of one host in virtual time; no sockets yet."""

    # The private names of BaseEventLoop that are used here.
    _closed: bool
    _debug: bool
    _check_closed: Callable[[], None]
    _check_callback: Callable[[object, str], None]
    _asyncgen_firstiter_hook: Callable[[Any], None]
    _asyncgen_finalizer_hook: Callable[[Any], None]
    _set_coroutine_origin_tracking: Callable[[bool], None]
    _executor_shutdown_called: bool

    def __init__(self, kernel: Kernel, name: str = "host", environment: Environment | None = None) -> None:
        self.kernel = kernel
        self.name = name
        self._queue = TimerQueue(kernel, self, environment or Environment(), Handle, TimerHandle)
        self._thread = threading.get_ident()
        super().__init__()
        vars(self)["create_future"] = functools.partial(asyncio.Future, loop=self)
        self._queue.asyncgen_started = self._asyncgen_firstiter_hook
        self._queue.asyncgen_dropped = self._asyncgen_finalizer_hook
        self._waiter: LoopWaiter | None = LoopWaiter(name, self.unfinished_tasks, self.open_ends)
        kernel.add_waiter(self._waiter)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} running={self.is_running()} closed={self.is_closed()}>"

    def in_turn(self) -> bool:
        """True while the loop's own callbacks run."""
        return self._queue.in_turn

    def open_ends(self) -> list[str]:
        """The open objects of the loop besides its tasks, one line each."""
        return []

    def unfinished_tasks(self) -> list[asyncio.Task[Any]]:
        """The loop's unfinished tasks, unordered."""
        return list(asyncio.all_tasks(self))

    @property
    def turns(self) -> int:
        """The number of turns that the loop has taken."""
        return self._queue.turns

    def time(self) -> float:
        """The virtual time in seconds since the start of the run."""
        return self._queue.time()

    # Without debug mode the instance replaces these three by the compiled ones that they call here.

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> Any:
        """Call ``callback(*args)`` in the next turn."""
        self._check_call(callback, "call_soon")
        return _traced(self._queue.call_soon(callback, *args, context=context))

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> Any:
        """Call ``callback(*args)`` after ``delay`` seconds."""
        self._check_call(callback, "call_later")
        return _traced(self._queue.call_later(delay, callback, *args, context=context))

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> Any:
        """Call ``callback(*args)`` at ``when`` in seconds of :meth:`time`."""
        self._check_call(callback, "call_at")
        return _traced(self._queue.call_at(when, callback, *args, context=context))

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> Any:
        """The same as ``call_soon``, since there is one thread.  Raises :class:`Escape` from another."""
        if threading.get_ident() != self._thread:
            raise Escape("call_soon_threadsafe() from another thread", "virtual time has one thread")
        if not self._debug:
            return self.call_soon(callback, *args, context=context)
        self._check_call(callback, "call_soon_threadsafe")
        return _traced(self._queue.call_soon(callback, *args, context=context))

    def _check_call(self, callback: object, method: str) -> None:
        self._check_closed()
        self._check_callback(callback, method)

    def set_debug(self, enabled: bool) -> None:
        """Check callbacks, and record where they were scheduled; slower."""
        super().set_debug(enabled)
        for name in ("call_soon", "call_later", "call_at"):
            vars(self).pop(name, None)
            if not enabled:
                vars(self)[name] = getattr(self._queue, name)

    def is_running(self) -> bool:
        """True while the loop runs, by itself or in a turn of its internet's run."""
        return self._queue.driven or self._queue.in_turn

    def run_forever(self) -> None:
        """Run the kernel until :meth:`stop`.

        Raises :class:`~catenet.kernel.Deadlock` if no event is left.
        """
        self._check_closed()
        if self.is_running():
            raise RuntimeError("This event loop is already running")
        if _get_running_loop() is not None:
            raise RuntimeError("Cannot run the event loop while another loop is running")
        self._queue.driven = True
        self._set_coroutine_origin_tracking(self._debug)
        try:
            self._drive()
        finally:
            self._queue.stopping = False
            self._queue.driven = False
            self._set_coroutine_origin_tracking(False)

    def _drive(self) -> None:
        queue = self._queue
        if queue.stopping:
            queue.take_turns()
            return
        while not queue.stopping:
            idle = self.kernel.run(max_events=EVENTS_IN_A_SLICE)
            if idle and not queue.stopping:
                waits = self.kernel.waits() or [f"{self.name}: no task; its loop was told to run forever"]
                raise Deadlock(self.kernel.now_ns, waits)

    def stop(self) -> None:
        """Make :meth:`run_forever` return after the callbacks that are ready now."""
        self._queue.stopping = True

    def pause(self) -> None:
        """Stop, as a process does on SIGSTOP: ready callbacks are queued until :meth:`resume`."""
        self._queue.pause()

    def resume(self) -> None:
        """Continue.  Timers that expired meanwhile are called at once."""
        self._queue.resume()

    def lose_power(self) -> None:
        """Stop permanently: no queued callback is ever called."""
        self._queue.pause()
        self._queue.forget_timers()
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._waiter is not None:
            self.kernel.remove_waiter(self._waiter)
            self._waiter = None

    def close(self) -> None:
        """Drop all callbacks and timers.  Raises RuntimeError while the loop runs."""
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self._closed:
            return
        super().close()
        self._queue.close()
        self._stop_waiting()

    def run_in_executor(self, executor: Any, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        """Call ``func(*args)`` as a step of its own in the same thread, with any executor.

        As in a thread, no loop is running during the call.  The result is set in a future, after the time for which
        the function has slept (``time.sleep``).
        """
        self._check_closed()
        if self._debug:
            self._check_callback(func, "run_in_executor")
        future = self.create_future()
        self.call_soon(self._run_step, future, functools.partial(func, *args), context=contextvars.Context())
        return future

    def _run_step(self, future: asyncio.Future[Any], step: Callable[[], Any]) -> None:
        if future.cancelled():
            return
        outcome: tuple[Any, BaseException | None]
        environment = self._queue.environment
        environment.begin_step()
        _set_running_loop(None)
        try:
            outcome = step(), None
        except (SystemExit, KeyboardInterrupt):
            raise
        except StopIteration as error:
            outcome = None, RuntimeError(f"StopIteration({error.value!r}) came out of an executor's function")
        except BaseException as error:
            outcome = None, error
        finally:
            _set_running_loop(self)
            slept_ns = int(environment.end_step())
        if slept_ns:
            self.call_later(slept_ns / 1e9, set_outcome, future, *outcome)
        else:
            set_outcome(future, *outcome)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Reject further work for the default executor; there is nothing to wait for."""
        self._executor_shutdown_called = True


def _traced(handle: H) -> H:
    """Record where a callback was scheduled, for reports of its exception."""
    stack = traceback.extract_stack()
    handle._source_traceback = traceback.StackSummary.from_list(stack[:-2])
    return handle
