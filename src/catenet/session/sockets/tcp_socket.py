"""The TCP endpoint behind a stream socket: Linux's calls on a connection or a listener."""

from __future__ import annotations

import errno
import socket
from typing import Any

from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.inet import InetEndpoint
from catenet.session.sockets.socket_base import Endpoint, Octets, SockAddr, fail, place
from catenet.session.sockets.stream_options import StreamOptions
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.state import CLOSED
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.layer import Reservation
from catenet.transport.tcp.listener import Acceptor, Listener


class _User(TcpUser):
    """Receives a connection's notifications for an endpoint."""

    def __init__(self, end: TcpEndpoint) -> None:
        super().__init__()
        self.end = end

    def established(self) -> None:
        self.end.on_established()

    def readable(self) -> None:
        self.end.wake_reader()

    def writable(self) -> None:
        self.end.wake_writer()

    def closed(self, errno: int) -> None:
        self.end.on_closed(errno)


class _Acceptor(Acceptor):
    """Receives a listener's notifications for an endpoint."""

    def __init__(self, end: TcpEndpoint) -> None:
        super().__init__()
        self.end = end

    def accepted(self, listener: Listener) -> None:
        self.end.wake_reader()


class TcpEndpoint(InetEndpoint):
    """A TCP socket with Linux's behaviour: new, listening, connecting, connected, or closed."""

    def __init__(self, stack: SocketContext, version: int, connection: Connection | None = None) -> None:
        super().__init__(stack, version)
        self.options: StreamOptions = StreamOptions(stack)
        self.connection = connection
        self.listener: Listener | None = None
        self._reservation: Reservation | None = None
        self._connecting = False
        self._connect_told = connection is not None
        self._over = False
        self._sending = True
        self._receiving = True
        self._error = 0
        self._peeked = b""
        if connection is not None:
            connection.user = _User(self)
            if connection.state == CLOSED:
                self.on_closed(int(connection.error))

    # -- notifications of the connection

    def on_established(self) -> None:
        """The handshake is done."""
        self._connecting = False
        self.wake()

    def on_closed(self, errno: int) -> None:
        """The connection has ended; the error is pending."""
        self._error = errno
        self._over = True
        if self._connecting:
            self._connecting = False
            self.connection = None
            self._over = False
        self.wake()

    # -- readiness

    def readable(self) -> bool:
        if self.listener is not None:
            return self.listener.pending > 0
        connection = self.connection
        if connection is None or self._over or self._error or not self._receiving:
            return True
        return not self._connecting and (connection.available > 0 or connection.at_eof or bool(self._peeked))

    def writable(self) -> bool:
        connection = self.connection
        if connection is None or self._over or self._error or not self._sending:
            return self.listener is None
        return not self._connecting and connection.send_space() > 0

    def waits_for(self) -> str:
        if self.listener is not None:
            return f"a connection to {place(self.sockname())}"
        if self.connection is None:
            return "nothing: the socket is not connected"
        if self._connecting:
            return f"the answer of {place(self.peername())} to a connection attempt"
        return f"{place(self.peername())}, connected from {place(self.sockname())}"

    # -- calls

    def bind(self, address: Any) -> None:
        if self._reservation is not None or self.connection is not None or self.listener is not None:
            fail(errno.EINVAL)
        _, local, port = self.parse(address)
        self._reservation = self.stack.tcp.reserve(
            self.version,
            local,
            port,
            dual_stack=self.dual_stack,
            reuse_address=self.flag(socket.SOL_SOCKET, socket.SO_REUSEADDR),
            reuse_port=self.flag(socket.SOL_SOCKET, socket.SO_REUSEPORT),
        )

    def connect(self, address: Any) -> None:
        if self.listener is not None:
            fail(errno.EISCONN)
        if self._connecting:
            fail(errno.EALREADY)
        if self._error:
            fail(self.take_error())
        if self.connection is not None:
            if self._connect_told or self._over:
                fail(errno.EISCONN)
            self._connect_told = True
            return
        self._begin(address)
        fail(errno.EINPROGRESS)

    def _begin(self, address: Any) -> None:
        version, remote, port = self.parse(address)
        remote = remote or (0x7F000001 if version == 4 else 1)
        local, local_port = self._bound()
        self.connection = self.stack.tcp.connect(
            _User(self), version, local, local_port, remote, port, self.options.asked, self._reservation
        )
        self._connecting = True
        self._sending = self._receiving = True

    def _bound(self) -> tuple[int, int]:
        reservation = self._reservation
        return (reservation.address, reservation.port) if reservation is not None else (0, 0)

    def listen(self, backlog: int) -> None:
        if self.connection is not None:
            fail(errno.EINVAL)
        if self.listener is not None:
            self.listener.backlog = max(1, backlog)
            return
        local, port = self._bound()
        self.listener = self.stack.tcp.listen(
            _Acceptor(self),
            self.version,
            local,
            port,
            max(1, backlog),
            dual_stack=self.dual_stack,
            options=self.options.asked,
            reservation=self._reservation,
        )

    def accept(self) -> tuple[Endpoint, SockAddr]:
        if self.listener is None:
            fail(errno.EINVAL)
        connection = self.listener.accept()
        if connection is None:
            fail(errno.EAGAIN)
        self.activity += 1
        end = TcpEndpoint(self.stack, self.version, connection)
        end.flags = self.flags
        end.traffic_class, end.hop_limit = self.traffic_class, self.hop_limit
        end.options.inherit(self.options)
        return end, end.show(connection.version, connection.remote_address, connection.remote_port)

    def recv(self, most: int, peek: bool = False) -> bytes:
        connection = self.connection
        if connection is None:
            fail(self.take_error() or errno.ENOTCONN)
        data = self._take(connection, most, peek)
        if data or most == 0:
            self.activity += 1
            return data
        if self._error:
            fail(self.take_error())
        if connection.at_eof or self._over or not self._receiving:
            return b""
        return fail(errno.EAGAIN)

    def _take(self, connection: Connection, most: int, peek: bool) -> bytes:
        if self._connecting:
            return b""
        if peek:
            if len(self._peeked) < most:
                self._peeked += connection.recv(most - len(self._peeked))
            return self._peeked[:most]
        if self._peeked:
            data, self._peeked = self._peeked[:most], self._peeked[most:]
            return data + connection.recv(most - len(data))
        return connection.recv(most)

    def send(self, data: Octets) -> int:
        if self._error:
            fail(self.take_error())
        connection = self.connection
        if self._connecting:
            fail(errno.EAGAIN)
        if connection is None or self._over or not self._sending:
            fail(errno.EPIPE)
        space = connection.send_space()
        if space <= 0 and len(data) > 0:
            fail(errno.EAGAIN)
        taken = connection.send(bytes(data) if len(data) <= space else bytes(data[: space + 1]))
        self.activity += 1
        return taken

    def sendto(self, data: Octets, address: Any) -> int:
        return self.send(data) if self.connection is not None else fail(errno.EPIPE)

    def shutdown(self, how: int) -> None:
        if self.listener is not None and how != socket.SHUT_WR:
            self.listener.close()
            self.listener = None
            self.wake()
            return
        if self.connection is None or self._over:
            fail(errno.ENOTCONN)
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            self._sending = False
            self.connection.shut_down_sending()
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._receiving = False
        self.wake()

    def close(self) -> None:
        if self.listener is not None:
            self.listener.close()
        if self.connection is not None and not self._over:
            self.connection.close()
        if self._reservation is not None:
            self.stack.tcp.release(self._reservation)

    def sockname(self) -> SockAddr:
        if self.connection is not None:
            return self.show(self.connection.version, self.connection.local_address, self.connection.local_port)
        if self.listener is not None:
            return self.show(self.version, self.listener.local_address, self.listener.local_port)
        address, port = self._bound()
        return self.show(self.version, address, port)

    def peername(self) -> SockAddr:
        connection = self.connection
        if connection is None or self._over:
            fail(errno.ENOTCONN)
        return self.show(connection.version, connection.remote_address, connection.remote_port)

    def take_error(self) -> int:
        error, self._error = self._error, 0
        return error

    def get_option(self, level: int, name: int) -> int | bytes | None:
        value = self.options.get(level, name, self.connection, self.listener is not None)
        return super().get_option(level, name) if value is None else value

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        if self.options.set(level, name, value, self.connection):
            return True
        if not super().set_option(level, name, value):
            return False
        self.options.mark_packets(self.traffic_class, self.hop_limit, self.connection)
        return True
