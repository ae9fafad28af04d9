"""``select.select`` and ``select.poll`` on a host: a look at simulated sockets, without waiting.

Libraries look so whether a kept connection has been closed by its peer.  To wait here would stop the very time
that has to pass: that is refused.
"""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Iterable
from typing import Any, Final

from catenet.host.sandbox.context import HostContext
from catenet.host.sandbox.current import present
from catenet.host.sandbox.escapes import SOCKETS, HostEscape
from catenet.host.sandbox.patches import Patch
from catenet.session.sockets.socket_base import Endpoint

POLLIN: Final = 0x1
POLLOUT: Final = 0x4
POLLNVAL: Final = 0x20


def descriptor(thing: Any) -> int:
    """The number of a descriptor that is given as itself or as an object that has one."""
    return thing if isinstance(thing, int) else int(thing.fileno())


def endpoint_of(here: HostContext, number: int) -> Endpoint | None:
    """What stands behind a simulated descriptor; None if nothing does."""
    held = here.host.sockets.sockets.get(number)
    return None if held is None else held.endpoint


class Poll:
    """What ``select.poll()`` gives on a host."""

    def __init__(self, here: HostContext) -> None:
        self._here: Final = here
        self._masks: Final[dict[int, int]] = {}

    def register(self, fd: Any, eventmask: int = POLLIN | POLLOUT, /) -> None:
        """Look at a descriptor from now on."""
        self._masks[descriptor(fd)] = eventmask

    def modify(self, fd: Any, eventmask: int, /) -> None:
        """Look for something else.  OSError (ENOENT) if the descriptor is not looked at."""
        if descriptor(fd) not in self._masks:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        self._masks[descriptor(fd)] = eventmask

    def unregister(self, fd: Any, /) -> None:
        """Look no more.  KeyError if the descriptor is not looked at."""
        del self._masks[descriptor(fd)]

    def poll(self, timeout: float | None = None, /) -> list[tuple[int, int]]:
        """What is ready, as ``(descriptor, events)``.  To wait for it is refused."""
        ready = []
        for number, mask in self._masks.items():
            events = self._events(number) & (mask | POLLNVAL)
            if events:
                ready.append((number, events))
        if not ready and timeout != 0:
            raise HostEscape(self._here.name, f"poll(timeout={timeout})", SOCKETS)
        return ready

    def _events(self, number: int) -> int:
        endpoint = endpoint_of(self._here, number)
        if endpoint is None:
            return POLLNVAL
        return (POLLIN if endpoint.readable() else 0) | (POLLOUT if endpoint.writable() else 0)


class SelectFunctions:
    """The functions of ``select`` that a host can answer."""

    def __init__(self) -> None:
        self._select: Final = select.select
        self._poll: Final[Any] = getattr(select, "poll", None)

    def select(
        self, rlist: Iterable[Any], wlist: Iterable[Any], xlist: Iterable[Any], timeout: float | None = None, /
    ) -> tuple[list[Any], list[Any], list[Any]]:
        here = present()
        if here is None:
            return self._select(rlist, wlist, xlist, timeout)
        readable = [one for one in rlist if self._endpoint(here, one).readable()]
        writable = [one for one in wlist if self._endpoint(here, one).writable()]
        if not readable and not writable and timeout != 0:
            raise HostEscape(here.name, f"select.select(timeout={timeout})", SOCKETS)
        return readable, writable, []

    def _endpoint(self, here: HostContext, thing: Any) -> Endpoint:
        endpoint = endpoint_of(here, descriptor(thing))
        if endpoint is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return endpoint

    def poll(self) -> Any:
        here = present()
        return self._poll() if here is None else Poll(here)


def select_patches() -> list[Patch]:
    """What looks at descriptors and waits for them."""
    functions = SelectFunctions()
    return [Patch(select, "select", functions.select), Patch(select, "poll", functions.poll)]
