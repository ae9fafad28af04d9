"""The send buffer: unsent data of the user, and the remaining space."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.byte_queue import ByteQueue
from catenet.transport.tcp.settings import TcpSettings


class SendBuffer(ByteQueue):
    """The unsent octets; :attr:`limit` also counts sent octets that are not acknowledged."""

    def __init__(self, settings: TcpSettings, octets: i64) -> None:
        super().__init__()
        self.automatic: bool = octets <= 0
        """It grows with the congestion window (Linux's auto-tuning)."""
        self.limit: i64 = octets if octets > 0 else settings.send_buffer_octets
        self.most: i64 = settings.send_buffer_max_octets
        self.want_writable: bool = False
        """The user found no space, and waits."""
        self.became_writable: bool = False
        """The user is to be notified of space."""

    def space(self, in_flight: i64) -> i64:
        """The remaining space in octets."""
        space = self.limit - self.length - in_flight
        return max(0, space)

    def freed(self, in_flight: i64) -> None:
        """Data were acknowledged: a waiting user is notified when a third is free, as in Linux."""
        if self.want_writable and self.space(in_flight) * 3 >= self.limit:
            self.want_writable = False
            self.became_writable = True

    def fit(self, cwnd_bytes: i64) -> None:
        """Size the buffer for two congestion windows: one in flight, one unsent."""
        wanted = cwnd_bytes * 2
        if self.automatic and wanted > self.limit:
            self.limit = min(self.most, wanted)
