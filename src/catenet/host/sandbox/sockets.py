"""``socket`` on a host: sockets of the host's own stack, and names of its internet.

``socket.socket`` stays the same class; on a host, calling it returns a simulated socket, which is an instance of it.
References from ``from socket import socket`` work as well.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.escapes import SOCKETS, HostEscape
from catenet.host.sandbox.patches import Patch
from catenet.session.names.hosts_table import SERVICES
from catenet.session.names.resolver import service_name
from catenet.session.sockets.socket import SimSocket

FUNCTIONS: Final = (
    "getaddrinfo",
    "getnameinfo",
    "gethostbyname",
    "gethostbyname_ex",
    "gethostbyaddr",
    "getfqdn",
    "getservbyname",
    "getservbyport",
    "socketpair",
    "if_nameindex",
    "if_nametoindex",
    "if_indextoname",
    "getdefaulttimeout",
    "setdefaulttimeout",
)


class HostSocket(SimSocket):
    """A simulated socket created by a call of ``socket.socket``."""

    __slots__ = ()

    def __init__(self, *args: Any, **keywords: Any) -> None:
        """Does nothing: the socket is complete before the interpreter calls this."""


def _new_method() -> Any:
    real: Callable[..., socket.socket] = socket.socket.__new__

    def new(cls: type[socket.socket], *args: Any, **keywords: Any) -> socket.socket:
        here = present()
        if here is None or issubclass(cls, SimSocket):
            return real(cls, *args, **keywords)
        if cls is not socket.socket:
            raise HostEscape(here.name, f"{cls.__module__}.{cls.__qualname__}()", SOCKETS)
        made = here.host.sockets.make_socket(*args, **keywords)
        made.__class__ = HostSocket
        return made

    return staticmethod(new)


class SocketFunctions:
    """The lookup functions of ``socket``.  Each calls the real one if no host is present."""

    def __init__(self) -> None:
        self._real: Final[dict[str, Any]] = {name: getattr(socket, name) for name in FUNCTIONS if hasattr(socket, name)}

    def getaddrinfo(
        self, host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Any]:
        here = present()
        lookup = self._real["getaddrinfo"] if here is None else here.host.sockets.resolver.getaddrinfo
        return list(lookup(host, port, family, type, proto, flags))

    def getnameinfo(self, sockaddr: Any, flags: int, /) -> tuple[str, str]:
        here = present()
        lookup = self._real["getnameinfo"] if here is None else here.host.sockets.resolver.getnameinfo
        name, service = lookup(sockaddr, flags)
        return name, service

    def gethostbyname(self, hostname: str, /) -> str:
        if present() is None:
            return str(self._real["gethostbyname"](hostname))
        return self._addresses(hostname)[0]

    def gethostbyname_ex(self, hostname: str, /) -> tuple[str, list[str], list[str]]:
        if present() is None:
            name, aliases, addresses = self._real["gethostbyname_ex"](hostname)
            return name, aliases, addresses
        return hostname, [], self._addresses(hostname)

    def _addresses(self, hostname: str) -> list[str]:
        found = self.getaddrinfo(hostname, 0, socket.AF_INET, socket.SOCK_STREAM)
        return [str(answer[4][0]) for answer in found]

    def gethostbyaddr(self, ip_address: str, /) -> tuple[str, list[str], list[str]]:
        if present() is None:
            name, aliases, addresses = self._real["gethostbyaddr"](ip_address)
            return name, aliases, addresses
        address = str(self.getaddrinfo(ip_address, 0, type=socket.SOCK_STREAM)[0][4][0])
        return self.getnameinfo((address, 0), socket.NI_NAMEREQD)[0], [], [address]

    def getfqdn(self, name: str = "") -> str:
        here = present()
        if here is None:
            return str(self._real["getfqdn"](name))
        return name or here.name

    def getservbyname(self, service: str, protocol: str = "tcp", /) -> int:
        if present() is None:
            return int(self._real["getservbyname"](service, protocol))
        try:
            return SERVICES[protocol][service]
        except KeyError:
            raise OSError("service/proto not found") from None

    def getservbyport(self, port: int, protocol: str = "tcp", /) -> str:
        if present() is None:
            return str(self._real["getservbyport"](port, protocol))
        name = service_name(port, protocol) if protocol in SERVICES else None
        if name is None:
            raise OSError("port/proto not found")
        return name

    def socketpair(self, family: int | None = None, type: int = socket.SOCK_STREAM, proto: int = 0) -> Any:
        here = present()
        if here is None:
            return self._real["socketpair"](family, type, proto)
        return here.host.sockets.make_pair(type)

    def if_nameindex(self) -> list[tuple[int, str]]:
        here = present()
        if here is None:
            return list(self._real["if_nameindex"]())
        return [(number, interface.name) for number, interface in enumerate(here.host.ip.interfaces, start=1)]

    def if_nametoindex(self, name: str, /) -> int:
        if present() is None:
            return int(self._real["if_nametoindex"](name))
        for number, known in self.if_nameindex():
            if known == name:
                return number
        raise OSError("no interface with this name")

    def if_indextoname(self, index: int, /) -> str:
        if present() is None:
            return str(self._real["if_indextoname"](index))
        for number, known in self.if_nameindex():
            if number == index:
                return known
        raise OSError("no interface with this index")

    def getdefaulttimeout(self) -> float | None:
        here = present()
        seconds: float | None = self._real["getdefaulttimeout"]() if here is None else here.default_timeout
        return seconds

    def setdefaulttimeout(self, timeout: float | None, /) -> None:
        here = present()
        if here is None:
            self._real["setdefaulttimeout"](timeout)
        elif timeout is not None and timeout < 0:
            raise ValueError("Timeout value out of range")
        else:
            here.default_timeout = None if timeout is None else float(timeout)


def socket_patches() -> list[Patch]:
    """The patches of ``socket`` functions that access the network or tables of the machine."""
    functions = SocketFunctions()
    return [
        Patch(socket.socket, "__new__", _new_method()),
        *[Patch(socket, name, getattr(functions, name)) for name in FUNCTIONS if hasattr(socket, name)],
    ]
