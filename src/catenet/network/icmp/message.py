"""The common format of ICMP and ICMPv6 messages: a type, a code, 32 bits, and a body."""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Pdu
from catenet.network.packet import IpPayload

HEADER_OCTETS: Final[i64] = 8
_HEADER: Final = struct.Struct("!BBHI")


class IcmpMessage(IpPayload):
    """One message.  ``rest`` is the second 32-bit word: identifier and sequence, MTU, pointer, or flags.

    ICMPv6's checksum covers a pseudo header, ICMP's does not; ``version`` says which one it is.
    """

    def __init__(self, version: i64, kind: i64, code: i64, rest: i64, body: bytes) -> None:
        self.version: Final[i64] = version
        self.kind: Final[i64] = kind
        self.code: Final[i64] = code
        self.rest: Final[i64] = rest
        self.body: Final = body

    def wire_length(self) -> i64:
        return HEADER_OCTETS + len(self.body)

    def clone(self) -> Pdu:
        return self

    def emit_over(self, pseudo_header_sum: i64) -> bytes:
        bare = _HEADER.pack(self.kind, self.code, 0, self.rest) + self.body
        checksum = int(internet_checksum(bare, pseudo_header_sum if self.version == 6 else 0))
        return bare[:2] + checksum.to_bytes(2, "big") + bare[4:]

    @property
    def identifier(self) -> int:
        """Of an echo message."""
        return self.rest >> 16

    @property
    def sequence(self) -> int:
        """Of an echo message."""
        return self.rest & 0xFFFF


def parse_message(version: i64, data: bytes, pseudo_sum: i64) -> IcmpMessage | None:
    """A message from its octets; None if it is truncated or its checksum is wrong."""
    if len(data) < HEADER_OCTETS or internet_checksum(data, pseudo_sum) != 0:
        return None
    type_, code, _, rest = _HEADER.unpack_from(data)
    return IcmpMessage(version, type_, code, rest, data[HEADER_OCTETS:])
