"""Echo: what ``ping`` is made of, and ``traceroute`` when it is given a hop limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64, mypyc_attr

from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_ICMPV6
from catenet.network.protocol import IcmpError

if TYPE_CHECKING:
    from catenet.network.interface import Interface
    from catenet.network.stack import IpStack


@mypyc_attr(allow_interpreted_subclasses=True)
class EchoUser:
    """Who sends echo requests."""

    def replied(self, sequence: int, source: int, hop_limit: int, body: bytes) -> None:
        """A reply came from ``source``; ``hop_limit`` is what was left of it."""

    def failed(self, sequence: int, error: IcmpError) -> None:
        """An error came back for a request: ``error.reporter`` sent it (0: this host itself)."""


class Echo:
    """One sender of echo requests.  Made by :meth:`catenet.network.icmp.icmp.Icmp.open`."""

    def __init__(self, stack: IpStack, user: EchoUser, version: i64, identifier: int) -> None:
        self.stack: Final = stack
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
        """Send one request.  0, or an errno: ENETUNREACH, EMSGSIZE (longer than the path takes, not to be cut) ...

        ``hop_limit`` 0 is the default; ``interface`` is for link-local destinations.  ``sequence`` has 16 bits.
        """
        if self.version == 4:
            message = icmpv4.echo(self.identifier, sequence & 0xFFFF, body)
            protocol = PROTOCOL_ICMP
        else:
            message = icmpv6.echo(self.identifier, sequence & 0xFFFF, body)
            protocol = PROTOCOL_ICMPV6
        self.stack.icmp.sent(self.version, message.kind)
        return self.stack.send(
            self.version, src, dst, protocol, message, traffic_class, hop_limit, dont_fragment, interface
        )

    def close(self) -> None:
        """Hear no more."""
        self.stack.icmp.close(self)
