"""The socket calls of one host: ``socket.socket()`` and ``socket.socketpair()``."""

from __future__ import annotations

import errno
import socket as real

from catenet.session.sockets.packet.endpoint import PacketEndpoint
from catenet.session.sockets.socket import SimSocket, SocketTable
from catenet.session.sockets.socket_base import Endpoint, fail
from catenet.session.sockets.socketpair import make_pair
from catenet.session.sockets.tcp_socket import TcpEndpoint
from catenet.session.sockets.udp_socket import UdpEndpoint

HOW_MADE = int(real.SOCK_NONBLOCK) | int(real.SOCK_CLOEXEC)
"""The flags that may be added to a socket's type."""
KINDS = range(11)
"""The types of sockets that Linux knows, whatever their family."""


class SocketStack(SocketTable):
    """Creates the sockets of one host.  All successive loops of the host share it."""

    def make_socket(
        self,
        family: int = real.AF_INET,
        type: int = real.SOCK_STREAM,
        proto: int = 0,
        fileno: int | None = None,
    ) -> SimSocket:
        """The result of ``socket.socket(family, type, proto, fileno)`` on this host.

        Raises Linux's OSError for unsupported arguments: EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EPERM for raw
        sockets of IP, EBADF for a descriptor that is not a simulated socket's.
        """
        if fileno is not None:
            return self._adopt(fileno)
        family = real.AF_INET if family == -1 else family
        bare = real.SOCK_STREAM if type == -1 else type
        if bare & HOW_MADE:
            bare &= ~HOW_MADE
        proto = 0 if proto == -1 else proto
        made = SimSocket(self, family, bare, proto, self._endpoint(family, bare, proto))
        if type != -1 and type & real.SOCK_NONBLOCK:
            made.setblocking(False)
        return made

    def _endpoint(self, family: int, type: int, proto: int) -> Endpoint:
        if family == real.AF_PACKET:
            if type in (real.SOCK_RAW, real.SOCK_DGRAM):
                return PacketEndpoint(self, type == real.SOCK_DGRAM, proto)
            fail(errno.ESOCKTNOSUPPORT if type in KINDS else errno.EINVAL)
        if family not in (real.AF_INET, real.AF_INET6):
            fail(errno.EAFNOSUPPORT)
        version = 4 if family == real.AF_INET else 6
        if type == real.SOCK_STREAM and proto in (0, real.IPPROTO_TCP):
            return TcpEndpoint(self, version)
        if type == real.SOCK_DGRAM and proto in (0, real.IPPROTO_UDP):
            return UdpEndpoint(self, version)
        if type == real.SOCK_RAW:
            fail(errno.EPERM)
        return fail(errno.EPROTONOSUPPORT if type in (real.SOCK_STREAM, real.SOCK_DGRAM) else errno.ESOCKTNOSUPPORT)

    def _adopt(self, fileno: int) -> SimSocket:
        held = self.sockets.get(fileno)
        if held is None or not held.detached:
            fail(errno.EBADF)
        return SimSocket(self, held.family, held.type, held.proto, held.endpoint, fileno)

    def make_pair(self, type: int = real.SOCK_STREAM) -> tuple[SimSocket, SimSocket]:
        """The result of ``socket.socketpair()``: two connected sockets of AF_UNIX."""
        bare = type & ~HOW_MADE
        if bare not in (real.SOCK_STREAM, real.SOCK_DGRAM, real.SOCK_SEQPACKET):
            fail(errno.ESOCKTNOSUPPORT)
        one, other = make_pair(bare == real.SOCK_STREAM)
        first = SimSocket(self, real.AF_UNIX, bare, 0, one)
        second = SimSocket(self, real.AF_UNIX, bare, 0, other)
        if type & real.SOCK_NONBLOCK:
            first.setblocking(False)
            second.setblocking(False)
        return first, second
