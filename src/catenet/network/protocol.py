"""The interface to the layer above: delivery of packets and errors."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.network.interface import Interface
from catenet.network.packet import IpPacket


class IcmpError:
    """An error about a packet of this host, received by ICMP or found by its own stack.

    ``version``, ``src``, ``dst`` and ``protocol`` are those of the packet that was sent; ``head`` is the start of its
    payload, of at least 8 octets if the reporter gave them.  ``errno`` is Linux's for the error; ``hard`` is false for
    transient errors (RFC 1122 4.2.3.9).  ``mtu`` is in octets and 0 unless the packet was too big.  ``type`` and
    ``code`` are ICMP's type and code (of ``version``), and ``reporter`` is the sender of the message; all are zero if
    this host found the error itself.
    """

    def __init__(
        self,
        version: i64,
        src: int,
        dst: int,
        protocol: i64,
        errno: int,
        hard: bool,
        mtu: i64 = 0,
        head: bytes = b"",
        reporter: int = 0,
        kind: i64 = 0,
        code: i64 = 0,
    ) -> None:
        self.version: Final[i64] = version
        self.src: Final = src
        self.dst: Final = dst
        self.protocol: Final[i64] = protocol
        self.errno: Final = errno
        self.hard: Final = hard
        self.mtu: Final[i64] = mtu
        self.head: Final = head
        self.reporter: Final = reporter
        self.type: Final[i64] = kind
        self.code: Final[i64] = code


@mypyc_attr(allow_interpreted_subclasses=True)
class Protocol:
    """An upper-layer protocol of a host, registered in its stack under a protocol number."""

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        """Process a packet to this host, with its ownership."""

    def icmp_error(self, error: IcmpError) -> None:
        """Process an error about a packet of this protocol.  Ignored unless overridden."""
