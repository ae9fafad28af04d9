"""The TCP connections of a run, those that have ended included.

A host's TCP deletes a connection when it is closed, so its figures are kept here from then on.  The two ends are put
together in :mod:`catenet.lab.report.connections`.
"""

from __future__ import annotations

import sys
from typing import Final

from catenet.kernel.kernel import Kernel
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.demux import Journal

Ends = tuple[int, int, int, int, int]
"""Version, the client's address and port, the server's address and port."""


class ConnectionRecord:
    """One end of a connection.  ``ended_ns`` is -1 while the connection exists."""

    __slots__ = ("_connection", "_ends", "_last", "ended_ns", "error", "host", "opened_ns", "passive")

    def __init__(self, host: str, connection: Connection, opened_ns: int) -> None:
        self.host: Final = host
        self.passive: Final = bool(connection.handshake.passive)
        self.opened_ns: Final = opened_ns
        self.ended_ns: int = -1
        self.error: int = 0
        self._connection: Connection | None = connection
        self._last: TcpInfo | None = None
        self._ends: Ends | None = None

    @property
    def ends(self) -> Ends:
        """The two ends of the connection."""
        if self._ends is None:
            assert self._connection is not None
            self._ends = _ends(self._connection, self.passive)
        return self._ends

    def close(self, now_ns: int) -> None:
        """Keep the figures, and release the connection."""
        assert self._connection is not None
        self.ended_ns = now_ns
        self.error = int(self._connection.error)
        self._ends = _ends(self._connection, self.passive)
        self._last = self._connection.info()
        self._connection = None

    def info(self) -> TcpInfo:
        """The present figures, or those at the end."""
        if self._connection is not None:
            return self._connection.info()
        assert self._last is not None
        return self._last


def _ends(connection: Connection, passive: bool) -> Ends:
    local = (connection.local_address, int(connection.local_port))
    remote = (connection.remote_address, int(connection.remote_port))
    client, server = (remote, local) if passive else (local, remote)
    return (int(connection.version), *client, *server)


class ConnectionLog(Journal):
    """The connections of one host, in the order in which they were established."""

    def __init__(self, kernel: Kernel, host: str) -> None:
        super().__init__()
        self._kernel: Final = kernel
        self._host: Final = host
        self._open: Final[dict[Connection, ConnectionRecord]] = {}
        self.records: Final[list[ConnectionRecord]] = []
        self.max_records: int = sys.maxsize

    def opened(self, connection: Connection) -> None:
        record = ConnectionRecord(self._host, connection, int(self._kernel.now_ns))
        self._open[connection] = record
        self.records.append(record)
        if len(self.records) > self.max_records:
            self._forget_half()

    def _forget_half(self) -> None:
        """Drop the older half of the closed connections, to bound the memory of a run without an end."""
        over = [record for record in self.records if record.ended_ns >= 0]
        gone = set(over[: len(over) // 2])
        self.records[:] = [record for record in self.records if record not in gone]

    def ended(self, connection: Connection) -> None:
        record = self._open.pop(connection, None)
        if record is not None:
            record.close(int(self._kernel.now_ns))
