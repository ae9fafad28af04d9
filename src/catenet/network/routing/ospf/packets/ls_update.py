"""The link state update packet (RFC 2328 A.3.5): whole LSAs.

::

    count(4)
    LSA      count times
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import Lsa, parse_lsa
from catenet.network.routing.ospf.packets.header import UPDATE, OspfPacket, PacketHeader

COUNT_OCTETS: Final = 4

_COUNT: Final = struct.Struct("!I")


class Update(OspfPacket):
    """An update; ``ages`` are the ages of ``lsas`` in seconds, in the same order.

    ``faults`` are the reasons of the rejected LSAs of a received update.
    """

    def __init__(
        self, router_id: int, area_id: int, lsas: list[Lsa], ages: list[int], faults: list[int] | None = None
    ) -> None:
        super().__init__(UPDATE, router_id, area_id)
        assert len(lsas) == len(ages), f"{len(lsas)} LSAs with {len(ages)} ages"
        self.lsas: Final = lsas
        self.ages: Final = ages
        self.faults: Final[list[int]] = [] if faults is None else faults

    def body_length(self) -> i64:
        length: i64 = COUNT_OCTETS
        for lsa in self.lsas:
            length += lsa.length
        return length

    def body_octets(self) -> bytes:
        parts = [_COUNT.pack(len(self.lsas))]
        for lsa, age in zip(self.lsas, self.ages, strict=True):
            parts.append(lsa.emit(age))
        return b"".join(parts)


def parse_update(header: PacketHeader, body: bytes) -> Update | int:
    """Parse an update; returns the reason if it is rejected.

    An invalid LSA is skipped, and parsing continues (section 13 (1), (2)).  A wrong count or length rejects the whole
    update.
    """
    if len(body) < COUNT_OCTETS:
        return drop_reasons.MALFORMED
    count = _COUNT.unpack_from(body)[0]
    lsas: list[Lsa] = []
    ages: list[int] = []
    faults: list[int] = []
    place = COUNT_OCTETS
    while count > 0:
        parsed = parse_lsa(body, place)
        if parsed.next_place == 0:
            return drop_reasons.MALFORMED
        if parsed.lsa is None:
            faults.append(parsed.reason)
        else:
            lsas.append(parsed.lsa)
            ages.append(parsed.age)
        place = parsed.next_place
        count -= 1
    if place != len(body):
        return drop_reasons.MALFORMED
    return Update(header.router_id, header.area_id, lsas, ages, faults)
