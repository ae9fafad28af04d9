"""The common header of OSPF packets (RFC 2328 A.3.1)::

    version(1) type(1) length(2) router id(4) area id(4) checksum(2) authentication type(2) authentication(8)

The checksum covers the packet without the last eight octets.  A packet without a digest is one object from sender to
receiver; its octets are built on demand.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Pdu
from catenet.network.routing.ospf import drop_reasons

PROTOCOL: Final = 89
"""IP's number for OSPF."""
ALL_SPF_ROUTERS: Final = 0xE0000005
ALL_D_ROUTERS: Final = 0xE0000006
VERSION: Final = 2
HEADER_OCTETS: Final = 24
AUTHENTICATION_PLACE: Final = 16

HELLO: Final = 1
DESCRIPTION: Final = 2
REQUEST: Final = 3
UPDATE: Final = 4
ACKNOWLEDGEMENT: Final = 5
TYPE_NAMES: Final = ("", "hello", "description", "request", "update", "acknowledgement")

NO_AUTHENTICATION: Final = 0
PASSWORD: Final = 1
DIGEST: Final = 2
LONG_DIGEST: Final = 3
"""A digest with a sequence number of 64 bits (RFC 7474 section 3)."""

_HEADER: Final = struct.Struct("!BBHIIHH8s")
_FIELDS: Final = struct.Struct("!BBHIIHH")


class OspfPacket(Pdu):
    """A packet of any type.  It is immutable, so that one object can be sent on many interfaces.

    Two are equal if their octets are.
    """

    def __init__(self, packet_type: int, router_id: int, area_id: int) -> None:
        super().__init__()
        self.type: Final = packet_type
        self.router_id: Final = router_id
        self.area_id: Final = area_id

    def body_length(self) -> i64:
        """The length of the body in octets, without the header."""
        raise AssertionError(f"{type(self).__name__} has no length")

    def body_octets(self) -> bytes:
        """The octets of the body, without the header."""
        raise AssertionError(f"{type(self).__name__} cannot be emitted")

    def wire_length(self) -> i64:
        return HEADER_OCTETS + self.body_length()

    def emit(self) -> bytes:
        return self.emit_with(NO_AUTHENTICATION, bytes(8), True)

    def emit_with(self, authentication_type: int, authentication: bytes, with_checksum: bool) -> bytes:
        """The packet's octets with these eight octets of authentication; with a digest, without checksum (D.4.3)."""
        body = self.body_octets()
        length = HEADER_OCTETS + len(body)
        checksum = 0
        if with_checksum:
            blank = _FIELDS.pack(VERSION, self.type, length, self.router_id, self.area_id, 0, authentication_type)
            checksum = int(internet_checksum(blank + body))
        header = _HEADER.pack(
            VERSION, self.type, length, self.router_id, self.area_id, checksum, authentication_type, authentication
        )
        return header + body

    def clone(self) -> Pdu:
        return self

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, OspfPacket) and self.type == other.type and self.emit() == other.emit()

    def __hash__(self) -> int:
        return hash(self.emit())


class PacketHeader:
    """The header's fields; ``reason`` is a fault of :mod:`~catenet.network.routing.ospf.drop_reasons`, 0 for none."""

    def __init__(
        self, reason: int, packet_type: int, length: int, router_id: int, area_id: int, authentication_type: int
    ) -> None:
        self.reason: Final = reason
        self.type: Final = packet_type
        self.length: Final = length
        self.router_id: Final = router_id
        self.area_id: Final = area_id
        self.authentication_type: Final = authentication_type


def parse_header(octets: bytes) -> PacketHeader:
    """Parse the header of a packet, without verifying its checksum."""
    if len(octets) < HEADER_OCTETS:
        return PacketHeader(drop_reasons.MALFORMED, 0, 0, 0, 0, 0)
    version, packet_type, length, router_id, area_id, _, authentication_type = _FIELDS.unpack_from(octets)
    reason = 0
    if version != VERSION:
        reason = drop_reasons.VERSION
    elif not HELLO <= packet_type <= ACKNOWLEDGEMENT:
        reason = drop_reasons.UNKNOWN_PACKET
    elif not HEADER_OCTETS <= length <= len(octets):
        reason = drop_reasons.MALFORMED
    elif router_id == 0:
        reason = drop_reasons.BAD_ROUTER_ID
    return PacketHeader(reason, packet_type, length, router_id, area_id, authentication_type)


def has_sound_checksum(octets: bytes, length: int) -> bool:
    """Whether the checksum of a packet of that length is right."""
    covered = octets[:AUTHENTICATION_PLACE] + octets[HEADER_OCTETS:length]
    return internet_checksum(covered) == 0
