"""The body of an AS-external-LSA (RFC 2328 A.4.5), and of an NSSA-LSA (RFC 3101 appendix A): an external network.

::

    mask(4) E(1 bit) TOS(7 bits) cost(3) forwarding address(4) tag(4)
    E(1 bit) TOS(7 bits) cost(3) forwarding address(4) tag(4)           any number of times
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf.lsa.body import LsaBody, is_mask

EXTERNAL_OCTETS: Final = 16
TOS_OCTETS: Final = 12
COST_BITS: Final = 0xFFFFFF

_TYPE2: Final = 0x80000000
_EXTERNAL: Final = struct.Struct("!IIII")


class ExternalBody(LsaBody):
    """An external network.

    ``cost`` (24 bits) is comparable with costs inside the AS, or, with ``type2``, larger than any of them.  Packets are
    sent to ``forwarding``, or to the advertising router if that is 0.  OSPF does not interpret ``tag``.
    """

    def __init__(self, mask: int, type2: bool, cost: int, forwarding: int, tag: int) -> None:
        super().__init__(EXTERNAL_OCTETS)
        self.mask: Final = mask
        self.type2: Final = type2
        self.cost: Final = cost
        self.forwarding: Final = forwarding
        self.tag: Final = tag

    def emit(self) -> bytes:
        return _EXTERNAL.pack(self.mask, self.cost | (_TYPE2 if self.type2 else 0), self.forwarding, self.tag)


def parse_external_body(octets: bytes) -> ExternalBody | None:
    """Parse the body; None if its length or its mask is invalid.

    TOS costs are ignored.
    """
    size = len(octets)
    if size < EXTERNAL_OCTETS or (size - EXTERNAL_OCTETS) % TOS_OCTETS != 0:
        return None
    mask, cost, forwarding, tag = _EXTERNAL.unpack_from(octets)
    if not is_mask(mask):
        return None
    return ExternalBody(mask, cost & _TYPE2 != 0, cost & COST_BITS, forwarding, tag)
