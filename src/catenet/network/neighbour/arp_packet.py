"""The ARP packet for IPv4 over Ethernet on the wire (RFC 826)."""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu

OCTETS: Final[i64] = 28
REQUEST: Final[i64] = 1
REPLY: Final[i64] = 2

_FORMAT: Final = struct.Struct("!HHBBH6sI6sI")
_ETHERNET: Final = 1
_IPV4: Final = 0x0800


class ArpPacket(Pdu):
    """An ARP packet, with ``sender`` and ``target`` addresses."""

    def __init__(self, operation: i64, sender_mac: i64, sender: int, target_mac: i64, target: int) -> None:
        self.operation: Final[i64] = operation
        self.sender_mac: Final[i64] = sender_mac
        self.sender: Final = sender
        self.target_mac: Final[i64] = target_mac
        self.target: Final = target

    def wire_length(self) -> i64:
        return OCTETS

    def clone(self) -> Pdu:
        return self

    def emit(self) -> bytes:
        sender_mac = int(self.sender_mac).to_bytes(6, "big")
        target_mac = int(self.target_mac).to_bytes(6, "big")
        return _FORMAT.pack(_ETHERNET, _IPV4, 6, 4, self.operation, sender_mac, self.sender, target_mac, self.target)


def parse(data: bytes) -> ArpPacket | None:
    """Parse an ARP packet, ignoring Ethernet padding.

    None if it is truncated, not for IPv4 over Ethernet, or neither request nor reply.
    """
    if len(data) < OCTETS:
        return None
    hardware, protocol, mac_octets, address_octets, operation, sender_mac, sender, target_mac, target = (
        _FORMAT.unpack_from(data)
    )
    if hardware != _ETHERNET or protocol != _IPV4 or mac_octets != 6 or address_octets != 4:
        return None
    if operation != REQUEST and operation != REPLY:
        return None
    return ArpPacket(operation, int.from_bytes(sender_mac, "big"), sender, int.from_bytes(target_mac, "big"), target)
