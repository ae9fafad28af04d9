"""A watch on an endpoint: calls back in the loop's turns as long as the endpoint is ready.

``add_reader`` and ``add_writer`` set a watch.  Like ``epoll`` it is level-triggered; unlike it, it costs nothing while
the endpoint is idle, since the endpoint wakes it.
"""

from __future__ import annotations

import contextvars
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

from catenet.session.sockets.socket_base import Endpoint, Watch

POLL_S = 1e-6
"""The delay before a callback without effect is called again, so that time advances."""


class Watcher(Watch):
    """One callback, called while its endpoint is readable or, if ``writing``, writable."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        endpoint: Endpoint,
        writing: bool,
        callback: Callable[..., object],
        args: Any,
    ) -> None:
        self._loop = loop
        self._endpoint = endpoint
        self._writing = writing
        self._callback = callback
        self._args = args
        self._context = contextvars.copy_context()
        self._cancelled = False
        self._next: Any = None

    def wake(self) -> None:
        """Test in the next turn whether the endpoint is ready."""
        if self._next is None and not self._cancelled and not self._loop.is_closed():
            self._next = self._loop.call_soon(self._look, context=self._context)

    def cancel(self) -> None:
        """Stop calling."""
        self._cancelled = True
        if self._next is not None:
            self._next.cancel()

    def cancelled(self) -> bool:
        """True once :meth:`cancel` was called."""
        return self._cancelled

    def _ready(self) -> bool:
        return self._endpoint.writable() if self._writing else self._endpoint.readable()

    def _look(self) -> None:
        self._next = None
        if not self._ready():
            return
        before = self._endpoint.activity
        try:
            self._callback(*self._args)
        finally:
            if not self._cancelled and self._ready() and self._next is None:
                if self._endpoint.activity != before:
                    self.wake()
                else:
                    self._next = self._loop.call_later(POLL_S, self._look, context=self._context)


def watch_reader(loop: AbstractEventLoop, endpoint: Endpoint, callback: Callable[..., object], *args: Any) -> Watcher:
    """Call while the endpoint is readable; replaces an existing watch."""
    if isinstance(endpoint.reader, Watcher):
        endpoint.reader.cancel()
    watcher = Watcher(loop, endpoint, False, callback, args)
    endpoint.reader = watcher
    if endpoint.readable():
        watcher.wake()
    return watcher


def watch_writer(loop: AbstractEventLoop, endpoint: Endpoint, callback: Callable[..., object], *args: Any) -> Watcher:
    """Call while the endpoint is writable; replaces an existing watch."""
    if isinstance(endpoint.writer, Watcher):
        endpoint.writer.cancel()
    watcher = Watcher(loop, endpoint, True, callback, args)
    endpoint.writer = watcher
    if endpoint.writable():
        watcher.wake()
    return watcher


def unwatch_reader(endpoint: Endpoint) -> bool:
    """Take the watch off; False if there was none."""
    watcher, endpoint.reader = endpoint.reader, None
    if isinstance(watcher, Watcher):
        watcher.cancel()
    return watcher is not None


def unwatch_writer(endpoint: Endpoint) -> bool:
    """Take the watch off; False if there was none."""
    watcher, endpoint.writer = endpoint.writer, None
    if isinstance(watcher, Watcher):
        watcher.cancel()
    return watcher is not None
