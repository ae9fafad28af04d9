"""``getaddrinfo`` and ``getnameinfo`` of one host: RFC 3493 section 6, with the results of Linux's libc.

Names are resolved in the hosts table, or, where a name server is set, by a :class:`NameService`: its look-ups take
virtual time, so they are asynchronous (:meth:`Resolver.look_up`, :meth:`Resolver.look_up_name`), and their result is
passed on.  Errors are ``socket.gaierror`` with glibc's number and text.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from operator import index
from typing import Any, NamedTuple, NoReturn

from catenet.network import addresses
from catenet.session.names.address_selection import V4_MAPPED, Routes, order
from catenet.session.names.hosts_table import LOOPBACKS, SERVICES, Address, Names, canonical, wire_form
from catenet.session.names.name_service import HostEntry, NameService

AddrInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]

FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
VERSIONS = {0: 0, int(socket.AF_INET): 4, int(socket.AF_INET6): 6}
_DECIMAL = re.compile(r"[ \t\n\v\f\r]*[+-]?[0-9]+")
MAX_PORT_DIGITS = 19
"""Longer numbers do not fit a C long."""
MESSAGES = {
    socket.EAI_AGAIN: "Temporary failure in name resolution",
    socket.EAI_ADDRFAMILY: "Address family for hostname not supported",
    socket.EAI_FAMILY: "ai_family not supported",
    socket.EAI_NODATA: "No address associated with hostname",
    socket.EAI_NONAME: "Name or service not known",
    socket.EAI_SERVICE: "Servname not supported for ai_socktype",
    socket.EAI_SOCKTYPE: "ai_socktype not supported",
}


class Kind(NamedTuple):
    """A socket type with its protocol, as ``getaddrinfo`` lists them."""

    type: socket.SocketKind
    proto: int
    services: str


# Plain numbers, since each bitwise AND with an enumeration member creates a member.
AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST = int(socket.AI_PASSIVE), int(socket.AI_CANONNAME), int(socket.AI_NUMERICHOST)
AI_V4MAPPED, AI_ALL, AI_NUMERICSERV = int(socket.AI_V4MAPPED), int(socket.AI_ALL), int(socket.AI_NUMERICSERV)

KINDS = (
    Kind(socket.SOCK_STREAM, socket.IPPROTO_TCP, "tcp"),
    Kind(socket.SOCK_DGRAM, socket.IPPROTO_UDP, "udp"),
    Kind(socket.SOCK_RAW, 0, ""),
)


def refuse(code: int) -> NoReturn:
    """Raise glibc's error."""
    raise socket.gaierror(code, MESSAGES[code])


class Resolver:
    """The look-ups of one host: ``routes`` determines the order of the results.

    With a ``service``, the hosts table serves only ``localhost`` and the ``own_name`` of the host.
    """

    def __init__(self, names: Names, routes: Routes, own_name: str = "") -> None:
        self.names = names
        self.routes = routes
        self.own_name = own_name
        self.service: NameService | None = None

    # -- look-ups that take time

    def needs_service(self, host: Any, family: Any, flags: Any) -> bool:
        """Whether a look-up of a name is for the name service."""
        if self.service is None or index(family) not in VERSIONS or index(flags) & AI_NUMERICHOST:
            return False
        host = host.decode() if isinstance(host, bytes) else host
        return isinstance(host, str) and numeric_address(host) is None and not self._is_local(host)

    async def look_up(self, host: Any, family: Any, flags: Any) -> HostEntry:
        """The addresses of a name by the name service.  Raises ``socket.gaierror``."""
        assert self.service is not None
        name = host.decode() if isinstance(host, bytes) else host
        version = VERSIONS[index(family)]
        both = version == 0 or (version == 6 and bool(index(flags) & AI_V4MAPPED))
        return await self.service.addresses(wire_form(name), (4, 6) if both else (version,))

    async def look_up_name(self, place: Any, flags: Any) -> str | None:
        """The name of an address by the name service; None if there is none.  Raises ``socket.gaierror``."""
        numeric = numeric_address(place[0]) if isinstance(place, tuple) and isinstance(place[0], str) else None
        if self.service is None or numeric is None or index(flags) & socket.NI_NUMERICHOST:
            return None
        version, address = numeric[1]
        if addresses.is_loopback(version, address):
            return self.names.name_of(version, address)
        try:
            return await self.service.name_of(version, address)
        except socket.gaierror:
            if index(flags) & socket.NI_NAMEREQD:
                raise
            return None  # as glibc does: the number is good enough

    def _refuse_to_block(self, what: str | None, instead: str) -> NoReturn:
        raise RuntimeError(
            f"a look-up of {what!r} would block: {self.own_name} asks a name server, and virtual time stands still "
            f"during a call.  Write {instead}, or hand the call to asyncio.to_thread()"
        )

    def _is_local(self, name: str) -> bool:
        return canonical(name) in ("", "localhost", "ip6-localhost", "ip6-loopback", canonical(self.own_name))

    # -- results

    def getaddrinfo(
        self,
        host: Any,
        port: Any,
        family: Any = 0,
        type: Any = 0,
        proto: Any = 0,
        flags: Any = 0,
        entry: HostEntry | None = None,
    ) -> list[AddrInfo]:
        """The result of ``socket.getaddrinfo`` on Linux; ``entry`` is what the name service has found.

        Raises ``socket.gaierror`` like glibc; for arguments of a wrong type, TypeError or OSError like Python.
        RuntimeError if the look-up would have to wait for a name server.
        """
        host = host.decode() if isinstance(host, bytes) else host
        port = port.decode() if isinstance(port, bytes) else port
        if not (host is None or isinstance(host, str)):
            raise TypeError("getaddrinfo() argument 1 must be string or None")
        if not (port is None or isinstance(port, str | int)):
            raise OSError("Int or String expected")
        if host is None and port is None:
            refuse(socket.EAI_NONAME)
        family, flags = index(family), index(flags)
        if family not in VERSIONS:
            refuse(socket.EAI_FAMILY)
        services = self._services(port, index(type), index(proto), flags)
        if entry is None and self.needs_service(host, family, flags):
            self._refuse_to_block(host, f"await loop.getaddrinfo({host!r}, {port!r})")
        scope_id, found = self._addresses(host, VERSIONS[family], flags, entry)
        name = (host or "" if entry is None else entry.name) if flags & AI_CANONNAME else ""
        answers: list[AddrInfo] = []
        for version, address in found:
            for kind, number in services:
                place = sockaddr(version, address, number, scope_id)
                answers.append((FAMILIES[version], kind.type, kind.proto or proto, name, place))
                name = ""
        return answers

    def _services(self, port: str | int | None, type: int, proto: int, flags: int) -> list[tuple[Kind, int]]:
        kinds = kinds_of(type, proto) or refuse(socket.EAI_SOCKTYPE)
        number = port_number(port)
        if number is not None:
            return [(kind, number) for kind in kinds]
        assert isinstance(port, str)
        if flags & AI_NUMERICSERV:
            refuse(socket.EAI_NONAME)
        found = [(kind, SERVICES[kind.services][port]) for kind in kinds if port in SERVICES.get(kind.services, {})]
        return found or refuse(socket.EAI_SERVICE)

    def _addresses(
        self, host: str | None, version: int, flags: int, entry: HostEntry | None
    ) -> tuple[int, list[Address]]:
        if host is None:
            anywhere = [(4, 0), (6, 0)] if flags & AI_PASSIVE else list(LOOPBACKS)
            return 0, [one for one in anywhere if version in (0, one[0])]
        numeric = numeric_address(host)
        if numeric is not None:
            scope_id, own = numeric
            return scope_id, self._fitting([own], version, flags, socket.EAI_ADDRFAMILY)
        if flags & AI_NUMERICHOST:
            refuse(socket.EAI_NONAME)
        found = self.names.lookup(host) if entry is None else entry.addresses
        if found is None:
            refuse(socket.EAI_NONAME)
        return 0, order(self._fitting(found, version, flags, socket.EAI_NODATA), self.routes)

    def _fitting(self, found: list[Address], version: int, flags: int, code: int) -> list[Address]:
        fitting = [one for one in found if version in (0, one[0])]
        if version == 6 and flags & AI_V4MAPPED and (not fitting or flags & AI_ALL):
            fitting += [(6, V4_MAPPED | address) for own_version, address in found if own_version == 4]
        return fitting or refuse(code)

    def getnameinfo(self, place: Any, flags: Any, found: str | None = None, asked: bool = False) -> tuple[str, str]:
        """The result of ``socket.getnameinfo`` on Linux; ``found`` is the name that the name service has found.

        ``asked`` is whether it was asked.  Raises ``socket.gaierror`` like glibc, TypeError like Python; RuntimeError
        if the look-up would have to wait for a name server.
        """
        flags = index(flags)
        if not isinstance(place, tuple):
            raise TypeError("getnameinfo() argument 1 must be a tuple")
        if not (2 <= len(place) <= 4 and isinstance(place[0], str) and isinstance(place[1], int)):
            raise TypeError("getnameinfo(): illegal sockaddr argument")
        host, port = place[0], place[1]
        numeric = numeric_address(host)
        if numeric is None:
            refuse(socket.EAI_NONAME)
        _, (version, address) = numeric
        name = found
        if not asked and not flags & socket.NI_NUMERICHOST:
            if self.service is not None and not addresses.is_loopback(version, address):
                self._refuse_to_block(host, f"await loop.getnameinfo({place!r}, {flags})")
            name = self.names.name_of(version, address)
        if name is None and flags & socket.NI_NAMEREQD:
            refuse(socket.EAI_NONAME)
        service = None
        if not flags & socket.NI_NUMERICSERV:
            service = service_name(port, "udp" if flags & socket.NI_DGRAM else "tcp")
        return host if name is None else wire_form(name), service or str(port)


@lru_cache(maxsize=64)
def kinds_of(type: int, proto: int) -> tuple[Kind, ...]:
    """The socket types that a look-up requests; 0 means any."""
    kinds = [kind for kind in KINDS if type in (0, kind.type) and (proto in (0, kind.proto) or kind.proto == 0)]
    if type in (0, socket.SOCK_STREAM, socket.SOCK_DGRAM) and proto:
        kinds = [kind for kind in kinds if kind.proto == proto or type == socket.SOCK_RAW]
    return tuple(kinds)


def port_number(port: str | int | None) -> int | None:
    """A port as glibc parses it: a C int, truncated to 16 bits; None if the text is not a number.

    Raises ``socket.gaierror`` (EAI_SERVICE) if the C int is negative, OverflowError if a number does not fit a C long.
    """
    if isinstance(port, str):
        if not _DECIMAL.fullmatch(port):
            return None
        port = -1 if len(port) > MAX_PORT_DIGITS else int(port)
    elif port is not None and not -(1 << 63) <= port < 1 << 63:
        raise OverflowError("Python int too large to convert to C long")
    number = (port or 0) & 0xFFFF_FFFF
    return number & 0xFFFF if number < 1 << 31 else refuse(socket.EAI_SERVICE)


def check_port(port: object) -> None:
    """Raise OverflowError, with the text of ``socket``, for a numeric port outside 0-65535."""
    text = port.decode(errors="replace") if isinstance(port, bytes) else port
    if isinstance(text, str):
        if not _DECIMAL.fullmatch(text):
            return
        text = int(text) if len(text) <= MAX_PORT_DIGITS else 1 << 64
    if isinstance(text, int) and not 0 <= text <= 0xFFFF:
        raise OverflowError(f"port must be 0-65535, not {text}")


def service_name(port: int, proto: str) -> str | None:
    """The name of a port; None if the table has none."""
    for name, number in SERVICES[proto].items():
        if number == port:
            return name
    return None


@lru_cache(maxsize=1 << 16)
def numeric_address(host: str) -> tuple[int, Address] | None:
    """``(scope_id, (version, address))`` of an address in text; None if it is a name."""
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return _short_form(host)
    scope = getattr(parsed, "scope_id", None) or "0"
    return (int(scope) if scope.isdecimal() else 1), (parsed.version, int(parsed))


def is_resolved(family: int, address: object) -> bool:
    """Whether an address is already in the form that a look-up in its family returns."""
    if not isinstance(address, tuple) or len(address) != (2 if family == socket.AF_INET else 4):
        return False
    host, port = address[:2]
    if not isinstance(host, str) or type(port) is not int or not 0 <= port <= 0xFFFF:
        return False
    numeric = numeric_address(host)
    if numeric is None or VERSIONS[family] != numeric[1][0]:
        return False
    version, number = numeric[1]
    return host == addresses.text(version, number)


def _short_form(host: str) -> tuple[int, Address] | None:
    """``127.1``, ``2130706433``: the forms of IPv4 that inet_aton(3) accepts."""
    if not host or host[0] not in "0123456789":
        return None
    try:
        return 0, (4, int.from_bytes(socket.inet_aton(host), "big"))
    except OSError:
        return None


def sockaddr(version: int, address: int, port: int, scope_id: int = 0) -> tuple[str, int] | tuple[str, int, int, int]:
    """An address and a port in the form for programs."""
    if version == 4:
        return addresses.text(4, address), port
    text = addresses.text(6, address)
    if address >> 32 == 0xFFFF:
        text = f"::ffff:{addresses.text(4, address & 0xFFFFFFFF)}"
    return text, port, 0, scope_id
