"""Where a router may change packets that pass: the places that the walk of a packet offers for it.

A stack without a translator pays one comparison for each packet.  The only translator there is is
:class:`~catenet.network.nat.nat.Nat`.
"""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.network.forwarding.destination_cache import Destination
from catenet.network.interface import Interface
from catenet.network.packet import IpPacket


@mypyc_attr(allow_interpreted_subclasses=True)
class Translator:
    """Changes packets on their way through one router."""

    def arriving(self, packet: IpPacket, interface: Interface) -> IpPacket | None:
        """A packet came in from a link and has not been looked up yet.  None: it goes no further, or not yet."""
        return packet

    def leaving(self, packet: IpPacket, destination: Destination, interface: Interface) -> bool:
        """A packet that came in through ``interface`` is about to be sent on.  False: it is not."""
        return True

    def original(self, packet: IpPacket) -> IpPacket:
        """The packet as its sender sent it, for an error to quote."""
        return packet

    def named_counters(self) -> dict[str, int]:
        """What was counted, by name."""
        return {}
