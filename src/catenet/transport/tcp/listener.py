"""A listening port: half-open connections, and the accept queue.

The accept queue holds at most ``backlog`` + 1 connections, as in Linux.  While it is full, SYNs are dropped, and the
last ACK of a handshake too, so that both are sent again.  The number of half-open connections is limited likewise, to
at least 16.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.ports import Ports, Reservation
from catenet.transport.tcp.settings import TcpOptions

MIN_HALF_OPEN: Final[i64] = 16


@mypyc_attr(allow_interpreted_subclasses=True)
class Acceptor:
    """The user of a listener.

    It is called when the connection is in a consistent state, and may call any of its methods.
    """

    def accepted(self, listener: Listener) -> None:
        """A connection was added to the accept queue."""


class Listener:
    """One listening socket.  Address 0 is any; a ``dual_stack`` listener of version 6 accepts IPv4 too.

    ``forget`` is called when it closes, to remove it from the table.
    """

    def __init__(
        self,
        forget: Callable[[Listener], None],
        ports: Ports,
        acceptor: Acceptor,
        reservation: Reservation,
        keeps_reservation: bool,
        backlog: i64,
        options: TcpOptions,
    ) -> None:
        self._forget: Final = forget
        self._ports: Final = ports
        self.acceptor = acceptor
        self.reservation: Final = reservation
        self._keeps_reservation: Final = keeps_reservation
        self.version: Final[i64] = reservation.version
        self.local_address: Final = reservation.address
        self.local_port: Final[i64] = reservation.port
        self.dual_stack: Final = reservation.dual_stack
        self.backlog: i64 = backlog
        self.options: Final = options
        self.closed: bool = False
        self._half_open: Final[dict[int, Connection]] = {}
        self._serial: int = 0
        self._ready: Final[deque[Connection]] = deque()

    @property
    def pending(self) -> int:
        """The number of connections in the accept queue."""
        return len(self._ready)

    def accept(self) -> Connection | None:
        """The next connection; None if there is none.  Set its ``user``, then check for data already received."""
        if not self._ready:
            return None
        return self._ready.popleft()

    def close(self) -> None:
        """Stop listening.  Connections in the accept queue are reset."""
        if self.closed:
            return
        self.closed = True
        self._forget(self)
        self.reservation.listening = False
        if not self._keeps_reservation:
            self._ports.remove(self.reservation)
        for connection in list(self._half_open.values()):
            connection.abort()
        self._half_open.clear()
        while self._ready:
            self._ready.popleft().abort()

    def lose_power(self) -> None:
        """The host has lost power: stop listening, without notifications."""
        self.closed = True
        self._half_open.clear()
        self._ready.clear()

    def is_full(self) -> bool:
        """True if the accept queue is full."""
        return len(self._ready) > self.backlog

    def is_flooded(self) -> bool:
        """True if the limit of half-open connections is reached."""
        most = max(MIN_HALF_OPEN, self.backlog)
        return len(self._half_open) >= most

    def begun(self, connection: Connection) -> int:
        """Register a half-open connection; returns its number here."""
        self._serial += 1
        self._half_open[self._serial] = connection
        return self._serial

    def dropped(self, serial: int) -> None:
        """A half-open connection has failed."""
        self._half_open.pop(serial, None)

    def completed(self, serial: int, connection: Connection) -> None:
        """A handshake is done."""
        self._half_open.pop(serial, None)
        self._ready.append(connection)
        self.acceptor.accepted(self)
