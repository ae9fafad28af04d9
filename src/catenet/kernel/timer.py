"""A timer that is cheap to postpone.

A retransmission timer is re-armed at every acknowledgement and almost never expires.  Moving it in the heap each time
would cost more than the acknowledgement itself.  So postponing only writes the new deadline; when the old deadline is
reached, the event is queued again for the new one.  Only arming *earlier* than the queued time moves the event at
once.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.event import Event
from catenet.kernel.kernel import NEVER, Kernel


@mypyc_attr(allow_interpreted_subclasses=True)
class Timer(Event):
    """One timer: armed, postponed, stopped, armed again.  Subclasses implement :meth:`expired`."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__()
        self.kernel: Final = kernel
        self.deadline_ns: i64 = NEVER

    def arm(self, deadline_ns: i64) -> None:
        """Expire at ``deadline_ns`` and not before; :data:`NEVER` stops the timer.

        Costs one comparison unless the timer is idle or the deadline moves to before the queued time.
        """
        self.deadline_ns = deadline_ns
        if deadline_ns >= NEVER:
            return
        if self.place < 0 or deadline_ns < self.time_ns:
            self.kernel.at(self, deadline_ns)

    def stop(self) -> None:
        """Disarm the timer.  The event stays in the heap until its time, unless :meth:`forget` is called."""
        self.deadline_ns = NEVER

    def forget(self) -> None:
        """Disarm, and remove the event from the heap, for an owner that is deleted."""
        self.deadline_ns = NEVER
        self.kernel.cancel(self)

    @property
    def armed(self) -> bool:
        """True while the timer is armed."""
        return self.deadline_ns < NEVER

    def fire(self) -> None:
        deadline_ns = self.deadline_ns
        if deadline_ns >= NEVER:
            return
        if deadline_ns > self.kernel.now_ns:
            self.kernel.at(self, deadline_ns)
            return
        self.deadline_ns = NEVER
        self.expired()

    def expired(self) -> None:
        """The deadline has been reached; the timer is idle, and may be armed again from here."""
        raise AssertionError(f"{type(self).__name__} does not say what happens when it expires")
