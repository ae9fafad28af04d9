"""Events, and the heap that keeps them in order.

An event is a native object with one method, :meth:`Event.fire`.  A layer subclasses it for its own events (a frame's
arrival, a timer, an iteration of a host's loop), so that firing one costs a method call and no closure.

The heap is 4-ary (Williams 1964; LaMarca and Ladner 1996 for the arity): half as deep as a binary one, and the four
children compared at each step are adjacent in memory.  It orders by ``(time_ns, seq)``: ``seq`` counts schedulings, so
events of the same instant fire in the order in which they were scheduled. Each event stores its index in the heap, so
that a cancelled event is removed, in O(log n), instead of being skipped later.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

NOT_QUEUED: Final[i64] = -1
ARITY: Final[i64] = 4


@mypyc_attr(allow_interpreted_subclasses=True)
class Event:
    """A scheduled event.  Only the kernel writes ``time_ns`` and ``seq``."""

    def __init__(self) -> None:
        self.time_ns: i64 = 0
        self.seq: i64 = 0
        self.place: i64 = NOT_QUEUED

    @property
    def queued(self) -> bool:
        """True while the event is in a heap."""
        return self.place != NOT_QUEUED

    def fire(self) -> None:
        """Execute the event.  Called once by the kernel, with ``kernel.now_ns == self.time_ns``."""
        raise AssertionError(f"{type(self).__name__} does not say what happens when it fires")


class EventHeap:
    """A 4-ary min-heap of events on ``(time_ns, seq)``, with removal from the middle."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __len__(self) -> int:
        return len(self.events)

    def push(self, event: Event) -> None:
        """Add an event whose ``time_ns`` and ``seq`` are set.  O(log n)."""
        events = self.events
        events.append(event)
        self._rise(event, len(events) - 1)

    def pop(self) -> Event:
        """Remove and return the earliest event.  O(log n).  The heap must not be empty."""
        events = self.events
        first = events[0]
        last = events.pop()
        if last is not first:
            self._sink(last, 0)
        first.place = NOT_QUEUED
        return first

    def remove(self, event: Event) -> None:
        """Remove an event.  O(log n).  It must be queued here."""
        events = self.events
        place = event.place
        last = events.pop()
        if last is not event:
            self._sink(last, place)
            if last.place == place:
                self._rise(last, place)
        event.place = NOT_QUEUED

    def _rise(self, event: Event, place: i64) -> None:
        events = self.events
        time_ns = event.time_ns
        seq = event.seq
        while place > 0:
            parent_place = (place - 1) // ARITY
            parent = events[parent_place]
            if parent.time_ns < time_ns or (parent.time_ns == time_ns and parent.seq < seq):
                break
            events[place] = parent
            parent.place = place
            place = parent_place
        events[place] = event
        event.place = place

    def _sink(self, event: Event, place: i64) -> None:
        events = self.events
        size: i64 = len(events)
        time_ns = event.time_ns
        seq = event.seq
        while True:
            child_place = place * ARITY + 1
            if child_place >= size:
                break
            best = events[child_place]
            best_place = child_place
            end = child_place + ARITY
            if end > size:
                end = size
            child_place += 1
            while child_place < end:
                child = events[child_place]
                if child.time_ns < best.time_ns or (child.time_ns == best.time_ns and child.seq < best.seq):
                    best = child
                    best_place = child_place
                child_place += 1
            if time_ns < best.time_ns or (time_ns == best.time_ns and seq < best.seq):
                break
            events[place] = best
            best.place = place
            place = best_place
        events[place] = event
        event.place = place
