"""What a host sends to itself: through one event at the same instant, so that nothing calls itself."""

from __future__ import annotations

from typing import Final

from catenet.kernel.event import Event
from catenet.network.ip_core import IpCore
from catenet.network.packet import IpPacket


class Loopback(Event):
    """A queue that is emptied at its next turn.  What is put in meanwhile waits for the turn after."""

    def __init__(self, core: IpCore) -> None:
        super().__init__()
        self.core: Final = core
        self._packets: list[IpPacket] = []

    def put(self, packet: IpPacket) -> None:
        """Deliver a packet to this host itself, soon."""
        self._packets.append(packet)
        if self.place < 0:
            self.core.kernel.after(self, 0)

    def fire(self) -> None:
        packets = self._packets
        self._packets = []
        for packet in packets:
            self.core.deliver_own(packet)
