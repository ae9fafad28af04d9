"""The body of an opaque LSA (RFC 5250): data of another protocol, which OSPF only floods.

The link state id's first octet is the opaque type.  Type 9 floods on one link, type 10 through an area, type 11
through the AS.  One type is interpreted, the grace-LSA (RFC 3623 appendix A), by which a router that is about to
restart requests help of its neighbours.  It consists of TLVs::

    type(2) length(2) value, padded with zeros to four octets      any number of times
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf.lsa.body import LsaBody

GRACE: Final = 3
"""The opaque type of a grace-LSA."""
MAX_GRACE_S: Final = 1800
"""The maximum grace period (RFC 3623 appendix B)."""
SOFTWARE_RESTART: Final = 1
"""A reason of a restart; the reasons (appendix B.2) make no difference to a helper."""

_PERIOD: Final = 1
_REASON: Final = 2
_ADDRESS: Final = 3
_TLV: Final = struct.Struct("!HH")


class OpaqueBody(LsaBody):
    """Octets that OSPF does not interpret."""

    def __init__(self, octets: bytes) -> None:
        super().__init__(len(octets))
        self.octets: Final = octets

    def emit(self) -> bytes:
        return self.octets


class Grace:
    """The contents of a grace-LSA: ``period_s`` from its origination.  ``address`` is 0 if it is absent."""

    def __init__(self, period_s: int, reason: int, address: int = 0) -> None:
        self.period_s: Final = period_s
        self.reason: Final = reason
        self.address: Final = address

    def body(self) -> OpaqueBody:
        """The LSA's body."""
        octets = _TLV.pack(_PERIOD, 4) + struct.pack("!I", self.period_s)
        octets += _TLV.pack(_REASON, 1) + bytes([self.reason, 0, 0, 0])
        if self.address:
            octets += _TLV.pack(_ADDRESS, 4) + struct.pack("!I", self.address)
        return OpaqueBody(octets)


def read_grace(octets: bytes) -> Grace | None:
    """Parse a grace-LSA; None if it is not made of whole TLVs, or lacks the period or the reason."""
    values: dict[int, bytes] = {}
    place = 0
    while place < len(octets):
        if place + _TLV.size > len(octets):
            return None
        kind, length = _TLV.unpack_from(octets, place)
        place += _TLV.size
        if place + length > len(octets):
            return None
        values[kind] = octets[place : place + length]
        place += (length + 3) & ~3
    period, reason, address = values.get(_PERIOD, b""), values.get(_REASON, b""), values.get(_ADDRESS, bytes(4))
    if len(period) != 4 or len(reason) != 1 or len(address) != 4:
        return None
    return Grace(int.from_bytes(period, "big"), reason[0], int.from_bytes(address, "big"))
