"""The kernel: the clock, the heap, the streams and the trace of one internet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.event import Event, EventHeap
from catenet.kernel.streams import Streams
from catenet.kernel.trace import Trace

NEVER: Final[i64] = 1 << 62
"""A time that is never reached (146 years), to which a delay can be added without overflow."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Waiter:
    """An object that may be waiting; queried only in a deadlock."""

    def waits_for(self) -> list[str]:
        """One line for each awaited object, such as ``"client: task fetch waits for ..."``; empty if none."""
        return []


@mypyc_attr(native_class=False)
class Deadlock(RuntimeError):
    """No event is left, and a waiter is waiting.

    ``waits`` has one line for each awaited object.
    """

    def __init__(self, now_ns: int, waits: list[str]) -> None:
        self.now_ns = now_ns
        self.waits = waits
        lines = "".join(f"\n  {line}" for line in waits)
        super().__init__(f"deadlock at {now_ns / 1e9:.9f} s: nothing can happen any more, and these wait:{lines}")


class Call(Event):
    """An event that calls a Python callable, for rare events.  Hot paths subclass :class:`Event`."""

    def __init__(self, callback: Callable[[], object]) -> None:
        super().__init__()
        self.callback = callback

    def fire(self) -> None:
        self.callback()


class Kernel:
    """Virtual time.  It advances from event to event, and never decreases.

    ``now_ns`` is the time in nanoseconds since the start of the run.
    """

    def __init__(self, seed: int = 0) -> None:
        self.now_ns: i64 = 0
        self.events_fired: i64 = 0
        self.seed: Final = seed
        self.streams: Final = Streams(seed)
        self.trace: Final = Trace()
        self._heap: Final = EventHeap()
        self._seq: i64 = 0
        self._stopping = False
        self._waiters: Final[dict[Waiter, None]] = {}

    def at(self, event: Event, time_ns: i64) -> None:
        """Schedule an event, or reschedule a queued one.  A past time means now."""
        if event.place >= 0:
            self._heap.remove(event)
        if time_ns < self.now_ns:
            time_ns = self.now_ns
        event.time_ns = time_ns
        event.seq = self._seq
        self._seq += 1
        self._heap.push(event)

    def after(self, event: Event, delay_ns: i64) -> None:
        """Schedule an event ``delay_ns`` from now."""
        self.at(event, self.now_ns + delay_ns)

    def call_at(self, time_ns: i64, callback: Callable[[], object]) -> Call:
        """Call a Python callable at a time.  Returns the event, which can be cancelled."""
        event = Call(callback)
        self.at(event, time_ns)
        return event

    def call_after(self, delay_ns: i64, callback: Callable[[], object]) -> Call:
        """Call a Python callable after a delay.  Returns the event, which can be cancelled."""
        return self.call_at(self.now_ns + delay_ns, callback)

    def cancel(self, event: Event) -> None:
        """Remove an event from the heap, if it is queued."""
        if event.place >= 0:
            self._heap.remove(event)

    def next_time_ns(self) -> i64:
        """The time of the next event; :data:`NEVER` if there is none."""
        events = self._heap.events
        if len(events) == 0:
            return NEVER
        return events[0].time_ns

    def scheduled(self) -> list[Event]:
        """The events in the heap, the earliest first, the others unordered."""
        return list(self._heap.events)

    def step(self) -> bool:
        """Advance the clock to the next event, and fire it.  False if there is none."""
        if len(self._heap.events) == 0:
            return False
        event = self._heap.pop()
        self.now_ns = event.time_ns
        self.events_fired += 1
        event.fire()
        return True

    def run(self, until_ns: i64 = NEVER, max_events: i64 = NEVER) -> bool:
        """Fire every event up to and including ``until_ns``, but at most ``max_events`` of them.

        True if no event up to ``until_ns`` is left; the clock is then at ``until_ns`` (or at the last event, if
        ``until_ns`` is :data:`NEVER`).  False if :meth:`stop` or ``max_events`` ended it earlier; another call
        continues.
        """
        heap = self._heap
        events = heap.events
        left = max_events
        self._stopping = False
        while len(events) > 0 and events[0].time_ns <= until_ns:
            if left <= 0 or self._stopping:
                return False
            left -= 1
            event = heap.pop()
            self.now_ns = event.time_ns
            self.events_fired += 1
            event.fire()
        if self.now_ns < until_ns and until_ns != NEVER and not self._stopping:
            self.now_ns = until_ns
        return not self._stopping

    def advance_to(self, time_ns: i64) -> None:
        """Advance the clock without firing an event, for a driver that follows the wall clock.

        Raises ValueError if an event is due before ``time_ns``, or if time would run backwards.
        """
        if time_ns < self.now_ns or time_ns > self.next_time_ns():
            raise ValueError(f"cannot move the clock from {self.now_ns} to {time_ns}: next event {self.next_time_ns()}")
        self.now_ns = time_ns

    def stop(self) -> None:
        """Make :meth:`run` return after the event that is firing."""
        self._stopping = True

    def add_waiter(self, waiter: Waiter) -> None:
        """Add a waiter, which is queried in a deadlock."""
        self._waiters[waiter] = None

    def remove_waiter(self, waiter: Waiter) -> None:
        """Remove a waiter.  O(1).  Raises KeyError if it was never added."""
        del self._waiters[waiter]

    def waits(self) -> list[str]:
        """One line for each awaited object, in the order in which the waiters were added."""
        return [line for waiter in self._waiters for line in waiter.waits_for()]

    def check_deadlock(self) -> None:
        """Raise :class:`Deadlock` if no event is scheduled and a waiter is waiting."""
        if len(self._heap.events) == 0:
            waits = self.waits()
            if waits:
                raise Deadlock(self.now_ns, waits)
