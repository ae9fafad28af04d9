"""``select.select`` and ``select.poll`` on a host: poll simulated sockets without waiting.

Libraries check so whether an idle connection has been closed by its peer.  Waiting is rejected, since virtual time
would not advance.
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
    """The number of a descriptor, given as a number or as an object with ``fileno()``."""
    return thing if isinstance(thing, int) else int(thing.fileno())


def endpoint_of(here: HostContext, number: int) -> Endpoint | None:
    """The endpoint of a simulated descriptor; None if there is none."""
    held = here.host.sockets.sockets.get(number)
    return None if held is None else held.endpoint


class Poll:
    """The object that ``select.poll()`` returns on a host."""

    def __init__(self, here: HostContext) -> None:
        self._here: Final = here
        self._masks: Final[dict[int, int]] = {}

    def register(self, fd: Any, eventmask: int = POLLIN | POLLOUT, /) -> None:
        """Add a descriptor."""
        self._masks[descriptor(fd)] = eventmask

    def modify(self, fd: Any, eventmask: int, /) -> None:
        """Change the events of a descriptor.  Raises OSError (ENOENT) if it is not registered."""
        if descriptor(fd) not in self._masks:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        self._masks[descriptor(fd)] = eventmask

    def unregister(self, fd: Any, /) -> None:
        """Remove a descriptor.  Raises KeyError if it is not registered."""
        del self._masks[descriptor(fd)]

    def poll(self, timeout: float | None = None, /) -> list[tuple[int, int]]:
        """The ready descriptors, as ``(descriptor, events)``.  Waiting is rejected."""
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
    """The functions of ``select`` that a host implements."""

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
    """The patches of functions that poll descriptors."""
    functions = SelectFunctions()
    return [Patch(select, "select", functions.select), Patch(select, "poll", functions.poll)]
