"""A port of a bridge: its number, its VLANs, and its state in the spanning tree."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.link.port import Port, Station
from catenet.link.switching.port_vlans import PortVlans, access
from catenet.link.switching.spanning_tree.settings import TreePortSettings


class BridgePort(Port):
    """One port.  ``number`` counts from 1; ``learning`` and ``forwarding`` are True without a spanning tree."""

    def __init__(self, kernel: Kernel, name: str, mac: int, station: Station, number: i64) -> None:
        super().__init__(kernel, name, mac, station)
        self.number: Final[i64] = number
        self.vlans: PortVlans = access()
        self.tree: TreePortSettings = TreePortSettings()
        self.learning = True
        self.forwarding = True
        self.in_wrong_vlan: i64 = 0
        self.in_discarded: i64 = 0

    def rate_bit_s(self) -> int:
        """The rate of its link, in bit/s."""
        channel = self.channel
        assert channel is not None, f"{self.name} has no link"
        return int(channel.rate_bit_s)
