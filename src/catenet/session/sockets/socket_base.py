"""What stands behind a simulated socket: the common part of a TCP, a UDP and a paired end.

An endpoint never blocks.  What cannot be done now raises ``BlockingIOError`` as Linux does; who wants to
wait looks at :meth:`Endpoint.readable` and :meth:`Endpoint.writable`, or sets a watch.
"""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn, Protocol

from mypy_extensions import mypyc_attr

Octets = bytes | memoryview
"""What a program sends."""

SockAddr = tuple[str, int] | tuple[str, int, int, int] | str
"""An address as a program sees it; ``""`` for one end of a pair.  What a program gives may be anything."""


def fail(code: int) -> NoReturn:
    """Raise the OSError of an errno, of the subclass that Python gives it."""
    raise OSError(code, os.strerror(code))


def place(address: SockAddr) -> str:
    """An address in a report."""
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else address


class Watch(Protocol):
    """Who wants to know that an endpoint may have become ready."""

    def wake(self) -> None:
        """Look again, soon."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Endpoint:
    """One end of a conversation.  Methods that a kind of endpoint does not have fail as Linux's do."""

    def __init__(self) -> None:
        self.reader: Watch | None = None
        self.writer: Watch | None = None
        self.holders = 0
        """How many sockets share it."""
        self.activity = 0
        """How many calls have moved something: by it a watch sees that its callback does nothing."""

    def wake_reader(self) -> None:
        """Something to read may have come."""
        if self.reader is not None:
            self.reader.wake()

    def wake_writer(self) -> None:
        """There may be room to write."""
        if self.writer is not None:
            self.writer.wake()

    def wake(self) -> None:
        """The state has changed."""
        self.wake_reader()
        self.wake_writer()

    def readable(self) -> bool:
        """True when a receiving call (or ``accept``) would not block."""
        return True

    def writable(self) -> bool:
        """True when a sending call would not block, and when a connection attempt is over."""
        return True

    def waits_for(self) -> str:
        """What the endpoint is and is doing, for a report."""
        return type(self).__name__

    def bind(self, address: Any) -> None:
        """Take a local address."""
        fail(errno.EINVAL)

    def connect(self, address: Any) -> None:
        """Begin to connect; BlockingIOError (EINPROGRESS) while that is under way."""
        fail(errno.EINVAL)

    def listen(self, backlog: int) -> None:
        """Wait for connections."""
        fail(errno.EOPNOTSUPP)

    def accept(self) -> tuple[Endpoint, SockAddr]:
        """The oldest connection that came in."""
        fail(errno.EOPNOTSUPP)

    def recv(self, most: int, peek: bool = False) -> bytes:
        """Up to ``most`` octets; empty at the end of a stream."""
        return self.recvfrom(most, peek)[0]

    def recvfrom(self, most: int, peek: bool = False) -> tuple[bytes, SockAddr | None]:
        """The same, with where it came from if the endpoint is not a stream."""
        return self.recv(most, peek), None

    def send(self, data: Octets) -> int:
        """Send to the peer; how many octets were taken."""
        fail(errno.ENOTCONN)

    def sendto(self, data: Octets, address: Any) -> int:
        """Send to an address."""
        fail(errno.EISCONN)

    def shutdown(self, how: int) -> None:
        """End sending (SHUT_WR), receiving (SHUT_RD) or both."""
        fail(errno.ENOTCONN)

    def close(self) -> None:
        """Let go of it."""

    def sockname(self) -> SockAddr:
        """The local address."""
        return ""

    def peername(self) -> SockAddr:
        """The peer's address."""
        fail(errno.ENOTCONN)

    def take_error(self) -> int:
        """SO_ERROR: the pending errno, which is cleared."""
        return 0

    def get_option(self, level: int, name: int) -> int | bytes | None:
        """A socket option that this kind of endpoint has; None for the others."""
        return None

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        """Set a socket option; False if this kind of endpoint has no such one."""
        return False
