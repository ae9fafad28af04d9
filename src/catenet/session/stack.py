"""The socket calls of one host: its layers below, its open sockets, and how a blocking call waits."""

from __future__ import annotations

import errno
import socket as real
from asyncio import _get_running_loop
from collections.abc import Callable

from catenet.kernel import NEVER, Deadlock, Kernel
from catenet.network.stack import IpStack
from catenet.session.loop.ready_queue import end_ns
from catenet.session.names.hosts_table import Names
from catenet.session.names.resolver import Resolver
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.socket_base import Endpoint, fail
from catenet.session.sockets.socketpair import make_pair
from catenet.session.sockets.tcp_socket import StreamEnd
from catenet.session.sockets.udp_socket import DatagramEnd
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer

FIRST_DESCRIPTOR = 1_000_000_000
"""Simulated descriptors count from here, far above any that the operating system gives."""


class SocketStack:
    """What the sockets of one host stand on.  All loops that the host has, one after another, share it."""

    def __init__(self, kernel: Kernel, ip: IpStack, tcp: TcpLayer, udp: UdpLayer, names: Names, name: str) -> None:
        self.kernel = kernel
        self.ip = ip
        self.tcp = tcp
        self.udp = udp
        self.names = names
        self.name = name
        self.resolver: Resolver = Resolver(names, ip)
        self.sockets: dict[int, SimSocket] = {}
        self.in_turn: Callable[[], bool] = bool
        """Told by the loop: true while the host's own code runs."""
        self._next_descriptor = FIRST_DESCRIPTOR

    def make_socket(
        self,
        family: int = real.AF_INET,
        type: int = real.SOCK_STREAM,
        proto: int = 0,
        fileno: int | None = None,
    ) -> SimSocket:
        """What ``socket.socket(family, type, proto, fileno)`` gives on this host.

        OSError as Linux's for what the stack does not have: EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT,
        EPERM for raw sockets, EBADF for a descriptor that is not a simulated socket's.
        """
        if fileno is not None:
            return self._adopt(fileno)
        family = real.AF_INET if family == -1 else family
        bare = real.SOCK_STREAM if type == -1 else type & ~(real.SOCK_NONBLOCK | real.SOCK_CLOEXEC)
        proto = 0 if proto == -1 else proto
        made = SimSocket(self, family, bare, proto, self._endpoint(family, bare, proto))
        if type != -1 and type & real.SOCK_NONBLOCK:
            made.setblocking(False)
        return made

    def _endpoint(self, family: int, type: int, proto: int) -> Endpoint:
        if family not in (real.AF_INET, real.AF_INET6):
            fail(errno.EAFNOSUPPORT)
        version = 4 if family == real.AF_INET else 6
        if type == real.SOCK_STREAM and proto in (0, real.IPPROTO_TCP):
            return StreamEnd(self, version)
        if type == real.SOCK_DGRAM and proto in (0, real.IPPROTO_UDP):
            return DatagramEnd(self, version)
        if type == real.SOCK_RAW:
            fail(errno.EPERM)
        return fail(errno.EPROTONOSUPPORT if type in (real.SOCK_STREAM, real.SOCK_DGRAM) else errno.ESOCKTNOSUPPORT)

    def _adopt(self, fileno: int) -> SimSocket:
        held = self.sockets.get(fileno)
        if held is None or not held.detached:
            fail(errno.EBADF)
        return SimSocket(self, held.family, held.type, held.proto, held.endpoint, fileno)

    def make_pair(self, type: int = real.SOCK_STREAM) -> tuple[SimSocket, SimSocket]:
        """What ``socket.socketpair()`` gives: two connected sockets of AF_UNIX."""
        bare = type & ~(real.SOCK_NONBLOCK | real.SOCK_CLOEXEC)
        if bare not in (real.SOCK_STREAM, real.SOCK_DGRAM, real.SOCK_SEQPACKET):
            fail(errno.ESOCKTNOSUPPORT)
        one, other = make_pair(self, bare == real.SOCK_STREAM)
        first = SimSocket(self, real.AF_UNIX, bare, 0, one)
        second = SimSocket(self, real.AF_UNIX, bare, 0, other)
        if type & real.SOCK_NONBLOCK:
            first.setblocking(False)
            second.setblocking(False)
        return first, second

    def register(self, made: SimSocket) -> int:
        """A descriptor for a new socket."""
        descriptor = self._next_descriptor
        self._next_descriptor += 1
        self.sockets[descriptor] = made
        return descriptor

    def wait(self, call: str, endpoint: Endpoint, ready: Callable[[], bool], timeout: float | None) -> None:
        """Let virtual time pass until ``ready``; TimeoutError after ``timeout`` seconds.

        For a blocking call from outside any turn.  Inside one, time stands still until the turn is over, so
        waiting would never end: RuntimeError.  Deadlock if nothing can happen any more.
        """
        kernel = self.kernel
        if self.in_turn() or getattr(_get_running_loop(), "kernel", None) is kernel:
            raise RuntimeError(
                f"socket.{call} would block, and {self.name}'s event loop with it: virtual time stands still during a "
                f"turn.  Use the loop's sock_* methods, streams, or a non-blocking socket"
            )
        until_ns = NEVER if timeout is None else end_ns(kernel.now_ns, timeout)
        while not ready():
            if kernel.next_time_ns() > until_ns:
                kernel.run(until_ns)
                raise TimeoutError("timed out")
            if not kernel.step():
                raise Deadlock(kernel.now_ns, [f"{self.name}: socket.{call} waits for {endpoint.waits_for()}"])
