"""The handles for programs: those of :mod:`.ready_queue` and :mod:`.timers` with support for weak references.

A compiled class cannot be weakly referenced, but an interpreted subclass of it can.
"""

from __future__ import annotations

from catenet.session.loop import ready_queue as ready
from catenet.session.loop import timers

WEAK = () if getattr(ready.Handle, "__weakrefoffset__", 0) else ("__weakref__",)
"""Interpreted, the handles support them already."""


class Handle(ready.Handle):
    """The handle that ``call_soon`` returns."""

    __slots__ = WEAK


class TimerHandle(timers.TimerHandle):
    """The handle that ``call_later`` and ``call_at`` return."""

    __slots__ = WEAK
