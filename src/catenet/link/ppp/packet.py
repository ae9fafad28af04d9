"""Packets of PPP's control protocols, and the options in them (RFC 1661, sections 5 and 6).

====== ====== ===========================================
offset octets field
====== ====== ===========================================
0      1      code
1      1      identifier: a reply has that of its request
2      2      length, of all of this
4      ...    data: options, or what the code says
====== ====== ===========================================

An option is its type, its length (both one octet, and counted), and its value.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

CONFIGURE_REQUEST: Final[i64] = 1
CONFIGURE_ACK: Final[i64] = 2
CONFIGURE_NAK: Final[i64] = 3
CONFIGURE_REJECT: Final[i64] = 4
TERMINATE_REQUEST: Final[i64] = 5
TERMINATE_ACK: Final[i64] = 6
CODE_REJECT: Final[i64] = 7
PROTOCOL_REJECT: Final[i64] = 8
ECHO_REQUEST: Final[i64] = 9
ECHO_REPLY: Final[i64] = 10
DISCARD_REQUEST: Final[i64] = 11
CODE_NAMES: Final = (
    "",
    "Configure-Request",
    "Configure-Ack",
    "Configure-Nak",
    "Configure-Reject",
    "Terminate-Request",
    "Terminate-Ack",
    "Code-Reject",
    "Protocol-Reject",
    "Echo-Request",
    "Echo-Reply",
    "Discard-Request",
)

HEADER_OCTETS: Final[i64] = 4
_HEADER: Final = struct.Struct("!BBH")


class ControlPacket:
    """One packet of LCP or of a network control protocol."""

    def __init__(self, code: i64, identifier: i64, data: bytes) -> None:
        self.code: Final[i64] = code
        self.identifier: Final[i64] = identifier
        self.data: Final = data

    def emit(self) -> bytes:
        """The octets; the length is counted."""
        return _HEADER.pack(self.code, self.identifier, HEADER_OCTETS + len(self.data)) + self.data

    @staticmethod
    def parse(octets: bytes) -> ControlPacket | None:
        """The packet, without padding behind it; None if it is cut off."""
        if len(octets) < HEADER_OCTETS:
            return None
        code, identifier, length = _HEADER.unpack_from(octets)
        if not HEADER_OCTETS <= length <= len(octets):
            return None
        return ControlPacket(code, identifier, octets[HEADER_OCTETS:length])


class Option:
    """One option: its type, from 0 to 255, and its value."""

    def __init__(self, kind: i64, value: bytes = b"") -> None:
        self.kind: Final[i64] = kind
        self.value: Final = value

    def emit(self) -> bytes:
        """The octets of the option."""
        return bytes([self.kind, len(self.value) + 2]) + self.value

    def number(self) -> int:
        """The value as an unsigned number."""
        return int.from_bytes(self.value, "big")

    def __repr__(self) -> str:
        return f"Option({int(self.kind)}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Option) and other.kind == self.kind and other.value == self.value

    def __hash__(self) -> int:
        return hash((int(self.kind), self.value))


def emit_options(options: list[Option]) -> bytes:
    """The octets of options, in order."""
    return b"".join([option.emit() for option in options])


def parse_options(data: bytes) -> list[Option] | None:
    """The options in these octets, in order; None if a length is impossible."""
    options: list[Option] = []
    place: i64 = 0
    while place < len(data):
        if place + 2 > len(data):
            return None
        length: i64 = data[place + 1]
        if length < 2 or place + length > len(data):
            return None
        options.append(Option(data[place], data[place + 2 : place + length]))
        place += length
    return options
