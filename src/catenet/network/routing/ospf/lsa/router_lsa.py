"""The body of a router-LSA (RFC 2328 A.4.2): a router's links within one area.

::

    flags(1) zero(1) links(2)
    link id(4) link data(4) kind(1) TOS metrics(1) cost(2)      for each link
    TOS(1) zero(1) cost(2)                                      after each link, for each of its TOS metrics
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf.lsa.body import LsaBody

POINT_TO_POINT: Final = 1
TRANSIT: Final = 2
STUB: Final = 3
VIRTUAL: Final = 4
FLAG_B: Final = 0x01
"""An area border router."""
FLAG_E: Final = 0x02
"""An AS boundary router."""
FLAG_V: Final = 0x04
"""The end of a virtual link."""
FLAG_NT: Final = 0x10
"""An NSSA border router that always translates (RFC 3101 B)."""
HEAD_OCTETS: Final = 4
LINK_OCTETS: Final = 12
TOS_OCTETS: Final = 4

_HEAD: Final = struct.Struct("!BBH")
_LINK: Final = struct.Struct("!IIBBH")


class RouterLink:
    """One link.  The meaning of ``id`` and ``data`` depends on ``kind`` (RFC 2328 12.4.1).

    ==============  =======================  ===========================================
    kind            id                       data
    ==============  =======================  ===========================================
    POINT_TO_POINT  the neighbour's id       own address, or the interface's number
    TRANSIT         the DR's address         own address
    STUB            the network's address    the network's mask
    VIRTUAL         the neighbour's id       own address
    ==============  =======================  ===========================================
    """

    def __init__(self, kind: int, link_id: int, data: int, cost: int) -> None:
        self.kind: Final = kind
        self.id: Final = link_id
        self.data: Final = data
        self.cost: Final = cost

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RouterLink):
            return False
        return self.kind == other.kind and self.id == other.id and self.data == other.data and self.cost == other.cost

    def __hash__(self) -> int:
        return hash((self.kind, self.id, self.data, self.cost))


class RouterBody(LsaBody):
    """A router's links; ``flags`` are its roles.  ``links`` is immutable."""

    def __init__(self, flags: int, links: list[RouterLink]) -> None:
        super().__init__(HEAD_OCTETS + LINK_OCTETS * len(links))
        self.flags: Final = flags
        self.links: Final = links

    def emit(self) -> bytes:
        parts = [_HEAD.pack(self.flags, 0, len(self.links))]
        for link in self.links:
            parts.append(_LINK.pack(link.id, link.data, link.kind, 0, link.cost))
        return b"".join(parts)


def parse_router_body(octets: bytes) -> RouterBody | None:
    """Parse the body; None if its counts and its length disagree, or a link is of an unknown kind.

    TOS costs are ignored (section 2.4: this router has one table).
    """
    size = len(octets)
    if size < HEAD_OCTETS:
        return None
    flags, _, count = _HEAD.unpack_from(octets)
    place = HEAD_OCTETS
    links: list[RouterLink] = []
    for _ in range(count):
        if place + LINK_OCTETS > size:
            return None
        link_id, data, kind, tos_count, cost = _LINK.unpack_from(octets, place)
        if not POINT_TO_POINT <= kind <= VIRTUAL:
            return None
        links.append(RouterLink(kind, link_id, data, cost))
        place += LINK_OCTETS + TOS_OCTETS * tos_count
    return RouterBody(flags, links) if place == size else None
