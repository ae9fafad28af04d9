"""A list of LSA headers, in descriptions and acknowledgements (RFC 2328 A.3.3, A.3.6)."""

from __future__ import annotations

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import (
    HEADER_OCTETS,
    MAX_AGE_S,
    RESERVED_SEQUENCE,
    LsaHeader,
    parse_header,
)


def emit_headers(headers: list[LsaHeader]) -> bytes:
    """The octets of the headers."""
    return b"".join([header.emit() for header in headers])


def parse_headers(octets: bytes, place: int) -> list[LsaHeader] | int:
    """Parse the headers from an offset to the end; returns the reason if they are rejected.

    An unknown type is accepted here; the receiver restarts the exchange (section 10.6).
    """
    if (len(octets) - place) % HEADER_OCTETS != 0:
        return drop_reasons.MALFORMED
    headers: list[LsaHeader] = []
    while place < len(octets):
        header = parse_header(octets, place)
        assert header is not None
        if header.length < HEADER_OCTETS:
            return drop_reasons.LSA_MALFORMED
        if header.age > MAX_AGE_S:
            return drop_reasons.LSA_AGE
        if header.sequence == RESERVED_SEQUENCE:
            return drop_reasons.LSA_SEQUENCE
        headers.append(header)
        place += HEADER_OCTETS
    return headers
