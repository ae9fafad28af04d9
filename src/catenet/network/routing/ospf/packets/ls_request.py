"""The link state request packet (RFC 2328 A.3.4): the LSAs that the sender requests.

::

    type(4) link state id(4) advertising router(4)      for each
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf.lsa.lsa import lsa_key
from catenet.network.routing.ospf.packets.header import REQUEST, OspfPacket, PacketHeader

KEY_OCTETS: Final = 12

_KEY: Final = struct.Struct("!III")


class Request(OspfPacket):
    """A request; ``keys`` are of :func:`~catenet.network.routing.ospf.lsa.lsa.lsa_key`, possibly of unknown types."""

    def __init__(self, router_id: int, area_id: int, keys: list[int]) -> None:
        super().__init__(REQUEST, router_id, area_id)
        self.keys: Final = keys

    def body_length(self) -> i64:
        return KEY_OCTETS * len(self.keys)

    def body_octets(self) -> bytes:
        parts = [_KEY.pack(key >> 64, key >> 32 & 0xFFFFFFFF, key & 0xFFFFFFFF) for key in self.keys]
        return b"".join(parts)


def parse_request(header: PacketHeader, body: bytes) -> Request | None:
    """Parse a request; None if its length is invalid."""
    if len(body) % KEY_OCTETS != 0:
        return None
    keys: list[int] = []
    for place in range(0, len(body), KEY_OCTETS):
        ls_type, link_state_id, router = _KEY.unpack_from(body, place)
        keys.append(lsa_key(ls_type, link_state_id, router))
    return Request(header.router_id, header.area_id, keys)
