"""The body of a summary-LSA (RFC 2328 A.4.4): destinations in other areas, with their costs from an area border router.

Type 3 is for a network, type 4 for an AS boundary router, with an unused mask::

    mask(4) zero(1) cost(3)
    TOS(1) cost(3)            any number of times
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf.lsa.body import LsaBody, is_mask

SUMMARY_OCTETS: Final = 8
TOS_OCTETS: Final = 4
COST_BITS: Final = 0xFFFFFF

_SUMMARY: Final = struct.Struct("!II")


class SummaryBody(LsaBody):
    """A network's mask (0 for a router), and the cost from the advertising router (24 bits)."""

    def __init__(self, mask: int, cost: int) -> None:
        super().__init__(SUMMARY_OCTETS)
        self.mask: Final = mask
        self.cost: Final = cost

    def emit(self) -> bytes:
        return _SUMMARY.pack(self.mask, self.cost)


def parse_summary_body(octets: bytes, of_network: bool) -> SummaryBody | None:
    """Parse the body; None if its length or (for a network) its mask is invalid.

    TOS costs are ignored.
    """
    size = len(octets)
    if size < SUMMARY_OCTETS or size % TOS_OCTETS != 0:
        return None
    mask, cost = _SUMMARY.unpack_from(octets)
    if not of_network:
        return SummaryBody(0, cost & COST_BITS)
    return SummaryBody(mask, cost & COST_BITS) if is_mask(mask) else None
