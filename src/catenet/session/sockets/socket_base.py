"""Endpoints of simulated sockets: the common part of TCP, UDP and socketpair ends.

An endpoint never blocks.  A call that would block raises ``BlockingIOError`` as on Linux; to wait, test
:meth:`Endpoint.readable` and :meth:`Endpoint.writable`, or set a watch.
"""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn

from mypy_extensions import mypyc_attr

Octets = bytes | memoryview
"""Data that a program sends."""

SockAddr = tuple[str, int] | tuple[str, int, int, int] | tuple[str, int, int, int, bytes] | str
"""An address in the form for programs; ``""`` for one end of a pair.  A program may pass any object."""

Ancillary = tuple[int, int, bytes]
"""Level, type and data of a control message."""


def fail(code: int) -> NoReturn:
    """Raise the OSError of an errno, with Python's subclass for it."""
    raise OSError(code, os.strerror(code))


def place(address: SockAddr) -> str:
    """An address as text for reports."""
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else address


@mypyc_attr(allow_interpreted_subclasses=True)
class Watch:
    """An observer, called when an endpoint may have become ready."""

    def wake(self) -> None:
        """Schedule a new test."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Endpoint:
    """One end of a communication.  Unsupported methods fail as on Linux."""

    def __init__(self) -> None:
        self.reader: Watch | None = None
        self.writer: Watch | None = None
        self.holders = 0
        """The number of sockets that share it."""
        self.activity = 0
        """The number of effective calls, by which a watch detects that its callback has no effect."""

    def wake_reader(self) -> None:
        """Data to read may have arrived."""
        if self.reader is not None:
            self.reader.wake()

    def wake_writer(self) -> None:
        """Buffer space may be available."""
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
        """The endpoint and its state as text, for reports."""
        return type(self).__name__

    def bind(self, address: Any) -> None:
        """Bind to a local address."""
        fail(errno.EINVAL)

    def connect(self, address: Any) -> None:
        """Start a connection attempt; raises BlockingIOError (EINPROGRESS) while it is in progress."""
        fail(errno.EINVAL)

    def listen(self, backlog: int) -> None:
        """Listen for connections."""
        fail(errno.EOPNOTSUPP)

    def accept(self) -> tuple[Endpoint, SockAddr]:
        """Accept the oldest queued connection."""
        fail(errno.EOPNOTSUPP)

    def recv(self, most: int, peek: bool = False) -> bytes:
        """Up to ``most`` octets; empty at the end of a stream."""
        return self.recvfrom(most, peek)[0]

    def recvfrom(self, most: int, peek: bool = False) -> tuple[bytes, SockAddr | None]:
        """The same, with the source address if the endpoint is not a stream."""
        return self.recv(most, peek), None

    def ancillary(self) -> list[Ancillary]:
        """What came with the data that were received last, of what was asked for."""
        return []

    def take_queued_error(self, most: int) -> tuple[bytes, list[Ancillary], SockAddr | None]:
        """The oldest error of the error queue: the data that caused it, what is known of it, where they were sent."""
        fail(errno.EAGAIN)

    def send_with(self, data: Octets, ancillary: list[Any], address: Any) -> int:
        """Send to an address, or to the peer if it is None, as the control messages say."""
        if ancillary:
            fail(errno.EINVAL)
        return self.send(data) if address is None else self.sendto(data, address)

    def send(self, data: Octets) -> int:
        """Send to the peer; returns the number of octets accepted."""
        fail(errno.ENOTCONN)

    def sendto(self, data: Octets, address: Any) -> int:
        """Send to an address."""
        fail(errno.EISCONN)

    def shutdown(self, how: int) -> None:
        """End sending (SHUT_WR), receiving (SHUT_RD) or both."""
        fail(errno.ENOTCONN)

    def close(self) -> None:
        """Close the endpoint."""

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
        """A socket option's value; None if it is not supported."""
        return None

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        """Set a socket option; False if it is not supported."""
        return False
