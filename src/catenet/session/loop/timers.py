"""The timers of one host's event loop: ``call_later``, ``call_at``, and the clock that they follow.

A timer is itself a kernel event with its index in the heap, so a cancelled timer is removed at once.  When it expires,
its callback joins the :mod:`~catenet.session.loop.ready_queue`.
"""

from __future__ import annotations

from asyncio.events import AbstractEventLoop
from collections.abc import Callable
from contextvars import Context, copy_context
from numbers import Real
from typing import Any, Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import NEVER, Kernel
from catenet.session.environment import Environment
from catenet.session.loop.ready_queue import Handle, ReadyQueue

NS_PER_S: Final = 1e9
NEVER_S: Final = 4.0e9
"""From this time on (126 years) a timer is not queued, since it is never reached."""


def seconds(value: object) -> float:
    """A time or delay as a float.  Raises TypeError if it is no number, ValueError if it is NaN."""
    if isinstance(value, float):
        if value != value:
            raise ValueError("a time must not be NaN")
        return value
    if isinstance(value, (int, Real)):
        return float(value)
    raise TypeError(f"a time must be a number of seconds, not {value!r}")


def end_ns(now_ns: i64, delay_s: float) -> i64:
    """The end of a delay that starts now; :data:`NEVER` if it is beyond :data:`NEVER_S`.

    It is rounded so that the delay is never too short by ``loop.time()``: both ``loop.time() >= start + delay`` and
    ``loop.time() - start >= delay`` hold at its end.  This may take one nanosecond more than the nearest value.
    """
    if delay_s <= 0.0:
        return now_ns
    start = float(now_ns) / NS_PER_S
    if start + delay_s >= NEVER_S:
        return NEVER
    nearest = now_ns + i64(delay_s * NS_PER_S + 0.5)
    end = float(nearest) / NS_PER_S
    while end < start + delay_s or end - start < delay_s:
        nearest += 1
        end = float(nearest) / NS_PER_S
    return nearest


def deadline_ns(when_s: float) -> i64:
    """The first nanosecond at which ``loop.time() >= when_s``; :data:`NEVER` from :data:`NEVER_S` on."""
    if when_s <= 0.0:
        return 0
    if when_s >= NEVER_S:
        return NEVER
    nearest = i64(when_s * NS_PER_S + 0.5)
    while float(nearest) / NS_PER_S < when_s:
        nearest += 1
    return nearest


@mypyc_attr(allow_interpreted_subclasses=True)
class TimerHandle(Handle):
    """A callback scheduled for a time, with the interface of ``asyncio.TimerHandle``."""

    def __init__(
        self,
        queue: TimerQueue,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context,
        when_s: float,
    ) -> None:
        super().__init__(queue, callback, args, context)
        self._timers: Final = queue.timers
        self._when: Final = when_s
        self._earlier: TimerHandle | None = None
        self._later: TimerHandle | None = None

    def fire(self) -> None:
        self._timers.remove(self)
        Handle.fire(self)

    def cancel(self) -> None:
        """Do not call the callback.  Nothing happens if it was called already."""
        if self.place >= 0:
            self._queue.kernel.cancel(self)
            self._timers.remove(self)
        Handle.cancel(self)

    def when(self) -> float:
        """The time at which the callback is due, in seconds of ``loop.time()``."""
        return self._when

    def _words(self) -> list[str]:
        words = Handle._words(self)
        words.insert(1, f"when={self._when}")
        return words

    def __hash__(self) -> int:
        return hash(self._when)

    def __lt__(self, other: object) -> Any:
        return self._when < other._when if isinstance(other, TimerHandle) else NotImplemented

    def __le__(self, other: object) -> Any:
        return self._when <= other._when if isinstance(other, TimerHandle) else NotImplemented

    def __gt__(self, other: object) -> Any:
        return self._when > other._when if isinstance(other, TimerHandle) else NotImplemented

    def __ge__(self, other: object) -> Any:
        return self._when >= other._when if isinstance(other, TimerHandle) else NotImplemented

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, TimerHandle):
            return NotImplemented
        return (
            self._when == other._when
            and self._callback == other._callback
            and self._args == other._args
            and self._cancelled == other._cancelled
        )


class Timers:
    """The timers of one loop that are in the heap, as a linked list in the order in which they were set.

    The heap is shared by the whole internet, so searching it for those of one loop would be too expensive.
    """

    def __init__(self) -> None:
        self._last: TimerHandle | None = None

    def add(self, timer: TimerHandle) -> None:
        """A timer was added to the heap."""
        last = self._last
        if last is not None:
            last._later = timer
        timer._earlier = last
        self._last = timer

    def remove(self, timer: TimerHandle) -> None:
        """A timer was removed from the heap."""
        earlier = timer._earlier
        later = timer._later
        if later is None:
            self._last = earlier
        else:
            later._earlier = earlier
        if earlier is not None:
            earlier._later = later
        timer._earlier = None
        timer._later = None

    def cancel_all(self, kernel: Kernel) -> None:
        """Remove all of them from the heap."""
        while True:
            last = self._last
            if last is None:
                return
            kernel.cancel(last)
            self.remove(last)


class TimerQueue(ReadyQueue):
    """The ready queue of a loop and its timers.  ``timer_kind`` is the class of the timers' handles."""

    def __init__(
        self,
        kernel: Kernel,
        loop: AbstractEventLoop,
        environment: Environment,
        handle_kind: type[Handle] = Handle,
        timer_kind: type[TimerHandle] = TimerHandle,
    ) -> None:
        super().__init__(kernel, loop, environment, handle_kind)
        self._timer_kind: Final = timer_kind
        self.timers: Final = Timers()

    def time(self) -> float:
        """The time in seconds since the start of the run, by the host's clock."""
        return float(self._now_ns()) / NS_PER_S

    def _now_ns(self) -> i64:
        environment = self.environment
        return environment.monotonic_ns() if environment.drifts else self.kernel.now_ns

    def call_later(
        self, delay: object, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """Call ``callback(*args)`` after ``delay`` seconds.  Raises RuntimeError if the loop is closed."""
        delay_s = seconds(delay)
        now_ns = self._now_ns()
        when_s = float(now_ns) / NS_PER_S + delay_s
        return self._schedule(end_ns(now_ns, delay_s), when_s, callback, args, context)

    def call_at(
        self, when: object, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """Call ``callback(*args)`` at ``when`` in seconds of :meth:`time`.

        Raises RuntimeError if the loop is closed.
        """
        when_s = seconds(when)
        return self._schedule(deadline_ns(when_s), when_s, callback, args, context)

    def _schedule(
        self,
        time_ns: i64,
        when_s: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context | None,
    ) -> TimerHandle:
        if self.closed:
            raise RuntimeError("Event loop is closed")
        handle = self._timer_kind(self, callback, args, copy_context() if context is None else context, when_s)
        if time_ns < NEVER:
            environment = self.environment
            self.kernel.at(handle, environment.kernel_ns(time_ns) if environment.drifts else time_ns)
            self.timers.add(handle)
        return handle

    def forget_timers(self) -> None:
        """Remove every timer from the heap."""
        self.timers.cancel_all(self.kernel)

    def close(self) -> None:
        """Drop all callbacks and timers, and accept no more."""
        super().close()
        self.forget_timers()
