"""Echo requests, for ``ping`` and, with a hop limit, for ``traceroute``."""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.interface import Interface
from catenet.network.ip_core import IpCore
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_ICMPV6
from catenet.network.protocol import IcmpError

MAX_IDENTIFIERS: Final = 0xFFFF
"""The number of identifiers: 16 bits, without 0."""


@mypyc_attr(allow_interpreted_subclasses=True)
class EchoUser:
    """The user of an :class:`Echo`."""

    def replied(self, sequence: int, source: int, hop_limit: int, body: bytes) -> None:
        """A reply came from ``source``; ``hop_limit`` is its hop limit on arrival."""

    def failed(self, sequence: int, error: IcmpError) -> None:
        """An error was received for a request: ``error.reporter`` sent it (0: this host itself)."""


class Echo:
    """One sender of echo requests.  Made by :meth:`catenet.network.icmp.icmp.Icmp.open`."""

    def __init__(self, core: IpCore, echoes: EchoTable, user: EchoUser, version: i64, identifier: int) -> None:
        self.core: Final = core
        self.echoes: Final = echoes
        self.user: Final = user
        self.version: Final[i64] = version
        self.identifier: Final = identifier

    def send(
        self,
        dst: int,
        sequence: int,
        body: bytes = b"",
        hop_limit: int = 0,
        dont_fragment: bool = False,
        src: int = 0,
        traffic_class: int = 0,
        interface: Interface | None = None,
    ) -> int:
        """Send one request.

        Returns 0, or an errno: ENETUNREACH, EMSGSIZE (above the path MTU with ``dont_fragment``) ...

        ``hop_limit`` 0 is the default; ``interface`` is for link-local destinations.  ``sequence`` has 16 bits.
        """
        if self.version == 4:
            message = icmpv4.echo(self.identifier, sequence & 0xFFFF, body)
            protocol = PROTOCOL_ICMP
        else:
            message = icmpv6.echo(self.identifier, sequence & 0xFFFF, body)
            protocol = PROTOCOL_ICMPV6
        self.core.icmp_counters.sent(self.version, message.kind)
        return self.core.send(
            self.version, src, dst, protocol, message, traffic_class, hop_limit, dont_fragment, interface
        )

    def close(self) -> None:
        """Stop receiving."""
        self.echoes.close(self)


class EchoTable:
    """The senders of echo requests on one host, by identifier."""

    def __init__(self, core: IpCore) -> None:
        self.core: Final = core
        self._by_identifier: Final[dict[int, Echo]] = {}
        self._next_identifier = 1

    def open(self, user: EchoUser, version: int) -> Echo:
        """Add a sender.  Raises OSError (ENOBUFS) if all 65,535 identifiers are in use."""
        if len(self._by_identifier) >= MAX_IDENTIFIERS:
            raise OSError(errno.ENOBUFS, "no echo identifier is free")
        while self._next_identifier in self._by_identifier:
            self._next_identifier = self._next_identifier % MAX_IDENTIFIERS + 1
        echo = Echo(self.core, self, user, version, self._next_identifier)
        self._by_identifier[echo.identifier] = echo
        self._next_identifier = self._next_identifier % MAX_IDENTIFIERS + 1
        return echo

    def close(self, echo: Echo) -> None:
        """Free an identifier.  Replies that come later are ignored."""
        self._by_identifier.pop(echo.identifier, None)

    def find(self, version: i64, identifier: int) -> Echo | None:
        """The sender of a reply's request; None if there is none."""
        echo = self._by_identifier.get(identifier)
        return echo if echo is not None and echo.version == version else None

    def is_open(self, identifier: int) -> bool:
        """Whether an identifier is in use on this host."""
        return identifier in self._by_identifier
