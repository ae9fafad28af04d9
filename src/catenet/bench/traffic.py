"""Bulk traffic without programs: sources and sinks that are users of TCP, compiled.

They serve measurements of the network itself, where an asyncio program at each end would cost more than the packets.
A source writes as fast as its connection accepts; a sink reads everything.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.tcp.listener import Acceptor, Listener

CHUNK_OCTETS: Final = 65_536
READ_OCTETS: Final = 1 << 20


class BulkSource(TcpUser):
    """Sends ``total_octets`` (endlessly if negative), then closes its side."""

    def __init__(self, total_octets: i64 = -1) -> None:
        super().__init__()
        self.connection: Connection | None = None
        self.left_octets: i64 = total_octets
        self.endless: Final = total_octets < 0
        self.error: i64 = -1
        self._chunk: Final = bytes(CHUNK_OCTETS)

    def start(self, tcp: TcpLayer, version: i64, address: int, port: i64, congestion: str) -> None:
        """Open the connection.  ``congestion`` names the algorithm, such as ``"cubic"``."""
        self.connection = tcp.connect(self, version, 0, 0, address, port, None)
        self.connection.set_congestion(congestion)

    def established(self) -> None:
        self._fill()

    def writable(self) -> None:
        self._fill()

    def closed(self, errno: int) -> None:
        self.error = errno

    def _fill(self) -> None:
        connection = self.connection
        assert connection is not None
        while self.endless or self.left_octets > 0:
            chunk = self._chunk
            if not self.endless and self.left_octets < CHUNK_OCTETS:
                chunk = chunk[: self.left_octets]
            taken = connection.send(chunk)
            self.left_octets -= taken
            if taken < len(chunk):
                return
        connection.shut_down_sending()


class BulkSink(TcpUser):
    """Reads and discards data; closes after the peer has closed."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection: Final = connection
        self.received_octets: i64 = 0
        self.error: i64 = -1

    def readable(self) -> None:
        connection = self.connection
        while connection.available > 0:
            self.received_octets += len(connection.recv(READ_OCTETS))
        if connection.at_eof:
            connection.close()

    def closed(self, errno: int) -> None:
        self.error = errno


class BulkServer(Acceptor):
    """Accepts every connection and attaches a sink."""

    def __init__(self) -> None:
        super().__init__()
        self.sinks: Final[list[BulkSink]] = []

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        while connection is not None:
            sink = BulkSink(connection)
            connection.user = sink
            self.sinks.append(sink)
            sink.readable()
            connection = listener.accept()
