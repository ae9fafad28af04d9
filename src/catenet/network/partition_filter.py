"""A filter on a host's input: packets from certain addresses are dropped, and counted.

This is a partition by a firewall.  Links stay up, so no other layer is affected: routes stay, neighbours still resolve
(ARP and Neighbour Discovery on one link are packets to groups, and only those from a filtered address are dropped),
and packets forwarded by a router pass.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.packet import IpPacket


class PartitionFilter:
    """The source addresses from which a host drops packets."""

    def __init__(self) -> None:
        self.dropped: i64 = 0
        self._barred4: Final[set[int]] = set()
        self._barred6: Final[set[int]] = set()

    def bar(self, version: i64, address: int) -> None:
        """Drop packets from an address."""
        barred = self._barred4 if version == 4 else self._barred6
        barred.add(address)

    def clear(self) -> None:
        """Remove all addresses."""
        self._barred4.clear()
        self._barred6.clear()

    def keeps_out(self, packet: IpPacket) -> bool:
        """Whether a packet is to be dropped; counts it if so."""
        barred = self._barred4 if packet.version == 4 else self._barred6
        if packet.src not in barred:
            return False
        self.dropped += 1
        return True
