"""The body of a network-LSA (RFC 2328 A.4.3): the routers on a transit network, advertised by its designated router.

::

    mask(4)
    router id(4)      for each router that is fully adjacent to the DR, and for the DR itself
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf.lsa.body import LsaBody, is_mask

MASK_OCTETS: Final = 4
ROUTER_OCTETS: Final = 4


class NetworkBody(LsaBody):
    """The network's mask, and its routers' ids.  ``routers`` is immutable."""

    def __init__(self, mask: int, routers: list[int]) -> None:
        super().__init__(MASK_OCTETS + ROUTER_OCTETS * len(routers))
        self.mask: Final = mask
        self.routers: Final = routers

    def emit(self) -> bytes:
        return struct.pack(f"!I{len(self.routers)}I", self.mask, *self.routers)


def parse_network_body(octets: bytes) -> NetworkBody | None:
    """Parse the body; None if it contains no router, or if its length or its mask is invalid."""
    size = len(octets)
    if size < MASK_OCTETS + ROUTER_OCTETS or size % ROUTER_OCTETS != 0:
        return None
    words = struct.unpack(f"!{size // ROUTER_OCTETS}I", octets)
    mask = words[0]
    return NetworkBody(mask, list(words[1:])) if is_mask(mask) else None
