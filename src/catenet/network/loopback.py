"""Packets of a host to itself: queued for an event at the same instant, to avoid recursion."""

from __future__ import annotations

from typing import Final

from catenet.kernel.event import Event
from catenet.network.ip_core import IpCore
from catenet.network.packet import IpPacket


class Loopback(Event):
    """A queue that is emptied at its next event.  Packets added meanwhile wait for the event after."""

    def __init__(self, core: IpCore) -> None:
        super().__init__()
        self.core: Final = core
        self._packets: list[IpPacket] = []

    def put(self, packet: IpPacket) -> None:
        """Queue a packet for delivery to this host."""
        self._packets.append(packet)
        if self.place < 0:
            self.core.kernel.after(self, 0)

    def fire(self) -> None:
        packets = self._packets
        self._packets = []
        for packet in packets:
            self.core.deliver_own(packet)
