"""The database description packet (RFC 2328 A.3.3): the headers of all LSAs in a router's database.

::

    MTU(2) options(1) flags(1) sequence(4)
    LSA header(20)      any number of times
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import HEADER_OCTETS, LsaHeader
from catenet.network.routing.ospf.packets.header import DESCRIPTION, OspfPacket, PacketHeader
from catenet.network.routing.ospf.packets.lsa_headers import emit_headers, parse_headers

FLAG_MS: Final = 0x01
"""The sender is the master."""
FLAG_M: Final = 0x02
"""More descriptions follow."""
FLAG_I: Final = 0x04
"""The first description."""
FIXED_OCTETS: Final = 8

_FIXED: Final = struct.Struct("!HBBI")


class Description(OspfPacket):
    """A description; ``mtu`` is that of the outgoing interface in octets (0 on virtual links)."""

    def __init__(
        self,
        router_id: int,
        area_id: int,
        mtu: int,
        options: int,
        flags: int,
        sequence: int,
        headers: list[LsaHeader],
    ) -> None:
        super().__init__(DESCRIPTION, router_id, area_id)
        self.mtu: Final = mtu
        self.options: Final = options
        self.flags: Final = flags
        self.sequence: Final = sequence
        self.headers: Final = headers

    def body_length(self) -> i64:
        return FIXED_OCTETS + HEADER_OCTETS * len(self.headers)

    def body_octets(self) -> bytes:
        return _FIXED.pack(self.mtu, self.options, self.flags, self.sequence) + emit_headers(self.headers)


def parse_description(header: PacketHeader, body: bytes) -> Description | int:
    """Parse a description; returns the reason if it is rejected."""
    if len(body) < FIXED_OCTETS:
        return drop_reasons.MALFORMED
    mtu, options, flags, sequence = _FIXED.unpack_from(body)
    headers = parse_headers(body, FIXED_OCTETS)
    if isinstance(headers, int):
        return headers
    return Description(header.router_id, header.area_id, mtu, options, flags, sequence, headers)
