"""The hello packet (RFC 2328 A.3.2).

::

    mask(4) hello interval(2) options(1) priority(1) dead interval(4) DR(4) BDR(4) neighbour's id(4)      for each
    neighbour heard within the dead interval
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf.packets.header import HELLO, OspfPacket, PacketHeader

FIXED_OCTETS: Final = 20
NEIGHBOUR_OCTETS: Final = 4

_FIXED: Final = struct.Struct("!IHBBIII")


class Hello(OspfPacket):
    """A hello.  Intervals are in seconds; ``dr`` and ``bdr`` are addresses, ``neighbours`` router ids."""

    def __init__(
        self,
        router_id: int,
        area_id: int,
        mask: int,
        hello_s: int,
        options: int,
        priority: int,
        dead_s: int,
        dr: int,
        bdr: int,
        neighbours: list[int],
    ) -> None:
        super().__init__(HELLO, router_id, area_id)
        self.mask: Final = mask
        self.hello_s: Final = hello_s
        self.options: Final = options
        self.priority: Final = priority
        self.dead_s: Final = dead_s
        self.dr: Final = dr
        self.bdr: Final = bdr
        self.neighbours: Final = neighbours

    def body_length(self) -> i64:
        return FIXED_OCTETS + NEIGHBOUR_OCTETS * len(self.neighbours)

    def body_octets(self) -> bytes:
        fixed = _FIXED.pack(self.mask, self.hello_s, self.options, self.priority, self.dead_s, self.dr, self.bdr)
        return fixed + struct.pack(f"!{len(self.neighbours)}I", *self.neighbours)


def parse_hello(header: PacketHeader, body: bytes) -> Hello | None:
    """Parse a hello; None if its length is invalid.  The receiver compares the mask."""
    size = len(body)
    if size < FIXED_OCTETS or size % NEIGHBOUR_OCTETS != 0:
        return None
    mask, hello_s, options, priority, dead_s, dr, bdr = _FIXED.unpack_from(body)
    count = (size - FIXED_OCTETS) // NEIGHBOUR_OCTETS
    neighbours = list(struct.unpack_from(f"!{count}I", body, FIXED_OCTETS))
    return Hello(header.router_id, header.area_id, mask, hello_s, options, priority, dead_s, dr, bdr, neighbours)
