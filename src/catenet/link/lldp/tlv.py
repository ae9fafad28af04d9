"""Type-length-value elements (IEEE 802.1AB-2016, 8.4): 7 bits of type, 9 bits of length, then so many octets."""

from __future__ import annotations

import struct
from typing import Final

END: Final = 0
CHASSIS_ID: Final = 1
PORT_ID: Final = 2
TIME_TO_LIVE: Final = 3
PORT_DESCRIPTION: Final = 4
SYSTEM_NAME: Final = 5
SYSTEM_DESCRIPTION: Final = 6
SYSTEM_CAPABILITIES: Final = 7
MANAGEMENT_ADDRESS: Final = 8
ORGANIZATIONALLY_SPECIFIC: Final = 127

LONGEST_VALUE: Final = 511
_HEADER: Final = struct.Struct("!H")


def emit_tlv(kind: int, value: bytes) -> bytes:
    """One element.  Raises ValueError if its value is longer than 511 octets."""
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"the value of a TLV of type {kind} has {len(value)} octets; at most {LONGEST_VALUE} fit")
    return _HEADER.pack(kind << 9 | len(value)) + value


def split_tlvs(data: bytes) -> list[tuple[int, bytes]] | None:
    """The elements of an LLDPDU up to its end; None if one reaches beyond the octets (9.2.7.7.1)."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at + _HEADER.size <= len(data):
        (header,) = _HEADER.unpack_from(data, at)
        kind, length = header >> 9, header & LONGEST_VALUE
        at += _HEADER.size
        if at + length > len(data):
            return None
        if kind == END:
            return found if length == 0 else None
        found.append((kind, data[at : at + length]))
        at += length
    return found
