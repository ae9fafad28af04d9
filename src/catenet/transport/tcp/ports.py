"""Local ports: bound sockets, and the choice of ephemeral ports.

``bind`` creates a :class:`Reservation`.  Two conflict if their port is the same and their addresses overlap, unless
both allow it: by SO_REUSEADDR while neither listens, or by SO_REUSEPORT.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.streams import Stream
from catenet.transport.tcp.isn import KeyedHash
from catenet.transport.tcp.settings import TcpSettings


class Reservation:
    """A bound port.  Address 0 is any; a ``dual_stack`` one of version 6 covers IPv4 too."""

    def __init__(
        self, version: i64, address: int, port: i64, dual_stack: bool, reuse_address: bool, reuse_port: bool
    ) -> None:
        self.version: Final[i64] = version
        self.address: Final = address
        self.port: Final[i64] = port
        self.dual_stack: Final = dual_stack
        self.reuse_address: Final = reuse_address
        self.reuse_port: Final = reuse_port
        self.listening = False

    def overlaps(self, version: i64, address: int, dual_stack: bool) -> bool:
        """True if a segment could match both."""
        if version == self.version:
            return address == 0 or self.address == 0 or address == self.address
        covers = self.dual_stack and self.address == 0
        is_covered = dual_stack and address == 0
        return covers or is_covered

    def conflicts(self, other: Reservation) -> bool:
        """True if both cannot be bound."""
        if not self.overlaps(other.version, other.address, other.dual_stack):
            return False
        if self.reuse_port and other.reuse_port:
            return False
        return not (self.reuse_address and other.reuse_address) or self.listening or other.listening


class Ports:
    """The reservations of one host."""

    def __init__(self, settings: TcpSettings, hashes: KeyedHash, stream: Stream) -> None:
        self._settings: Final = settings
        self._hashes: Final = hashes
        self._stream: Final = stream
        self._by_port: Final[dict[int, list[Reservation]]] = {}
        self._next: i64 = stream.below(1 << 16)

    def on(self, port: int) -> list[Reservation]:
        """The reservations of a port."""
        return self._by_port.get(port, [])

    def is_reserved(self, port: int) -> bool:
        """True if the port is bound."""
        return port in self._by_port

    def conflicts(self, wanted: Reservation) -> bool:
        """True if a reservation cannot be made because of another."""
        return any(other is not wanted and other.conflicts(wanted) for other in self.on(wanted.port))

    def add(self, reservation: Reservation) -> None:
        """Add a reservation."""
        self._by_port.setdefault(reservation.port, []).append(reservation)

    def remove(self, reservation: Reservation) -> None:
        """Remove a reservation, if it exists."""
        held = self.on(reservation.port)
        if reservation in held:
            held.remove(reservation)
            if not held:
                del self._by_port[reservation.port]

    def clear(self) -> None:
        """Remove all reservations."""
        self._by_port.clear()

    def count(self) -> int:
        """The number of ephemeral ports."""
        return self._settings.ephemeral_last - self._settings.ephemeral_first + 1

    def first_to_bind(self) -> int:
        """The start of the search for a port to bind."""
        return self._stream.below(self.count())

    def first_to_connect(self, local_address: int, remote_address: int, remote_port: i64) -> int:
        """The start of the search for a port to connect from (RFC 6056 section 3.3.3, algorithm 3)."""
        offset = self._hashes.of("port", local_address, 0, remote_address, remote_port)
        return (offset + self._next) % self.count()

    def port(self, place: int) -> int:
        """The ephemeral port at a place of the search, which wraps round."""
        return self._settings.ephemeral_first + place % self.count()

    def chosen(self) -> None:
        """An ephemeral port was chosen: the next search begins after it."""
        self._next += 1
