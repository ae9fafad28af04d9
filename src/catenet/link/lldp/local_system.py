"""What a system says of itself: identifier, name, capabilities, addresses; and of each of its ports."""

from __future__ import annotations

import struct
from typing import Final

from catenet.link.ethernet import FCS_OCTETS, HEADER_OCTETS
from catenet.link.lldp.lldpdu import (
    ADDRESS_MAC,
    CHASSIS_MAC,
    LINK_AGGREGATION,
    MAXIMUM_FRAME_SIZE,
    OUI_8021,
    OUI_8023,
    PORT_INTERFACE_NAME,
    PORT_VLAN_ID,
    Lldpdu,
    ManagementAddress,
    fitting,
)
from catenet.link.port import Port

AGGREGATION_CAPABLE: Final = 1
AGGREGATION_ACTIVE: Final = 2


class LocalSystem:
    """One system.  ``capabilities`` are bits, all of them enabled.

    The chassis has the MAC address of its first port.  Without management ``addresses`` that one is sent (8.5.9.1).
    """

    def __init__(self, name: str, description: str, capabilities: int) -> None:
        self.name: Final = name
        self.description: Final = description
        self.capabilities: Final = capabilities
        self.mac: int = 0
        self.addresses: list[ManagementAddress] = []


class LocalPort:
    """One port of a system, by its ``name`` and a ``description`` such as its link.

    ``vid`` is the VLAN of its untagged frames, 0 if it knows none.  ``aggregation`` is 0, or
    :data:`AGGREGATION_CAPABLE` with :data:`AGGREGATION_ACTIVE` while the port is part of ``aggregate``, a port number.
    """

    def __init__(self, system: LocalSystem, port: Port, name: str, description: str) -> None:
        self.system: Final = system
        self.port: Final = port
        self.name: Final = name
        self.description: Final = description
        self.vid: int = 0
        self.aggregation: int = 0
        self.aggregate: int = 0
        if system.mac == 0:
            system.mac = port.mac

    def lldpdu(self, ttl_s: int) -> Lldpdu:
        """What it says now."""
        system = self.system
        chassis = int(system.mac).to_bytes(6, "big")
        return Lldpdu(
            (CHASSIS_MAC, chassis),
            (PORT_INTERFACE_NAME, fitting(self.name)),
            ttl_s,
            self.description,
            system.name,
            system.description,
            (system.capabilities, system.capabilities),
            system.addresses or [ManagementAddress(ADDRESS_MAC, chassis)],
            self._organizational(),
        )

    def _organizational(self) -> list[tuple[bytes, int, bytes]]:
        found: list[tuple[bytes, int, bytes]] = []
        if self.vid != 0:
            found.append((OUI_8021, PORT_VLAN_ID, self.vid.to_bytes(2, "big")))
        if self.aggregation != 0:
            found.append((OUI_8021, LINK_AGGREGATION, struct.pack("!BI", self.aggregation, self.aggregate)))
        longest = int(self.port.mtu + HEADER_OCTETS + FCS_OCTETS)
        found.append((OUI_8023, MAXIMUM_FRAME_SIZE, min(longest, 0xFFFF).to_bytes(2, "big")))
        return found
