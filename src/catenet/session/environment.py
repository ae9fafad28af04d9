"""The environment of a host's programs: hooks before and after their code.

While a host's code runs, ``time``, ``random``, ``socket`` and others refer to that host.  The host layer implements
this; the session layer calls it before and after each iteration of the loop.
"""

from __future__ import annotations

from mypy_extensions import i64, mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Environment:
    """An environment without effect; the host layer supplies a subclass.

    ``drifts`` is true once the host's clock differs from the kernel's: the loop then converts times with
    :meth:`monotonic_ns` and :meth:`kernel_ns`.
    """

    def __init__(self) -> None:
        self.drifts = False

    def enter(self) -> None:
        """An iteration of the host's loop begins."""

    def leave(self) -> None:
        """The iteration has ended, with or without an exception."""

    def monotonic_ns(self) -> i64:
        """The host's monotonic clock now.  Called only if it drifts."""
        raise AssertionError("a clock that drifts must say what it shows")

    def kernel_ns(self, monotonic_ns: i64) -> i64:
        """The first kernel time at which the clock reaches ``monotonic_ns``.  Called only if it drifts."""
        raise AssertionError("a clock that drifts must say when it shows a time")

    def begin_step(self) -> None:
        """A function begins that the program runs in a thread; called within an iteration."""

    def end_step(self) -> i64:
        """The function has ended, with or without an exception; returns the nanoseconds for which it slept."""
        return 0
