"""A simulated socket: the whole interface of ``socket.socket``, over the stack of one host.

It is a subclass of the real class, so that ``isinstance`` holds, but has no descriptor of the operating system; its
number is from a range of its own.  Non-blocking calls behave as on Linux.  A blocking call lets virtual time pass
until it is done, which only works outside the turns of an event loop; inside one it raises RuntimeError.
"""

from __future__ import annotations

import _socket
import errno
import socket as real
from collections.abc import Callable, Iterable
from functools import partial
from operator import index
from typing import TYPE_CHECKING, Any, TypeVar

from catenet.kernel import Kernel
from catenet.network.stack import IpStack
from catenet.session.names.hosts_table import Names
from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.inet import number
from catenet.session.sockets.option_names import unsupported
from catenet.session.sockets.socket_base import Endpoint, SockAddr, fail
from catenet.session.sockets.watch import unwatch_reader, unwatch_writer
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer

T = TypeVar("T")
Buffer = Any

CLOSED_DESCRIPTOR = -1
MSG_ERRQUEUE = 0x2000
FIRST_DESCRIPTOR = 1_000_000_000
"""The first simulated descriptor, far above those of the operating system."""


class SocketTable(SocketContext):
    """The open sockets of one host, by descriptor."""

    def __init__(self, kernel: Kernel, ip: IpStack, tcp: TcpLayer, udp: UdpLayer, names: Names, name: str) -> None:
        super().__init__(kernel, ip, tcp, udp, names, name)
        self.sockets: dict[int, SimSocket] = {}
        self._next_descriptor = FIRST_DESCRIPTOR

    def register(self, made: SimSocket) -> int:
        """Assign a descriptor to a new socket."""
        descriptor = self._next_descriptor
        self._next_descriptor += 1
        self.sockets[descriptor] = made
        return descriptor


class SimSocket(real.socket):
    """A socket of a simulated host.  Created by :meth:`~catenet.session.stack.SocketStack.make_socket`."""

    __slots__ = ("_family", "_fileno", "_inheritable", "_proto", "_stack", "_timeout", "_type", "detached", "endpoint")

    if not TYPE_CHECKING:
        # not that of socket.socket, which is replaced while hosts run
        __new__ = _socket.socket.__new__

    def __init__(
        self, stack: SocketTable, family: int, type: int, proto: int, endpoint: Endpoint, fileno: int | None = None
    ) -> None:
        self._io_refs = 0
        self._closed = False
        self._stack = stack
        self._family = family if isinstance(family, real.AddressFamily) else _enum(real.AddressFamily, family)
        self._type = type if isinstance(type, real.SocketKind) else _enum(real.SocketKind, type)
        self._proto = proto
        self._timeout = real.getdefaulttimeout()
        self._inheritable = False
        self.endpoint: Endpoint = endpoint
        self.detached: bool = False
        if fileno is None:
            endpoint.holders += 1
            self._fileno = stack.register(self)
        else:
            self._fileno = fileno
            stack.sockets[fileno] = self

    # -- properties

    @property
    def family(self) -> Any:
        """AF_INET, AF_INET6, AF_PACKET, or AF_UNIX for one of a pair."""
        return self._family

    @property
    def type(self) -> Any:
        """SOCK_STREAM, SOCK_DGRAM or, for packets, SOCK_RAW."""
        return self._type

    @property
    def proto(self) -> int:
        """The requested protocol number."""
        return self._proto

    @property
    def timeout(self) -> float | None:
        """The timeout of blocking calls in seconds; None for no limit, 0 for non-blocking."""
        return self._timeout

    def fileno(self) -> int:
        """The simulated descriptor; -1 once closed."""
        return self._fileno

    def settimeout(self, value: float | None, /) -> None:
        if value is not None:
            value = float(value)
            if value < 0.0:
                raise ValueError("Timeout value out of range")
        self._timeout = value

    def gettimeout(self) -> float | None:
        return self._timeout

    def setblocking(self, flag: bool, /) -> None:
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        return self._timeout != 0.0

    def get_inheritable(self) -> bool:
        return self._inheritable

    def set_inheritable(self, inheritable: bool) -> None:
        self._inheritable = bool(inheritable)

    # -- addresses and connections

    def bind(self, address: Any, /) -> None:
        self._open().bind(address)

    def listen(self, backlog: int = 128, /) -> None:
        self._open().listen(backlog)

    def accept(self) -> tuple[real.socket, Any]:
        endpoint = self._open()
        accepted, address = self._try("accept()", endpoint.readable, endpoint.accept)
        made = SimSocket(self._stack, self._family, self._type, self._proto, accepted)
        return made, address

    def connect(self, address: Any, /) -> None:
        endpoint = self._open()
        try:
            endpoint.connect(address)
        except BlockingIOError as error:
            if self._timeout == 0.0 or error.errno != errno.EINPROGRESS:
                raise
            self._stack.wait(f"connect({address!r})", endpoint, endpoint.writable, self._timeout)
            code = endpoint.take_error()
            if code:
                fail(code)
            _set_peer(endpoint, address)

    def connect_ex(self, address: Any, /) -> int:
        try:
            self.connect(address)
        except TimeoutError as error:
            return error.errno or errno.EAGAIN
        except OSError as error:
            if error.errno is None or isinstance(error, real.gaierror):
                raise
            return error.errno
        return 0

    def getsockname(self) -> Any:
        return self._open().sockname()

    def getpeername(self) -> Any:
        return self._open().peername()

    def shutdown(self, how: int, /) -> None:
        if how not in (real.SHUT_RD, real.SHUT_WR, real.SHUT_RDWR):
            fail(errno.EINVAL)
        self._open().shutdown(how)

    def close(self) -> None:
        self._closed = True
        if self._io_refs <= 0:
            self._real_close()

    def _real_close(self, *_: Any) -> None:
        if self._fileno == CLOSED_DESCRIPTOR:
            return
        self._stack.sockets.pop(self._fileno, None)
        self._fileno = CLOSED_DESCRIPTOR
        if self.detached:
            return
        self.endpoint.holders -= 1
        if not self.endpoint.holders:
            unwatch_reader(self.endpoint)
            unwatch_writer(self.endpoint)
            self.endpoint.close()

    def detach(self) -> int:
        """Release the descriptor, for ``socket.socket(fileno=...)``."""
        fileno = self._fileno
        self._closed = True
        if fileno != CLOSED_DESCRIPTOR:
            self.detached = True
            self._fileno = CLOSED_DESCRIPTOR
        return fileno

    def dup(self) -> SimSocket:
        """Another socket for the same endpoint, which is closed with the last of them."""
        twin = SimSocket(self._stack, self._family, self._type, self._proto, self._open())
        twin.settimeout(self._timeout)
        return twin

    # -- receiving

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        return self._receive("recv()", bufsize, flags)[0]

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        return self._receive("recvfrom()", bufsize, flags)

    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        return self.recvfrom_into(buffer, nbytes, flags)[0]

    def recvfrom_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        view = memoryview(buffer).cast("B")
        if nbytes < 0:
            raise ValueError("negative buffersize in recv_into")
        if nbytes > len(view):
            raise ValueError("buffer too small for requested bytes")
        data, address = self._receive("recv_into()", nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data), address

    def recvmsg(self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /) -> tuple[bytes, list[Any], int, Any]:
        """As ``recvfrom``, with the control messages that were asked for; with MSG_ERRQUEUE an error's."""
        if flags & MSG_ERRQUEUE:
            data, told, address = self._open().take_queued_error(index(bufsize))
            return data, told if _space(told) <= ancbufsize else [], MSG_ERRQUEUE, address
        data, address = self._receive("recvmsg()", bufsize, flags)
        return data, self._ancillary(ancbufsize), 0, address

    def recvmsg_into(
        self, buffers: Iterable[Buffer], ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[int, list[Any], int, Any]:
        views = [memoryview(buffer).cast("B") for buffer in buffers]
        data, address = self._receive("recvmsg_into()", sum(map(len, views)), flags)
        rest = data
        for view in views:
            view[: len(rest)] = rest[: len(view)]
            rest = rest[len(view) :]
        return len(data), self._ancillary(ancbufsize), 0, address

    def _ancillary(self, most: int) -> list[Any]:
        """What fits in so many octets."""
        told = self.endpoint.ancillary() if most else []
        return told if _space(told) <= most else []

    def _receive(self, call: str, most: int, flags: int) -> tuple[bytes, Any]:
        endpoint = self._open()
        most = index(most)
        if most < 0:
            raise ValueError("negative buffersize in recv")
        peek = bool(flags & real.MSG_PEEK)
        data, address = self._try(call, endpoint.readable, lambda: endpoint.recvfrom(most, peek), flags)
        while flags & real.MSG_WAITALL and self._type == real.SOCK_STREAM and 0 < len(data) < most and not peek:
            more, _ = self._try(call, endpoint.readable, partial(endpoint.recvfrom, most - len(data)), flags)
            if not more:
                break
            data += more
        return data, address

    # -- sending

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        endpoint = self._open()
        view = memoryview(data).cast("B")
        return self._try("send()", endpoint.writable, lambda: endpoint.send(view), flags)

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        endpoint = self._open()
        view = memoryview(data).cast("B")
        sent = 0
        while sent < len(view):
            sent += self._try("sendall()", endpoint.writable, partial(endpoint.send, view[sent:]), flags)

    def sendto(self, data: Buffer, *rest: Any) -> int:
        endpoint = self._open()
        flags, address = (0, *rest) if len(rest) == 1 else rest
        view = memoryview(data).cast("B")
        return self._try("sendto()", endpoint.writable, lambda: endpoint.sendto(view, address), flags)

    def sendmsg(
        self, buffers: Iterable[Buffer], ancdata: Iterable[Any] = (), flags: int = 0, address: Any = None, /
    ) -> int:
        """Gather and send.  Control messages are of datagrams: others fail with EINVAL."""
        data = b"".join(bytes(buffer) for buffer in buffers)
        endpoint, control = self._open(), list(ancdata)
        return self._try("sendmsg()", endpoint.writable, lambda: endpoint.send_with(data, control, address), flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Read the file and send it; there is no system call for it here."""
        if offset:
            file.seek(offset)
        sent = 0
        while count is None or sent < count:
            block = file.read(65_536 if count is None else min(65_536, count - sent))
            if not block:
                break
            self.sendall(block)
            sent += len(block)
        file.seek(offset + sent)
        return sent

    # -- options

    def getsockopt(self, level: int, optname: int, buflen: int = 0, /) -> Any:
        level, optname = index(level), index(optname)
        value = self._option(self._open(), level, optname)
        if value is None:
            raise unsupported("getsockopt", level, optname)
        if buflen:
            octets = value if isinstance(value, bytes) else value.to_bytes(4, "little", signed=True)
            return octets[:buflen]
        return number(value)

    def _option(self, endpoint: Endpoint, level: int, name: int) -> int | bytes | None:
        if level == real.SOL_SOCKET:
            if name == real.SO_TYPE:
                return int(self._type)
            if name == real.SO_DOMAIN:
                return int(self._family)
            if name == real.SO_ERROR:
                return endpoint.take_error()
            if name == real.SO_PROTOCOL:
                default = {real.SOCK_STREAM: real.IPPROTO_TCP, real.SOCK_DGRAM: real.IPPROTO_UDP}
                inet = self._family in (real.AF_INET, real.AF_INET6)
                return self._proto or default[self._type] if inet else 0
        return endpoint.get_option(level, name)

    def setsockopt(self, level: int, optname: int, value: Any, optlen: int | None = None, /) -> None:
        level, optname = index(level), index(optname)
        if value is None:
            value = bytes(optlen or 0)
        if not isinstance(value, int):
            value = bytes(value)
        elif not -(1 << 31) <= value < 1 << 31:
            raise TypeError("a bytes-like object is required, not 'int'")
        if not self._open().set_option(level, optname, value):
            raise unsupported("setsockopt", level, optname)

    # -- inside

    def _open(self) -> Endpoint:
        if self._fileno == CLOSED_DESCRIPTOR:
            fail(errno.EBADF)
        return self.endpoint

    def _try(self, call: str, ready: Callable[[], bool], attempt: Callable[[], T], flags: int = 0) -> T:
        while True:
            try:
                return attempt()
            except BlockingIOError:
                if self._timeout == 0.0 or flags & real.MSG_DONTWAIT:
                    raise
            self._stack.wait(call, self.endpoint, ready, self._timeout)


def _space(told: list[Any]) -> int:
    """The octets that control messages take."""
    return sum(real.CMSG_SPACE(len(data)) for _, _, data in told)


def _set_peer(endpoint: Endpoint, address: SockAddr) -> None:
    """Record that the program knows of its connection."""
    try:
        endpoint.connect(address)
    except OSError as error:
        if error.errno != errno.EISCONN:
            raise


def _enum(kind: Any, value: int) -> Any:
    try:
        return kind(value)
    except ValueError:
        return value
