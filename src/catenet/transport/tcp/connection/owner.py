"""Who keeps the connections of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy_extensions import i64, mypyc_attr

if TYPE_CHECKING:
    from catenet.transport.tcp.connection.connection import Connection


@mypyc_attr(allow_interpreted_subclasses=True)
class ConnectionOwner:
    """Who keeps the connections of a host, and is told what becomes of them."""

    def has_room(self, connection: Connection) -> bool:
        """True if a connection that was opened passively may be established now."""
        return True

    def synchronized(self, connection: Connection) -> None:
        """The handshake is done."""

    def left(self, connection: Connection) -> None:
        """The connection is CLOSED: forget it."""

    def waits(self, connection: Connection) -> None:
        """The connection is in TIME-WAIT: keep an entry for it, and forget it."""

    def may_challenge(self, now_ns: i64) -> bool:
        """True if this host may send another challenge ACK now (RFC 5961 section 7)."""
        return True
