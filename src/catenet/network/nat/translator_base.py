"""The interface of packet translation: hooks in packet processing.

A stack without a translator pays one comparison for each packet.  :class:`~catenet.network.nat.nat.Nat` is the only
translator.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.network.forwarding.destination_cache import Destination
from catenet.network.interface import Interface
from catenet.network.packet import IpPacket


@mypyc_attr(allow_interpreted_subclasses=True)
class Translator:
    """Changes packets that pass one router."""

    def arriving(self, packet: IpPacket, interface: Interface) -> IpPacket | None:
        """Translate a received packet before routing; None if it is dropped or held."""
        return packet

    def leaving(self, packet: IpPacket, destination: Destination, interface: Interface) -> bool:
        """Translate a packet received on ``interface`` before it is forwarded; False if it must not be."""
        return True

    def original(self, packet: IpPacket) -> IpPacket:
        """The packet as its sender sent it, for an error to quote."""
        return packet

    def named_counters(self) -> dict[str, int]:
        """The counters by name."""
        return {}
