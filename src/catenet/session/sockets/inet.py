"""The common part of TCP and UDP endpoints: addresses, and the options of SOL_SOCKET and IP."""

from __future__ import annotations

import errno
import socket
from typing import Any, Final

from mypy_extensions import mypyc_attr

from catenet.session.names.address_selection import V4_MAPPED
from catenet.session.names.resolver import numeric_address, sockaddr
from catenet.session.sockets.context import SocketContext
from catenet.session.sockets.socket_base import Endpoint, SockAddr, fail

Option = tuple[int, int]

HOP_LIMIT_OPTIONS = ((socket.IPPROTO_IP, socket.IP_TTL), (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
TRAFFIC_CLASS_OPTIONS = ((socket.IPPROTO_IP, socket.IP_TOS), (socket.IPPROTO_IPV6, socket.IPV6_TCLASS))
V6ONLY_OPTION = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
FLAG_OPTIONS: dict[Option, int] = {
    (socket.SOL_SOCKET, socket.SO_REUSEADDR): 1,
    (socket.SOL_SOCKET, socket.SO_REUSEPORT): 2,
    (socket.SOL_SOCKET, socket.SO_BROADCAST): 4,
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE): 8,
    V6ONLY_OPTION: 16,
}
"""The Boolean options, each with its bit in :attr:`InetEndpoint.flags`."""
V6ONLY_FLAG: Final = FLAG_OPTIONS[V6ONLY_OPTION]


@mypyc_attr(allow_interpreted_subclasses=True)
class InetEndpoint(Endpoint):
    """An endpoint of AF_INET or AF_INET6: ``version`` is 4 or 6."""

    def __init__(self, stack: SocketContext, version: int) -> None:
        super().__init__()
        self.stack = stack
        self.version = version
        self.flags: int = 0
        self.hop_limit: int = 0
        self.traffic_class: int = 0

    def flag(self, level: int, name: int) -> bool:
        """The value of a Boolean option."""
        return bool(self.flags & FLAG_OPTIONS[level, name])

    def set_flag(self, option: Option, on: bool) -> None:
        """Set an option of :data:`FLAG_OPTIONS` on or off."""
        bit = FLAG_OPTIONS[option]
        self.flags = self.flags | bit if on else self.flags & ~bit

    @property
    def dual_stack(self) -> bool:
        """True for an IPv6 endpoint that also accepts IPv4 (RFC 3493 5.3)."""
        return self.version == 6 and not self.flags & V6ONLY_FLAG

    def parse(self, address: Any) -> tuple[int, int, int]:
        """``(version, address, port)`` of a program's address; names are resolved, as in Python.

        An IPv4-mapped IPv6 address gives version 4.  Raises TypeError, OverflowError or OSError as ``socket`` does.
        """
        host, port = self._host_and_port(address)
        if host == "":
            return self.version, 0, port
        if host == "<broadcast>":
            return 4, 0xFFFFFFFF, port
        numeric = numeric_address(host)
        if numeric is None or (numeric[1][0] != self.version and not self._mappable(numeric[1][0])):
            family = socket.AF_INET if self.version == 4 else socket.AF_INET6
            found = self.stack.resolver.getaddrinfo(host, port, family)[0][4]
            numeric = numeric_address(found[0])
        assert numeric is not None
        version, number = numeric[1]
        if version == 6 and number >> 32 == 0xFFFF:
            if not self.dual_stack:
                fail(errno.ENETUNREACH)
            return 4, number & 0xFFFFFFFF, port
        return version, number, port

    def _mappable(self, version: int) -> bool:
        return False

    def _host_and_port(self, address: Any) -> tuple[str, int]:
        if not isinstance(address, tuple):
            raise TypeError(f"an address of AF_INET{6 if self.version == 6 else ''} must be a tuple, not {address!r}")
        if not 2 <= len(address) <= (2 if self.version == 4 else 4):
            raise TypeError(f"an address of IPv{self.version} has a host and a port, not {address!r}")
        host, port = address[0], address[1]
        if isinstance(host, bytes):
            host = host.decode()
        if not isinstance(host, str) or not isinstance(port, int):
            raise TypeError(f"a host must be a str and a port an int, not {address!r}")
        if not 0 <= port <= 0xFFFF:
            raise OverflowError("port must be 0-65535.")
        return host, port

    def show(self, version: int, address: int, port: int) -> SockAddr:
        """An address in the form for programs: IPv4 is mapped on an IPv6 endpoint."""
        if version == 4 and self.version == 6:
            return sockaddr(6, V4_MAPPED | address if address else 0, port)
        return sockaddr(version, address, port)

    def get_option(self, level: int, name: int) -> int | bytes | None:
        option = (level, name)
        if option in FLAG_OPTIONS:
            return int(self.flag(level, name))
        if option in HOP_LIMIT_OPTIONS:
            return self.hop_limit or 64
        if option in TRAFFIC_CLASS_OPTIONS:
            return self.traffic_class
        if option == (socket.SOL_SOCKET, socket.SO_DOMAIN):
            return int(socket.AF_INET if self.version == 4 else socket.AF_INET6)
        return None

    def set_option(self, level: int, name: int, value: int | bytes) -> bool:
        option = (level, name)
        if option in FLAG_OPTIONS:
            self.set_flag(option, bool(number(value)))
        elif option in HOP_LIMIT_OPTIONS:
            self.hop_limit = max(0, number(value))
        elif option in TRAFFIC_CLASS_OPTIONS:
            self.traffic_class = number(value) & 0xFF
        else:
            return False
        return True


def number(value: int | bytes) -> int:
    """An option's value, given as a number or as the bytes of a C int."""
    if isinstance(value, int):
        return int(value)
    if len(value) < 4:
        fail(errno.EINVAL)
    return int.from_bytes(value[:4], "little", signed=True)
