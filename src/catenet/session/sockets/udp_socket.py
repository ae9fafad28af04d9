"""The UDP endpoint behind a datagram socket."""

from __future__ import annotations

import errno
import socket
from typing import Any

from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.control_messages import ControlMessages
from catenet.session.sockets.inet import V6ONLY_OPTION, InetEndpoint, number
from catenet.session.sockets.multicast import Groups
from catenet.session.sockets.socket_base import Ancillary, Octets, SockAddr, fail, place
from catenet.transport.udp import Arrival, UdpUser

UDP_HEADER_OCTETS = 8
MAX_BUFFER_OCTETS = 212_992
"""The limit of setsockopt, before Linux doubles the value (net.core.rmem_max)."""


class _User(UdpUser):
    """Receives the transport layer's notifications for an endpoint."""

    def __init__(self, end: UdpEndpoint) -> None:
        super().__init__()
        self.end = end

    def readable(self) -> None:
        self.end.wake_reader()

    def failed(self, errno: int) -> None:
        self.end.wake()


class UdpEndpoint(InetEndpoint):
    """A UDP socket with Linux's behaviour."""

    def __init__(self, stack: SocketContext, version: int) -> None:
        super().__init__(stack, version)
        self._udp = stack.udp.open(_User(self), version, dual_stack=self.dual_stack)
        self._send_buffer_octets = MAX_BUFFER_OCTETS
        self._stopped_receiving = False
        self._groups = Groups(stack.ip, self._udp)
        self._control = ControlMessages(stack.ip, version)
        self._received: Arrival | None = None

    def readable(self) -> bool:
        return self._udp.peek() is not None or self._udp.error != 0 or self._stopped_receiving

    def waits_for(self) -> str:
        return f"a datagram at {place(self.sockname())}"

    def bind(self, address: Any) -> None:
        _, local, port = self.parse(address)
        self._udp.reuse = self.flag(socket.SOL_SOCKET, socket.SO_REUSEADDR) or self.flag(
            socket.SOL_SOCKET, socket.SO_REUSEPORT
        )
        code = self.stack.udp.bind(self._udp, local, port)
        if code:
            fail(code)

    def connect(self, address: Any) -> None:
        if isinstance(address, tuple) and address[0] == "" and address[1] == 0:
            self._udp.disconnect()
            return
        version, remote, port = self.parse(address)
        code = self._udp.connect(version, remote or (0x7F000001 if version == 4 else 1), port)
        if code:
            fail(code)

    def recvfrom(self, most: int, peek: bool = False) -> tuple[bytes, SockAddr | None]:
        if self._udp.error:
            fail(self._udp.take_error())
        arrival = self._udp.peek() if peek else self._udp.receive()
        if arrival is None:
            return (b"", None) if self._stopped_receiving else fail(errno.EAGAIN)
        self.activity += 1
        self._received = arrival
        return arrival.data[:most], self.show(arrival.version, arrival.src, arrival.src_port)

    def ancillary(self) -> list[Ancillary]:
        return [] if self._received is None else self._control.of(self._received)

    def take_queued_error(self, most: int) -> tuple[bytes, list[Ancillary], SockAddr | None]:
        error = self._udp.take_queued_error()
        if error is None:
            fail(errno.EAGAIN)
        self.activity += 1
        port = int.from_bytes(error.head[2:4], "big")
        data = error.head[UDP_HEADER_OCTETS:][:most]
        return data, [self._control.of_error(error)], self.show(error.version, error.dst, port)

    def recv(self, most: int, peek: bool = False) -> bytes:
        return self.recvfrom(most, peek)[0]

    def send(self, data: Octets) -> int:
        return self._taken(self._udp.send(bytes(data)), data)

    def sendto(self, data: Octets, address: Any) -> int:
        version, remote, port = self.parse(address)
        if port == 0:
            fail(errno.EINVAL)
        remote = remote or (0x7F000001 if version == 4 else 1)
        return self._taken(self._udp.send_to(bytes(data), version, remote, port), data)

    def send_with(self, data: Octets, ancillary: list[Any], address: Any) -> int:
        if address is not None:
            version, remote, port = self.parse(address)
        elif self._udp.connected:
            version, remote, port = self._udp.remote_version, self._udp.remote_address, self._udp.remote_port
        else:
            fail(errno.EDESTADDRREQ)
        if port == 0:
            fail(errno.EINVAL)
        src, interface = self._control.source(version, ancillary)
        remote = remote or (0x7F000001 if version == 4 else 1)
        return self._taken(self._udp.send_to(bytes(data), version, remote, port, src, interface), data)

    def _taken(self, code: int, data: Octets) -> int:
        if code:
            fail(code)
        self.activity += 1
        return len(data)

    def shutdown(self, how: int) -> None:
        if not self._udp.connected:
            fail(errno.ENOTCONN)
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._stopped_receiving = True
            self.wake_reader()

    def close(self) -> None:
        self._groups.joined.leave_all()
        self._udp.close()

    def _change_stack(self) -> None:
        """Switch IPV6_V6ONLY; raises EINVAL once it is bound (Linux, RFC 3493 section 5.3)."""
        if self._udp.local_port:
            self.set_flag(V6ONLY_OPTION, not self._udp.dual_stack)
            fail(errno.EINVAL)
        buffer_octets = self._udp.receive_buffer_octets
        self._udp = self.stack.udp.open(_User(self), self.version, dual_stack=self.dual_stack)
        self._udp.receive_buffer_octets = buffer_octets
        self._groups.move(self._udp)

    def sockname(self) -> SockAddr:
        return self.show(self.version, self._udp.local_address, self._udp.local_port)

    def peername(self) -> SockAddr:
        if not self._udp.connected:
            fail(errno.ENOTCONN)
        return self.show(self._udp.remote_version, self._udp.remote_address, self._udp.remote_port)

    def take_error(self) -> int:
        return self._udp.take_error()

    def get_option(self, level: int, name: int) -> int | bytes | None:
        if (level, name) == (socket.SOL_SOCKET, socket.SO_RCVBUF):
            return self._udp.receive_buffer_octets
        if (level, name) == (socket.SOL_SOCKET, socket.SO_SNDBUF):
            return self._send_buffer_octets
        told = self._groups.get(level, name)
        if told is None:
            told = self._control.get(level, name)
        return told if told is not None else super().get_option(level, name)

    def _sets(self, level: int, name: int, value: int | bytes) -> bool:
        return self._groups.set(level, name, value) or self._control.set(level, name, value)

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        if (level, name) == (socket.SOL_SOCKET, socket.SO_RCVBUF):
            self._udp.receive_buffer_octets = doubled(number(value), 2304)
        elif (level, name) == (socket.SOL_SOCKET, socket.SO_SNDBUF):
            self._send_buffer_octets = doubled(number(value), 4608)
        elif not self._sets(level, name, value) and not super().set_option(level, name, value):
            return False
        if self.dual_stack != self._udp.dual_stack:
            self._change_stack()
        self._udp.queues_errors4, self._udp.queues_errors6 = self._control.queues_errors
        self._udp.broadcast = self.flag(socket.SOL_SOCKET, socket.SO_BROADCAST)
        self._udp.hop_limit = self.hop_limit
        self._udp.traffic_class = self.traffic_class
        self._udp.group_hop_limit = self._groups.hop_limit
        self._udp.group_interface = self._groups.interface
        return True


def doubled(octets: int, least: int) -> int:
    """A buffer size as on Linux (socket(7)): bounded, and doubled for bookkeeping."""
    return max(least, 2 * min(max(octets, 0), MAX_BUFFER_OCTETS))
