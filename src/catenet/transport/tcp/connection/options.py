"""The socket options of a connection: ``setsockopt`` and ``getsockopt`` while it exists."""

from __future__ import annotations

from catenet.transport.tcp import congestion as congestion_controls
from catenet.transport.tcp.connection.event_processing import ConnectionEvents
from catenet.transport.tcp.connection.state import CLOSED, LISTEN, SYN_RECEIVED, SYN_SENT, TIME_WAIT


class ConnectionOptions(ConnectionEvents):
    """A connection with socket options.  The initial values are in :class:`~..settings.TcpOptions`."""

    @property
    def no_delay(self) -> bool:
        """True if small segments do not wait for acknowledgments (TCP_NODELAY)."""
        return self.sender.no_delay

    @no_delay.setter
    def no_delay(self, on: bool) -> None:
        self.sender.no_delay = on
        if on and self.may_send_data():
            self.finish(self.kernel.now_ns)

    @property
    def send_buffer_octets(self) -> int:
        """Size of the send buffer (SO_SNDBUF); setting it ends its growing by itself."""
        return self.sender.unsent.limit

    @send_buffer_octets.setter
    def send_buffer_octets(self, octets: int) -> None:
        self.sender.unsent.automatic = False
        self.sender.unsent.limit = octets

    @property
    def receive_buffer_octets(self) -> int:
        """Size of the receive buffer (SO_RCVBUF); setting it ends its growing by itself."""
        return self.receiver.window.limit

    @receive_buffer_octets.setter
    def receive_buffer_octets(self, octets: int) -> None:
        self.receiver.window.resize(octets)

    @property
    def congestion(self) -> str:
        """Name of the congestion control (TCP_CONGESTION)."""
        return self.sender.congestion.name

    def set_congestion(self, name: str) -> None:
        """Change the congestion control; the window stays.  Raises KeyError for an unknown name."""
        old = self.sender.congestion
        new = congestion_controls.make(name, old.mss)
        new.cwnd_bytes = old.cwnd_bytes
        new.ssthresh_bytes = old.ssthresh_bytes
        self.sender.recovery.congestion = new

    def set_keepalive(self, on: bool) -> None:
        """Turn keepalive on or off (SO_KEEPALIVE); its times are those of :attr:`keepalive`."""
        self.keepalive.on = on
        if on and self.state not in (CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT):
            self.keepalive.heard(self.kernel.now_ns)
            self.set_timer()
        elif not on:
            self.keepalive.stop()
