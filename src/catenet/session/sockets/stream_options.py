"""The options of a TCP socket: those set before there is a connection, and those of the connection."""

from __future__ import annotations

import errno
import socket
import struct

from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.inet import number
from catenet.session.sockets.socket_base import fail
from catenet.session.sockets.tcp_info import pack_info
from catenet.session.sockets.udp_socket import doubled
from catenet.transport.tcp import congestion
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.layer import IpCarrier
from catenet.transport.tcp.settings import TcpOptions

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
DEFAULT_MSS = 536
"""The value of TCP_MAXSEG without a connection (RFC 9293 3.7.1)."""
MIN_SEND_BUFFER_OCTETS = 4608
MIN_RECEIVE_BUFFER_OCTETS = 2304
CONGESTION_NAME_OCTETS = 16


class StreamOptions:
    """``asked`` is passed to the transport layer with connect and listen; later changes to the connection."""

    def __init__(self, stack: SocketContext) -> None:
        self._stack = stack
        self.asked: TcpOptions = TcpOptions()

    def inherit(self, other: StreamOptions) -> None:
        """Inherit all options of a listening socket (as on Linux)."""
        self.asked = other.asked.copy()

    def mark_packets(self, traffic_class: int, hop_limit: int, connection: Connection | None) -> None:
        """Send with this traffic class and hop limit from now on."""
        self.asked.traffic_class = traffic_class
        self.asked.hop_limit = hop_limit
        if connection is not None and isinstance(connection.carrier, IpCarrier):
            connection.carrier.traffic_class = traffic_class
            connection.carrier.hop_limit = hop_limit

    def get(self, level: int, name: int, connection: Connection | None, listening: bool) -> int | bytes | None:
        """The value of an option; None if it is not one of TCP's."""
        asked = self.asked
        match level, name:
            case (socket.IPPROTO_TCP, socket.TCP_NODELAY):
                return int(asked.no_delay)
            case (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE):
                return int(asked.keepalive_idle_ns // NS_PER_S)
            case (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL):
                return int(asked.keepalive_interval_ns // NS_PER_S)
            case (socket.IPPROTO_TCP, socket.TCP_KEEPCNT):
                return int(asked.keepalive_count)
            case (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT):
                return int(asked.user_timeout_ns // NS_PER_MS)
            case (socket.IPPROTO_TCP, socket.TCP_MAXSEG):
                return DEFAULT_MSS if connection is None else connection.info().mss
            case (socket.IPPROTO_TCP, socket.TCP_CONGESTION):
                control = asked.congestion or self._stack.tcp.default_congestion
                return control.encode().ljust(CONGESTION_NAME_OCTETS, b"\0")
            case (socket.IPPROTO_TCP, socket.TCP_INFO):
                return pack_info(None if connection is None else connection.info(), self._stack.kernel.now_ns)
            case (socket.SOL_SOCKET, socket.SO_KEEPALIVE):
                return int(asked.keepalive)
            case (socket.SOL_SOCKET, socket.SO_LINGER):
                return struct.pack("ii", int(asked.linger_s >= 0), max(0, asked.linger_s))
            case (socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return int(listening)
        return self._buffer(level, name, connection)

    def _buffer(self, level: int, name: int, connection: Connection | None) -> int | None:
        settings = self._stack.tcp.settings
        if (level, name) == (socket.SOL_SOCKET, socket.SO_SNDBUF):
            own = self.asked.send_buffer_octets or settings.send_buffer_octets
            return int(own if connection is None else connection.send_buffer_octets)
        if (level, name) == (socket.SOL_SOCKET, socket.SO_RCVBUF):
            own = self.asked.receive_buffer_octets or settings.receive_buffer_octets
            return int(own if connection is None else connection.receive_buffer_octets)
        return None

    def set(self, level: int, name: int, value: int | bytes, connection: Connection | None) -> bool:
        """Set an option; False if it is not one of TCP's.  Raises OSError EINVAL or ENOENT for a bad value."""
        asked = self.asked
        match level, name:
            case (socket.IPPROTO_TCP, socket.TCP_NODELAY):
                asked.no_delay = bool(number(value))
            case (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE):
                asked.keepalive_idle_ns = within(value, 1, 32_767) * NS_PER_S
            case (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL):
                asked.keepalive_interval_ns = within(value, 1, 32_767) * NS_PER_S
            case (socket.IPPROTO_TCP, socket.TCP_KEEPCNT):
                asked.keepalive_count = within(value, 1, 127)
            case (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT):
                asked.user_timeout_ns = within(value, 0, 1 << 31) * NS_PER_MS
            case (socket.IPPROTO_TCP, socket.TCP_MAXSEG):
                asked.mss = within(value, 88, 32_767)
            case (socket.IPPROTO_TCP, socket.TCP_CONGESTION):
                asked.congestion = control_name(value)
            case (socket.SOL_SOCKET, socket.SO_KEEPALIVE):
                asked.keepalive = bool(number(value))
            case (socket.SOL_SOCKET, socket.SO_LINGER):
                asked.linger_s = linger(value)
            case (socket.SOL_SOCKET, socket.SO_SNDBUF):
                asked.send_buffer_octets = doubled(number(value), MIN_SEND_BUFFER_OCTETS)
            case (socket.SOL_SOCKET, socket.SO_RCVBUF):
                asked.receive_buffer_octets = doubled(number(value), MIN_RECEIVE_BUFFER_OCTETS)
            case _:
                return False
        self._apply(level, name, connection)
        return True

    def _apply(self, level: int, name: int, connection: Connection | None) -> None:
        """Apply the new value to the connection, if there is one."""
        asked = self.asked
        if connection is None:
            return
        match level, name:
            case (socket.IPPROTO_TCP, socket.TCP_NODELAY):
                connection.no_delay = asked.no_delay
            case (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE | socket.TCP_KEEPINTVL | socket.TCP_KEEPCNT):
                connection.keepalive.idle_ns = asked.keepalive_idle_ns
                connection.keepalive.interval_ns = asked.keepalive_interval_ns
                connection.keepalive.count = asked.keepalive_count
                connection.set_keepalive(asked.keepalive)
            case (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT):
                connection.user_timeout_ns = asked.user_timeout_ns
            case (socket.IPPROTO_TCP, socket.TCP_CONGESTION):
                connection.set_congestion(asked.congestion)
            case (socket.SOL_SOCKET, socket.SO_KEEPALIVE):
                connection.set_keepalive(asked.keepalive)
            case (socket.SOL_SOCKET, socket.SO_LINGER):
                connection.linger_s = asked.linger_s
            case (socket.SOL_SOCKET, socket.SO_SNDBUF):
                connection.send_buffer_octets = asked.send_buffer_octets
            case (socket.SOL_SOCKET, socket.SO_RCVBUF):
                connection.receive_buffer_octets = asked.receive_buffer_octets


def within(value: int | bytes, least: int, most: int) -> int:
    """A number in the range that Linux accepts; raises EINVAL outside it."""
    asked = number(value)
    return asked if least <= asked <= most else fail(errno.EINVAL)


def control_name(value: int | bytes) -> str:
    """The name of a congestion control; raises ENOENT if there is none of that name."""
    if isinstance(value, int):
        fail(errno.EINVAL)
    name = value.split(b"\0")[0].decode("ascii", "replace")
    return name if name in congestion.names() else fail(errno.ENOENT)


def linger(value: int | bytes) -> int:
    """The seconds of a ``struct linger``; -1 if it is off."""
    if isinstance(value, int) or len(value) < 8:
        fail(errno.EINVAL)
    on, seconds = struct.unpack("ii", value[:8])
    return max(0, seconds) if on else -1
