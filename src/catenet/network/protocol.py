"""What the network layer asks of the layer above: to take packets, and to hear of errors."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.network.interface import Interface
from catenet.network.packet import IpPacket


class IcmpError:
    """An error that came back for a packet that this host sent, or that its own stack found.

    ``version``, ``src``, ``dst`` and ``protocol`` are those of the packet that was sent; ``head`` is the
    start of its payload, of at least 8 octets if the reporter gave them.  ``errno`` is what Linux makes
    of the error; ``hard`` is false for those that may pass (RFC 1122 4.2.3.9).  ``mtu`` is in octets and
    0 unless the packet was too big.  ``type`` and ``code`` are ICMP's type and code (of ``version``), and ``reporter``
    is who sent the message; both are zero if this host found out by itself.
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
        """Take a packet addressed to this host.  It now belongs to the protocol."""

    def icmp_error(self, error: IcmpError) -> None:
        """Hear of an error about a packet of this protocol.  Ignored unless overridden."""
