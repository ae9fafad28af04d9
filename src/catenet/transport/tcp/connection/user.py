"""Who uses a connection from above, and what it is told.

Each call comes at the end of the processing of a segment or a time-out, when the connection is in order:
it may call anything on the connection.  None comes from within a call that the user itself makes; so a
user who aborts a connection, or closes one that was not yet established, hears nothing of it any more.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class TcpUser:
    """The user of one connection.  Each method does nothing unless it is overridden."""

    def established(self) -> None:
        """The handshake is done.  Not called for a connection that ``accept`` gave: that one already is."""

    def readable(self) -> None:
        """The receive buffer went from empty to non-empty, or the end of the stream arrived."""

    def writable(self) -> None:
        """At least a third of the send buffer is free again, after ``send`` took less than offered."""

    def closed(self, errno: int) -> None:
        """The connection is over and no other call follows.

        ``errno`` is 0 if both ends closed in order, or ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH ...
        What was received and not yet read can still be read.
        """
