"""The user of a connection, and its notifications.

Each notification is sent at the end of the processing of a segment or a timeout, when the connection is in a
consistent state: the user may call any of its methods.  No notification is sent within a call of the user itself; so a
user that aborts a connection, or closes one before it is established, gets no further notification.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class TcpUser:
    """The user of one connection.  Each method does nothing unless it is overridden."""

    def established(self) -> None:
        """The handshake is done.  Not called for a connection from ``accept``, which is established already."""

    def readable(self) -> None:
        """The receive buffer went from empty to non-empty, or the end of the stream arrived."""

    def writable(self) -> None:
        """At least a third of the send buffer is free again, after ``send`` took less than offered."""

    def closed(self, errno: int) -> None:
        """The connection has ended; no other call follows.

        ``errno`` is 0 if both ends closed in order, or ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH ... Received
        data can still be read.
        """


NOBODY: Final = TcpUser()
"""The user of a connection that has none."""
