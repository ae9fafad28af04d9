"""The loop's calls on bare sockets: ``sock_*``, ``add_reader`` and ``add_writer``."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from catenet.session.escape import Escape
from catenet.session.loop.thread_look_up import thread_look_up
from catenet.session.loop.virtual_loop import VirtualLoop
from catenet.session.names.resolver import check_port, is_resolved, numeric_address
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.socket_base import Endpoint
from catenet.session.sockets.watch import Watcher, unwatch_reader, unwatch_writer, watch_reader, watch_writer
from catenet.session.stack import SocketStack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class SocketFuture(asyncio.Future[Any]):
    """The result of a call that waits for a socket, retried whenever ``watcher`` calls :meth:`again`."""

    def __init__(self, loop: VirtualLoop, endpoint: Endpoint, attempt: Callable[[], Any]) -> None:
        super().__init__(loop=loop)
        self.endpoint = endpoint
        self.watcher: Watcher | None = None
        self._attempt = attempt

    @property
    def waits_for(self) -> str:
        """What the socket waits for, for deadlock reports."""
        return self.endpoint.waits_for()

    def again(self) -> None:
        """Try once more."""
        if self.done():  # cancelled in this turn: received data are for the next call
            return
        try:
            result = self._attempt()
        except (BlockingIOError, InterruptedError):
            return
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._stop_watching()
            self.set_exception(error)
        else:
            self._stop_watching()
            self.set_result(result)

    def _stop_watching(self) -> None:
        if self.watcher is not None:
            self.watcher.cancel()


class SockCalls(VirtualLoop):
    """The loop's calls on a program's own sockets."""

    sockets: SocketStack

    # -- name look-up

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        resolver, entry = self.sockets.resolver, None
        if resolver.needs_service(host, family, flags):
            entry = await resolver.look_up(host, family, flags)
        return await self.run_in_executor(None, resolver.getaddrinfo, host, port, family, type, proto, flags, entry)

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
        resolver = self.sockets.resolver
        found = await resolver.look_up_name(sockaddr, flags)
        return await self.run_in_executor(None, resolver.getnameinfo, sockaddr, flags, found, True)

    def run_in_executor(self, executor: Any, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        if self.sockets.resolver.service is not None:
            look_up = thread_look_up(self, func, args)
            if look_up is not None:
                return asyncio.ensure_future(look_up, loop=self)
        return super().run_in_executor(executor, func, *args)

    async def resolve(self, address: Any, *, family: int, type: int, proto: int = 0, flags: int = 0) -> list[Any]:
        """``getaddrinfo`` of ``(host, port, ...)``; at once if it is numeric.

        Raises OSError if nothing is found, OverflowError if the port is outside 0-65535 (libc would cut it to 16 bits).
        """
        host, port = address[:2]
        check_port(port)
        if isinstance(host, str) and numeric_address(host) is not None:
            infos = self.sockets.resolver.getaddrinfo(host, port, family, type, proto, flags)
            infos = [(*info[:4], (*info[4][:2], *address[2:])) if len(address) > 2 else info for info in infos]
        else:
            infos = await self.getaddrinfo(host, port, family=family, type=type, proto=proto, flags=flags)
        if not infos:
            raise OSError(f"getaddrinfo({host!r}) returned empty list")
        return infos

    # -- watching

    def _watched(self, call: str, fd: Any) -> Endpoint:
        number = fd if isinstance(fd, int) else None
        if number is None:
            try:
                number = int(fd.fileno())
            except (AttributeError, TypeError, ValueError):
                raise ValueError(f"Invalid file object: {fd!r}") from None
        if number < 0:
            raise ValueError(f"Invalid file descriptor: {number}")
        sock = self.sockets.sockets.get(number)
        if sock is None:
            raise Escape(f"loop.{call}({fd!r})", "the descriptor is not a simulated socket's")
        return sock.endpoint

    def _watchable(self, call: str, fd: Any) -> Endpoint:
        self._check_closed()
        endpoint = self._watched(call, fd)
        transport = self.transport_of(endpoint)
        if transport is not None:
            raise RuntimeError(f"File descriptor {fd!r} is used by transport {transport!r}")
        return endpoint

    def transport_of(self, endpoint: Endpoint) -> Any:
        """The transport that owns an endpoint; None if there is none."""
        return None

    def add_reader(self, fd: Any, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        watch_reader(self, self._watchable("add_reader", fd), callback, *args)

    def remove_reader(self, fd: Any) -> bool:
        return unwatch_reader(self._watchable("remove_reader", fd)) if self._is_open(fd) else False

    def add_writer(self, fd: Any, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        watch_writer(self, self._watchable("add_writer", fd), callback, *args)

    def remove_writer(self, fd: Any) -> bool:
        return unwatch_writer(self._watchable("remove_writer", fd)) if self._is_open(fd) else False

    def _is_open(self, fd: Any) -> bool:
        return not self.is_closed() and (fd if isinstance(fd, int) else fd.fileno()) in self.sockets.sockets

    # -- calls that wait

    def _check_sock(self, call: str, sock: socket.socket) -> SimSocket:
        if not isinstance(sock, SimSocket):
            inner = getattr(sock, "_sock", None)
            if not isinstance(inner, SimSocket) or hasattr(sock, "context"):
                raise TypeError(f"loop.{call}() takes a simulated socket, not {sock!r}")
            sock = inner
        if self._debug and sock.gettimeout() != 0:
            raise ValueError("the socket must be non-blocking")
        return sock

    async def _when_readable(self, sock: SimSocket, attempt: Callable[[], T]) -> T:
        return await self._wait(sock, attempt, watch_reader, unwatch_reader)

    async def _when_writable(self, sock: SimSocket, attempt: Callable[[], T]) -> T:
        return await self._wait(sock, attempt, watch_writer, unwatch_writer)

    async def _wait(
        self,
        sock: SimSocket,
        attempt: Callable[[], T],
        watch: Callable[..., Watcher],
        unwatch: Callable[[Endpoint], bool],
    ) -> T:
        try:
            return attempt()
        except (BlockingIOError, InterruptedError):
            pass
        # By its descriptor, as asyncio does it: a program's tests may wrap a socket.
        endpoint = self._watched("add_reader", sock) if type(sock) is not SimSocket else sock.endpoint
        return await self._attempt_when_ready(endpoint, attempt, watch, unwatch)

    async def _attempt_when_ready(
        self,
        endpoint: Endpoint,
        attempt: Callable[[], T],
        watch: Callable[..., Watcher],
        unwatch: Callable[[Endpoint], bool],
    ) -> T:
        future = SocketFuture(self, endpoint, attempt)
        watcher = future.watcher = watch(self, endpoint, future.again)
        try:
            result: T = await future
            return result
        finally:
            # Otherwise the two form a reference cycle.
            future.watcher = None
            watcher.cancel()
            if watcher is endpoint.reader or watcher is endpoint.writer:
                unwatch(endpoint)

    async def sock_recv(self, sock: socket.socket, n: int) -> bytes:
        sim = self._check_sock("sock_recv", sock)
        return await self._when_readable(sim, lambda: sim.recv(n, socket.MSG_DONTWAIT))

    async def sock_recv_into(self, sock: socket.socket, buf: Any) -> int:
        sim = self._check_sock("sock_recv_into", sock)
        return await self._when_readable(sim, lambda: sim.recv_into(buf, 0, socket.MSG_DONTWAIT))

    async def sock_recvfrom(self, sock: socket.socket, bufsize: int) -> Any:
        sim = self._check_sock("sock_recvfrom", sock)
        return await self._when_readable(sim, lambda: sim.recvfrom(bufsize, socket.MSG_DONTWAIT))

    async def sock_recvfrom_into(self, sock: socket.socket, buf: Any, nbytes: int = 0) -> Any:
        sim = self._check_sock("sock_recvfrom_into", sock)
        size = nbytes or len(buf)
        return await self._when_readable(sim, lambda: sim.recvfrom_into(buf, size, socket.MSG_DONTWAIT))

    async def sock_sendall(self, sock: socket.socket, data: Any) -> None:
        sim = self._check_sock("sock_sendall", sock)
        rest = memoryview(data).cast("B")
        while len(rest):
            sent = await self._when_writable(sim, partial(sim.send, rest, socket.MSG_DONTWAIT))
            rest = rest[sent:]

    async def sock_sendto(self, sock: socket.socket, data: Any, address: Any) -> int:
        sim = self._check_sock("sock_sendto", sock)
        return await self._when_writable(sim, lambda: sim.sendto(data, socket.MSG_DONTWAIT, address))

    async def sock_accept(self, sock: socket.socket) -> tuple[socket.socket, Any]:
        sim = self._check_sock("sock_accept", sock)
        endpoint, address = await self._when_readable(sim, sim.endpoint.accept)
        accepted = SimSocket(self.sockets, sim.family, sim.type, sim.proto, endpoint)
        accepted.setblocking(False)
        return accepted, address

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        sim = self._check_sock("sock_connect", sock)
        if sim.family in (socket.AF_INET, socket.AF_INET6) and not is_resolved(sim.family, address):
            infos = await self.resolve(address, family=sim.family, type=sim.type, proto=sim.proto)
            address = infos[0][4]
        try:
            sim.endpoint.connect(address)
            return
        except BlockingIOError:
            pass
        attempt = partial(_connected, sim.endpoint, address)
        if sim.endpoint.writable():
            attempt()
        else:
            await self._attempt_when_ready(sim.endpoint, attempt, watch_writer, unwatch_writer)


def _connected(endpoint: Endpoint, address: Any) -> None:
    """Raise the error of a connection attempt, BlockingIOError while it is in progress."""
    if not endpoint.writable():
        raise BlockingIOError
    code = endpoint.take_error()
    if code:
        raise OSError(code, f"Connect call failed {address}")
