"""What a host puts around its programs while they run.

While a host's code runs, ``time``, ``random``, ``socket`` and the like answer for that host.  The session
layer does not know how; it says when: before a loop's turn and after it.
"""

from __future__ import annotations

from mypy_extensions import i64, mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Environment:
    """Nothing around; the host layer supplies a subclass that puts something there.

    ``drifts`` is true once the host's clock does not show the kernel's time: the loop then asks
    :meth:`monotonic_ns` what the clock shows, and :meth:`kernel_ns` when it will show a time.
    """

    def __init__(self) -> None:
        self.drifts = False

    def enter(self) -> None:
        """A turn of the host's loop begins."""

    def leave(self) -> None:
        """The turn is over, even if it ended in an exception."""

    def monotonic_ns(self) -> i64:
        """What the host's monotonic clock shows now.  Asked only if it drifts."""
        raise AssertionError("a clock that drifts must say what it shows")

    def kernel_ns(self, monotonic_ns: i64) -> i64:
        """The first kernel time at which the clock shows ``monotonic_ns``.  Asked only if it drifts."""
        raise AssertionError("a clock that drifts must say when it shows a time")

    def begin_step(self) -> None:
        """A function begins that the program believes to run in a thread of its own; a turn is under way."""

    def end_step(self) -> i64:
        """It has returned, even if by an exception: how many nanoseconds it has slept."""
        return 0
