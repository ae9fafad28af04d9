"""The UDP datagram on the wire (RFC 768; over IPv6, RFC 8200 section 8.1)."""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.kernel.pdu import Pdu
from catenet.network.packet import IpPayload

HEADER_OCTETS: Final = 8
PROTOCOL_UDP: Final = 17
MAX_DATA_OCTETS: Final = 65_507
"""The payload limit of the largest IPv4 packet; an IPv6 packet could hold 20 octets more."""

_HEADER: Final = struct.Struct("!HHHH")


class UdpDatagram(IpPayload):
    """Ports and data."""

    def __init__(self, src_port: i64, dst_port: i64, data: bytes) -> None:
        self.src_port: i64 = src_port
        self.dst_port: i64 = dst_port
        self.data: Final = data

    def wire_length(self) -> i64:
        return HEADER_OCTETS + len(self.data)

    def flow_ports(self) -> i64:
        return self.src_port << 16 | self.dst_port

    def with_flow_ports(self, ports: i64) -> IpPayload:
        return UdpDatagram(ports >> 16, ports & 0xFFFF, self.data)

    def clone(self) -> Pdu:
        return self

    def emit(self) -> bytes:
        """The octets without a checksum (zero: not computed), if the pseudo header is unknown."""
        return _HEADER.pack(self.src_port, self.dst_port, HEADER_OCTETS + len(self.data), 0) + self.data

    def emit_over(self, pseudo_sum: i64) -> bytes:
        """The octets, checksummed over the pseudo header.  A sum of zero is sent as 0xFFFF (RFC 768)."""
        bare = self.emit()
        checksum = int(internet_checksum(bare, pseudo_sum)) or 0xFFFF
        return bare[:6] + checksum.to_bytes(2, "big") + self.data


def parse(octets: bytes, version: i64, src: int, dst: int) -> UdpDatagram | None:
    """Parse a datagram; None if it is truncated or its checksum is wrong.

    Over IPv4 a checksum field of zero means that none was computed; over IPv6 it is an error.
    """
    if len(octets) < HEADER_OCTETS:
        return None
    src_port, dst_port, length, checksum = _HEADER.unpack_from(octets)
    if not HEADER_OCTETS <= length <= len(octets):
        return None
    octets = octets[:length]
    if checksum == 0:
        if version == 6:
            return None
    elif internet_checksum(octets, pseudo_header_sum(version, src, dst, PROTOCOL_UDP, length)) != 0:
        return None
    return UdpDatagram(src_port, dst_port, octets[HEADER_OCTETS:])
