"""The link state acknowledgement packet (RFC 2328 A.3.6): the headers of received LSAs.

::

    LSA header(20)      for each
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf.lsa.lsa import HEADER_OCTETS, LsaHeader
from catenet.network.routing.ospf.packets.header import ACKNOWLEDGEMENT, OspfPacket, PacketHeader
from catenet.network.routing.ospf.packets.lsa_headers import emit_headers, parse_headers


class Acknowledgement(OspfPacket):
    """An acknowledgement."""

    def __init__(self, router_id: int, area_id: int, headers: list[LsaHeader]) -> None:
        super().__init__(ACKNOWLEDGEMENT, router_id, area_id)
        self.headers: Final = headers

    def body_length(self) -> i64:
        return HEADER_OCTETS * len(self.headers)

    def body_octets(self) -> bytes:
        return emit_headers(self.headers)


def parse_acknowledgement(header: PacketHeader, body: bytes) -> Acknowledgement | int:
    """Parse an acknowledgement; returns the reason if it is rejected."""
    headers = parse_headers(body, 0)
    if isinstance(headers, int):
        return headers
    return Acknowledgement(header.router_id, header.area_id, headers)
