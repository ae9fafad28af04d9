"""A listening port: half-open connections, and those that wait to be accepted.

The accept queue holds at most ``backlog`` + 1 connections, as in Linux.  While it is full, SYNs are
dropped, and the last ACK of a handshake too, so that both are sent again.  Half-open connections are at
most as many, with at least 16.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.ports import Ports, Reservation
from catenet.transport.tcp.settings import TcpOptions

LEAST_HALF_OPEN: Final[i64] = 16


@mypyc_attr(allow_interpreted_subclasses=True)
class Acceptor:
    """The user of a listener.  It is called when the connection is in order, and may do anything with it."""

    def accepted(self, listener: Listener) -> None:
        """One more connection stands in the accept queue."""


class Listener:
    """One listening socket.  Address 0 is any; a ``dual_stack`` one of version 6 takes IPv4 too.

    ``forget`` is called when it closes: from then on no SYN must find it.
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
        """Connections that wait to be accepted."""
        return len(self._ready)

    def accept(self) -> Connection | None:
        """The next connection; None if there is none.  Set its ``user``, then see what it already received."""
        if not self._ready:
            return None
        return self._ready.popleft()

    def close(self) -> None:
        """Listen no more.  Connections that nobody accepted are reset."""
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
        """The host has lost power: nobody listens any more, and nobody is told."""
        self.closed = True
        self._half_open.clear()
        self._ready.clear()

    def is_full(self) -> bool:
        """True if no more may join the accept queue."""
        return len(self._ready) > self.backlog

    def is_flooded(self) -> bool:
        """True if no more may be half open."""
        most = max(LEAST_HALF_OPEN, self.backlog)
        return len(self._half_open) >= most

    def begun(self, connection: Connection) -> int:
        """A connection is half open; returns the number by which it is known here."""
        self._serial += 1
        self._half_open[self._serial] = connection
        return self._serial

    def dropped(self, serial: int) -> None:
        """A half-open connection came to nothing."""
        self._half_open.pop(serial, None)

    def completed(self, serial: int, connection: Connection) -> None:
        """A handshake is done."""
        self._half_open.pop(serial, None)
        self._ready.append(connection)
        self.acceptor.accepted(self)
