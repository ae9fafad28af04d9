"""The handles that programs get: those of :mod:`catenet.session.loop.ready_queue`, and ``weakref.ref`` takes them, as
asyncio's.

A compiled class has no place for weak references, and a subclass that is not compiled can have one.
"""

from __future__ import annotations

from catenet.session.loop import ready_queue as ready

WEAK = () if getattr(ready.Handle, "__weakrefoffset__", 0) else ("__weakref__",)
"""Interpreted, the handles have the place already."""


class Handle(ready.Handle):
    """What ``call_soon`` gives."""

    __slots__ = WEAK


class TimerHandle(ready.TimerHandle):
    """What ``call_later`` and ``call_at`` give."""

    __slots__ = WEAK
