"""Finds the connection of a segment by its two ends (RFC 9293 section 3.10).

Connections are found by their two ports, packed into one number; those with the same two ports are in a chain.  The
connection of the last segment is tried first, since segments arrive in trains (the one-entry cache of BSD's
``in_pcblookup``).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.transport.tcp.connection.connection import Connection, ConnectionOwner
from catenet.transport.tcp.connection.time_wait import TimeWait, TimeWaits
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.isn import KeyedHash
from catenet.transport.tcp.listener import Listener
from catenet.transport.tcp.segment.sequence import wrap
from catenet.transport.tcp.settings import SECOND, TcpSettings


@mypyc_attr(allow_interpreted_subclasses=True)
class Journal:
    """An observer of a host's connections.  This one records nothing."""

    def opened(self, connection: Connection) -> None:
        """The handshake is done."""

    def ended(self, connection: Connection) -> None:
        """The connection is closed or in TIME-WAIT; its figures are final."""


class ConnectionTable(ConnectionOwner):
    """The connections, listeners and TIME-WAIT entries of one host."""

    def __init__(self, kernel: Kernel, settings: TcpSettings, counters: TcpCounters, hashes: KeyedHash) -> None:
        self.kernel: Final = kernel
        self.settings: Final = settings
        self.counters: Final = counters
        self.hashes: Final = hashes
        self.waiting: Final = TimeWaits(kernel, settings.time_wait_ns)
        self.journal: Journal = Journal()
        self.count: i64 = 0
        self._chains: Final[dict[int, Connection]] = {}
        self._last: Connection | None = None
        self._listeners: Final[dict[int, list[Listener]]] = {}
        self._opening: Final[dict[Connection, tuple[Listener, int]]] = {}
        self._ports: Final[dict[int, int]] = {}
        self._challenges: i64 = 0
        self._challenge_second: i64 = -1

    def find(
        self, version: i64, local_address: int, local_port: i64, remote_address: int, remote_port: i64
    ) -> Connection | None:
        """The connection between two ends, or None."""
        last = self._last
        if (
            last is not None
            and last.remote_port == remote_port
            and last.local_port == local_port
            and last.remote_address == remote_address
            and last.local_address == local_address
            and last.version == version
        ):
            return last
        connection = self._chains.get(local_port << 16 | remote_port)
        while connection is not None:
            if (
                connection.remote_address == remote_address
                and connection.local_address == local_address
                and connection.version == version
            ):
                self._last = connection
                return connection
            connection = connection.next_in_chain
        return None

    def add(self, connection: Connection) -> None:
        """Add a connection."""
        assert connection.next_in_chain is None, "a connection is in one chain"
        key = connection.local_port << 16 | connection.remote_port
        connection.next_in_chain = self._chains.get(key)
        self._chains[key] = connection
        port = connection.local_port
        self._ports[port] = self._ports.get(port, 0) + 1
        self.count += 1

    def all(self) -> list[Connection]:
        """Every connection, in the order of their pairs of ports' first use."""
        found: list[Connection] = []
        for first in self._chains.values():
            connection: Connection | None = first
            while connection is not None:
                found.append(connection)
                connection = connection.next_in_chain
        return found

    def port_is_used(self, port: int) -> bool:
        """True if a connection, or an entry in TIME-WAIT, has that local port."""
        return port in self._ports or self.waiting.uses_port(port)

    def is_taken(
        self, version: i64, local_address: int, local_port: i64, remote_address: int, remote_port: i64
    ) -> bool:
        """True if the two ends have a connection or an entry in TIME-WAIT."""
        if self.waiting.find((version, local_address, local_port, remote_address, remote_port)) is not None:
            return True
        return self.find(version, local_address, local_port, remote_address, remote_port) is not None

    # -- listeners

    def add_listener(self, listener: Listener) -> None:
        """Add a listener."""
        self._listeners.setdefault(listener.local_port, []).append(listener)

    def forget_listener(self, listener: Listener) -> None:
        """Remove a closed listener."""
        listeners = self._listeners[listener.local_port]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[listener.local_port]

    def listening_ports(self) -> list[int]:
        """The ports on which a program listens, in ascending order."""
        return sorted(self._listeners)

    def listener_for(
        self, version: i64, local_address: int, local_port: i64, remote_address: int, remote_port: i64
    ) -> Listener | None:
        """The listener for two ends: bound to the address rather than to any; of several, by hash of the ends."""
        listeners = self._listeners.get(local_port)
        if listeners is None:
            return None
        best: list[Listener] = []
        best_score = 0
        for listener in listeners:
            score = _score(listener, version, local_address)
            if score > best_score:
                best = [listener]
                best_score = score
            elif score > 0 and score == best_score:
                best.append(listener)
        if len(best) <= 1:
            return best[0] if best else None
        return best[self.hashes.of("listener", local_address, local_port, remote_address, remote_port) % len(best)]

    def opening(self, connection: Connection, listener: Listener) -> None:
        """A SYN for a listener has created a connection."""
        self._opening[connection] = (listener, listener.begun(connection))

    # -- notifications of connections

    def has_room(self, connection: Connection) -> bool:
        found = self._opening.get(connection)
        if found is None or not found[0].is_full():
            return True
        self.counters.listen_overflows += 1
        self.counters.listen_drops += 1
        return False

    def synchronized(self, connection: Connection) -> None:
        self.journal.opened(connection)
        found = self._opening.pop(connection, None)
        if found is not None:
            listener, serial = found
            listener.completed(serial, connection)

    def left(self, connection: Connection) -> None:
        self._remove(connection)
        found = self._opening.pop(connection, None)
        if found is not None:
            listener, serial = found
            listener.dropped(serial)

    def waits(self, connection: Connection) -> None:
        self._remove(connection)
        self.counters.time_waited += 1
        receiver = connection.receiver
        sender = connection.sender
        entry = TimeWait(
            (
                connection.version,
                connection.local_address,
                connection.local_port,
                connection.remote_address,
                connection.remote_port,
            ),
            wrap(sender.snd_nxt, connection.output.isn),
            wrap(receiver.rcv_nxt, receiver.irs),
            max(receiver.window.edge - receiver.rcv_nxt, 0) >> receiver.window.shift,
            receiver.timestamps_on,
            receiver.ts_recent,
            connection.output.ts_offset,
        )
        self.waiting.add(entry, self.kernel.now_ns)

    def may_challenge(self, now_ns: i64) -> bool:
        second = now_ns // SECOND
        if second != self._challenge_second:
            self._challenge_second = second
            self._challenges = 0
        self._challenges += 1
        return self._challenges <= self.settings.challenge_acks_per_s

    def lose_power(self) -> None:
        """Drop every connection, listener and entry in TIME-WAIT, without notifications."""
        for connection in self.all():
            connection.lose_power()
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.lose_power()
        self._listeners.clear()
        self.waiting.clear()

    def _remove(self, connection: Connection) -> None:
        self.journal.ended(connection)
        if self._last is connection:
            self._last = None
        key = connection.local_port << 16 | connection.remote_port
        port = connection.local_port
        left = self._ports[port] - 1
        if left:
            self._ports[port] = left
        else:
            del self._ports[port]
        self.count -= 1
        assert self.count >= 0, "a connection leaves the table once"
        following = connection.next_in_chain
        connection.next_in_chain = None
        at = self._chains[key]
        if at is connection:
            if following is None:
                del self._chains[key]
            else:
                self._chains[key] = following
            return
        while at.next_in_chain is not connection:
            after = at.next_in_chain
            assert after is not None
            at = after
        at.next_in_chain = following


def _score(listener: Listener, version: i64, local_address: int) -> int:
    """0 if a listener does not match the address; higher for a more specific match."""
    if listener.version == version:
        if listener.local_address == local_address:
            return 3
        return 2 if listener.local_address == 0 else 0
    return 1 if listener.dual_stack and listener.local_address == 0 and version == 4 else 0
