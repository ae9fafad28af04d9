"""IGMP of one host: the protocol number 2 (RFC 3376 section 4)."""

from __future__ import annotations

from typing import Final

from catenet.kernel.checksum import internet_checksum
from catenet.link.multicast.message import is_mld, parse_message
from catenet.network import tracing
from catenet.network.interface import Interface
from catenet.network.ip_core import IpCore
from catenet.network.packet import PROTOCOL_ICMPV6, PROTOCOL_IGMP, IpPacket
from catenet.network.protocol import Protocol


class Igmp(Protocol):
    """Passes queries, and other hosts' reports, to the receiving interface."""

    def __init__(self, core: IpCore) -> None:
        super().__init__()
        self.core: Final = core

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        data = packet.payload.emit()
        if packet.version != 4 or internet_checksum(data) != 0:
            self.core.drop(tracing.MALFORMED, packet)
            return
        message = parse_message(4, data)
        if message is not None:
            interface.receive_group_message(4, message)


def is_group_management(packet: IpPacket) -> bool:
    """True for IGMP and MLD."""
    if packet.version == 4:
        return packet.protocol == PROTOCOL_IGMP
    octets = packet.payload.emit() if packet.protocol == PROTOCOL_ICMPV6 else b""
    return len(octets) > 0 and is_mld(octets[0])
